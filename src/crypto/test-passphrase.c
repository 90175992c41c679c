/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#define WANTED                                                                                                         \
	"the key is encrypted; give a passphrase with --passphrase-prompt, --passphrase-file, --passphrase-fd or "     \
	"--passphrase-env"

static void asks_for_passphrases(void **state)
{
	static const struct {
		const char *line, *file;
	} keys[] = {
		{"pkcs8 -topk8 -v2 aes256 -in recipe.key -passout pass:secret -out enc.key", "enc.key"},
		{"pkcs8 -topk8 -v2 sm4-cbc -in recipe.key -passout pass:secret -out enc.key", "enc.key"},
		{"pkcs8 -topk8 -scrypt -in recipe.key -passout pass:secret -out enc.key", "enc.key"},
		{"pkcs8 -topk8 -v1 PBE-SHA1-3DES -in recipe.key -passout pass:secret -out enc.key", "enc.key"},
		{"ec -in recipe.key -aes128 -passout pass:secret -out enc.key", "enc.key"},
		{"genrsa -traditional -des3 -passout pass:secret -out enc.key 2048", "enc.key"},
	};

	(void)state;
	openssl("ecparam -genkey -name SM2 -text -out recipe.key");
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct answer right = {.text = "secret"}, wrong = {.text = "Secret"}, empty = {.text = ""};
		struct answer none = {.len = -ECANCELED}, broken = {.len = -EIO};
		struct hufu_passphrase pass = {give, &right};
		struct hufu_key *refused = NULL;
		struct hufu_err err = {""};
		autokey key = NULL;

		openssl(keys[i].line);
		assert_int_equal(hufu_key_load("enc.key", &pass, &key, &err), 0);
		assert_int_equal(right.asked, 1);
		assert_false(right.writing);
		expect(hufu_key_load("enc.key", NULL, &refused, &err), -EACCES, &err, "enc.key: " WANTED);
		pass.ctx = &none;
		expect(hufu_key_load("enc.key", &pass, &refused, &err), -EACCES, &err, "enc.key: " WANTED);
		pass.ctx = &wrong;
		expect(hufu_key_load("enc.key", &pass, &refused, &err), -EACCES, &err,
		       "enc.key: the passphrase is wrong, or the encrypted private key is damaged");
		assert_int_equal(wrong.asked, 1);
		pass.ctx = &empty;
		assert_int_equal(hufu_key_load("enc.key", &pass, &refused, &err), -EACCES);
		pass.ctx = &broken;
		expect(hufu_key_load("enc.key", &pass, &refused, &err), -EIO, &err,
		       "enc.key: no passphrase: Input/output error");
		assert_null(refused);
	}
}

/* A key that is not encrypted: nobody is asked. */
static void does_not_ask_in_vain(void **state)
{
	struct answer answer = {.text = "secret"};
	struct hufu_passphrase pass = {give, &answer};
	autokey key = NULL;

	(void)state;
	openssl("ecparam -genkey -name SM2 -text -out recipe.key");
	assert_int_equal(hufu_key_load("recipe.key", &pass, &key, NULL), 0);
	assert_int_equal(answer.asked, 0);
}

/* 1,024 bytes, of any value, are a passphrase. */
static void takes_any_bytes_as_passphrase(void **state)
{
	char text[1024];
	struct answer answer = {text, sizeof(text), 0, false};
	struct hufu_passphrase pass = {give, &answer};
	autokey key = new_key("ecdsa-p256");
	autokey again = NULL;
	struct hufu_key *refused = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	assert_int_equal(hufu_key_save(key, "key", &pass, true, NULL), 0);
	assert_int_equal(hufu_key_load("key", &pass, &again, NULL), 0);
	text[1023] ^= 1;
	assert_int_equal(hufu_key_load("key", &pass, &refused, NULL), -EACCES);
}

static void writes_nothing_without_its_passphrase(void **state)
{
	static const struct {
		int len, error;
		const char *text;
	} answers[] = {
		{0, -EINVAL, "key: an empty passphrase does not protect a key"},
		{-ECANCELED, -EACCES, "key: the key is to be encrypted, but no passphrase was given"},
		{-ENXIO, -ENXIO, "key: no passphrase: No such device or address"},
		{1025, -EINVAL, "key: a passphrase of 1025 bytes is longer than 1024"},
	};
	static char text[1025];
	autokey key = new_key("sm2");
	struct hufu_err err = {""};

	(void)state;
	(void)unlink("key");
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		struct answer answer = {text, answers[i].len, 0, false};
		struct hufu_passphrase pass = {give, &answer};

		expect(hufu_key_save(key, "key", &pass, false, &err), answers[i].error, &err, answers[i].text);
		assert_int_equal(access("key", F_OK), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_for_passphrases),
		cmocka_unit_test(does_not_ask_in_vain),
		cmocka_unit_test(takes_any_bytes_as_passphrase),
		cmocka_unit_test(writes_nothing_without_its_passphrase),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
