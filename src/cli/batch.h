/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BATCH_H
#define BATCH_H

#include "command.h"

/* Commands that work through files: sign, hash, verify, show, clear. What they share: options, walking, reporting. */

struct batch_opts {
	bool recursive, one_fs, null;
	bool sidecar, xattr_user;
	bool quiet, verbose, json;
	const char *type, *files_from;
	struct opt_number jobs;
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

/* Paths from a file, one a line, or ended by NUL: calls `on_path` until it returns nonzero, which is returned. */
HUFU_MUST_USE int batch_each_path(const char *file, bool null, int (*on_path)(void *ctx, const char *path), void *ctx,
				  struct hufu_err *err);

#endif
