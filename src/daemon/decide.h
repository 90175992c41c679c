/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DECIDE_H
#define DECIDE_H

#include "fangroup.h"
#include "fstable.h"
#include "service.h"

/*
 * One event from beginning to end: what the task is doing, who it is, what the file is; then each access the kernel's IMA would see
 * goes to the engine, until one is refused. True: the access may go on. Whatever cannot be found out denies, if a rule could ask.
 */
struct decide_hints {
	bool map_at_open; /* the event's file system gives no FANGROUP_ACCESS events, see classify.h */
	bool open_done; /* the open of this execution was judged already ... */
	bool with_open; /* returned: ... namely with this event, which came before it */
};
bool decide(struct service *service, struct fstable *table, const struct fangroup_event *event,
	    struct decide_hints *hints);

#endif
