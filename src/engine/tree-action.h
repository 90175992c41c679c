/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_ACTION_H
#define TREE_ACTION_H

#include "tree-work.h"

enum tree_found_kind {
	TREE_FOUND_ERROR = 0, /* could not be read */
	TREE_FOUND_NOTHING,
	TREE_FOUND_MALFORMED,
	TREE_FOUND_VALUE, /* decoded into the item's `sig` */
};

/* What was there when the file was opened. */
struct tree_found {
	enum tree_found_kind kind;
	int error; /* ERROR, MALFORMED */
	struct hufu_err reason; /* ERROR, MALFORMED */
};

/*
 * What an action makes of one file: two questions, each of which ends the work (tree_work_settle(), tree_work_fail()) or sets its
 * next step.
 */
struct tree_action {
	void (*look)(const struct hufu_tree_job *job, struct tree_work *work, const struct tree_found *found);
	/* After TREE_STEP_HASH: knows the digest. */
	void (*judge)(const struct hufu_tree_job *job, struct tree_work *work);
};

/* NULL: no such action. */
const struct tree_action *tree_action_of(enum hufu_tree_action action);

#endif
