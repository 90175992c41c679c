/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <dirent.h>
#include <openssl/pem.h>

#include "key.h"

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
	struct answer answer = {.text = "secret"};
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
	struct answer answer = {.text = "secret"};
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_pkcs8),
		cmocka_unit_test(never_replaces_a_file_unasked),
		cmocka_unit_test(says_why_it_cannot_write),
		cmocka_unit_test(encrypts),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
