/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

struct hash_opts {
	struct batch_opts batch;
	struct opt_hash hash;
	bool dry_run;
};

static const struct opt opts_hash[] = {
	OPT_HASH('a', "algo", "HASH", struct hash_opts, hash, "The digest. [sm3]"),
	OPT_FLAG('n', "dry-run", struct hash_opts, dry_run, "Change nothing; say what would be done."),
	BATCH_ROWS(struct hash_opts, batch),
	OPT_END,
};

static int run_hash(const struct call *call, struct hufu_err *err)
{
	const struct hash_opts *opts = call->opts;
	struct hufu_tree_job job = {.action = HUFU_TREE_HASH, .algo = HUFU_HASH_SM3};

	if (opts->hash.given)
		job.algo = opts->hash.algo;
	job.flags = opts->dry_run ? HUFU_TREE_DRY_RUN : 0U;
	return batch_run(call, &opts->batch, &job, err);
}

const struct command cmd_hash = {
	.name = "hash",
	.usage = "[-a HASH] [option...] PATH...",
	.brief = "Put unsigned digests of files into security.ima",
	.more = "Whatever else is there is replaced, a signature too.\n",
	.page = "hufu-sign(1)",
	.opts = opts_hash,
	.opts_size = sizeof(struct hash_opts),
	.max_operands = OPERANDS_ANY,
	.run = run_hash,
};
