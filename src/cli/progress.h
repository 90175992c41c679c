/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/*
 * One line on the terminal that standard error is, for what takes longer than a second:
 *
 *   4,988/10,000 files, 5,120/s, 21 MB/s, 0:12 left
 */
struct progress {
	bool on; /* standard error is a terminal, and -q was not given */
	bool shown; /* the line is there now */
	struct timespec start, last;
};

void progress_init(struct progress *progress, bool quiet);
/* `n_found` is what there is to do as far as is known; `all_found`: it is known. */
void progress_show(struct progress *progress, uint64_t n_done, uint64_t n_found, bool all_found, uint64_t bytes);
/* Takes the line away: before anything else is printed, and at the end. */
void progress_clear(struct progress *progress);
double progress_seconds(const struct progress *progress);

#endif
