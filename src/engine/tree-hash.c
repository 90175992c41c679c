/* SPDX-License-Identifier: Apache-2.0 */
/* The stage that reads and hashes. */
#include <errno.h>
#include <fcntl.h>

#include "err.h"
#include "file.h"
#include "tree-work.h"

#define CHANGED	   1 /* the file is not what it was before it was read */
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
static int read_all(struct tree_worker *worker, struct tree_work *work, struct hufu_err *err)
{
	uint64_t size = (uint64_t)work->stat.st_size;
	int r;

	for (uint64_t at = 0; at < size;) {
		size_t wanted = size - at < TREE_BUFFER ? (size_t)(size - at) : TREE_BUFFER;
		ssize_t n = file_pread(work->fd, worker->buffer, wanted, at);

		if (n < 0)
			return err_sys(err, (int)n, "cannot read");
		if ((size_t)n < wanted)
			return CHANGED;
		r = digest_add(worker->digest, worker->buffer, wanted);
		if (r < 0)
			return err_sys(err, r, "cannot hash");
		(void)atomic_fetch_add(&worker->run->bytes, wanted);
		at += wanted;
		if (at < size && !tree_run_alive(worker->run))
			return -ECANCELED;
	}
	return 0;
}

static int hash_once(struct tree_worker *worker, struct tree_work *work, struct hufu_err *err)
{
	struct hufu_digest digest = {0};
	struct stat after;
	int r = 0;

	if (worker->digest && worker->algo != work->algo)
		drop_digest(worker);
	if (!worker->digest)
		r = digest_new(work->algo, &worker->digest, err);
	if (r < 0)
		return r;
	worker->algo = work->algo;
	r = read_all(worker, work, err);
	if (r == 0) {
		r = digest_end(worker->digest, &digest);
		if (r < 0)
			(void)err_sys(err, r, "cannot hash");
	}
	if (r != 0)
		drop_digest(worker); /* half fed */
	if (r < 0)
		return r;
	if (fstat(work->fd, &after) < 0)
		return err_sys(err, -errno, "cannot read");
	if (r == CHANGED || !same_content(&work->stat, &after)) {
		work->stat = after;
		return CHANGED;
	}
	work->item->digest = digest;
	work->item->has_digest = true;
	return 0;
}

static void hash_file(struct tree_worker *worker, struct tree_work *work)
{
	struct hufu_err err = {0};
	int r = CHANGED;

	if (work->stat.st_size >= READ_AHEAD)
		(void)posix_fadvise(work->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	for (unsigned i = 0; i < TRIES && r == CHANGED; i++)
		r = hash_once(worker, work, &err);
	if (r == CHANGED)
		tree_work_fail(work, -EBUSY, "changed while it was read");
	else if (r == -ECANCELED)
		tree_work_drop(work);
	else if (r < 0)
		tree_work_fail(work, r, err.text);
}

void tree_hash(struct tree_worker *worker, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (worker->works[i].step == TREE_STEP_HASH)
			hash_file(worker, &worker->works[i]);
}
