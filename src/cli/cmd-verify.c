/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"
#include "err.h"
#include "signers.h"

struct verify_opts {
	struct batch_opts batch;
	struct signers_opts signers;
};

static const struct opt opts_verify[] = {
	SIGNERS_ROWS(struct verify_opts, signers),
	BATCH_ROWS(struct verify_opts, batch),
	OPT_END,
};

static int run_verify(const struct call *call, struct hufu_err *err)
{
	const struct verify_opts *opts = call->opts;
	__attribute__((cleanup(signers_done))) struct signers signers = {0};
	struct hufu_tree_job job = {.action = HUFU_TREE_VERIFY};

	if (opts->signers.certs.n_items == 0 && !opts->signers.trust)
		return err_set(err, EXIT_MISUSE, "whose signatures are good? Give --cert CERT, or --trust DIR");
	if (batch_check(call, &opts->batch, err) < 0)
		return EXIT_MISUSE;
	if (signers_load(&signers, &opts->signers, err) < 0)
		return EXIT_COULD_NOT;
	job.certs = (const struct hufu_cert *const *)signers.certs;
	job.n_certs = signers.n_certs;
	return batch_run(call, &opts->batch, &job, err);
}

const struct command cmd_verify = {
	.name = "verify",
	.usage = "(--cert CERT... | --trust DIR) [option...] PATH...",
	.brief = "Check signatures of files",
	.more = "Exit code 1 if a file is not signed by one of the certificates; the reason is said. Who signed the "
		"certificates, and their dates, are not looked at: whoever names them vouches for them.\n",
	.page = "hufu-sign(1)",
	.opts = opts_verify,
	.opts_size = sizeof(struct verify_opts),
	.max_operands = OPERANDS_ANY,
	.run = run_verify,
};
