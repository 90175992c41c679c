/* SPDX-License-Identifier: Apache-2.0 */
/* evmctl (ima-evm-utils) and hufu read each other's signatures. */
#include "test-trees.h"

static const struct {
	const char *type;
	const char *hash;
} kinds[] = {
	{"sm2", "sm3"},		  {"rsa:2048", "sha256"},   {"rsa:2048", "sha1"},     {"rsa:3072", "sha512"},
	{"ecdsa-p256", "sha256"}, {"ecdsa-p256", "sha512"}, {"ecdsa-p384", "sha384"},
};

struct pair {
	struct hufu_key *key;
	struct hufu_cert *cert;
	unsigned algo;
};

static void pair_make(size_t i, struct pair *ret_pair)
{
	static const struct hufu_cert_params params = {.subject = "interop"};
	struct hufu_key *ca_key = NULL;
	struct hufu_cert *ca = NULL;

	*ret_pair = (struct pair){.algo = (unsigned)hufu_hash_by_alias(kinds[i].hash)};
	assert_int_equal(hufu_key_generate(kinds[i].type, &ret_pair->key, NULL), 0);
	assert_int_equal(hufu_key_generate(kinds[i].type, &ca_key, NULL), 0);
	assert_int_equal(hufu_cert_make_ca(ca_key, &params, &ca, NULL), 0);
	assert_int_equal(hufu_cert_issue(ca, ca_key, ret_pair->key, NULL, &params, &ret_pair->cert, NULL), 0);
	assert_int_equal(hufu_key_save(ret_pair->key, in_tree("key"), NULL, true, NULL), 0);
	assert_int_equal(hufu_cert_save(ret_pair->cert, in_tree("cert"), HUFU_FORM_DER, true, NULL), 0);
	hufu_cert_free(ca);
	hufu_key_free(ca_key);
}

static void pair_drop(struct pair *pair)
{
	hufu_cert_free(pair->cert);
	hufu_key_free(pair->key);
}

static int evmctl_verify(const char *name, const char *sidecar)
{
	return call((const char *const[]){"evmctl", "ima_verify", "-k", in_tree("cert"), place ? "--xattr-user" : "-v",
					  in_tree(name), sidecar, NULL});
}

static int run_pair(const struct pair *pair, enum hufu_tree_action action, unsigned flags)
{
	const struct hufu_cert *certs[] = {sm2_cert, pair->cert}; /* the first is a stranger */

	return run_job((struct hufu_tree_job){.action = action,
					      .flags = flags,
					      .algo = pair->algo,
					      .key = pair->key,
					      .key_id = hufu_key_id(pair->key),
					      .certs = certs,
					      .n_certs = 2,
					      .jobs = 1},
		       "data");
}

static bool have_evmctl(void)
{
	return call((const char *const[]){"evmctl", "--version", NULL}) == 0;
}

static void test_evmctl_reads_ours(void **state)
{
	(void)state;
	if (!have_evmctl())
		skip_for_want_of("evmctl");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct pair pair;

		pair_make(i, &pair);
		put_text("data", "hello hufu\n");
		assert_int_equal(run_pair(&pair, HUFU_TREE_SIGN, HUFU_TREE_FORCE), 0);
		assert_report("data", HUFU_FILE_SIGNED, "");
		assert_int_equal(evmctl_verify("data", NULL), 0);
		put_text("data", "hello hufu!");
		assert_int_not_equal(evmctl_verify("data", NULL), 0);
		pair_drop(&pair);
	}
}

static void test_we_read_evmctl(void **state)
{
	(void)state;
	if (!have_evmctl())
		skip_for_want_of("evmctl");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct pair pair;

		pair_make(i, &pair);
		put_text("data", "hello hufu\n");
		assert_int_equal(
			call((const char *const[]){"evmctl", "ima_sign", "-a", kinds[i].hash, "-k", in_tree("key"),
						   place ? "--xattr-user" : "-v", in_tree("data"), NULL}),
			0);
		assert_int_equal(run_pair(&pair, HUFU_TREE_VERIFY, 0), 0);
		assert_report("data", HUFU_FILE_RIGHT, "");
		/* which is as good as one of ours */
		assert_int_equal(run_pair(&pair, HUFU_TREE_SIGN, 0), 0);
		assert_report("data", HUFU_FILE_RIGHT, "");
		put_text("data", "hello hufu!");
		assert_int_equal(run_pair(&pair, HUFU_TREE_VERIFY, 0), 0);
		assert_report("data", HUFU_FILE_REFUSED, "content or signature was changed");
		pair_drop(&pair);
	}
}

static void test_same_hash_labels(void **state)
{
	static const char *const hashes[] = {"sm3", "sha256", "sha1", "sha512", "md5"};
	uint8_t theirs[HUFU_XATTR_MAX];

	(void)state;
	if (!have_evmctl())
		skip_for_want_of("evmctl");
	for (size_t i = 0; i < ARRAY_SIZE(hashes); i++) {
		struct hufu_tree_job job = plain_job(HUFU_TREE_HASH, HUFU_TREE_FORCE);
		ssize_t len;

		put_text("data", "hello hufu\n");
		assert_int_equal(call((const char *const[]){"evmctl", "ima_hash", "-a", hashes[i],
							    place ? "--xattr-user" : "-v", in_tree("data"), NULL}),
				 0);
		len = get_value("data", theirs);
		job.algo = (unsigned)hufu_hash_by_alias(hashes[i]);
		assert_int_equal(run_job(job, "data"), 0);
		assert_int_equal(report_of("data")->value_len, len);
		assert_memory_equal(report_of("data")->value, theirs, (size_t)len);
	}
}

static void test_sidecars(void **state)
{
	struct pair pair;

	(void)state;
	if (!have_evmctl())
		skip_for_want_of("evmctl");
	pair_make(0, &pair);
	put_text("data", "hello hufu\n");
	assert_int_equal(run_pair(&pair, HUFU_TREE_SIGN, HUFU_TREE_SIDECAR), 0);
	assert_int_equal(evmctl_verify("data", "-f"), 0);
	assert_int_equal(unlink(in_tree("data.sig")), 0);
	assert_int_equal(call((const char *const[]){"evmctl", "ima_sign", "-a", "sm3", "-n", "-f", "-k", in_tree("key"),
						    in_tree("data"), NULL}),
			 0);
	assert_int_equal(run_pair(&pair, HUFU_TREE_VERIFY, HUFU_TREE_SIDECAR), 0);
	assert_report("data", HUFU_FILE_RIGHT, "");
	pair_drop(&pair);
}

static struct hufu_cert *cert_with_id(const struct hufu_key *key)
{
	struct hufu_cert *cert = NULL;

	assert_int_equal(hufu_key_save(key, in_tree("key"), NULL, true, NULL), 0);
	assert_int_equal(call((const char *const[]){"openssl", "req", "-new", "-x509", "-key", in_tree("key"), "-subj",
						    "/CN=same", "-addext", "subjectKeyIdentifier=0506070801020304",
						    "-out", in_tree("cert"), NULL}),
			 0);
	assert_int_equal(hufu_cert_load(in_tree("cert"), HUFU_FORM_PEM, &cert, NULL), 0);
	assert_int_equal(hufu_cert_info(cert)->key_id, 0x01020304);
	return cert;
}

/* Two certificates with one key id: it is four bytes, and whoever makes a certificate chooses them. */
static void test_shared_key_id(void **state)
{
	struct hufu_tree_job sign = {
		.action = HUFU_TREE_SIGN, .algo = HUFU_HASH_SHA256, .key_id = 0x01020304, .jobs = 1};
	struct hufu_tree_job verify = plain_job(HUFU_TREE_VERIFY, 0);
	const struct hufu_cert *certs[2];
	struct hufu_key *keys[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(hufu_key_generate("ecdsa-p256", &keys[i], NULL), 0);
		certs[i] = cert_with_id(keys[i]);
	}
	put_text("data", "abc");
	verify.certs = certs;
	for (size_t i = 0; i < 2; i++) {
		sign.key = keys[i];
		assert_int_equal(run_job(sign, "data"), 0);
		assert_report("data", HUFU_FILE_SIGNED, ""); /* the other key's signature with this id is not right */
		verify.n_certs = 2;
		assert_int_equal(run_job(verify, "data"), 0);
		assert_report("data", HUFU_FILE_RIGHT, "");
		verify.n_certs = 1;
		assert_int_equal(run_job(verify, "data"), 0);
		assert_report("data", i ? HUFU_FILE_REFUSED : HUFU_FILE_RIGHT,
			      i ? "content or signature was changed" : "");
	}
	for (size_t i = 0; i < 2; i++) {
		hufu_cert_free((struct hufu_cert *)certs[i]);
		hufu_key_free(keys[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_evmctl_reads_ours, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_we_read_evmctl, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_same_hash_labels, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_sidecars, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_shared_key_id, make_tree, drop_tree),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
