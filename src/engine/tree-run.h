/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_RUN_H
#define TREE_RUN_H

#include <stdatomic.h>
#include <time.h>

#include "hufu.h"
#include "tree-dir.h"
#include "tree-links.h"
#include "tree-queue.h"

/*
 * One hufu_tree_run(). Names go one way:
 *
 *   walk ──► queue ──► workers: open, hash, sign, store ──► front of the queue ──► on_file
 *
 * With several jobs the walk and each worker are threads, and the caller's thread does all the reporting. With one job, or
 * for a single file, the caller's thread does everything: when the queue is full it works it off.
 */
struct tree_run {
	const struct hufu_tree_job *job;
	struct hufu_tree_count *count;
	struct tree_dirs dirs;
	struct tree_queue queue;
	struct tree_links links;
	struct tree_share share; /* how much a worker takes at once */
	unsigned n_threads; /* workers that are threads; 0: the caller works */
	struct tree_worker *worker; /* the caller's own, if it works */
	uint64_t bytes_before; /* in `count` at the beginning */
	struct timespec last_tick;
	atomic_uint_fast64_t n_found, bytes;
	atomic_bool stop, walk_done;
};

/* `jobs` as in struct hufu_tree_job; `single` for one file. */
HUFU_MUST_USE int tree_run_init(struct tree_run *run, const struct hufu_tree_job *job, bool single,
				struct hufu_tree_count *count);
void tree_run_done(struct tree_run *run);
/* Walks from `root`, or with `name` works on that one name in it. 0, -ECANCELED, or what made the walk impossible. */
HUFU_MUST_USE int tree_run_go(struct tree_run *run, struct tree_dir *root, const char *name, struct hufu_err *err);

/* The same with any walk: what it returns is what becomes of the run. */
struct tree_run_walk {
	int (*walk)(struct tree_run *run, void *arg, struct hufu_err *err);
	void *arg;
};
HUFU_MUST_USE int tree_run_go_over(struct tree_run *run, const struct tree_run_walk *walk, struct hufu_err *err);
/* For the walk: everything it put is reported. */
void tree_run_drain(struct tree_run *run);

/* For the walk. NULL: the run ends. */
struct tree_item *tree_run_next(struct tree_run *run);
void tree_run_put(struct tree_run *run, struct tree_item *item, enum tree_item_stage stage);
/* For everybody who works for long: false when the run ends. In the caller's thread also shows progress. */
bool tree_run_alive(struct tree_run *run);

#endif
