/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_WALK_H
#define TREE_WALK_H

#include "tree-run.h"

/*
 * Puts every name below `root` in the queue, depth first, names of a directory in byte order. What is no regular file is
 * put as done: skipped, or failed for a directory that cannot be read. 0, -ECANCELED, or why `root` cannot be walked.
 */
HUFU_MUST_USE int tree_walk(struct tree_run *run, struct tree_dir *root, struct hufu_err *err);
/* The one name of an operand: -ELOOP a link, -EISDIR a directory, -EINVAL another type. */
HUFU_MUST_USE int tree_walk_name(struct tree_run *run, struct tree_dir *dir, const char *name, struct hufu_err *err);

/* "named pipe" ...: what a name is that is no regular file. */
const char *tree_walk_type(mode_t mode);

/* 1: the job leaves out this name below an operand. -ENOMEM. */
HUFU_MUST_USE int tree_walk_excluded(const struct hufu_tree_job *job, const struct tree_dir *dir, const char *name);

#endif
