/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

struct clear_opts {
	struct batch_opts batch;
	bool dry_run;
};

static const struct opt opts_clear[] = {
	OPT_FLAG('n', "dry-run", struct clear_opts, dry_run, "Change nothing; say what would be done."),
	BATCH_ROWS(struct clear_opts, batch),
	OPT_END,
};

static int run_clear(const struct call *call, struct hufu_err *err)
{
	const struct clear_opts *opts = call->opts;
	struct hufu_tree_job job = {.action = HUFU_TREE_CLEAR, .flags = opts->dry_run ? HUFU_TREE_DRY_RUN : 0U};

	return batch_run(call, &opts->batch, &job, err);
}

const struct command cmd_clear = {
	.name = "clear",
	.usage = "[option...] PATH...",
	.brief = "Remove security.ima",
	.page = "hufu-sign(1)",
	.opts = opts_clear,
	.opts_size = sizeof(struct clear_opts),
	.max_operands = OPERANDS_ANY,
	.run = run_clear,
};
