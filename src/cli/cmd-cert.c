/* SPDX-License-Identifier: Apache-2.0 */
/* hufu cert ca, hufu cert issue. */
#include <errno.h>
#include <string.h>

#include "askpass.h"
#include "certwords.h"
#include "clean.h"
#include "command.h"
#include "err.h"
#include "out.h"
#include "quote.h"

DEFINE_AUTO(struct hufu_key, hufu_key_free)
DEFINE_AUTO(struct hufu_cert, hufu_cert_free)

struct cert_opts {
	const char *output, *key;
	const char *ca, *ca_key, *csr; /* issue */
	const char *subject, *distid;
	struct opt_number days;
	struct askpass_opts pass;
	bool der, force, quiet, json;
};

#define ROWS_OF_BOTH                                                                                                   \
	OPT_NEEDED('o', "output", "CERT", struct cert_opts, output, "Write the certificate here."),                    \
		OPT_TEXT(0, "subject", "NAME", struct cert_opts, subject,                                              \
			 "A common name, or /C=CN/O=.../CN=... as for openssl."),                                      \
		OPT_NUMBER(0, "days", "N", struct cert_opts, days, 1, 36500,                                           \
			   "Days until it expires. [3650 for ca, 365 for issue]"),                                     \
		OPT_TEXT(0, "distid", "ID", struct cert_opts, distid, "SM2's distinguishing id. [" HUFU_DISTID "]"),   \
		OPT_FLAG(0, "der", struct cert_opts, der, "Write DER, as keyrings take it, not PEM."),                 \
		ASKPASS_ROWS(struct cert_opts, pass),                                                                  \
		OPT_FLAG(0, "force", struct cert_opts, force, "Replace CERT if it exists."),                           \
		OPT_FLAG('q', "quiet", struct cert_opts, quiet, "Say nothing."),                                       \
		OPT_FLAG(0, "json", struct cert_opts, json, "Say it as JSON.")

static const struct opt opts_ca[] = {
	OPT_NEEDED(0, "key", "KEY", struct cert_opts, key, "The authority's private key."),
	ROWS_OF_BOTH,
	OPT_END,
};

static const struct opt opts_issue[] = {
	OPT_NEEDED(0, "ca", "CERT", struct cert_opts, ca, "The authority's certificate, PEM or DER."),
	OPT_NEEDED(0, "ca-key", "KEY", struct cert_opts, ca_key, "The authority's private key."),
	OPT_TEXT(0, "key", "KEY", struct cert_opts, key, "The private key to certify, or ..."),
	OPT_TEXT(0, "csr", "CSR", struct cert_opts, csr, "... the certificate request, PEM or DER."),
	ROWS_OF_BOTH,
	OPT_END,
};

static void say(const struct cert_opts *opts, const struct hufu_cert *cert)
{
	const struct hufu_cert_info *info = hufu_cert_info(cert);

	if (opts->json) {
		out_json(certwords_json(opts->output, info));
	} else if (!opts->quiet) {
		autofree char *path = quote(opts->output), *subject = quote(info->subject_dn);

		out_text("%s: %s%s certificate of %s, key id %08x, until %s\n", path ? path : "",
			 info->is_ca ? "CA, " : "", info->key_type, subject ? subject : "", info->key_id,
			 info->not_after);
	}
}

static struct hufu_cert_params params_of(const struct cert_opts *opts)
{
	return (struct hufu_cert_params){
		.subject = opts->subject, .days = (unsigned)opts->days.value, .distid = opts->distid};
}

static int make_ca(const struct cert_opts *opts, struct askpass *askpass, struct hufu_cert **ret_cert,
		   struct hufu_err *err)
{
	struct hufu_cert_params params = params_of(opts);
	autodone(hufu_key_free) struct hufu_key *key = NULL;
	int r = askpass_load_key(askpass, opts->key, &key, err);

	if (!params.subject)
		params.subject = "hufu IMA authority";
	return r < 0 ? r : hufu_cert_make_ca(key, &params, ret_cert, err);
}

/* The odd authority of the well-known recipe is accepted, but whoever uses it should know what that costs. */
static void warn_if_odd(const char *path, const struct hufu_cert_info *ca)
{
	bool may_sign = !(ca->usage & HUFU_USAGE_PRESENT) || (ca->usage & HUFU_USAGE_CERT_SIGN);
	autofree char *safe = NULL;

	if (ca->is_ca && may_sign)
		return;
	safe = quote(path);
	out_warning("%s is no CA by its own words (%s%s%s): hufud takes what it certifies if it is in trust.d, "
		    "`openssl verify` and others do not",
		    safe ? safe : "the --ca certificate", ca->is_ca ? "" : "CA:FALSE",
		    !ca->is_ca && !may_sign ? ", " : "", may_sign ? "" : "no keyCertSign");
}

static int issue(const struct cert_opts *opts, struct askpass *askpass, struct hufu_cert **ret_cert,
		 struct hufu_err *err)
{
	struct hufu_cert_params params = params_of(opts);
	autodone(hufu_key_free) struct hufu_key *ca_key = NULL, *key = NULL;
	autodone(hufu_cert_free) struct hufu_cert *ca = NULL;
	int r = hufu_cert_load(opts->ca, HUFU_FORM_ANY, &ca, err);

	if (r == 0)
		r = askpass_load_key(askpass, opts->ca_key, &ca_key, err);
	if (r == 0 && opts->key)
		r = askpass_load_key(askpass, opts->key, &key, err);
	if (r < 0)
		return r;
	if (opts->key && !params.subject)
		params.subject = "hufu IMA signer";
	r = hufu_cert_issue(ca, ca_key, key, opts->csr, &params, ret_cert, err);
	if (r == 0 && !opts->quiet)
		warn_if_odd(opts->ca, hufu_cert_info(ca));
	return r;
}

static int run(const struct cert_opts *opts,
	       int (*make)(const struct cert_opts *opts, struct askpass *askpass, struct hufu_cert **ret_cert,
			   struct hufu_err *err),
	       struct hufu_err *err)
{
	autodone(hufu_cert_free) struct hufu_cert *cert = NULL;
	struct askpass askpass;
	int r;

	if (askpass_init(&askpass, &opts->pass, err) < 0)
		return EXIT_MISUSE;
	if (strcmp(opts->output, "-") == 0)
		return err_set(err, EXIT_MISUSE, "a certificate goes into a file, not to standard output");
	r = make(opts, &askpass, &cert, err);
	askpass_done(&askpass);
	if (r == 0)
		r = hufu_cert_save(cert, opts->output, opts->der ? HUFU_FORM_DER : HUFU_FORM_PEM, opts->force, err);
	if (r < 0)
		return EXIT_COULD_NOT;
	say(opts, cert);
	return EXIT_GOOD;
}

static int run_ca(const struct call *call, struct hufu_err *err)
{
	return run(call->opts, make_ca, err);
}

static int run_issue(const struct call *call, struct hufu_err *err)
{
	const struct cert_opts *opts = call->opts;

	if (!opts->key == !opts->csr)
		return err_set(err, EXIT_MISUSE, "hufu cert issue certifies either --key KEY or --csr CSR: give one");
	return run(opts, issue, err);
}

const struct command cmd_cert_ca = {
	.name = "cert ca",
	.usage = "--key KEY -o CERT [option...]",
	.brief = "Make the self-signed certificate of an authority",
	.more = "It goes into hufud's trust.d, and signs the certificates of signers.\n",
	.page = "hufu-cert(1)",
	.opts = opts_ca,
	.opts_size = sizeof(struct cert_opts),
	.run = run_ca,
};

const struct command cmd_cert_issue = {
	.name = "cert issue",
	.usage = "--ca CERT --ca-key KEY (--key KEY | --csr CSR) -o CERT [option...]",
	.brief = "Certify a signer's key",
	.more = "The certificate says digitalSignature, and goes into hufud's .ima keyring.\n",
	.page = "hufu-cert(1)",
	.opts = opts_issue,
	.opts_size = sizeof(struct cert_opts),
	.run = run_issue,
};
