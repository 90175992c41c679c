/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ROW_H
#define ROW_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* One line of a table of measurements: ours against somebody else's, in RUNS runs one after the other in turn. */

enum { RUNS = 5 };

struct row {
	const char *what, *unit, *peer; /* the peer's name */
	double ours[RUNS], theirs[RUNS]; /* of each run; the more, the better */
};

static inline int row_by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline void row_sort(double values[RUNS])
{
	qsort(values, RUNS, sizeof(values[0]), row_by_size);
}

/* Medians, and the median and the extremes of the ratios of each run. As JSON, one object a line, or as text. */
static inline void row_print(struct row *row, int json)
{
	double ratio[RUNS];

	for (unsigned i = 0; i < RUNS; i++)
		ratio[i] = row->ours[i] / row->theirs[i];
	row_sort(ratio);
	row_sort(row->ours);
	row_sort(row->theirs);
	(void)printf(json ? "{\"what\": \"%s\", \"unit\": \"%s\", \"peer\": \"%s\", \"hufu\": %.6g, \"other\": %.6g, "
			    "\"ratio\": %.4g, \"low\": %.4g, \"high\": %.4g, \"runs\": 5}\n"
			  : "%-44s %-7s %-15s %10.0f %10.0f %7.2f   (%.2f to %.2f)\n",
		     row->what, row->unit, row->peer, row->ours[RUNS / 2], row->theirs[RUNS / 2], ratio[RUNS / 2],
		     ratio[0], ratio[RUNS - 1]);
}

static inline double row_seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
