/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CACHE_H
#define CACHE_H

#include <stdbool.h>

#include "content.h"

/*
 * What is known of contents that cannot have changed since. Each entry holds a descriptor with a read lease that was taken before the
 * content was hashed: nobody can open the file for writing, and so neither write, truncate nor map it writable, before the lease is
 * broken; a broken lease ends the entry, and then the writer goes on. A lease cannot be had while somebody has the file open for
 * writing. Threads may share the cache.
 *
 * Entries that nobody asks for end after some seconds, because an open descriptor keeps a file system from being unmounted.
 */
struct cache;

#define CACHE_IDLE_SECONDS 5

/* `signal`: real-time, blocked in every thread, sent to the process with the descriptor when a lease breaks. */
HUFU_MUST_USE int cache_new(size_t max_entries, int signal, struct cache **ret_cache);
void cache_free(struct cache *cache);

/*
 * Fills content->digest if it is known, and content->proved if its security.ima has been found right under this `generation` of the
 * keyrings. The caller holds a lease on its own descriptor already (CONTENT_WRITERS_NONE), so that what is found stays true until it
 * has been answered.
 */
void cache_get(struct cache *cache, struct content *content, uint64_t generation);
/* Keeps what is known of a content under lease. Only file systems where every writer breaks leases are taken. */
void cache_put(struct cache *cache, const struct content *content, uint64_t fs_magic, uint64_t generation);
/* The lease of this descriptor is being broken: ends its entry, and the writer goes on. */
void cache_broken(struct cache *cache, int fd);
/* Ends the entries that are idle, and those whose lease broke without a signal that reached us. To be called a few times a second. */
void cache_tidy(struct cache *cache);

struct cache_counts {
	uint64_t hits, misses, broken;
	size_t entries;
};
void cache_count(struct cache *cache, struct cache_counts *ret_counts);

#endif
