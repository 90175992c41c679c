/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "out.h"

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

void progress_init(struct progress *progress, bool quiet)
{
	*progress = (struct progress){.on = !quiet && isatty(STDERR_FILENO)};
	(void)clock_gettime(CLOCK_MONOTONIC, &progress->start);
	progress->last = progress->start;
}

double progress_seconds(const struct progress *progress)
{
	return seconds_since(&progress->start);
}

/* ", 0:12 left", or nothing while it cannot be known. */
static struct out_number time_left(uint64_t n_done, uint64_t n_found, bool all_found, double seconds)
{
	struct out_number text = {""};
	unsigned long left;

	if (!all_found || !n_done || n_found < n_done)
		return text;
	left = (unsigned long)(seconds * (double)(n_found - n_done) / (double)n_done + 0.5);
	if (left < 3600)
		(void)snprintf(text.text, sizeof(text.text), ", %lu:%02lu left", left / 60, left % 60);
	else
		(void)snprintf(text.text, sizeof(text.text), ", %lu:%02lu:%02lu left", left / 3600, left / 60 % 60,
			       left % 60);
	return text;
}

void progress_show(struct progress *progress, uint64_t n_done, uint64_t n_found, bool all_found, uint64_t bytes)
{
	double seconds = progress_seconds(progress);
	struct out_number left;

	if (!progress->on || seconds < 1 || seconds_since(&progress->last) < 0.2)
		return;
	(void)clock_gettime(CLOCK_MONOTONIC, &progress->last);
	left = time_left(n_done, n_found, all_found, seconds);
	/* CR and "erase to the end of the line" of every terminal since the VT100 */
	(void)fprintf(stderr, "\r  %s/%s%s files, %s/s, %s/s%s\033[K", out_thousands(n_done).text,
		      out_thousands(n_found).text, all_found ? "" : "+",
		      out_thousands((uint64_t)((double)n_done / seconds)).text,
		      out_size((uint64_t)((double)bytes / seconds)).text, left.text);
	(void)fflush(stderr);
	progress->shown = true;
}

void progress_clear(struct progress *progress)
{
	if (!progress->shown)
		return;
	(void)fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	progress->shown = false;
}
