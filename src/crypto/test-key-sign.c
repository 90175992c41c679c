/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <pthread.h>

#include "key-check.h"
#include "key.h"

/* Both ways with the openssl program, over the raw digest: for SM2 that is e = SM3(file), no Z. */
static void agrees_with_openssl(void **state)
{
	static const struct {
		const char *word;
		unsigned algo;
		const char *opts;
	} rows[] = {
		{"sm2", HUFU_HASH_SM3, ""},
		{"rsa:2048", HUFU_HASH_SHA1, "-pkeyopt digest:sha1"},
		{"rsa:2048", HUFU_HASH_RMD160, "-pkeyopt digest:ripemd160"},
		{"rsa:2048", HUFU_HASH_SHA224, "-pkeyopt digest:sha224"},
		{"rsa:2048", HUFU_HASH_SHA256, "-pkeyopt digest:sha256"},
		{"rsa:2048", HUFU_HASH_SHA384, "-pkeyopt digest:sha384"},
		{"rsa:2048", HUFU_HASH_SHA512, "-pkeyopt digest:sha512"},
		{"rsa:2048", HUFU_HASH_SHA3_256, "-pkeyopt digest:sha3-256"},
		{"ecdsa-p256", HUFU_HASH_SHA1, "-pkeyopt digest:sha1"},
		{"ecdsa-p256", HUFU_HASH_SHA256, "-pkeyopt digest:sha256"},
		{"ecdsa-p384", HUFU_HASH_SHA384, "-pkeyopt digest:sha384"},
		{"ecdsa-p384", HUFU_HASH_SHA512, "-pkeyopt digest:sha512"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct hufu_digest digest = digest_of(rows[i].algo, "hello hufu\n");
		autokey key = new_key(rows[i].word);
		autocert cert = self_signed(key);
		struct signature sig = sign(key, &digest);
		autofree char *line = NULL, *theirs = NULL;
		size_t theirs_len;

		assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), 0);
		put("digest", digest.bytes, digest.len);
		put("sig", sig.bytes, sig.len);
		assert_int_equal(hufu_key_save(key, "key", NULL, true, NULL), 0);
		assert_true(asprintf(&line, "pkeyutl -verify -inkey key -in digest -sigfile sig %s", rows[i].opts) > 0);
		line[strlen(line) - !*rows[i].opts] = '\0';
		openssl(line);
		free(line);
		assert_true(asprintf(&line, "pkeyutl -sign -inkey key -in digest -out theirs %s", rows[i].opts) > 0);
		openssl(line);
		theirs = slurp("theirs", &theirs_len);
		assert_int_equal(hufu_cert_verify(cert, &digest, (uint8_t *)theirs, theirs_len, NULL), 0);
	}
}

/* A signature over SM3(Z || file), which `openssl dgst -sign` makes, is not one that IMA takes. */
static void sm2_is_without_z(void **state)
{
	autokey key = new_key("sm2");
	autocert cert = self_signed(key);
	struct hufu_digest digest = digest_of(HUFU_HASH_SM3, "hello hufu\n");
	autofree char *sig = NULL;
	struct hufu_err err = {""};
	size_t len;

	(void)state;
	assert_int_equal(hufu_key_save(key, "key", NULL, true, NULL), 0);
	put_text("file", "hello hufu\n");
	openssl("dgst -sm3 -sigopt distid:1234567812345678 -sign key -out sig file");
	sig = slurp("sig", &len);
	expect(hufu_cert_verify(cert, &digest, (uint8_t *)sig, len, &err), -EKEYREJECTED, &err,
	       "the signature is not by this sm2 key, or the content was altered");
}

/* The value of `name = HEX` in a file of tests/vectors. Its length. */
static size_t vector(const char *file, const char *name, uint8_t *ret_data, size_t size)
{
	autofree char *path = NULL, *text = NULL;
	size_t name_len = strlen(name);

	assert_true(asprintf(&path, "%s/vectors/%s", TEST_DATA, file) > 0);
	text = slurp(path, NULL);
	for (char *save = NULL, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		ssize_t len;

		if (strncmp(line, name, name_len) != 0 || strncmp(line + name_len, " = ", 3) != 0)
			continue;
		len = hex_decode(line + name_len + 3, strlen(line + name_len + 3), ret_data, size);
		assert_true(len > 0);
		return (size_t)len;
	}
	fail_msg("%s: no %s", path, name);
	return 0;
}

static struct hufu_key *vector_key(const char *file)
{
	static const char *const names[] = {"x", "y", "d"};
	uint8_t parts[3][32], point[65] = {4}, secret[32];
	OSSL_PARAM params[4];
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = NULL;
	struct hufu_key *key = NULL;

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(vector(file, names[i], parts[i], 32), 32);
	memcpy(point + 1, parts[0], 32);
	memcpy(point + 33, parts[1], 32);
	for (size_t i = 0; i < 32; i++) /* the machine's byte order: little-endian is what we test on */
		secret[i] = parts[2][__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 31 - i : i];
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"SM2", 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 65);
	params[2] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, secret, 32);
	params[3] = OSSL_PARAM_construct_end();
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params), 1);
	assert_int_equal(key_new(&pkey, &key, NULL), 0);
	return key;
}

/* tests/vectors/sm2-gmt0003-5.txt: Z and e as the standard has them, and its r, s over that e. */
static void verifies_the_example_of_the_standard(void **state)
{
	static const char file[] = "sm2-gmt0003-5.txt";
	static const char *const parts[] = {"id", "a", "b", "gx", "gy", "x", "y"};
	uint8_t input[2 + 16 + 6 * 32] = {0, 128}, z[32], e[32], r[32], s[32], message[64];
	autokey key = vector_key(file);
	autocert cert = self_signed(key);
	struct hufu_digest digest;
	struct signature sig;
	size_t len = 2, message_len;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		len += vector(file, parts[i], input + len, sizeof(input) - len);
	assert_int_equal(len, sizeof(input));
	assert_int_equal(vector(file, "z", z, 32), 32);
	assert_int_equal(vector(file, "e", e, 32), 32);
	assert_int_equal(vector(file, "r", r, 32), 32);
	assert_int_equal(vector(file, "s", s, 32), 32);
	message_len = vector(file, "m", message + 32, 32);
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, input, len, &digest, NULL), 0);
	assert_memory_equal(digest.bytes, z, 32);
	memcpy(message, z, 32);
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, message, 32 + message_len, &digest, NULL), 0);
	assert_memory_equal(digest.bytes, e, 32);
	sig = encode(r, s);
	assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), 0);
	digest.bytes[31] ^= 1;
	assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
}

/* Every type with every algorithm number there can be. */
static void refuses_pairs_that_do_not_go_together(void **state)
{
	static const char *const words[] = {"sm2", "rsa:2048", "ecdsa-p256"};
	static const unsigned both = 1u << HUFU_HASH_SHA1 | 1u << HUFU_HASH_SHA224 | 1u << HUFU_HASH_SHA256 |
				     1u << HUFU_HASH_SHA384 | 1u << HUFU_HASH_SHA512 | 1u << HUFU_HASH_SHA3_256 |
				     1u << HUFU_HASH_SHA3_384 | 1u << HUFU_HASH_SHA3_512;
	const unsigned good[] = {1u << HUFU_HASH_SM3, both | 1u << HUFU_HASH_RMD160, both};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		autokey key = new_key(words[i]);
		autocert cert = self_signed(key);

		for (unsigned algo = 0; algo < 256; algo++) {
			struct hufu_digest digest = {(uint8_t)algo, (uint8_t)hufu_hash_size(algo), {0}};
			struct signature sig = {{0}, 77};
			int wanted = algo < 32 && good[i] & 1u << algo ? 0 : -EINVAL;

			assert_int_equal(hufu_key_sign(key, &digest, sig.bytes, &sig.len, NULL), wanted);
			assert_int_equal(sig.len == 77, wanted != 0);
			assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), wanted);
			assert_int_equal(key_check(key, &digest, (struct bytes){sig.bytes, sig.len, false}, NULL),
					 wanted);
		}
	}
}

static void says_why_they_do_not(void **state)
{
	struct hufu_digest sm3 = digest_of(HUFU_HASH_SM3, ""), sha256 = digest_of(HUFU_HASH_SHA256, "");
	struct hufu_digest md5 = digest_of(HUFU_HASH_MD5, ""), bad = {200, 32, {0}};
	autokey sm2 = new_key("sm2");
	autokey p256 = new_key("ecdsa-p256");
	uint8_t sig[HUFU_SIG_MAX];
	struct hufu_err err = {""};
	size_t len = 0;

	(void)state;
	expect(hufu_key_sign(sm2, &sha256, sig, &len, &err), -EINVAL, &err,
	       "an sm2 key signs sm3 digests only, not sha256");
	expect(hufu_key_sign(p256, &sm3, sig, &len, &err), -EINVAL, &err,
	       "sm3 digests are signed with sm2 keys only; this key is ecdsa-nist-p256");
	expect(hufu_key_sign(p256, &md5, sig, &len, &err), -EINVAL, &err,
	       "md5 digests are not signed with ecdsa-nist-p256 keys");
	expect(hufu_key_sign(sm2, &bad, sig, &len, &err), -EINVAL, &err,
	       "there is no hash algorithm with the number 200");
	sm3.len = 31;
	expect(hufu_key_sign(sm2, &sm3, sig, &len, &err), -EINVAL, &err, "sm3 digests have 32 bytes, not 31");
	sm3.len = 64;
	expect(hufu_key_sign(sm2, &sm3, sig, &len, &err), -EINVAL, &err, "sm3 digests have 32 bytes, not 64");
	assert_int_equal(len, 0);
}

/* DER of r, s: 70 to 72 bytes, now and then fewer; each one good (evmctl has handed out stack garbage here). */
static void signs_in_der(void **state)
{
	autokey key = new_key("sm2");
	autocert cert = self_signed(key);

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		char text[16];
		struct hufu_digest digest;
		struct signature sig;

		(void)snprintf(text, sizeof(text), "%u", i);
		digest = digest_of(HUFU_HASH_SM3, text);
		sig = sign(key, &digest);
		assert_in_range(sig.len, 60, 72);
		assert_int_equal(sig.bytes[0], 0x30);
		assert_int_equal(sig.bytes[1], sig.len - 2);
		assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), 0);
	}
}

/* The public exponent does not belong to the secret one: a signature comes out, and must not go further. */
static void hands_out_no_wrong_signature(void **state)
{
	static const char *const names[] = {OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_E};
	struct hufu_digest digest = digest_of(HUFU_HASH_SHA256, "x");
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = NULL;
	autokey key = new_key("rsa:2048");
	autokey wrong = NULL;
	unsigned char bytes[3][256];
	struct hufu_err err = {""};
	uint8_t sig[HUFU_SIG_MAX] = {0}, before[HUFU_SIG_MAX] = {0};
	OSSL_PARAM params[4];
	size_t len = 77;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		autodone(BN_clear_free) BIGNUM *number = NULL;

		assert_int_equal(EVP_PKEY_get_bn_param(key->pkey, names[i], &number), 1);
		if (i == 2)
			assert_int_equal(BN_set_word(number, 257), 1);
		assert_int_equal(BN_bn2nativepad(number, bytes[i], 256), 256);
		params[i] = OSSL_PARAM_construct_BN(names[i], bytes[i], 256);
	}
	params[3] = OSSL_PARAM_construct_end();
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params), 1);
	assert_int_equal(key_new(&pkey, &wrong, NULL), 0);
	expect(hufu_key_sign(wrong, &digest, sig, &len, &err), -EIO, &err,
	       "the signature just made does not verify: the private and the public half of the key do not belong "
	       "together, or this machine computes wrongly");
	assert_int_equal(len, 77);
	assert_memory_equal(sig, before, sizeof(sig));
}

struct shared {
	const struct hufu_key *key;
	const struct hufu_cert *cert;
	unsigned algo;
};

static void *sign_and_verify(void *ctx)
{
	const struct shared *shared = ctx;
	uintptr_t n_good = 0;

	for (unsigned i = 0; i < 50; i++) {
		uint8_t sig[HUFU_SIG_MAX];
		struct hufu_digest digest;
		size_t len;

		n_good += hufu_digest_mem(shared->algo, &i, sizeof(i), &digest, NULL) == 0 &&
			  hufu_key_sign(shared->key, &digest, sig, &len, NULL) == 0 &&
			  hufu_cert_verify(shared->cert, &digest, sig, len, NULL) == 0 &&
			  hufu_cert_signed_by(shared->cert, shared->cert, NULL, NULL) == 0;
	}
	return (void *)n_good;
}

static void threads_share_keys_and_certificates(void **state)
{
	static const char *const words[] = {"sm2", "rsa:2048", "ecdsa-p384"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		autokey key = new_key(words[i]);
		autocert cert = self_signed(key);
		struct shared shared = {key, cert, hufu_key_default_hash(key)};
		pthread_t threads[4];

		for (size_t n = 0; n < ARRAY_SIZE(threads); n++)
			assert_int_equal(pthread_create(&threads[n], NULL, sign_and_verify, &shared), 0);
		for (size_t n = 0; n < ARRAY_SIZE(threads); n++) {
			void *n_good = NULL;

			assert_int_equal(pthread_join(threads[n], &n_good), 0);
			assert_int_equal((uintptr_t)n_good, 50);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_openssl),
		cmocka_unit_test(sm2_is_without_z),
		cmocka_unit_test(verifies_the_example_of_the_standard),
		cmocka_unit_test(refuses_pairs_that_do_not_go_together),
		cmocka_unit_test(says_why_they_do_not),
		cmocka_unit_test(signs_in_der),
		cmocka_unit_test(hands_out_no_wrong_signature),
		cmocka_unit_test(threads_share_keys_and_certificates),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
