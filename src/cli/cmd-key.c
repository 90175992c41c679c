/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "askpass.h"
#include "clean.h"
#include "command.h"
#include "err.h"
#include "out.h"
#include "quote.h"

DEFINE_AUTO(struct hufu_key, hufu_key_free)

struct key_new_opts {
	const char *type, *output;
	struct askpass_opts pass;
	bool force, quiet, json;
};

static const struct opt opts_new[] = {
	OPT_NEEDED('o', "output", "KEY", struct key_new_opts, output,
		   "Write the private key here: PEM, PKCS#8, mode 0600."),
	OPT_TEXT('t', "type", "TYPE", struct key_new_opts, type,
		 "sm2, rsa (3072 bits), rsa:2048 to rsa:8192, ecdsa-p256, ecdsa-p384. [sm2]"),
	ASKPASS_ROWS(struct key_new_opts, pass),
	OPT_FLAG(0, "force", struct key_new_opts, force, "Replace KEY if it exists."),
	OPT_FLAG('q', "quiet", struct key_new_opts, quiet, "Say nothing."),
	OPT_FLAG(0, "json", struct key_new_opts, json, "Say it as JSON."),
	OPT_END,
};

static void say(const struct key_new_opts *opts, const struct hufu_key *key, bool encrypted)
{
	autofree char *path = quote(opts->output);
	char key_id[9];

	(void)snprintf(key_id, sizeof(key_id), "%08x", hufu_key_id(key));
	if (opts->json) {
		json_t *object = json_pack("{s:s, s:s, s:b}", "type", hufu_key_type(key), "key_id", key_id, "encrypted",
					   encrypted);

		out_json_set_path(object, "path", opts->output);
		out_json(object);
	} else if (!opts->quiet) {
		out_text("%s: %s private key, key id %s%s\n", path ? path : "", hufu_key_type(key), key_id,
			 encrypted ? ", encrypted" : "");
	}
}

/* A key that exists is noticed before anybody types a passphrase twice; hufu_key_save() decides. */
static int check_output(const struct key_new_opts *opts, struct hufu_err *err)
{
	if (strcmp(opts->output, "-") == 0)
		return err_set(err, -EINVAL, "a private key goes into a file, not to standard output");
	if (!opts->force && access(opts->output, F_OK) == 0)
		return err_set(err, -EEXIST, "%s exists; give --force to replace it", opts->output);
	return 0;
}

static int make(const struct key_new_opts *opts, struct askpass *askpass, struct hufu_err *err)
{
	const struct hufu_passphrase source = askpass_source(askpass);
	autodone(hufu_key_free) struct hufu_key *key = NULL;
	bool encrypted = askpass_is_given(askpass);
	int r = check_output(opts, err);

	if (r == 0)
		r = hufu_key_generate(opts->type ? opts->type : "sm2", &key, err);
	if (r == 0) {
		r = hufu_key_save(key, opts->output, encrypted ? &source : NULL, opts->force, err);
		if (r < 0 && askpass->err.text[0])
			*err = askpass->err;
	}
	if (r < 0)
		return r == -EINVAL && !askpass->err.text[0] ? EXIT_MISUSE : EXIT_COULD_NOT;
	say(opts, key, encrypted);
	return EXIT_GOOD;
}

static int run_new(const struct call *call, struct hufu_err *err)
{
	const struct key_new_opts *opts = call->opts;
	struct askpass askpass;
	int code = askpass_init(&askpass, &opts->pass, err) < 0 ? EXIT_MISUSE : make(opts, &askpass, err);

	askpass_done(&askpass);
	return code;
}

const struct command cmd_key_new = {
	.name = "key new",
	.usage = "-o KEY [-t TYPE] [option...]",
	.brief = "Make a private key",
	.more = "The key is not encrypted unless one of the --passphrase options is given.\n",
	.page = "hufu-key(1)",
	.opts = opts_new,
	.opts_size = sizeof(struct key_new_opts),
	.run = run_new,
};
