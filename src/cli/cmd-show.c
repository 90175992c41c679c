/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

struct show_opts {
	struct batch_opts batch;
};

static const struct opt opts_show[] = {
	BATCH_ROWS(struct show_opts, batch),
	OPT_END,
};

static int run_show(const struct call *call, struct hufu_err *err)
{
	const struct show_opts *opts = call->opts;
	struct hufu_tree_job job = {.action = HUFU_TREE_SHOW};

	return batch_run(call, &opts->batch, &job, err);
}

const struct command cmd_show = {
	.name = "show",
	.usage = "[option...] PATH...",
	.brief = "Say what is in security.ima",
	.page = "hufu-sign(1)",
	.opts = opts_show,
	.opts_size = sizeof(struct show_opts),
	.max_operands = OPERANDS_ANY,
	.run = run_show,
};
