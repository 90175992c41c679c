/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

#include <errno.h>
#include <string.h>

#include "clean.h"
#include "err.h"
#include "filelog.h"
#include "interrupt.h"
#include "out.h"

struct batch {
	const struct batch_opts *opts;
	const struct hufu_tree_job *job;
	struct hufu_tree_count count;
	struct progress progress;
	struct filelog log;
	uint64_t n_before; /* files of the operands before this one */
	struct hufu_err *err;
};

static uint64_t n_done(const struct hufu_tree_count *count)
{
	uint64_t n = 0;

	for (size_t i = 0; i < HUFU_FILE_STATE_COUNT; i++)
		n += count->by_state[i];
	return n;
}

static void on_file(void *ctx, const struct hufu_file_report *report)
{
	struct batch *batch = ctx;

	filelog_put(&batch->log, report);
}

static bool on_progress(void *ctx, const struct hufu_tree_count *count, uint64_t n_found, bool walk_done)
{
	struct batch *batch = ctx;

	progress_show(&batch->progress, n_done(count), batch->n_before + n_found, walk_done, count->bytes);
	return interrupt_came() || out_failed();
}

/* Nonzero ends the run. */
static int run_path(void *ctx, const char *path)
{
	struct batch *batch = ctx;
	struct hufu_err err = {0};
	int r;

	if (interrupt_came() || out_failed())
		return -ECANCELED;
	batch->n_before = n_done(&batch->count);
	r = hufu_tree_run(batch->job, path, &batch->count, &err);
	if (r == -ECANCELED)
		return r;
	/* Not about this path: the next one would end the same way. */
	if (r == -ENOMEM || r == -ENOPKG) {
		*batch->err = err;
		return r;
	}
	if (r < 0) {
		batch->count.by_state[HUFU_FILE_FAILED]++;
		filelog_put_operand(&batch->log, path, r, &err);
	}
	return 0;
}

static int run_all(struct batch *batch, const struct call *call)
{
	for (size_t i = 0; i < call->n_operands; i++) {
		int r = run_path(batch, call->operands[i]);

		if (r < 0)
			return r;
	}
	if (!batch->opts->files_from)
		return 0;
	return batch_each_path(batch->opts->files_from, batch->opts->null, run_path, batch, batch->err);
}

int batch_check(const struct call *call, const struct batch_opts *opts, struct hufu_err *err)
{
	if (opts->type && strcmp(opts->type, "f") != 0)
		return err_set(err, -EINVAL, "-t %s: only regular files are worked on, so the one type is f",
			       opts->type);
	if (opts->null && !opts->files_from)
		return err_set(err, -EINVAL, "-0 says how the paths of --files-from end, which is not given");
	if (call->n_operands == 0 && !opts->files_from)
		return err_set(err, -EINVAL, "which files? Give a PATH, or --files-from: see hufu %s --help",
			       call->command->name);
	if (opts->sidecar && opts->xattr_user)
		return err_set(err, -EINVAL, "--sidecar and --xattr-user name two places; give one");
	return 0;
}

static void fill_job(struct batch *batch, struct hufu_tree_job *job)
{
	const struct batch_opts *opts = batch->opts;

	job->flags |= (opts->recursive ? HUFU_TREE_RECURSIVE : 0U) | (opts->one_fs ? HUFU_TREE_ONE_FS : 0U) |
		      (opts->sidecar ? HUFU_TREE_SIDECAR : 0U) | (opts->xattr_user ? HUFU_TREE_XATTR_USER : 0U);
	job->jobs = (unsigned)opts->jobs.value;
	job->on_file = on_file;
	job->on_progress = on_progress;
	job->ctx = batch;
}

int batch_run(const struct call *call, const struct batch_opts *opts, struct hufu_tree_job *job, struct hufu_err *err)
{
	struct batch batch = {.opts = opts, .job = job, .err = err};
	int r = batch_check(call, opts, err);

	if (r < 0)
		return EXIT_MISUSE;
	fill_job(&batch, job);
	progress_init(&batch.progress, opts->quiet);
	batch.log = (struct filelog){.action = job->action,
				     .quiet = opts->quiet,
				     .verbose = opts->verbose,
				     .json = opts->json,
				     .dry_run = job->flags & HUFU_TREE_DRY_RUN,
				     .progress = &batch.progress};
	interrupt_catch();
	r = run_all(&batch, call);
	filelog_end(&batch.log, &batch.count);
	if (r == -ECANCELED && interrupt_came())
		return err_set(err, EXIT_COULD_NOT, "interrupted: what is done stays done, the rest was not looked at");
	if (r < 0)
		return EXIT_COULD_NOT;
	return batch.count.by_state[HUFU_FILE_FAILED] || batch.count.by_state[HUFU_FILE_REFUSED] ? EXIT_REFUSED
												 : EXIT_GOOD;
}
