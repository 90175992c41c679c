/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include "key.h"

static void generates_every_type(void **state)
{
	static const struct {
		const char *word, *type;
		unsigned hash;
		int bits;
	} types[] = {
		{"sm2", "sm2", HUFU_HASH_SM3, 256},
		{"rsa", "rsa", HUFU_HASH_SHA256, 3072},
		{"rsa:2048", "rsa", HUFU_HASH_SHA256, 2048},
		{"rsa:2056", "rsa", HUFU_HASH_SHA256, 2056},
		{"ecdsa-p256", "ecdsa-nist-p256", HUFU_HASH_SHA256, 256},
		{"ecdsa-p384", "ecdsa-nist-p384", HUFU_HASH_SHA384, 384},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		autokey key = new_key(types[i].word);
		autokey other = new_key(types[i].word);

		assert_string_equal(hufu_key_type(key), types[i].type);
		assert_int_equal(hufu_key_default_hash(key), types[i].hash);
		assert_int_equal(EVP_PKEY_get_bits(key->pkey), types[i].bits);
		assert_int_not_equal(hufu_key_id(key), hufu_key_id(other));
	}
	hufu_key_free(NULL);
}

static void refuses_other_words(void **state)
{
	static const char *const words[] = {
		"",
		"SM2",
		"sm2 ",
		"rsa:",
		"rsa:1024",
		"rsa:2047",
		"rsa:2049",
		"rsa:8200",
		"rsa:16384",
		"rsa: 2048",
		"rsa:+2048",
		"rsa:-2048",
		"rsa:02048",
		"rsa:2048x",
		"rsa2048",
		"ecdsa",
		"ecdsa-p192",
		"ecdsa-p521",
		"ed25519",
		"dsa",
		"rsa:18446744073709553664",
		"rsa:99999999999999999999999",
	};
	struct hufu_err err = {""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		autofree char *wanted = NULL;
		struct hufu_key *key = NULL;

		assert_true(asprintf(&wanted,
				     "there is no key type '%s'; there are sm2, rsa (3072 bits), rsa:2048 to rsa:8192 "
				     "in steps of 8, ecdsa-p256, ecdsa-p384",
				     words[i]) > 0);
		expect(hufu_key_generate(words[i], &key, &err), -EINVAL, &err, wanted);
		assert_null(key);
		assert_int_equal(hufu_key_generate(words[i], &key, NULL), -EINVAL);
	}
}

/* Against `subjectKeyIdentifier=hash` as the openssl program computes it. */
static void key_id_is_that_of_openssl(void **state)
{
	static const char *const words[] = {"sm2", "rsa:2048", "ecdsa-p256", "ecdsa-p384"};

	(void)state;
	put_text("req.cnf", "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nCN=x\n"
			    "[ext]\nsubjectKeyIdentifier=hash\n");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		autokey key = new_key(words[i]);
		autofree char *said = NULL;
		char id[9], *at;
		size_t n = 0;

		assert_int_equal(hufu_key_save(key, "key", NULL, true, NULL), 0);
		openssl("req -new -x509 -config req.cnf -key key -out cert");
		openssl("x509 -in cert -noout -ext subjectKeyIdentifier");
		said = slurp("out", NULL);
		/* "...:AA:BB:CC:DD\n": the last eight digits */
		for (at = said + strlen(said); at > said && n < 8; at--)
			if (at[-1] != ':' && at[-1] != '\n' && at[-1] != ' ')
				id[7 - n++] = at[-1];
		id[8] = '\0';
		assert_int_equal(strtoul(id, NULL, 16), hufu_key_id(key));
	}
}

static EVP_PKEY *rsa_with_exponent(EVP_PKEY *from, unsigned long exponent)
{
	autodone(BN_clear_free) BIGNUM *n = NULL, *e = BN_new();
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	unsigned char n_bytes[512], e_bytes[8];
	OSSL_PARAM params[3];
	EVP_PKEY *pkey = NULL;
	int n_len;

	assert_int_equal(EVP_PKEY_get_bn_param(from, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	assert_int_equal(BN_set_word(e, exponent), 1);
	n_len = BN_num_bytes(n);
	assert_int_equal(BN_bn2nativepad(n, n_bytes, n_len), n_len);
	assert_int_equal(BN_bn2nativepad(e, e_bytes, 8), 8);
	params[0] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n_bytes, (size_t)n_len);
	params[1] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e_bytes, 8);
	params[2] = OSSL_PARAM_construct_end();
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params), 1);
	return pkey;
}

/* With e = 1 the padded digest is its own signature. */
static void refuses_exponents_with_which_anyone_signs(void **state)
{
	static const unsigned long exponents[] = {1, 2, 65536};
	autokey key = new_key("rsa:2048");
	const struct key_type *type = NULL;
	struct hufu_err err = {""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(exponents); i++) {
		autodone(EVP_PKEY_free) EVP_PKEY *pkey = rsa_with_exponent(key->pkey, exponents[i]);

		expect(key_prepare(pkey, &type, &err), -EBADMSG, &err, "the RSA key's public exponent is even, or 1");
		assert_null(type);
	}
	{
		autodone(EVP_PKEY_free) EVP_PKEY *pkey = rsa_with_exponent(key->pkey, 3);

		assert_int_equal(key_prepare(pkey, &type, &err), 0);
		assert_string_equal(type->name, "rsa");
	}
}

/* What goes wrong must not stay in libcrypto's queue and come out with another failure. */
static void leaves_no_errors_behind(void **state)
{
	struct hufu_key *key = NULL;
	struct hufu_err err = {""};

	(void)state;
	put_text("bad", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
	assert_int_equal(hufu_key_load("bad", NULL, &key, &err), -EINVAL);
	assert_int_equal(ERR_peek_error(), 0);
	ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
	expect(ssl_err(&err, -EIO, "%s", "it"), -ENOMEM, &err, "it: malloc failure");
	expect(ssl_err(&err, -EIO, "%s", "it"), -EIO, &err, "it");
	assert_int_equal(ssl_err(NULL, -EIO, "it"), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generates_every_type),
		cmocka_unit_test(refuses_other_words),
		cmocka_unit_test(key_id_is_that_of_openssl),
		cmocka_unit_test(refuses_exponents_with_which_anyone_signs),
		cmocka_unit_test(leaves_no_errors_behind),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
