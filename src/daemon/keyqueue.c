/* SPDX-License-Identifier: Apache-2.0 */
#include "keyqueue.h"

#include <errno.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>
#include <unistd.h>

#include "clean.h"
#include "task.h"

#define KEPT_S 300 /* ima_key_queue_timeout */

struct key {
	STAILQ_ENTRY(key) link;
	enum hufu_ring ring;
	size_t len;
	uint8_t der[];
};

struct keyqueue {
	pthread_mutex_t lock;
	STAILQ_HEAD(, key) keys;
	time_t until_s;
	bool released;
};

static time_t now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

int keyqueue_new(struct keyqueue **ret_queue)
{
	struct keyqueue *queue = calloc(1, sizeof(*queue));

	if (!queue)
		return -ENOMEM;
	(void)pthread_mutex_init(&queue->lock, NULL);
	STAILQ_INIT(&queue->keys);
	queue->until_s = now_s() + KEPT_S;
	*ret_queue = queue;
	return 0;
}

/* Under the lock, if there are others. */
static struct key *take(struct keyqueue *queue)
{
	struct key *key = STAILQ_FIRST(&queue->keys);

	if (key)
		STAILQ_REMOVE_HEAD(&queue->keys, link);
	return key;
}

void keyqueue_free(struct keyqueue *queue)
{
	struct key *key;

	if (!queue)
		return;
	while ((key = take(queue)))
		free(key);
	(void)pthread_mutex_destroy(&queue->lock);
	free(queue);
}

/* Whoever brings a key or a policy, it is hufud that puts it in force. */
static void measure(struct service *service, enum hufu_ring ring, const void *der, size_t len)
{
	struct hufu_subject subject;

	/* without an engine there is no policy yet either */
	if (service->engine && task_read(gettid(), &subject) == 0)
		hufu_engine_measure_key(service->engine, &subject, hufu_ring_name(ring), der, len);
}

/* Under the lock. False: it is not kept. */
static bool keep(struct keyqueue *queue, enum hufu_ring ring, const void *der, size_t len)
{
	struct key *key;

	if (queue->released || now_s() >= queue->until_s)
		return false;
	key = malloc(sizeof(*key) + len);
	if (!key)
		return false;
	key->ring = ring;
	key->len = len;
	memcpy(key->der, der, len);
	STAILQ_INSERT_TAIL(&queue->keys, key, link);
	return true;
}

void keyqueue_put(struct service *service, enum hufu_ring ring, const void *der, size_t len)
{
	struct keyqueue *queue = service->keyqueue;
	bool kept;

	if (!queue)
		return;
	(void)pthread_mutex_lock(&queue->lock);
	kept = keep(queue, ring, der, len);
	(void)pthread_mutex_unlock(&queue->lock);
	if (!kept)
		measure(service, ring, der, len);
}

void keyqueue_release(struct service *service)
{
	struct keyqueue *queue = service->keyqueue;
	struct key *key;
	bool late;

	if (!queue)
		return;
	(void)pthread_mutex_lock(&queue->lock);
	queue->released = true;
	late = now_s() >= queue->until_s;
	while ((key = take(queue))) {
		if (!late)
			measure(service, key->ring, key->der, key->len);
		free(key);
	}
	(void)pthread_mutex_unlock(&queue->lock);
}
