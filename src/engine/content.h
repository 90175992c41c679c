/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTENT_H
#define CONTENT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "hufu.h"

/* What a file says of itself (security.ima) and what it is (its digest), read through one descriptor. */

enum content_writers {
	CONTENT_WRITERS_UNKNOWN = 0, /* not asked, or the file system has no leases */
	CONTENT_WRITERS_NONE, /* a read lease is held */
	CONTENT_WRITERS_SOME, /* somebody has the file open for writing, or is about to */
};

struct content {
	int fd;
	struct stat before;
	enum content_writers writers;
	bool lease_holds; /* content_lease_holds() of its file system; set by who asks for the content */

	int xattr_error; /* 0; -ENODATA none or empty; -EOPNOTSUPP none can be; others: could not be read */
	size_t xattr_len;
	uint8_t xattr[HUFU_XATTR_MAX];

	/*
	 * -EAGAIN: not asked for yet; 0: of the whole file as it was all the time; -ESTALE: it changed meanwhile; others: could
	 * not be read. The digest is zeros of the right length unless this is 0.
	 */
	int digest_error;
	struct hufu_digest digest;
	bool proved; /* security.ima has been found right for this digest, under the keyrings as they are */
};

/* Asks the file for its attributes and its security.ima. `default_algo`: ima_hash. */
HUFU_MUST_USE int content_open(int fd, unsigned default_algo, struct content *ret_content);
/*
 * File systems whose every writer opens the file that the lease is on (include/uapi/linux/magic.h). Not so overlayfs, whose layers can
 * be written beside it, and network and FUSE file systems, whose servers write.
 */
bool content_lease_holds(uint64_t fs_magic);
/*
 * Takes a read lease, which no writer gets past, if the file system grants them. It is not given back here: it ends when the
 * descriptor is closed, so that it lasts until the access has been answered.
 */
void content_lease(struct content *content);
void content_hash(struct content *content);
/* As content_hash(), the digest that fs-verity keeps of the file. digest_error: -ENODATA, it keeps none. */
void content_verity(struct content *content);

#endif
