/* SPDX-License-Identifier: Apache-2.0 */
/* SM3 of several files at once: each is read piece by piece into a buffer of the lane that it is in. */
#include <errno.h>
#include <string.h>

#include "file.h"
#include "sm3-lanes.h"
#include "tree-work.h"

#define PIECE (TREE_BUFFER / SM3_LANES)

struct lanes {
	struct tree_worker *worker;
	struct lane_file {
		struct sm3_job job;
		struct lanes *lanes;
		struct tree_work *work;
		uint8_t *buffer; /* NULL: in no lane yet */
		uint64_t at;
		bool changed;
	} files[TREE_BATCH];
	size_t n, n_begun;
	uint8_t *spare[SM3_LANES]; /* a buffer for each lane that holds no file */
	unsigned n_spare;
};

/* Exactly as many bytes as the file had, as in tree-hash.c. */
static int more(struct sm3_job *job, const uint8_t **ret_data, size_t *ret_len)
{
	struct lane_file *file = job->arg;
	struct tree_run *run = file->lanes->worker->run;
	uint64_t left = (uint64_t)file->work->stat.st_size - file->at;
	size_t wanted = left < PIECE ? (size_t)left : PIECE;
	ssize_t n = 0;

	if (wanted && file->at && !tree_run_alive(run))
		return -ECANCELED;
	if (wanted)
		n = file_pread(file->work->fd, file->buffer, wanted, file->at);
	if (n < 0)
		return (int)n;
	if ((size_t)n < wanted) {
		file->changed = true;
		return -EBUSY;
	}
	(void)atomic_fetch_add(&run->bytes, wanted);
	file->at += wanted;
	*ret_data = file->buffer;
	*ret_len = wanted;
	return 0;
}

static struct sm3_job *next(struct sm3_queue *queue)
{
	struct lanes *lanes = queue->arg;
	struct lane_file *file;

	if (lanes->n_begun == lanes->n)
		return NULL;
	file = &lanes->files[lanes->n_begun++];
	file->buffer = lanes->spare[--lanes->n_spare];
	return &file->job;
}

static void done(struct sm3_queue *queue, struct sm3_job *job)
{
	struct lanes *lanes = queue->arg;
	struct lane_file *file = job->arg;
	struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = SM3_LEN};

	lanes->spare[lanes->n_spare++] = file->buffer;
	memcpy(digest.bytes, job->digest, SM3_LEN);
	tree_work_hashed(file->work, file->changed ? TREE_READ_CHANGED : job->result, &digest);
}

static bool wants(const struct tree_work *work)
{
	return work->step == TREE_STEP_HASH && work->algo == HUFU_HASH_SM3;
}

void tree_lanes(struct tree_worker *worker, size_t n)
{
	struct lanes lanes = {.worker = worker, .n_spare = SM3_LANES};
	struct sm3_queue queue = {.next = next, .done = done, .arg = &lanes};

	for (size_t i = 0; i < n; i++)
		if (wants(&worker->works[i])) {
			struct lane_file *file = &lanes.files[lanes.n++];

			*file = (struct lane_file){.lanes = &lanes, .work = &worker->works[i]};
			file->job = (struct sm3_job){.more = more, .arg = file};
		}
	if (lanes.n < 2 || !sm3_usable())
		return;
	for (unsigned i = 0; i < SM3_LANES; i++)
		lanes.spare[i] = worker->buffer + (size_t)i * PIECE;
	sm3_lanes_run(&queue);
}
