/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_QUEUE_H
#define TREE_QUEUE_H

#include <pthread.h>
#include <time.h>

#include "hufu.h"
#include "tree-dir.h"
#include "tree-links.h"

enum tree_item_stage {
	TREE_ITEM_FREE = 0,
	TREE_ITEM_WAITING, /* for a worker */
	TREE_ITEM_TAKEN,
	TREE_ITEM_DONE, /* for its turn to be reported */
};

/* One name of the tree and what came of it. Belongs to whoever the stage says, so that none of it needs a lock. */
struct tree_item {
	enum tree_item_stage stage; /* the queue's */
	struct tree_dir *dir; /* a reference */
	char *name;
	uint64_t size; /* as the walk saw it */
	struct tree_link *link; /* NULL: a file with one name */
	bool repeated; /* another name of a file that came before: the outcome is in `link` */
	bool dropped; /* the run ended before it was done: no report */

	enum hufu_file_state state;
	int error;
	char *text; /* NULL: none */
	bool has_digest, has_sig;
	struct hufu_digest digest;
	struct hufu_sig sig; /* its bytes lie in `value` */
	uint8_t *value; /* NULL: none */
	size_t value_len;
};

/* Replaces the value by a copy; what `sig` pointed into is gone then. -ENOMEM, and the old value is still there. */
HUFU_MUST_USE int tree_item_set_value(struct tree_item *item, const uint8_t *value, size_t len);
void tree_item_drop_value(struct tree_item *item);

/*
 * A ring between one walker that puts, any number of workers that take and finish in any order, and one thread that gets
 * everything back in the order it was put. `size` bounds how far the workers run ahead of a slow file at the front.
 */
struct tree_queue {
	pthread_mutex_t lock;
	pthread_cond_t more, space, front; /* something to take; room to put; the oldest item is done */
	struct tree_item *ring;
	size_t size;
	uint64_t n_put, n_seen, n_got; /* items put, looked at by takers, given back */
	bool closed, stopped;
	bool walker_waits;
};

HUFU_MUST_USE int tree_queue_init(struct tree_queue *queue, size_t size);
void tree_queue_done(struct tree_queue *queue); /* also frees what is still in it */

/* The next free item, zeroed, once there is room; NULL if the queue was stopped. Then tree_queue_put() hands it in. */
struct tree_item *tree_queue_next(struct tree_queue *queue);
/* With TREE_ITEM_WAITING, or TREE_ITEM_DONE if there is nothing to do. */
void tree_queue_put(struct tree_queue *queue, struct tree_item *item, enum tree_item_stage stage);
void tree_queue_close(struct tree_queue *queue); /* nothing more will be put */
bool tree_queue_full(struct tree_queue *queue);
void tree_queue_drain(
	struct tree_queue *queue); /* for the walker: waits until everything was given back, or it is stopped */

struct tree_share {
	size_t n_max; /* items at most, and of what waits not more than the part of one of `n_takers` */
	size_t n_takers;
	uint64_t bytes_max; /* but one item whatever its size */
};
/* Takes up to `n_max` waiting items, waiting for the first if `wait`. 0: nothing left, or stopped. */
size_t tree_queue_take(struct tree_queue *queue, const struct tree_share *share, bool wait,
		       struct tree_item **ret_items);
void tree_queue_finish(struct tree_queue *queue, struct tree_item *const *items, size_t n);

/* The oldest item if it is done, waiting for it until `deadline` (CLOCK_MONOTONIC; NULL: not at all). NULL: not yet. */
struct tree_item *tree_queue_front(struct tree_queue *queue, const struct timespec *deadline);
void tree_queue_pop(struct tree_queue *queue); /* frees what tree_queue_front() returned */
bool tree_queue_over(struct tree_queue *queue); /* closed and empty, or stopped */

/* Ends all waiting. What is done can still be got. */
void tree_queue_stop(struct tree_queue *queue);
/* Once no thread works any more: what was not done is dropped, so that everything comes out at the front. */
void tree_queue_abandon(struct tree_queue *queue);

#endif
