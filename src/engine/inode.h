/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INODE_H
#define INODE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "hufu.h"

/*
 * What has been done about files: the kernel's integrity_iint_cache. An inode whose content was measured into a PCR is not measured into
 * it again under another name or template, and an audit rule speaks of it once, until its content is another. Nothing is allowed
 * because of what is in here: what is forgotten costs an entry or a line that says the same again.
 *
 * "Content" is named by a digest, over what is read and over security.ima: the kernel forgets what it did when either changes.
 *
 * Threads may share it.
 */
struct inodes;

/* An inode, and not one that had its number before: the time of birth tells, where the file system keeps one. */
struct inode_key {
	dev_t dev;
	ino_t ino;
	int64_t born_sec;
	uint32_t born_nsec;
};

enum inode_deed {
	INODE_MEASURED = 0, /* + PCR, 0 to 63 */
	INODE_AUDITED = 64,
};

/* What is to be done when the last writer closes it: IMA_UPDATE_XATTR. Of an inode, whatever it holds. */
enum inode_due {
	INODE_DUE_NOTHING = 0,
	INODE_DUE_HASH, /* security.ima gets the hash */
	INODE_DUE_RIGHT, /* and until then it counts as right: it was before it was written to */
};

/* `max`: inodes that are remembered, the last ones. -ENOMEM. */
HUFU_MUST_USE int inode_table_new(size_t max, struct inodes **ret_inodes);
void inode_table_free(struct inodes *inodes);

struct inode_key inode_key_of(int fd, const struct stat *st);
/* Has this been done about the inode while it held this content? */
bool inode_did(struct inodes *inodes, const struct inode_key *key, const struct hufu_digest *digest, unsigned deed);
/* It has. What was done about other contents of it is forgotten. */
void inode_note(struct inodes *inodes, const struct inode_key *key, const struct hufu_digest *digest, unsigned deed);

/* Nothing becomes less by it; INODE_DUE_NOTHING clears. */
void inode_set_due(struct inodes *inodes, const struct inode_key *key, enum inode_due due);
enum inode_due inode_due(struct inodes *inodes, const struct inode_key *key);

/*
 * Processes that opened it for reading where it was to be measured, the last ones: IMA_MUST_MEASURE, and what stands for i_readcount.
 * Whether they still have it is for the caller to find out.
 */
#define INODE_READERS 6
void inode_note_reader(struct inodes *inodes, const struct inode_key *key, pid_t pid);
size_t inode_readers(struct inodes *inodes, const struct inode_key *key, pid_t ret_pids[INODE_READERS]);

#endif
