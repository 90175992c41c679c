/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BATCH_H
#define BATCH_H

#include <limits.h>
#include <stdio.h>

#include "command.h"

/* Commands that work through files: sign, hash, verify, show, clear. What they share: options, walking, reporting. */

struct batch_opts {
	bool recursive, one_fs, null;
	bool sidecar, xattr_user;
	bool quiet, verbose, json;
	const char *type, *files_from;
	struct opt_number jobs;
	struct opt_list excludes;
};

/* Rows for a command's table; `member` is a struct batch_opts. */
#define BATCH_ROWS(type_, member)                                                                                      \
	OPT_FLAG('r', "recursive", type_, member.recursive, "Go through directories."),                                \
		OPT_FLAG('x', "one-file-system", type_, member.one_fs, "Do not cross mount points."),                  \
		OPT_TEXT('t', "type", "f", type_, member.type,                                                         \
			 "Only regular files, which is always so; taken for those who are used to it."),               \
		OPT_TEXT(0, "files-from", "FILE", type_, member.files_from,                                            \
			 "Take further paths from FILE (`-`: standard input), one a line."),                           \
		OPT_FLAG('0', "null", type_, member.null, "In --files-from paths end in a NUL byte."),                 \
		OPT_LIST(0, "exclude", "GLOB", type_, member.excludes,                                                 \
			 "Leave out names below a PATH that match; with a slash, whole paths. May be repeated."),      \
		OPT_NUMBER('j', "jobs", "N", type_, member.jobs, 1, 1024, "Threads. [one a processor]"),               \
		OPT_FLAG(0, "sidecar", type_, member.sidecar, "Use FILE.sig in place of the extended attribute."),     \
		OPT_FLAG(0, "xattr-user", type_, member.xattr_user,                                                    \
			 "Use user.ima in place of security.ima: needs no privilege."),                                \
		OPT_FLAG('q', "quiet", type_, member.quiet, "No progress, no summary."),                               \
		OPT_FLAG('v', "verbose", type_, member.verbose, "A line for each file."),                              \
		OPT_FLAG(0, "json", type_, member.json, "Results as JSON, one object a line.")

/* -EINVAL: options or operands that make no sense. Before a command asks for passphrases; batch_run() looks too. */
HUFU_MUST_USE int batch_check(const struct call *call, const struct batch_opts *opts, struct hufu_err *err);
/*
 * Works through the operands, and those of --files-from. `job` holds what the command wants; walking and reporting are filled
 * in here. Prints results and the summary, and returns the exit code.
 */
int batch_run(const struct call *call, const struct batch_opts *opts, struct hufu_tree_job *job, struct hufu_err *err);

/* Paths from a file, one a line, or ended by NUL. */
struct batch_list {
	const char *file;
	bool null;
	FILE *from, *opened; /* `opened` is closed at the end; standard input is not */
	uint64_t n; /* paths so far */
	char path[PATH_MAX];
};
HUFU_MUST_USE int batch_list_open(struct batch_list *list, const char *file, bool null, struct hufu_err *err);
/* 1 and a path that stays until the next call, 0 at the end, or a negative errno with a sentence. */
HUFU_MUST_USE int batch_list_next(struct batch_list *list, const char **ret_path, struct hufu_err *err);
void batch_list_close(struct batch_list *list);

#endif
