/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_DIR_H
#define TREE_DIR_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "hufu.h"

/*
 * Directories of a walk, by reference. A file is named by its directory and its own name, never by a path from the top, so
 * that no link and no length gets in between.
 *
 * A directory is opened below its parent. Only `limit` descriptors stay open; a directory whose descriptor was closed is
 * opened again when it is used, from its nearest open ancestor down, and has to be the same inode (else -ESTALE). So a
 * tree deeper or wider than RLIMIT_NOFILE needs no more descriptors than any other. Threads may share all of this.
 */

#define TREE_DEPTH_MAX                                                                                                 \
	4096 /* levels below the operand: twice what a path can name, and an end to a tree that has none */

struct tree_dir;

struct tree_dirs {
	pthread_mutex_t lock;
	struct tree_dir *newest, *oldest; /* used, of those that are open; the top is not among them */
	unsigned n_open, limit;
};

HUFU_MUST_USE int tree_dirs_init(struct tree_dirs *dirs, unsigned limit);
void tree_dirs_done(struct tree_dirs *dirs); /* every reference was given back */
/* Closes every descriptor that is not pinned: for -EMFILE elsewhere. */
void tree_dirs_shrink(struct tree_dirs *dirs);

/* The top, with one reference. `prefix` stands before the names in it ("", "/", "usr/"). Takes `fd`, also on failure. */
HUFU_MUST_USE int tree_dir_root(struct tree_dirs *dirs, int fd, const char *prefix, struct tree_dir **ret_dir);
/* The directory `name` below `parent`, with one reference; it holds one on `parent`. -ENOTDIR, also for a link; -ENOENT. */
HUFU_MUST_USE int tree_dir_enter(struct tree_dir *parent, const char *name, struct tree_dir **ret_dir);
struct tree_dir *tree_dir_ref(struct tree_dir *dir);
void tree_dir_unref(struct tree_dir *dir); /* NULL allowed */

/* The descriptor, which stays open until tree_dir_unpin(); or a negative errno, and then nothing is pinned. */
HUFU_MUST_USE int tree_dir_pin(struct tree_dir *dir);
void tree_dir_unpin(struct tree_dir *dir);

dev_t tree_dir_dev(const struct tree_dir *dir);
unsigned tree_dir_depth(const struct tree_dir *dir); /* 0: the top */
/* The path of `name` as reached from the operand. Allocated; NULL if memory is short. */
char *tree_dir_path(const struct tree_dir *dir, const char *name);

/* openat() below `dir`, made once more after tree_dirs_shrink() when descriptors are short. The descriptor or -errno. */
HUFU_MUST_USE int tree_dir_open(struct tree_dir *dir, const char *name, int flags, mode_t mode);

#endif
