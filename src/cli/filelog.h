/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FILELOG_H
#define FILELOG_H

#include <stdbool.h>
#include <stdint.h>

#include "hufu.h"
#include "progress.h"

/*
 * What is said of each file, and of all of them at the end. Of thousands of failures the first ones are printed, and then
 * counted, so that they do not bury the summary.
 */
struct filelog {
	enum hufu_tree_action action;
	bool quiet, verbose, json, dry_run;
	struct progress *progress; /* its line is taken away before anything is printed */
};

void filelog_put(struct filelog *log, const struct hufu_file_report *report);
/* An operand that could not even be looked at: `err` names it. Counted as a failed file by the caller. */
void filelog_put_operand(struct filelog *log, const char *path, int error, const struct hufu_err *err);
/* How many more failures there were, and the summary. */
void filelog_end(struct filelog *log, const struct hufu_tree_count *count);

#endif
