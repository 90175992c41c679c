/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_WORK_H
#define TREE_WORK_H

#include <sys/stat.h>

#include "digest.h"
#include "tree-run.h"

/*
 * A worker takes some files at once and takes all of them through one stage after another: open, hash, judge, sign,
 * store. So the stages that cost the time, tree_hash() and tree_sign(), always see several files of one worker together.
 */

#define TREE_BATCH 16 /* files in one hand: as many as SM3 has lanes on the widest machine, and as many descriptors */

enum tree_step {
	TREE_STEP_END = 0, /* the outcome is in the item */
	TREE_STEP_HASH,
	TREE_STEP_SIGN,
	TREE_STEP_STORE,
};

/* One file in a worker's hand. */
struct tree_work {
	struct tree_item *item;
	enum tree_step step; /* what it needs next */
	int fd;
	struct stat stat; /* when it was opened, or before it was last read */
	unsigned algo; /* to hash with */
	unsigned tries; /* how often it was read */
};

struct tree_worker {
	struct tree_run *run;
	uint8_t *buffer; /* TREE_BUFFER bytes */
	struct digest *digest; /* of `algo`, kept from one file to the next; NULL: none */
	unsigned algo;
	struct tree_work works[TREE_BATCH];
};

#define TREE_BUFFER (512 << 10) /* read at once of one file, or of eight an eighth; about half a second-level cache */

HUFU_MUST_USE int tree_worker_new(struct tree_run *run, struct tree_worker **ret_worker);
void tree_worker_free(struct tree_worker *worker);
/* Does all of these files, at most TREE_BATCH: the outcome is in each item, or it is dropped because the run ends. */
void tree_worker_do(struct tree_worker *worker, struct tree_item *const *items, size_t n);

/* Outcomes, which end the work. `text` may be NULL. */
void tree_work_settle(struct tree_work *work, enum hufu_file_state state, const char *text);
void tree_work_fail(struct tree_work *work, int error, const char *text);
void tree_work_drop(struct tree_work *work); /* the run ends: no outcome */

#define TREE_READ_CHANGED 1 /* the file is not as long as it was before it was read */
/*
 * The file was read: 0 and its digest, TREE_READ_CHANGED, or a negative errno. If it changed meanwhile it stays at
 * TREE_STEP_HASH without a digest, but not for ever.
 */
void tree_work_hashed(struct tree_work *work, int result, const struct hufu_digest *digest);

/* Hashes every file of the worker that needs it, with a check that it did not change meanwhile. */
void tree_hash(struct tree_worker *worker, size_t n);
/* Does those of tree_hash() that can be hashed several at once; the others stay as they are. */
void tree_lanes(struct tree_worker *worker, size_t n);
/* Signs the digest of every file of the worker that needs it; what is to be stored is then in the item's value. */
void tree_sign(struct tree_worker *worker, size_t n);

#endif
