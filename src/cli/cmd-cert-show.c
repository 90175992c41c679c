/* SPDX-License-Identifier: Apache-2.0 */
#include "certwords.h"
#include "clean.h"
#include "command.h"
#include "out.h"

DEFINE_AUTO(struct hufu_cert, hufu_cert_free)

struct cert_show_opts {
	bool json;
};

static const struct opt opts_show[] = {
	OPT_FLAG(0, "json", struct cert_show_opts, json, "As JSON, one object a line."),
	OPT_END,
};

static int show_one(const char *path, bool json)
{
	autodone(hufu_cert_free) struct hufu_cert *cert = NULL;
	struct hufu_err err = {0};

	if (hufu_cert_load(path, HUFU_FORM_ANY, &cert, &err) < 0) {
		out_error("%s", err.text);
		return EXIT_COULD_NOT;
	}
	if (json)
		out_json(certwords_json(path, hufu_cert_info(cert)));
	else
		certwords_print(path, hufu_cert_info(cert));
	return EXIT_GOOD;
}

static int run_show(const struct call *call, struct hufu_err *err)
{
	const struct cert_show_opts *opts = call->opts;
	int code = EXIT_GOOD;

	(void)err;
	for (size_t i = 0; i < call->n_operands; i++)
		if (show_one(call->operands[i], opts->json) != EXIT_GOOD)
			code = EXIT_COULD_NOT;
	return code;
}

const struct command cmd_cert_show = {
	.name = "cert show",
	.usage = "[--json] CERT...",
	.brief = "Say what is in a certificate, and what is odd",
	.page = "hufu-cert(1)",
	.opts = opts_show,
	.opts_size = sizeof(struct cert_show_opts),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.run = run_show,
};
