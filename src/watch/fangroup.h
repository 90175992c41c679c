/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FANGROUP_H
#define FANGROUP_H

#include "hufu.h"

/*
 * An fanotify group whose permission events hold accesses until they are answered. This file is the only one that knows the
 * kernel's event records. It allows and denies; it does not know why.
 *
 * Kernel behaviour to remember: closing the group allows everything that is outstanding (fanotify(7)); marks are put on file
 * systems, never on mounts, because a cloned mount (`unshare -m`) would not carry them.
 */
struct fangroup;

enum fangroup_events {
	FANGROUP_EXEC = 1 << 0, /* FAN_OPEN_EXEC_PERM: opened to be executed: program, interpreter, ELF interpreter */
	FANGROUP_OPEN = 1 << 1, /* FAN_OPEN_PERM: any open; for an exec it comes after FANGROUP_EXEC */
	FANGROUP_ACCESS = 1 << 2, /* FAN_PRE_ACCESS (Linux 6.14): each read and each mmap of a file */
	FANGROUP_CLOSE = 1 << 3, /* FAN_CLOSE_WRITE: a writer has closed it. Nobody waits: it is not answered */
	FANGROUP_READ =
		1 << 4, /* FAN_ACCESS_PERM: each read, also by the kernel itself, on every kernel and file system */
};

struct fangroup_event {
	unsigned events; /* enum fangroup_events, usually one */
	pid_t tid; /* the thread that waits; 0: not visible from our pid namespace */
	int fd; /* readable, makes no events itself; whoever answers closes it by fangroup_answer() */
};

HUFU_MUST_USE int fangroup_new(struct fangroup **ret_group, struct hufu_err *err);
void fangroup_free(struct fangroup *group); /* everything outstanding is allowed by the kernel */
int fangroup_fd(const struct fangroup *group); /* for poll(2) */

/*
 * From now on holds `events` on the whole file system `path` lies on, adding to what was asked before. FANGROUP_ACCESS needs the
 * kernel (6.14) and the file system (ext4, xfs, btrfs, ...): `ret_events` says what was granted.
 */
HUFU_MUST_USE int fangroup_watch(struct fangroup *group, const char *path, unsigned events, unsigned *ret_events,
				 struct hufu_err *err);
int fangroup_unwatch(struct fangroup *group, const char *path, unsigned events, struct hufu_err *err);

/*
 * Reads what is there without waiting: the number of events put into `ret_events` (at most `n`), 0 for none, or a negative errno
 * (-EMFILE: no descriptor could be made, the kernel has denied that access).
 */
HUFU_MUST_USE int fangroup_read(struct fangroup *group, struct fangroup_event *ret_events, size_t n);
/* Lets the access go on or refuses it (EPERM). -ENOENT: nobody waits any more, the task was killed. Closes nothing. */
int fangroup_answer(struct fangroup *group, int fd, bool allow);

#endif
