/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void lock(struct tree_queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
}

static void unlock(struct tree_queue *queue)
{
	(void)pthread_mutex_unlock(&queue->lock);
}

static struct tree_item *item_at(struct tree_queue *queue, uint64_t number)
{
	return &queue->ring[number % queue->size];
}

int tree_item_set_value(struct tree_item *item, const uint8_t *value, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		return -ENOMEM;
	if (len)
		memcpy(copy, value, len);
	tree_item_drop_value(item);
	item->value = copy;
	item->value_len = len;
	return 0;
}

void tree_item_drop_value(struct tree_item *item)
{
	free(item->value);
	item->value = NULL;
	item->value_len = 0;
	item->has_sig = false;
}

static void clear(struct tree_item *item)
{
	tree_dir_unref(item->dir);
	free(item->name);
	free(item->text);
	free(item->value);
	*item = (struct tree_item){0};
}

int tree_queue_init(struct tree_queue *queue, size_t size)
{
	pthread_condattr_t attr;
	int r;

	*queue = (struct tree_queue){.size = size};
	queue->ring = calloc(size, sizeof(*queue->ring));
	if (!queue->ring)
		return -ENOMEM;
	/* on Linux these only fill in memory */
	r = pthread_condattr_init(&attr);
	if (r == 0)
		r = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (r == 0)
		r = pthread_mutex_init(&queue->lock, NULL);
	if (r == 0)
		r = pthread_cond_init(&queue->more, &attr);
	if (r == 0)
		r = pthread_cond_init(&queue->space, &attr);
	if (r == 0)
		r = pthread_cond_init(&queue->front, &attr);
	(void)pthread_condattr_destroy(&attr);
	if (r)
		free(queue->ring);
	return -r;
}

void tree_queue_done(struct tree_queue *queue)
{
	for (size_t i = 0; i < queue->size; i++)
		clear(&queue->ring[i]);
	free(queue->ring);
	(void)pthread_cond_destroy(&queue->more);
	(void)pthread_cond_destroy(&queue->space);
	(void)pthread_cond_destroy(&queue->front);
	(void)pthread_mutex_destroy(&queue->lock);
}

static bool full(const struct tree_queue *queue)
{
	return queue->n_put - queue->n_got == queue->size;
}

bool tree_queue_full(struct tree_queue *queue)
{
	bool is;

	lock(queue);
	is = full(queue);
	unlock(queue);
	return is;
}

struct tree_item *tree_queue_next(struct tree_queue *queue)
{
	struct tree_item *item = NULL;

	lock(queue);
	while (full(queue) && !queue->stopped) {
		queue->walker_waits = true;
		(void)pthread_cond_wait(&queue->space, &queue->lock);
	}
	queue->walker_waits = false;
	if (!queue->stopped)
		item = item_at(queue, queue->n_put);
	unlock(queue);
	return item;
}

void tree_queue_drain(struct tree_queue *queue)
{
	lock(queue);
	while (queue->n_got < queue->n_put && !queue->stopped) {
		queue->walker_waits = true;
		(void)pthread_cond_wait(&queue->space, &queue->lock);
	}
	queue->walker_waits = false;
	unlock(queue);
}

void tree_queue_put(struct tree_queue *queue, struct tree_item *item, enum tree_item_stage stage)
{
	lock(queue);
	item->stage = stage;
	if (stage == TREE_ITEM_WAITING)
		(void)pthread_cond_signal(&queue->more);
	else if (queue->n_put == queue->n_got)
		(void)pthread_cond_signal(&queue->front);
	queue->n_put++;
	unlock(queue);
}

void tree_queue_close(struct tree_queue *queue)
{
	lock(queue);
	queue->closed = true;
	(void)pthread_cond_broadcast(&queue->more);
	(void)pthread_cond_broadcast(&queue->front);
	unlock(queue);
}

/* The next waiting item, passing over what needs no work; NULL if none. */
static struct tree_item *peek(struct tree_queue *queue)
{
	if (queue->n_seen < queue->n_got) /* these needed no work and are gone already */
		queue->n_seen = queue->n_got;
	for (; queue->n_seen < queue->n_put; queue->n_seen++) {
		struct tree_item *item = item_at(queue, queue->n_seen);

		if (item->stage == TREE_ITEM_WAITING)
			return item;
	}
	return NULL;
}

size_t tree_queue_take(struct tree_queue *queue, const struct tree_share *share, bool wait,
		       struct tree_item **ret_items)
{
	struct tree_item *item = NULL;
	uint64_t bytes = 0;
	size_t n = 0, n_max;

	lock(queue);
	while (!queue->stopped && !(item = peek(queue)) && wait && !queue->closed)
		(void)pthread_cond_wait(&queue->more, &queue->lock);
	n_max = (size_t)(queue->n_put - queue->n_seen) / share->n_takers;
	if (n_max > share->n_max)
		n_max = share->n_max;
	while (item && (n == 0 || (n < n_max && item->size <= share->bytes_max - bytes))) {
		bytes += item->size < share->bytes_max - bytes ? item->size : share->bytes_max - bytes;
		item->stage = TREE_ITEM_TAKEN;
		ret_items[n++] = item;
		queue->n_seen++;
		item = peek(queue);
	}
	unlock(queue);
	return n;
}

void tree_queue_finish(struct tree_queue *queue, struct tree_item *const *items, size_t n)
{
	lock(queue);
	for (size_t i = 0; i < n; i++) {
		items[i]->stage = TREE_ITEM_DONE;
		if (items[i] == item_at(queue, queue->n_got))
			(void)pthread_cond_signal(&queue->front);
	}
	unlock(queue);
}

static bool front_done(struct tree_queue *queue)
{
	return queue->n_got < queue->n_put && item_at(queue, queue->n_got)->stage == TREE_ITEM_DONE;
}

static bool over(const struct tree_queue *queue)
{
	return queue->stopped || (queue->closed && queue->n_got == queue->n_put);
}

struct tree_item *tree_queue_front(struct tree_queue *queue, const struct timespec *deadline)
{
	struct tree_item *item = NULL;
	int r = 0;

	lock(queue);
	while (!front_done(queue) && !over(queue) && deadline && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&queue->front, &queue->lock, deadline);
	if (front_done(queue))
		item = item_at(queue, queue->n_got);
	unlock(queue);
	return item;
}

void tree_queue_pop(struct tree_queue *queue)
{
	struct tree_item item;

	lock(queue);
	item = *item_at(queue, queue->n_got);
	*item_at(queue, queue->n_got) = (struct tree_item){0};
	queue->n_got++;
	/* a walker that waited is woken for a stretch of work, not for one name */
	if (queue->walker_waits && queue->n_put - queue->n_got <= queue->size - queue->size / 8)
		(void)pthread_cond_signal(&queue->space);
	unlock(queue);
	clear(&item); /* not under the lock: the last reference of a directory closes descriptors */
}

bool tree_queue_over(struct tree_queue *queue)
{
	bool is;

	lock(queue);
	is = over(queue);
	unlock(queue);
	return is;
}

void tree_queue_stop(struct tree_queue *queue)
{
	lock(queue);
	queue->stopped = true;
	(void)pthread_cond_broadcast(&queue->more);
	(void)pthread_cond_broadcast(&queue->space);
	(void)pthread_cond_broadcast(&queue->front);
	unlock(queue);
}

void tree_queue_abandon(struct tree_queue *queue)
{
	lock(queue);
	for (uint64_t i = queue->n_got; i < queue->n_put; i++) {
		struct tree_item *item = item_at(queue, i);

		if (item->stage != TREE_ITEM_DONE) {
			item->dropped = true;
			item->stage = TREE_ITEM_DONE;
		}
	}
	unlock(queue);
}
