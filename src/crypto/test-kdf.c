/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <limits.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "ssl.h"

/* An encrypted key with this algorithm and nothing in it: what is refused before the work is done. Takes `algorithm`. */
static void put_sealed(X509_ALGOR *algorithm)
{
	autodone(X509_SIG_free) X509_SIG *sealed = X509_SIG_new();
	autodone(BIO_free_all) BIO *out = BIO_new(BIO_s_mem());
	ASN1_OCTET_STRING *content;
	X509_ALGOR *inside;
	char *pem;
	long len;

	assert_non_null(algorithm);
	X509_SIG_getm(sealed, &inside, &content);
	assert_int_equal(X509_ALGOR_copy(inside, algorithm), 1);
	X509_ALGOR_free(algorithm);
	assert_int_equal(ASN1_OCTET_STRING_set(content, (const unsigned char *)"0123456789abcdef", 16), 1);
	assert_int_equal(PEM_write_bio_PKCS8(out, sealed), 1);
	len = BIO_get_mem_data(out, &pem);
	put("sealed", pem, (size_t)len);
}

static void bounds_key_derivation(void **state)
{
	static const char rounds[] = "sealed: the encrypted key asks for more than 20000000 rounds of key derivation";
	unsigned char salt[8] = {0}, iv[16] = {0};
	struct answer answer = {.text = "x"};
	struct hufu_passphrase pass = {give, &answer};
	struct hufu_key *key = NULL;
	struct hufu_err err = {""};

	(void)state;
	put_sealed(PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 20000001, salt, 8, iv, NID_hmacWithSHA256));
	expect(hufu_key_load("sealed", &pass, &key, &err), -EINVAL, &err, rounds);
	put_sealed(PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), INT_MAX, salt, 8, iv, NID_hmacWithSHA256));
	expect(hufu_key_load("sealed", &pass, &key, &err), -EINVAL, &err, rounds);
	put_sealed(PKCS5_pbe_set(NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 20000001, salt, 8));
	expect(hufu_key_load("sealed", &pass, &key, &err), -EINVAL, &err, rounds);
	/* 2^12 * 8 * 513 is just above 2^24 */
	put_sealed(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, 8, iv, 4096, 8, 513));
	expect(hufu_key_load("sealed", &pass, &key, &err), -EINVAL, &err,
	       "sealed: the encrypted key asks for too much work by scrypt");
	assert_int_equal(answer.asked, 0);
	/* Within the bounds it comes to the passphrase */
	put_sealed(PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 1000, salt, 8, iv, NID_hmacWithSHA256));
	expect(hufu_key_load("sealed", &pass, &key, &err), -EACCES, &err,
	       "sealed: the passphrase is wrong, or the encrypted private key is damaged");
	assert_int_equal(answer.asked, 1);
	assert_null(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_key_derivation),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
