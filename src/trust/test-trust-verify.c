/* SPDX-License-Identifier: Apache-2.0 */
/* What the rings of trust.c are for: signatures of files. */
#include "test-trusts.h"

#include <pthread.h>
#include <stdatomic.h>

static void verifies(void **state)
{
	static const struct {
		const char *type;
		enum hufu_hash algo;
	} cases[] = {
		{"sm2", HUFU_HASH_SM3},
		{"rsa:2048", HUFU_HASH_SHA256},
		{"ecdsa-p256", HUFU_HASH_SHA256},
		{"ecdsa-p384", HUFU_HASH_SHA384},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, cases[i].type, "leaf");
		struct signed_abc abc;

		assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
		sign_abc(leaf.key, cases[i].algo, &abc);
		assert_int_equal(verify(&abc), -ENOKEY);
		assert_non_null(strstr(err.text, "hufu keyring add %:.ima"));
		assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
		assert_int_equal(verify(&abc), 0);
		abc.digest.bytes[0] ^= 1;
		assert_int_equal(verify(&abc), -EKEYREJECTED);
		abc.digest.bytes[0] ^= 1;
		abc.bytes[abc.sig.len - 1] ^= 1;
		assert_int_equal(verify(&abc), -EKEYREJECTED);
		abc.bytes[abc.sig.len - 1] ^= 1;
		abc.sig.len--;
		assert_int_equal(verify(&abc), -EKEYREJECTED);
		abc.sig.len++;
		abc.sig.algo = HUFU_HASH_SHA1; /* not that of the digest */
		assert_int_equal(verify(&abc), -EINVAL);
	}
}

/* A signer whose CA nobody trusts; but what .ima asks of a certificate itself is asked. */
static void takes_what_is_vouched_for(void **state)
{
	autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, "sm2", "leaf");
	struct signed_abc abc;
	char entry[4 + 2 * HUFU_DIGEST_MAX + 1];

	(void)state;
	sign_abc(leaf.key, HUFU_HASH_SM3, &abc);
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), -ENOKEY);
	assert_int_equal(hufu_trust_vouch(trust, leaf.cert, &err), 0);
	assert_int_equal(verify(&abc), 0);
	assert_int_equal(hufu_trust_vouch(trust, leaf.cert, &err), 0);
	assert_int_equal(count(HUFU_RING_IMA), 1);
	assert_int_equal(hufu_trust_vouch(trust, ca.cert, &err), -EKEYREJECTED);
	assert_non_null(strstr(err.text, "digitalSignature"));
	tbs_entry(leaf.cert, entry);
	assert_int_equal(hufu_trust_blacklist(trust, entry, &err), 0);
	assert_int_equal(hufu_trust_vouch(trust, leaf.cert, &err), -EKEYREJECTED);
	assert_int_equal(verify(&abc), -ENOKEY);
}

/* A key id is four bytes: two keys can share one, and a root is no key for files. */
static void tries_all_keys_with_that_id(void **state)
{
	autopair ca = make_ca("sm2", "CA"), wrong = {0}, right = {0};
	struct der der = der_of(ca.cert);
	struct signed_abc abc;

	(void)state;
	put_file("ca.der", der.data, der.len);
	assert_int_equal(hufu_key_save(ca.key, in_scratch("ca.key"), NULL, true, NULL), 0);
	openssl("x509 -inform DER -in @ca.der -out @ca.pem");
	put_text("ext", "keyUsage=digitalSignature\nsubjectKeyIdentifier=00:01:02:03:04:05:06:07\n");
	for (unsigned i = 0; i < 2; i++) {
		struct pair *pair = i ? &right : &wrong;

		openssl("ecparam -genkey -name SM2 -noout -out @leaf.key");
		openssl(i ? "req -new -sm3 -sigopt distid:1 -subj /CN=right -key @leaf.key -out @csr"
			  : "req -new -sm3 -sigopt distid:1 -subj /CN=wrong -key @leaf.key -out @csr");
		openssl("x509 -req -sm3 -in @csr -vfyopt distid:1 -sigopt distid:1234567812345678 -CA @ca.pem "
			"-CAkey @ca.key -CAcreateserial -extfile @ext -out @leaf.pem");
		*pair = load_pair("leaf.key", "leaf.pem");
	}
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	sign_abc(right.key, HUFU_HASH_SM3, &abc);
	abc.sig.key_id = 0x04050607;
	assert_int_equal(verify(&abc), -ENOKEY);
	assert_int_equal(add(HUFU_RING_IMA, wrong.cert), 0);
	assert_int_equal(verify(&abc), -EKEYREJECTED);
	assert_int_equal(add(HUFU_RING_IMA, right.cert), 0);
	assert_int_equal(verify(&abc), 0);
	assert_int_equal(count(HUFU_RING_IMA), 2);
	sign_abc(ca.key, HUFU_HASH_SM3, &abc);
	assert_int_equal(verify(&abc), -ENOKEY);
}

struct crowd {
	struct signed_abc abc;
	const struct hufu_cert *leaf;
	atomic_bool stop;
	atomic_uint n_good, n_unknown, n_wrong;
};

static void *keep_verifying(void *ctx)
{
	struct crowd *crowd = ctx;
	unsigned lines = 0;

	while (!atomic_load(&crowd->stop)) {
		int r = hufu_trust_verify(trust, &crowd->abc.sig, &crowd->abc.digest, NULL);

		atomic_fetch_add(r == 0 ? &crowd->n_good : r == -ENOKEY ? &crowd->n_unknown : &crowd->n_wrong, 1);
		if (hufu_trust_list(trust, HUFU_RING_IMA, count_line, &lines) < 0)
			atomic_fetch_add(&crowd->n_wrong, 1);
		(void)hufu_trust_generation(trust);
		(void)hufu_trust_is_blacklisted(trust, &crowd->abc.digest);
	}
	return NULL;
}

static void serves_threads(void **state)
{
	autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, "sm2", "leaf");
	struct crowd crowd = {.leaf = leaf.cert};
	pthread_t threads[4];

	(void)state;
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	sign_abc(leaf.key, HUFU_HASH_SM3, &crowd.abc);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, keep_verifying, &crowd), 0);
	for (unsigned i = 0; i < 50; i++) {
		char id[9];

		assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
		(void)usleep(1000);
		(void)snprintf(id, sizeof(id), "%08x", serial);
		assert_int_equal(hufu_trust_remove(trust, HUFU_RING_IMA, id, NULL), 0);
	}
	atomic_store(&crowd.stop, true);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_true(atomic_load(&crowd.n_good) > 0);
	assert_int_equal(atomic_load(&crowd.n_wrong), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(verifies),
		TEST(takes_what_is_vouched_for),
		TEST(tries_all_keys_with_that_id),
		TEST(serves_threads),
	};

	return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
