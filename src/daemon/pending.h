/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PENDING_H
#define PENDING_H

#include "fangroup.h"

/*
 * The events that wait for an answer: a queue between the thread that reads and those that judge, and the place where each is answered
 * exactly once: by its judge, or, when its deadline passes first, with no.
 *
 * An event has one owner at a time: the queue, then the worker that took it, which also closes its descriptor. The deadline answers
 * for a worker but leaves it the descriptor it is reading from.
 */
struct pending;
struct pending_event; /* one event, from pending_take() to pending_finish() */

HUFU_MUST_USE int pending_new(struct fangroup *group, unsigned deadline_ms, struct pending **ret_pending);
void pending_free(struct pending *pending); /* answers what is left with no */

/* Takes over the event. If there is no memory to queue it, it is answered with no here (and counted). */
void pending_put(struct pending *pending, const struct fangroup_event *event);
/* Waits for an event; NULL: pending_stop() was called and nothing is left. */
struct pending_event *pending_take(struct pending *pending);
const struct fangroup_event *pending_event(const struct pending_event *item);
/*
 * The open that follows this execution was judged with it; and whether that is so of this open: the same task, which has just been let
 * execute the same file. It is so once.
 */
void pending_set_open_done(struct pending_event *item);
bool pending_take_open_done(struct pending *pending, const struct pending_event *item);
/* Answers, unless the deadline has, closes, and frees. */
void pending_finish(struct pending *pending, struct pending_event *item, bool allow);
/* Denies what is over its deadline. Never blocks on the events themselves. */
void pending_expire(struct pending *pending);
/*
 * Closes the descriptors of programs that were let through and are open by now. Until then they keep the lease that was taken for the
 * verdict: the kernel keeps writers away from a program (deny_write_access) only once it has opened it, and one who waits for the
 * lease must not come in between. True: some are left, call again in PENDING_LINGER_MS.
 */
#define PENDING_LINGER_MS     20
#define PENDING_LINGER_MAX_MS 1000
bool pending_release(struct pending *pending);
void pending_stop(struct pending *pending);

struct pending_counts {
	uint64_t waiting; /* now, queued or being judged */
	uint64_t most; /* at any time */
	uint64_t allowed, denied;
	uint64_t expired; /* denied by deadline: part of denied */
	uint64_t no_memory; /* denied because the event could not be queued: part of denied */
	uint64_t unanswered; /* answers that the kernel did not take: the task was killed */
};
void pending_count(struct pending *pending, struct pending_counts *ret_counts);

#endif
