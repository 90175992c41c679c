/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FIXTURE_H
#define TEST_FIXTURE_H

/* For the tests of this layer: a directory of one's own, the openssl program, files, vectors, expectations. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clean.h"
#include "file.h"
#include "hex.h"
#include "hufu.h"

#define MAYBE __attribute__((unused)) static

/* Group set-up and tear-down: the tests of a program stand in a directory of its own. */
MAYBE int fixture_enter(void **state)
{
	const char *base = getenv("TMPDIR");
	char *dir;

	if (asprintf(&dir, "%s/hufu-crypto-XXXXXX", base ? base : "/tmp") < 0)
		return -1;
	*state = dir;
	return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

/* Runs a program, its output in the file `out`; its exit code, or 128 if a signal ended it. */
MAYBE int run(const char *const *argv)
{
	posix_spawn_file_actions_t actions;
	int status, r;
	pid_t pid;

	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	(void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(&actions, 1, "out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	(void)posix_spawn_file_actions_adddup2(&actions, 1, 2);
	r = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	assert_int_equal(r, 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

MAYBE int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st, (void)type, (void)walk;
	return remove(path);
}

MAYBE int fixture_leave(void **state)
{
	autofree char *dir = *state;

	return chdir("/") < 0 ? -1 : nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* `openssl LINE`, words separated by single blanks. Its exit code. */
MAYBE int openssl_try(const char *line)
{
	autofree char *copy = strdup(line);
	const char *argv[48] = {"openssl"};
	size_t n = 1;

	assert_non_null(copy);
	for (char *save = NULL, *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		assert_true(n < ARRAY_SIZE(argv) - 1);
		argv[n++] = word;
	}
	return run(argv);
}

MAYBE char *slurp(const char *name, size_t *ret_len)
{
	struct hufu_err err = {""};
	char *data = NULL;
	size_t len = 0;

	if (file_read(name, 4 * 1024 * 1024, &data, &len, &err) < 0)
		fail_msg("%s", err.text);
	if (ret_len)
		*ret_len = len;
	return data;
}

MAYBE void openssl(const char *line)
{
	if (openssl_try(line) != 0) {
		autofree char *said = slurp("out", NULL);

		fail_msg("openssl %s: %s", line, said);
	}
}

MAYBE void put(const char *name, const void *data, size_t len)
{
	assert_int_equal(file_write_atomic(name, data, len, 0600, true, NULL), 0);
}

MAYBE void put_text(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

/* Appends the files to a new one. */
MAYBE void join(const char *name, const char *first, const char *second)
{
	size_t a_len, b_len;
	autofree char *a = slurp(first, &a_len), *b = slurp(second, &b_len), *both = malloc(a_len + b_len + 1);

	assert_non_null(both);
	memcpy(both, a, a_len);
	memcpy(both + a_len, b, b_len);
	put(name, both, a_len + b_len);
}

/* A failed call: its errno and its whole sentence. */
MAYBE void expect(int r, int wanted, const struct hufu_err *err, const char *text)
{
	assert_string_equal(err->text, text);
	assert_int_equal(r, wanted);
}

MAYBE struct hufu_key *new_key(const char *type)
{
	struct hufu_key *key = NULL;
	struct hufu_err err = {""};

	if (hufu_key_generate(type, &key, &err) < 0)
		fail_msg("%s", err.text);
	return key;
}

MAYBE struct hufu_key *load_key(const char *path)
{
	struct hufu_key *key = NULL;
	struct hufu_err err = {""};

	if (hufu_key_load(path, NULL, &key, &err) < 0)
		fail_msg("%s", err.text);
	return key;
}

MAYBE struct hufu_cert *load_cert(const char *path)
{
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};

	if (hufu_cert_load(path, HUFU_FORM_ANY, &cert, &err) < 0)
		fail_msg("%s", err.text);
	return cert;
}

MAYBE struct hufu_digest digest_of(unsigned algo, const char *text)
{
	struct hufu_digest digest = {0};

	assert_int_equal(hufu_digest_mem(algo, text, strlen(text), &digest, NULL), 0);
	return digest;
}

/* A source of passphrases that counts how often it is asked. */
struct answer {
	const char *text;
	int len; /* or a negative errno; 0: that of `text` */
	unsigned asked;
	bool writing;
};

MAYBE int give(void *ctx, bool writing, const char *path, char *buf, size_t size)
{
	struct answer *answer = ctx;
	int len = answer->len ? answer->len : (int)strlen(answer->text);

	answer->asked++;
	answer->writing = writing;
	assert_non_null(path);
	if (len > 0)
		memcpy(buf, answer->text, (size_t)len < size ? (size_t)len : size);
	return len;
}

struct signature {
	uint8_t bytes[HUFU_SIG_MAX + 1];
	size_t len;
};

MAYBE struct signature sign(const struct hufu_key *key, const struct hufu_digest *digest)
{
	struct signature sig = {{0}, 0};
	struct hufu_err err = {""};

	if (hufu_key_sign(key, digest, sig.bytes, &sig.len, &err) < 0)
		fail_msg("%s", err.text);
	return sig;
}

MAYBE struct hufu_cert *self_signed(const struct hufu_key *key)
{
	const struct hufu_cert_params params = {.subject = "test"};
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};

	if (hufu_cert_make_ca(key, &params, &cert, &err) < 0)
		fail_msg("%s", err.text);
	return cert;
}

MAYBE size_t put_integer(uint8_t *out, const uint8_t number[32])
{
	size_t pad = number[0] >> 7;

	out[0] = 0x02;
	out[1] = (uint8_t)(32 + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, number, 32);
	return 2 + 32 + pad;
}

/* DER of r, s */
MAYBE struct signature encode(const uint8_t r[32], const uint8_t s[32])
{
	struct signature sig = {{0x30}, 2};

	sig.len += put_integer(sig.bytes + sig.len, r);
	sig.len += put_integer(sig.bytes + sig.len, s);
	sig.bytes[1] = (uint8_t)(sig.len - 2);
	return sig;
}

#define autokey	 __attribute__((cleanup(free_key))) struct hufu_key *
#define autocert __attribute__((cleanup(free_cert))) struct hufu_cert *

MAYBE void free_key(struct hufu_key **key)
{
	hufu_key_free(*key);
}

MAYBE void free_cert(struct hufu_cert **cert)
{
	hufu_cert_free(*cert);
}

#endif
