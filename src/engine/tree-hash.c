/* SPDX-License-Identifier: Apache-2.0 */
/* The stage that reads and hashes. */
#include <errno.h>
#include <fcntl.h>

#include "err.h"
#include "file.h"
#include "tree-work.h"

#define TRIES	   3 /* a log that is written to all the time must not keep us */
#define READ_AHEAD (1 << 20) /* from here on it pays to tell the kernel that all of the file will be read */

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_content(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && same_time(&a->st_mtim, &b->st_mtim) && same_time(&a->st_ctim, &b->st_ctim);
}

static void drop_digest(struct tree_worker *worker)
{
	digest_free(worker->digest);
	worker->digest = NULL;
}

/* Exactly as many bytes as the file had, so that one that grows faster than it is read comes to an end too. */
static int read_all(struct tree_worker *worker, const struct tree_work *work)
{
	uint64_t size = (uint64_t)work->stat.st_size;
	int r;

	for (uint64_t at = 0; at < size;) {
		size_t wanted = size - at < TREE_BUFFER ? (size_t)(size - at) : TREE_BUFFER;
		ssize_t n = file_pread(work->fd, worker->buffer, wanted, at);

		if (n < 0)
			return (int)n;
		if ((size_t)n < wanted)
			return TREE_READ_CHANGED;
		r = digest_add(worker->digest, worker->buffer, wanted);
		if (r < 0)
			return r;
		(void)atomic_fetch_add(&worker->run->bytes, wanted);
		at += wanted;
		if (at < size && !tree_run_alive(worker->run))
			return -ECANCELED;
	}
	return 0;
}

void tree_work_hashed(struct tree_work *work, int result, const struct hufu_digest *digest)
{
	struct hufu_err err = {0};
	struct stat after;

	if (result == -ECANCELED) {
		tree_work_drop(work);
		return;
	}
	if (result >= 0 && fstat(work->fd, &after) < 0)
		result = -errno;
	if (result < 0) {
		(void)err_sys(&err, result, "cannot read");
		tree_work_fail(work, result, err.text);
		return;
	}
	work->tries++;
	if (result == 0 && same_content(&work->stat, &after)) {
		work->item->digest = *digest;
		work->item->has_digest = true;
		return;
	}
	work->stat = after;
	if (work->tries == TRIES)
		tree_work_fail(work, -EBUSY, "changed while it was read");
}

/* Sees to it that the worker's digest is one of this algorithm. */
static int set_algo(struct tree_worker *worker, unsigned algo, struct hufu_err *err)
{
	if (worker->digest && worker->algo != algo)
		drop_digest(worker);
	worker->algo = algo;
	return worker->digest ? 0 : digest_new(algo, &worker->digest, err);
}

static void hash_once(struct tree_worker *worker, struct tree_work *work)
{
	struct hufu_digest digest = {0};
	struct hufu_err err = {0};
	int r = set_algo(worker, work->algo, &err);

	if (r < 0) {
		tree_work_fail(work, r, err.text);
		return;
	}
	r = read_all(worker, work);
	if (r == 0)
		r = digest_end(worker->digest, &digest);
	if (r != 0)
		drop_digest(worker); /* half fed */
	tree_work_hashed(work, r, &digest);
}

static bool needs_digest(const struct tree_work *work)
{
	return work->step == TREE_STEP_HASH && !work->item->has_digest;
}

void tree_hash(struct tree_worker *worker, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (needs_digest(&worker->works[i]) && worker->works[i].stat.st_size >= READ_AHEAD)
			(void)posix_fadvise(worker->works[i].fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	tree_lanes(worker, n);
	/* what is by itself, has another algorithm, or changed while it was read */
	for (size_t i = 0; i < n; i++)
		while (needs_digest(&worker->works[i]))
			hash_once(worker, &worker->works[i]);
}
