/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DECIDE_H
#define DECIDE_H

#include "fangroup.h"
#include "fstable.h"
#include "service.h"

/*
 * One event from beginning to end: what the task is doing, who it is, what the file is; then each access the kernel's IMA would see
 * goes to the engine. True: the access may go on. Whatever cannot be found out denies, if a rule could ask.
 *
 * `map_at_open`: the event's file system gives no FANGROUP_ACCESS events, see classify.h.
 */
bool decide(struct service *service, struct fstable *table, const struct fangroup_event *event, bool map_at_open);

#endif
