/* SPDX-License-Identifier: Apache-2.0 */
#include "pending.h"

#include <errno.h>
#include <pthread.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <time.h>

#include "clean.h"
#include "kstack.h"

struct pending_event {
	TAILQ_ENTRY(pending_event) link; /* on `queued` or on `working` */
	struct fangroup_event event;
	uint64_t deadline_ns;
	bool answered; /* by the deadline, while a worker had it */
	bool open_done; /* its open was judged with it */
	uint64_t allowed_ns; /* on `lingering`: when it was let through */
};

TAILQ_HEAD(event_list, pending_event);

struct pending {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct event_list lingering; /* programs let through, in the order of that */
	struct event_list queued, working; /* each in the order of arrival, so of deadlines */
	struct fangroup *group;
	uint64_t deadline_ns;
	bool stopping;
	struct pending_counts counts;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int pending_new(struct fangroup *group, unsigned deadline_ms, struct pending **ret_pending)
{
	struct pending *pending = calloc(1, sizeof(*pending));

	if (!pending)
		return -ENOMEM;
	(void)pthread_mutex_init(&pending->lock, NULL);
	(void)pthread_cond_init(&pending->more, NULL);
	TAILQ_INIT(&pending->queued);
	TAILQ_INIT(&pending->working);
	TAILQ_INIT(&pending->lingering);
	pending->group = group;
	pending->deadline_ns = (uint64_t)deadline_ms * 1000000u;
	*ret_pending = pending;
	return 0;
}

/* Under the lock. */
static bool is_waited_for(const struct fangroup_event *event)
{
	return event->events & ~(unsigned)FANGROUP_CLOSE;
}

static void answer(struct pending *pending, int fd, bool allow)
{
	if (fangroup_answer(pending->group, fd, allow) < 0)
		pending->counts.unanswered++;
	else if (allow)
		pending->counts.allowed++;
	else
		pending->counts.denied++;
}

/* Under the lock: takes a queued event off and answers it with no. */
static void refuse_queued(struct pending *pending, struct pending_event *item)
{
	TAILQ_REMOVE(&pending->queued, item, link);
	if (!item->answered)
		answer(pending, item->event.fd, false);
	(void)close(item->event.fd);
	free(item);
	pending->counts.waiting--;
}

/* Under the lock. */
static void release(struct pending *pending, struct pending_event *item)
{
	TAILQ_REMOVE(&pending->lingering, item, link);
	(void)close(item->event.fd);
	free(item);
}

void pending_free(struct pending *pending)
{
	if (!pending)
		return;
	while (!TAILQ_EMPTY(&pending->queued))
		refuse_queued(pending, TAILQ_FIRST(&pending->queued));
	while (!TAILQ_EMPTY(&pending->lingering))
		release(pending, TAILQ_FIRST(&pending->lingering));
	(void)pthread_cond_destroy(&pending->more);
	(void)pthread_mutex_destroy(&pending->lock);
	free(pending);
}

void pending_put(struct pending *pending, const struct fangroup_event *event)
{
	struct pending_event *item = calloc(1, sizeof(*item));

	(void)pthread_mutex_lock(&pending->lock);
	if (!item) {
		if (is_waited_for(event))
			answer(pending, event->fd, false);
		(void)close(event->fd);
		pending->counts.no_memory++;
	} else {
		item->event = *event;
		item->answered = !is_waited_for(event);
		item->deadline_ns = now_ns() + pending->deadline_ns;
		TAILQ_INSERT_TAIL(&pending->queued, item, link);
		pending->counts.waiting++;
		if (pending->counts.waiting > pending->counts.most)
			pending->counts.most = pending->counts.waiting;
		(void)pthread_cond_signal(&pending->more);
	}
	(void)pthread_mutex_unlock(&pending->lock);
}

struct pending_event *pending_take(struct pending *pending)
{
	struct pending_event *item;

	(void)pthread_mutex_lock(&pending->lock);
	while (TAILQ_EMPTY(&pending->queued) && !pending->stopping)
		(void)pthread_cond_wait(&pending->more, &pending->lock);
	item = TAILQ_FIRST(&pending->queued);
	if (item) {
		TAILQ_REMOVE(&pending->queued, item, link);
		TAILQ_INSERT_TAIL(&pending->working, item, link);
	}
	(void)pthread_mutex_unlock(&pending->lock);
	return item;
}

const struct fangroup_event *pending_event(const struct pending_event *item)
{
	return &item->event;
}

void pending_set_open_done(struct pending_event *item)
{
	item->open_done = true;
}

static bool same_file(int a, int b)
{
	struct stat a_st, b_st;

	return fstat(a, &a_st) == 0 && fstat(b, &b_st) == 0 && a_st.st_dev == b_st.st_dev && a_st.st_ino == b_st.st_ino;
}

bool pending_take_open_done(struct pending *pending, const struct pending_event *item)
{
	struct pending_event *program;
	bool done = false;

	if (!(item->event.events & FANGROUP_OPEN))
		return false;
	(void)pthread_mutex_lock(&pending->lock);
	TAILQ_FOREACH (program, &pending->lingering, link) {
		if (!program->open_done || program->event.tid != item->event.tid ||
		    !same_file(program->event.fd, item->event.fd))
			continue;
		program->open_done = false;
		done = true;
	}
	(void)pthread_mutex_unlock(&pending->lock);
	return done;
}

void pending_finish(struct pending *pending, struct pending_event *item, bool allow)
{
	(void)pthread_mutex_lock(&pending->lock);
	TAILQ_REMOVE(&pending->working, item, link);
	if (!item->answered)
		answer(pending, item->event.fd, allow);
	pending->counts.waiting--;
	if (allow && !item->answered && item->event.events & FANGROUP_EXEC) {
		item->allowed_ns = now_ns();
		TAILQ_INSERT_TAIL(&pending->lingering, item, link);
		item = NULL;
	}
	(void)pthread_mutex_unlock(&pending->lock);
	if (!item)
		return;
	(void)close(item->event.fd);
	free(item);
}

void pending_expire(struct pending *pending)
{
	struct pending_event *item;
	uint64_t now = now_ns();

	(void)pthread_mutex_lock(&pending->lock);
	TAILQ_FOREACH (item, &pending->working, link) {
		if (item->answered || item->deadline_ns > now)
			continue;
		answer(pending, item->event.fd, false);
		item->answered = true;
		pending->counts.expired++;
	}
	while ((item = TAILQ_FIRST(&pending->queued)) && item->deadline_ns <= now) {
		refuse_queued(pending, item);
		pending->counts.expired++;
	}
	(void)pthread_mutex_unlock(&pending->lock);
}

/* A task that runs shows no stack, and has left the open in a moment; one that was put aside in it still shows where it stands. */
static bool is_opening(const struct pending_event *item, uint64_t age_ns)
{
	return age_ns < PENDING_LINGER_MAX_MS * 1000000ull && kstack_read(item->event.tid) & KSTACK_EXEC_OPEN;
}

bool pending_release(struct pending *pending)
{
	struct pending_event *item, *next;
	uint64_t now = now_ns();
	bool some;

	(void)pthread_mutex_lock(&pending->lock);
	for (item = TAILQ_FIRST(&pending->lingering); item; item = next) {
		next = TAILQ_NEXT(item, link);
		if (now - item->allowed_ns < PENDING_LINGER_MS * 1000000ull)
			break;
		if (!is_opening(item, now - item->allowed_ns))
			release(pending, item);
	}
	/* What is being judged may linger next, and nobody would wake the caller then */
	some = !TAILQ_EMPTY(&pending->lingering) || pending->counts.waiting;
	(void)pthread_mutex_unlock(&pending->lock);
	return some;
}

void pending_stop(struct pending *pending)
{
	(void)pthread_mutex_lock(&pending->lock);
	pending->stopping = true;
	(void)pthread_cond_broadcast(&pending->more);
	(void)pthread_mutex_unlock(&pending->lock);
}

void pending_count(struct pending *pending, struct pending_counts *ret_counts)
{
	(void)pthread_mutex_lock(&pending->lock);
	*ret_counts = pending->counts;
	(void)pthread_mutex_unlock(&pending->lock);
}
