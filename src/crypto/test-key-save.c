/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <dirent.h>
#include <openssl/pem.h>

#include "key.h"

struct answer {
	const char *text;
	int len; /* or a negative errno */
	unsigned asked;
	bool writing;
};

static int give(void *ctx, bool writing, const char *path, char *buf, size_t size)
{
	struct answer *answer = ctx;

	answer->asked++;
	answer->writing = writing;
	assert_string_equal(path, "key");
	if (answer->len > 0)
		memcpy(buf, answer->text, (size_t)answer->len < size ? (size_t)answer->len : size);
	return answer->len;
}

static unsigned n_files(void)
{
	DIR *here = opendir(".");
	unsigned n = 0;

	while (readdir(here))
		n++;
	(void)closedir(here);
	return n;
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(name, &st), 0);
	return st.st_mode & 07777;
}

/* PKCS#8 that openssl and we read again, for the owner alone whatever the umask is. */
static void writes_pkcs8(void **state)
{
	static const char *const words[] = {"sm2", "rsa:2048", "ecdsa-p256", "ecdsa-p384"};
	mode_t mask = umask(0);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		autokey key = new_key(words[i]);
		autokey again = NULL;
		autofree char *text = NULL;

		assert_int_equal(hufu_key_save(key, "key", NULL, true, NULL), 0);
		assert_int_equal(mode_of("key"), 0600);
		text = slurp("key", NULL);
		assert_memory_equal(text, "-----BEGIN PRIVATE KEY-----\n", 28);
		again = load_key("key");
		assert_int_equal(EVP_PKEY_eq(again->pkey, key->pkey), 1);
		assert_int_equal(hufu_key_id(again), hufu_key_id(key));
		assert_string_equal(hufu_key_type(again), hufu_key_type(key));
		openssl("pkey -in key -check -noout");
	}
	(void)umask(mask);
}

static void never_replaces_a_file_unasked(void **state)
{
	autokey key = new_key("sm2");
	struct answer answer = {"secret", 6, 0, false};
	struct hufu_passphrase pass = {give, &answer};
	struct hufu_err err = {""};
	autofree char *text = NULL;
	unsigned before;

	(void)state;
	put_text("key", "precious");
	before = n_files();
	expect(hufu_key_save(key, "key", NULL, false, &err), -EEXIST, &err, "key exists; give --force to replace it");
	/* ... and nobody types a passphrase for nothing */
	expect(hufu_key_save(key, "key", &pass, false, &err), -EEXIST, &err, "key exists; give --force to replace it");
	assert_int_equal(answer.asked, 0);
	text = slurp("key", NULL);
	assert_string_equal(text, "precious");
	assert_int_equal(n_files(), before);
	assert_int_equal(hufu_key_save(key, "key", NULL, true, &err), 0);
	assert_int_equal(unlink("key"), 0);
	assert_int_equal(symlink("nowhere", "key"), 0);
	expect(hufu_key_save(key, "key", NULL, false, &err), -EEXIST, &err, "key exists; give --force to replace it");
	assert_int_equal(access("nowhere", F_OK), -1);
	assert_int_equal(unlink("key"), 0);
}

static void says_why_it_cannot_write(void **state)
{
	autokey key = new_key("sm2");
	struct hufu_err err = {""};
	unsigned before = n_files();

	(void)state;
	expect(hufu_key_save(key, "no/such/key", NULL, false, &err), -ENOENT, &err,
	       "no/such/key: cannot create: No such file or directory");
	assert_int_equal(hufu_key_save(key, "/dev/full/key", NULL, false, &err), -ENOTDIR);
	assert_int_equal(n_files(), before);
}

/* Is it PBES2 with PBKDF2-HMAC-SHA256, 600,000 rounds, AES-256-CBC? By what openssl sees in it. */
static void encrypts(void **state)
{
	autokey key = new_key("sm2");
	autokey again = NULL;
	struct answer answer = {"secret", 6, 0, false};
	struct hufu_passphrase pass = {give, &answer};
	struct hufu_key *refused = NULL;
	autofree char *text = NULL, *seen = NULL;

	(void)state;
	assert_int_equal(hufu_key_save(key, "key", &pass, true, NULL), 0);
	assert_int_equal(answer.asked, 1);
	assert_true(answer.writing);
	assert_int_equal(mode_of("key"), 0600);
	text = slurp("key", NULL);
	assert_memory_equal(text, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", 38);
	openssl("asn1parse -in key");
	seen = slurp("out", NULL);
	assert_non_null(strstr(seen, "PBES2"));
	assert_non_null(strstr(seen, "PBKDF2"));
	assert_non_null(strstr(seen, ":0927C0\n")); /* 600,000 */
	assert_non_null(strstr(seen, "hmacWithSHA256"));
	assert_non_null(strstr(seen, "aes-256-cbc"));
	openssl("pkey -in key -passin pass:secret -check -noout");
	assert_int_not_equal(openssl_try("pkey -in key -passin pass:Secret -noout"), 0);
	assert_int_equal(hufu_key_load("key", &pass, &again, NULL), 0);
	assert_int_equal(EVP_PKEY_eq(again->pkey, key->pkey), 1);
	assert_int_equal(hufu_key_load("key", NULL, &refused, NULL), -EACCES);
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
		cmocka_unit_test(writes_pkcs8),
		cmocka_unit_test(never_replaces_a_file_unasked),
		cmocka_unit_test(says_why_it_cannot_write),
		cmocka_unit_test(encrypts),
		cmocka_unit_test(takes_any_bytes_as_passphrase),
		cmocka_unit_test(writes_nothing_without_its_passphrase),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
