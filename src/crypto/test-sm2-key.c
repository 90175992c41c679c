/* SPDX-License-Identifier: Apache-2.0 */
#include "test-sm2.h"

#include <errno.h>
#include <pthread.h>

#include "sm2-key.h"

DEFINE_AUTO(struct sm2_key, sm2_key_free)
#define autosm2 autodone(sm2_key_free) struct sm2_key

/* How many random signatures are made each way; HUFU_TEST_SM2_ROUNDS=100000 for the long run. */
static unsigned rounds(void)
{
	const char *text = getenv("HUFU_TEST_SM2_ROUNDS");
	unsigned long n = text ? strtoul(text, NULL, 10) : 0;

	return n > 0 && n <= 100000000 ? (unsigned)n : 1500;
}

static void flip_one_bit(uint8_t *bytes, size_t len)
{
	uint32_t at;

	assert_int_equal(RAND_bytes((unsigned char *)&at, sizeof(at)), 1);
	bytes[at / 8 % len] ^= (uint8_t)(1u << (at % 8));
}

/* Ours for libcrypto, libcrypto's for us, and both refuse it with one bit changed in the digest or the signature. */
static void cross_check(EVP_PKEY *pkey, struct sm2_key *key, struct sm2_key *public)
{
	uint8_t digest[32], der[SM2_DER_MAX];
	size_t len;

	assert_int_equal(RAND_bytes(digest, sizeof(digest)), 1);
	assert_int_equal(sm2_key_sign(key, pkey, digest, der, &len), 0);
	assert_true(ssl_verifies(pkey, digest, der, len));
	assert_int_equal(sm2_key_verify(public, pkey, digest, bytes_of(der, len)), 0);
	if (der[len - 1] % 2 == 0)
		flip_one_bit(digest, sizeof(digest));
	else
		flip_one_bit(der, len);
	assert_int_equal(sm2_key_verify(public, pkey, digest, bytes_of(der, len)), -EKEYREJECTED);
	len = ssl_signs(pkey, digest, der);
	assert_int_equal(sm2_key_verify(public, pkey, digest, bytes_of(der, len)), 0);
	assert_int_equal(sm2_key_verify(key, pkey, digest, bytes_of(der, len)), 0);
	flip_one_bit(der, len);
	assert_int_equal(ssl_verifies(pkey, digest, der, len), 0);
	assert_int_equal(sm2_key_verify(public, pkey, digest, bytes_of(der, len)), -EKEYREJECTED);
}

static void random_keys(void **state)
{
	(void)state;
	for (unsigned i = rounds(), batch; i > 0; i -= batch) {
		autodone(EVP_PKEY_free) EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
		autosm2 *key = sm2_key_new(pkey, true), *public = sm2_key_new(pkey, false);

		batch = i < 40 ? i : 40; /* with and without a table */
		assert_non_null(key);
		assert_non_null(public);
		for (unsigned j = 0; j < batch; j++)
			cross_check(pkey, key, public);
	}
}

/* d = 1, 2, n - 2, n - 3: P is G, 2 G, -2 G, -3 G; the tables of both points share all their entries. */
static void keys_at_the_ends(void **state)
{
	(void)state;
	for (int i = -3; i <= 2; i++) {
		autobn *d = i < 0 ? order_plus(i) : small((unsigned)i);
		autodone(EVP_PKEY_free) EVP_PKEY *pkey = i == 0 ? NULL : pair_of(d);
		autosm2 *key = pkey ? sm2_key_new(pkey, true) : NULL;

		if (i == 0)
			continue;
		if (i == -1) { /* 1 + d has no inverse: not a private key of SM2 */
			assert_null(key);
			continue;
		}
		assert_non_null(key);
		for (unsigned j = 0; j < 30; j++)
			cross_check(pkey, key, key);
	}
}

/* e >= n, e = 0 */
static void digests_at_the_ends(void **state)
{
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	autosm2 *key = sm2_key_new(pkey, true);

	(void)state;
	for (int i = 0; i < 6; i++) {
		autobn *number = i < 3 ? order_plus(i - 1) : small(0);
		uint8_t digest[32], der[SM2_DER_MAX];
		size_t len;

		to_bytes(number, digest);
		if (i > 3)
			memset(digest, 0xff, sizeof(digest) - (i == 5));
		assert_int_equal(sm2_key_sign(key, pkey, digest, der, &len), 0);
		assert_true(ssl_verifies(pkey, digest, der, len));
		assert_int_equal(sm2_key_verify(key, pkey, digest, bytes_of(der, len)), 0);
		len = ssl_signs(pkey, digest, der);
		assert_int_equal(sm2_key_verify(key, pkey, digest, bytes_of(der, len)), 0);
	}
}

/* Every r and s of these is refused, by libcrypto as well, and so is r + s = n. */
static void numbers_at_the_ends(void **state)
{
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	autosm2 *key = sm2_key_new(pkey, true);
	uint8_t digest[32] = {9};

	(void)state;
	for (unsigned i = 0; i < 49; i++) {
		BIGNUM *pair[2];
		ECDSA_SIG *sig = ECDSA_SIG_new();
		unsigned char *der = NULL;
		int len;

		for (unsigned j = 0; j < 2; j++) {
			unsigned which = j == 0 ? i / 7 : i % 7;

			pair[j] = which < 2 ? small(which) : order_plus((int)which - 4);
			if (which == 6) {
				BN_zero(pair[j]);
				BN_set_bit(pair[j], 256);
				BN_sub_word(pair[j], 1);
			}
		}
		assert_int_equal(ECDSA_SIG_set0(sig, pair[0], pair[1]), 1);
		len = i2d_ECDSA_SIG(sig, &der);
		assert_false(ssl_verifies(pkey, digest, der, (size_t)len));
		assert_int_equal(sm2_key_verify(key, pkey, digest, bytes_of(der, (size_t)len)), -EKEYREJECTED);
		OPENSSL_free(der);
		ECDSA_SIG_free(sig);
	}
}

/* No two signatures of one digest are alike. */
static void nonces_differ(void **state)
{
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	autosm2 *key = sm2_key_new(pkey, true);
	uint8_t digest[32] = {9}, der[64][SM2_DER_MAX] = {{0}};
	size_t len;

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		assert_int_equal(sm2_key_sign(key, pkey, digest, der[i], &len), 0);
		for (unsigned j = 0; j < i; j++)
			assert_memory_not_equal(der[i], der[j], SM2_DER_MAX);
	}
}

/* Halves that do not belong together, and a test that fails because libcrypto has another key: libcrypto shall do it. */
static void leaves_it_to_libcrypto(void **state)
{
	autogroup *group = curve();
	autobn *d = small(12345);
	autodone(EVP_PKEY_free) EVP_PKEY *mismatch = to_pkey(group, EC_GROUP_get0_generator(group), d);
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = pair_of(d), *another = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	autodone(EVP_PKEY_free) EVP_PKEY *p256 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	autosm2 *key = sm2_key_new(pkey, true), *public = sm2_key_new(pkey, false);
	uint8_t digest[32] = {9}, der[SM2_DER_MAX];
	size_t len = ssl_signs(pkey, digest, der);

	(void)state;
	assert_null(sm2_key_new(mismatch, true));
	assert_null(sm2_key_new(p256, true));
	assert_int_equal(sm2_key_sign(key, another, digest, der, &len), SM2_KEY_OTHER);
	assert_int_equal(sm2_key_sign(key, pkey, digest, der, &len), SM2_KEY_OTHER); /* and it stays so */
	assert_int_equal(sm2_key_verify(key, pkey, digest, bytes_of(der, len)), SM2_KEY_OTHER);
	assert_int_equal(sm2_key_sign(public, pkey, digest, der, &len), SM2_KEY_OTHER); /* has no secret */
	assert_int_equal(sm2_key_verify(public, another, digest, bytes_of(der, len)), SM2_KEY_OTHER);
	sm2_key_free(NULL);
}

struct shared {
	EVP_PKEY *pkey;
	struct sm2_key *key;
};

static void *sign_and_verify(void *arg)
{
	struct shared *shared = arg;
	uint8_t digest[32] = {3}, der[SM2_DER_MAX];
	uintptr_t n_wrong = 0;

	for (unsigned i = 0; i < 50; i++) {
		size_t len = 0;
		int r = sm2_key_sign(shared->key, shared->pkey, digest, der, &len);

		if (r == 0)
			r = sm2_key_verify(shared->key, shared->pkey, digest, bytes_of(der, len));
		n_wrong += r != 0 && r != SM2_KEY_OTHER; /* OTHER: while another thread tests */
	}
	return (void *)n_wrong;
}

static void threads_share_a_key(void **state)
{
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	autosm2 *key = sm2_key_new(pkey, true);
	struct shared shared = {pkey, key};
	pthread_t threads[4];

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_and_verify, &shared), 0);
	for (unsigned i = 0; i < 4; i++) {
		void *wrong;

		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_keys),	       cmocka_unit_test(keys_at_the_ends),
		cmocka_unit_test(digests_at_the_ends), cmocka_unit_test(numbers_at_the_ends),
		cmocka_unit_test(nonces_differ),       cmocka_unit_test(leaves_it_to_libcrypto),
		cmocka_unit_test(threads_share_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
