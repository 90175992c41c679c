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
	const struct call *call;
	size_t n_given; /* operands handed out */
	struct batch_list list; /* of --files-from */
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

	progress_show(&batch->progress, n_done(count), n_found, walk_done, count->bytes);
	return interrupt_came() || out_failed();
}

/* One path: what is wrong with it is an error of its own. */
static int run_one(struct batch *batch, const char *path)
{
	struct hufu_err err = {0};
	int r = hufu_tree_run(batch->job, path, &batch->count, &err);

	if (r >= 0 || r == -ECANCELED)
		return r;
	if (r == -ENOMEM || r == -ENOPKG) { /* not about this path */
		*batch->err = err;
		return r;
	}
	batch->count.by_state[HUFU_FILE_FAILED]++;
	filelog_put_operand(&batch->log, path, r, &err);
	return 0;
}

/* The operands, and then those of the list. */
static int next_operand(void *ctx, const char **ret_path, struct hufu_err *err)
{
	struct batch *batch = ctx;

	if (batch->n_given < batch->call->n_operands) {
		*ret_path = batch->call->operands[batch->n_given++];
		return 1;
	}
	return batch->opts->files_from ? batch_list_next(&batch->list, ret_path, err) : 0;
}

static int run_all(struct batch *batch)
{
	const struct batch_opts *opts = batch->opts;
	const struct hufu_tree_operands operands = {.next = next_operand, .ctx = batch};
	int r = 0;

	if (!opts->files_from && batch->call->n_operands == 1)
		return run_one(batch, batch->call->operands[0]);
	if (opts->files_from)
		r = batch_list_open(&batch->list, opts->files_from, opts->null, batch->err);
	if (r == 0)
		r = hufu_tree_run_all(batch->job, &operands, &batch->count, batch->err);
	batch_list_close(&batch->list);
	return r;
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
	job->excludes = opts->excludes.items;
	job->n_excludes = opts->excludes.n_items;
	job->jobs = (unsigned)opts->jobs.value;
	job->on_file = on_file;
	job->on_progress = on_progress;
	job->ctx = batch;
}

int batch_run(const struct call *call, const struct batch_opts *opts, struct hufu_tree_job *job, struct hufu_err *err)
{
	struct batch batch = {.opts = opts, .job = job, .call = call, .err = err};
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
	r = run_all(&batch);
	filelog_end(&batch.log, &batch.count);
	if (r == -ECANCELED && interrupt_came())
		return err_set(err, EXIT_COULD_NOT, "interrupted: what is done stays done, the rest was not looked at");
	if (r < 0)
		return EXIT_COULD_NOT;
	return batch.count.by_state[HUFU_FILE_FAILED] || batch.count.by_state[HUFU_FILE_REFUSED] ? EXIT_REFUSED
												 : EXIT_GOOD;
}
