/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_H
#define SIMULATE_H

#include <limits.h>

#include "deed.h"
#include "simulate-fs.h"
#include "simulate-permit.h"
#include "tree-dir.h"

/*
 * One hufu_simulate_run(). What is judged of a file:
 *
 *   walk ──► file: what may the user do with it? ──► exec: it, its interpreters, its ELF interpreter ──► judge ──► the engine
 *                                                └─► map, read ───────────────────────────────────────┘
 */

/* A file that is open for reading. */
struct simulate_file {
	int fd;
	struct stat st;
	const char *path; /* for the engine, whose records nobody sees */
};

/* What the engine says of one or more deeds with one file. All zero: nothing. */
struct simulate_finding {
	enum hufu_cause cause; /* of the first access that is refused */
	enum hufu_func func;
	unsigned rule;
	unsigned measure_rule; /* of the first that is measured */
	int pcr;
};

/* Interpreters and libraries are judged again and again: for each script, for each program. */
struct simulate_memo {
	dev_t dev;
	ino_t ino;
	struct timespec ctime;
	struct simulate_user as;
	enum deed deed;
	bool known;
	struct simulate_finding finding;
};

enum { SIMULATE_MEMOS = 256 };

struct simulate {
	const struct hufu_simulate_job *job;
	struct hufu_simulate_count *count;
	struct simulate_user user;
	int root_fd;
	struct simulate_fs fs;
	struct simulate_memo memos[SIMULATE_MEMOS];
	char via[PATH_MAX]; /* what report->via points to */
};

/* simulate-walk.c: all below `root`. 0, -ECANCELED, or what made the walk impossible. */
HUFU_MUST_USE int simulate_walk(struct simulate *simulate, struct tree_dir *root, struct hufu_err *err);
/* simulate-file.c: reports each use of a regular file. -ECANCELED, -ENOMEM. */
HUFU_MUST_USE int simulate_file(struct simulate *simulate, struct tree_dir *dir, const char *name,
				const struct stat *st);
/* Counts and reports that nothing is known of it. */
HUFU_MUST_USE int simulate_file_failed(struct simulate *simulate, struct tree_dir *dir, const char *name, int error);
/* simulate-exec.c: fills what comes of execve(2). A negative errno: could not be looked at. */
HUFU_MUST_USE int simulate_exec(struct simulate *simulate, const struct simulate_file *file,
				struct hufu_simulate_report *report);
/*
 * simulate-judge.c: adds what the engine says of a deed by the user, with these as effective ids, to what is known: the first
 * refusal counts, and the first measurement.
 */
void simulate_judge(struct simulate *simulate, const struct simulate_file *file, const struct simulate_user *as,
		    enum deed deed, struct simulate_finding *finding);

#endif
