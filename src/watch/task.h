/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TASK_H
#define TASK_H

#include <sys/stat.h>

#include "hufu.h"

/*
 * Who a waiting task is, from /proc/<tid>: it cannot change while it waits. -ESRCH: it is gone (killed); -EBADMSG: what /proc says
 * cannot be read.
 */
HUFU_MUST_USE int task_read(pid_t tid, struct hufu_subject *ret_subject);
/* The text of /proc/<tid>/status. `same_userns`: the task's capabilities count in our user namespace. */
HUFU_MUST_USE int task_parse_status(const char *text, bool same_userns, struct hufu_subject *ret_subject);
/* READ_IMPLIES_EXEC in the task's personality: its readable mappings are executable. Unknown counts as true. */
bool task_read_implies_exec(pid_t tid);
/* Is its descriptor `fd` open on that file? False also if that cannot be found out. */
bool task_has_open(pid_t tid, int fd, const struct stat *st);
/* Is it one of our own threads? */
bool task_is_ours(pid_t tid);

#endif
