/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROCINFO_H
#define PROCINFO_H

#include <limits.h>

#include "hufu.h"

/* What audit records say of a task beyond struct hufu_subject, from /proc. */
struct procinfo {
	pid_t ppid;
	uint32_t fsuid, fsgid;
	char tty[32]; /* "pts0", "tty1"; "(none)" */
	char exe[PATH_MAX]; /* "" if it is not known: a kernel thread, or the task is gone */
};

/* What cannot be read is as if the task had none: 0, the effective ids, "(none)", "". */
void procinfo_read(const struct hufu_subject *subject, struct procinfo *ret_info);
/* The calling thread. */
void procinfo_self(struct hufu_subject *ret_subject);

#endif
