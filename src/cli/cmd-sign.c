/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "askpass.h"
#include "batch.h"
#include "certwords.h"
#include "clean.h"
#include "err.h"
#include "out.h"

DEFINE_AUTO(struct hufu_key, hufu_key_free)
DEFINE_AUTO(struct hufu_cert, hufu_cert_free)

struct sign_opts {
	struct batch_opts batch;
	const char *key, *cert;
	struct opt_key_id key_id;
	struct opt_hash hash;
	struct askpass_opts pass;
	bool force, dry_run;
};

static const struct opt opts_sign[] = {
	OPT_NEEDED('k', "key", "KEY", struct sign_opts, key, "The signer's private key, PEM."),
	OPT_TEXT(0, "cert", "CERT", struct sign_opts, cert,
		 "The signer's certificate: its key id goes into the signature."),
	OPT_KEY_ID(0, "keyid", "HEX", struct sign_opts, key_id,
		   "The key id itself. [made from the key, as evmctl does]"),
	OPT_HASH('a', "algo", "HASH", struct sign_opts, hash,
		 "The digest that is signed. [sm3 for SM2 keys, sha384 for P-384, else sha256]"),
	OPT_FLAG(0, "force", struct sign_opts, force, "Sign again what is right already."),
	OPT_FLAG('n', "dry-run", struct sign_opts, dry_run, "Change nothing; say what would be done."),
	ASKPASS_ROWS(struct sign_opts, pass),
	BATCH_ROWS(struct sign_opts, batch),
	OPT_END,
};

/* SM2 signs SM3 and nothing else does: the kernel refuses the rest (crypto/asymmetric_keys/public_key.c). */
static int check_hash(const struct hufu_key *key, unsigned algo, struct hufu_err *err)
{
	bool sm2 = strcmp(hufu_key_type(key), "sm2") == 0;

	if (sm2 && algo != HUFU_HASH_SM3)
		return err_set(err, -EINVAL, "-a %s: an SM2 key signs sm3 digests only; leave -a out",
			       hufu_hash_name(algo));
	if (!sm2 && algo == HUFU_HASH_SM3)
		return err_set(err, -EINVAL, "-a sm3: only an SM2 key signs sm3 digests, and this one is %s",
			       hufu_key_type(key));
	return 0;
}

/* Signatures with the id of a certificate of another key would be refused everywhere, later. */
static int check_pair(const struct hufu_key *key, const struct hufu_cert *cert, const struct sign_opts *opts,
		      struct hufu_err *err)
{
	uint8_t sig[HUFU_SIG_MAX];
	size_t sig_len;
	struct hufu_digest digest;
	int r = hufu_digest_mem(hufu_key_default_hash(key), "hufu", 4, &digest, err);

	if (r == 0)
		r = hufu_key_sign(key, &digest, sig, &sig_len, err);
	if (r < 0)
		return r;
	if (hufu_cert_verify(cert, &digest, sig, sig_len, NULL) < 0)
		return err_set(err, -EKEYREJECTED, "%s is not the certificate of %s", opts->cert, opts->key);
	return 0;
}

static int key_id_of_cert(const struct sign_opts *opts, const struct hufu_key *key, uint32_t *ret_id,
			  struct hufu_err *err)
{
	autodone(hufu_cert_free) struct hufu_cert *cert = NULL;
	const char *warning;
	unsigned at = 0;
	int r = hufu_cert_load(opts->cert, HUFU_FORM_ANY, &cert, err);

	if (r == 0)
		r = check_pair(key, cert, opts, err);
	if (r < 0)
		return r;
	while (!opts->batch.quiet && (warning = certwords_warning(hufu_cert_info(cert), &at)))
		out_warning("%s: %s", opts->cert, warning);
	*ret_id = hufu_cert_info(cert)->key_id;
	return 0;
}

static int find_key_id(const struct sign_opts *opts, const struct hufu_key *key, uint32_t *ret_id, struct hufu_err *err)
{
	if (opts->cert)
		return key_id_of_cert(opts, key, ret_id, err);
	*ret_id = opts->key_id.given ? opts->key_id.id : hufu_key_id(key);
	return 0;
}

static int sign(const struct call *call, const struct hufu_key *key, struct hufu_err *err)
{
	const struct sign_opts *opts = call->opts;
	struct hufu_tree_job job = {.action = HUFU_TREE_SIGN, .key = key};
	int r;

	job.algo = opts->hash.given ? opts->hash.algo : hufu_key_default_hash(key);
	job.flags = (opts->force ? HUFU_TREE_FORCE : 0U) | (opts->dry_run ? HUFU_TREE_DRY_RUN : 0U);
	if (check_hash(key, job.algo, err) < 0)
		return EXIT_MISUSE;
	r = find_key_id(opts, key, &job.key_id, err);
	if (r < 0)
		return EXIT_COULD_NOT;
	if (opts->batch.verbose && !opts->batch.json)
		out_text("%s key, key id %08x, %s\n", hufu_key_type(key), job.key_id, hufu_hash_name(job.algo));
	return batch_run(call, &opts->batch, &job, err);
}

static int run_sign(const struct call *call, struct hufu_err *err)
{
	const struct sign_opts *opts = call->opts;
	autodone(hufu_key_free) struct hufu_key *key = NULL;
	struct askpass askpass;
	int r;

	if (opts->cert && opts->key_id.given)
		return err_set(err, EXIT_MISUSE, "--cert and --keyid both name the key id: give one");
	if (batch_check(call, &opts->batch, err) < 0 || askpass_init(&askpass, &opts->pass, err) < 0)
		return EXIT_MISUSE;
	r = askpass_load_key(&askpass, opts->key, &key, err);
	askpass_done(&askpass);
	return r < 0 ? EXIT_COULD_NOT : sign(call, key, err);
}

const struct command cmd_sign = {
	.name = "sign",
	.usage = "-k KEY [option...] PATH...",
	.brief = "Sign files, into security.ima",
	.more = "What is signed already, and right, is left as it is.\n",
	.page = "hufu-sign(1)",
	.opts = opts_sign,
	.opts_size = sizeof(struct sign_opts),
	.max_operands = OPERANDS_ANY,
	.run = run_sign,
};
