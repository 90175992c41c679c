/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATELOG_H
#define SIMULATELOG_H

#include "hufu.h"
#include "progress.h"

/* How `hufu policy simulate` says what it found: a line for each use that is of interest, and a summary. */
struct simulatelog {
	const struct hufu_policy *policy; /* for the words of rules */
	bool quiet, verbose, json;
	struct progress *progress;
	char *measured; /* the file that was last said to be measured */
};

void simulatelog_done(struct simulatelog *log);
void simulatelog_put(struct simulatelog *log, const struct hufu_simulate_report *report);
void simulatelog_end(struct simulatelog *log, const struct hufu_simulate_job *job,
		     const struct hufu_simulate_count *count);

#endif
