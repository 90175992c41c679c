/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "clean.h"
#include "err.h"
#include "out.h"

struct verify_opts {
	struct batch_opts batch;
	struct opt_list certs;
	const char *trust;
};

static const struct opt opts_verify[] = {
	OPT_LIST(0, "cert", "CERT", struct verify_opts, certs, "A signer's certificate, PEM or DER; may be repeated."),
	OPT_TEXT(0, "trust", "DIR", struct verify_opts, trust,
		 "The certificates in DIR: *.der *.pem *.crt *.cer *.cert."),
	BATCH_ROWS(struct verify_opts, batch),
	OPT_END,
};

/* Accepted signers, loaded. */
struct signers {
	struct hufu_cert **certs;
	size_t n_certs;
};

static void signers_done(struct signers *signers)
{
	for (size_t i = 0; i < signers->n_certs; i++)
		hufu_cert_free(signers->certs[i]);
	free(signers->certs);
}

static int signers_add(struct signers *signers, const char *path, struct hufu_err *err)
{
	struct hufu_cert **certs = reallocarray(signers->certs, signers->n_certs + 1, sizeof(struct hufu_cert *));
	int r;

	if (!certs)
		return err_sys(err, -ENOMEM, "%s", path);
	signers->certs = certs;
	r = hufu_cert_load(path, HUFU_FORM_ANY, &certs[signers->n_certs], err);
	if (r == 0)
		signers->n_certs++;
	return r;
}

static int is_cert_name(const struct dirent *entry)
{
	static const char *const suffixes[] = {".der", ".pem", ".crt", ".cer", ".cert"};
	const char *dot = strrchr(entry->d_name, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(suffixes); i++)
		if (strcmp(dot, suffixes[i]) == 0)
			return 1;
	return 0;
}

static void signers_try(struct signers *signers, const char *dir, const char *name)
{
	autofree char *path = NULL;
	struct hufu_err why = {0};
	int r;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		path = NULL;
	r = path ? signers_add(signers, path, &why) : err_sys(&why, -ENOMEM, "%s", name);
	if (r < 0)
		out_warning("left out: %s", why.text);
}

/* A file that is no good is named and left out: its signatures are then refused, never accepted. */
static int signers_add_dir(struct signers *signers, const char *dir, struct hufu_err *err)
{
	struct dirent **entries = NULL;
	size_t n_before = signers->n_certs;
	int n = scandir(dir, &entries, is_cert_name, alphasort);

	if (n < 0)
		return err_sys(err, -errno, "%s", dir);
	for (int i = 0; i < n; i++) {
		signers_try(signers, dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (signers->n_certs == n_before)
		return err_set(err, -ENOENT, "%s: no certificate in it", dir);
	return 0;
}

static int signers_load(struct signers *signers, const struct verify_opts *opts, struct hufu_err *err)
{
	for (size_t i = 0; i < opts->certs.n_items; i++) {
		int r = signers_add(signers, opts->certs.items[i], err);

		if (r < 0)
			return r;
	}
	return opts->trust ? signers_add_dir(signers, opts->trust, err) : 0;
}

static int run_verify(const struct call *call, struct hufu_err *err)
{
	const struct verify_opts *opts = call->opts;
	__attribute__((cleanup(signers_done))) struct signers signers = {0};
	struct hufu_tree_job job = {.action = HUFU_TREE_VERIFY};

	if (opts->certs.n_items == 0 && !opts->trust)
		return err_set(err, EXIT_MISUSE, "whose signatures are good? Give --cert CERT, or --trust DIR");
	if (batch_check(call, &opts->batch, err) < 0)
		return EXIT_MISUSE;
	if (signers_load(&signers, opts, err) < 0)
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
