/* SPDX-License-Identifier: Apache-2.0 */
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>
#include <unistd.h>

#include "clean.h"

#define N_BUCKETS 4096

struct entry {
	LIST_ENTRY(entry) in_bucket;
	TAILQ_ENTRY(entry) in_order; /* last used at the end */
	struct stat st; /* when it was hashed */
	int fd; /* holds the lease */
	time_t used;
	struct hufu_digest digest;
	bool proved; /* security.ima was right under `generation` */
	uint64_t generation;
	size_t xattr_len;
	uint8_t xattr[];
};

struct cache {
	pthread_mutex_t lock;
	LIST_HEAD(, entry) buckets[N_BUCKETS];
	TAILQ_HEAD(, entry) order;
	size_t max;
	int signal;
	struct cache_counts counts;
};

static time_t now_seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

int cache_new(size_t max_entries, int signal, struct cache **ret_cache)
{
	struct cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return -ENOMEM;
	(void)pthread_mutex_init(&cache->lock, NULL);
	TAILQ_INIT(&cache->order);
	cache->max = max_entries;
	cache->signal = signal;
	*ret_cache = cache;
	return 0;
}

/* Under the lock. Closing the descriptor gives the lease back. */
static void end(struct cache *cache, struct entry *entry)
{
	LIST_REMOVE(entry, in_bucket);
	TAILQ_REMOVE(&cache->order, entry, in_order);
	(void)close(entry->fd);
	free(entry);
	cache->counts.entries--;
}

void cache_free(struct cache *cache)
{
	if (!cache)
		return;
	while (!TAILQ_EMPTY(&cache->order))
		end(cache, TAILQ_FIRST(&cache->order));
	(void)pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static size_t bucket_of(dev_t dev, ino_t ino)
{
	return ((uint64_t)ino ^ (uint64_t)dev << 20) * 0x9e3779b97f4a7c15u >> 52;
}

static struct entry *find(struct cache *cache, const struct stat *st)
{
	struct entry *entry;

	LIST_FOREACH (entry, &cache->buckets[bucket_of(st->st_dev, st->st_ino)], in_bucket)
		if (entry->st.st_ino == st->st_ino && entry->st.st_dev == st->st_dev)
			return entry;
	return NULL;
}

/* open(2) with O_RDONLY | O_TRUNC breaks no read lease (fs/open.c), and leaves an empty file. */
static bool was_truncated(const struct entry *entry, const struct stat *st)
{
	return entry->st.st_size != st->st_size || entry->st.st_mtim.tv_sec != st->st_mtim.tv_sec ||
	       entry->st.st_mtim.tv_nsec != st->st_mtim.tv_nsec;
}

/* While it is being broken it reads as F_UNLCK already. */
static bool has_lease(int fd)
{
	return fcntl(fd, F_GETLEASE) == F_RDLCK;
}

static void use(struct cache *cache, struct entry *entry, struct content *content, uint64_t generation)
{
	content->digest = entry->digest;
	content->digest_error = 0;
	content->proved = entry->proved && entry->generation == generation && entry->xattr_len == content->xattr_len &&
			  memcmp(entry->xattr, content->xattr, entry->xattr_len) == 0;
	entry->used = now_seconds();
	TAILQ_REMOVE(&cache->order, entry, in_order);
	TAILQ_INSERT_TAIL(&cache->order, entry, in_order);
	cache->counts.hits++;
}

void cache_get(struct cache *cache, struct content *content, uint64_t generation)
{
	struct entry *entry;

	if (content->writers != CONTENT_WRITERS_NONE || content->digest_error != -EAGAIN)
		return;
	(void)pthread_mutex_lock(&cache->lock);
	entry = find(cache, &content->before);
	if (entry && (!has_lease(entry->fd) || was_truncated(entry, &content->before))) {
		cache->counts.broken++;
		end(cache, entry);
		entry = NULL;
	}
	/* A change of security.ima may announce another algorithm */
	if (entry && entry->digest.algo == content->digest.algo)
		use(cache, entry, content, generation);
	else
		cache->counts.misses++;
	(void)pthread_mutex_unlock(&cache->lock);
}

static struct entry *entry_new(const struct content *content, uint64_t generation)
{
	struct entry *entry = calloc(1, sizeof(*entry) + content->xattr_len);

	if (!entry)
		return NULL;
	entry->st = content->before;
	entry->digest = content->digest;
	entry->proved = content->proved;
	entry->generation = generation;
	entry->xattr_len = content->xattr_len;
	memcpy(entry->xattr, content->xattr, content->xattr_len);
	entry->used = now_seconds();
	/* The same open file as the event's, so the same lease, which from now on ends with the last of the two */
	entry->fd = fcntl(content->fd, F_DUPFD_CLOEXEC, 0);
	return entry;
}

/*
 * Asks for the signal with this descriptor's number in it. F_SETLEASE over a lease that is held only changes that; but where the kernel
 * had taken the lease away (lease-break-time) and the writer is gone again, it takes a new one, of a file that may be another by now.
 * The time of change, which nobody can set back, tells.
 */
static bool arm(const struct cache *cache, const struct entry *entry)
{
	const struct timespec *before = &entry->st.st_ctim;
	int fd = entry->fd;
	struct stat st;

	if (fd < 0 || fcntl(fd, F_SETOWN, getpid()) < 0 || fcntl(fd, F_SETSIG, cache->signal) < 0 ||
	    fcntl(fd, F_SETLEASE, F_RDLCK) < 0 || !has_lease(fd) || fstat(fd, &st) < 0)
		return false;
	return st.st_ctim.tv_sec == before->tv_sec && st.st_ctim.tv_nsec == before->tv_nsec &&
	       !was_truncated(entry, &st);
}

static void insert(struct cache *cache, struct entry *entry)
{
	struct entry *old = find(cache, &entry->st);

	if (old)
		end(cache, old);
	while (cache->counts.entries >= cache->max)
		end(cache, TAILQ_FIRST(&cache->order));
	LIST_INSERT_HEAD(&cache->buckets[bucket_of(entry->st.st_dev, entry->st.st_ino)], entry, in_bucket);
	TAILQ_INSERT_TAIL(&cache->order, entry, in_order);
	cache->counts.entries++;
}

void cache_put(struct cache *cache, const struct content *content, uint64_t fs_magic, uint64_t generation)
{
	struct entry *entry;

	if (content->writers != CONTENT_WRITERS_NONE || content->digest_error || !content_lease_holds(fs_magic))
		return;
	entry = entry_new(content, generation);
	if (!entry)
		return;
	(void)pthread_mutex_lock(&cache->lock);
	if (arm(cache, entry)) {
		insert(cache, entry);
		entry = NULL;
	}
	(void)pthread_mutex_unlock(&cache->lock);
	if (entry && entry->fd >= 0)
		(void)close(entry->fd);
	free(entry);
}

void cache_broken(struct cache *cache, int fd)
{
	struct entry *entry;

	(void)pthread_mutex_lock(&cache->lock);
	/* The number may be another entry's by now: what counts is the lease */
	TAILQ_FOREACH (entry, &cache->order, in_order)
		if (entry->fd == fd)
			break;
	if (entry && !has_lease(entry->fd)) {
		cache->counts.broken++;
		end(cache, entry);
	}
	(void)pthread_mutex_unlock(&cache->lock);
}

void cache_tidy(struct cache *cache)
{
	time_t now = now_seconds();
	struct entry *entry, *next;

	(void)pthread_mutex_lock(&cache->lock);
	for (entry = TAILQ_FIRST(&cache->order); entry; entry = next) {
		next = TAILQ_NEXT(entry, in_order);
		if (entry->used + CACHE_IDLE_SECONDS > now && has_lease(entry->fd))
			continue;
		if (!has_lease(entry->fd))
			cache->counts.broken++;
		end(cache, entry);
	}
	(void)pthread_mutex_unlock(&cache->lock);
}

void cache_count(struct cache *cache, struct cache_counts *ret_counts)
{
	(void)pthread_mutex_lock(&cache->lock);
	*ret_counts = cache->counts;
	(void)pthread_mutex_unlock(&cache->lock);
}
