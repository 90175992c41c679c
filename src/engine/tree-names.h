/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_NAMES_H
#define TREE_NAMES_H

#include <stddef.h>

#include "hufu.h"

/*
 * The names in one directory, in byte order, so that a tree is worked through in the same order everywhere. All of them
 * are held in memory: about 30 bytes a name, and only for the directories between the top and the one being walked.
 */
struct tree_names {
	char *bytes; /* for each name its type (DT_REG ...), the name, a NUL */
	char **at; /* sorted: where each name begins; its type is the byte before */
	size_t n;
};

/* Reads the directory once, without `.` and `..`. On failure nothing is held. `dir_fd` stays with the caller. */
HUFU_MUST_USE int tree_names_read(int dir_fd, struct tree_names *ret_names);
void tree_names_done(struct tree_names *names);

#endif
