/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_CERTS_H
#define TEST_CERTS_H

/* For tests that need certificates, ours and those of the openssl program: a scratch directory, and makers. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clean.h"
#include "file.h"
#include "hufu.h"

#define MAYBE __attribute__((unused)) static

extern char **environ;

static char scratch[512];

struct pair {
	struct hufu_key *key;
	struct hufu_cert *cert;
};

struct der {
	const uint8_t *data;
	size_t len;
};

/* Good for a few more calls. */
MAYBE const char *in_scratch(const char *name)
{
	static _Thread_local char paths[16][1024];
	static _Thread_local unsigned turn;
	char *path = paths[turn++ % 16];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
	return path;
}

MAYBE void put_file(const char *name, const void *data, size_t len)
{
	assert_int_equal(file_write_atomic(in_scratch(name), data, len, 0600, true, NULL), 0);
}

MAYBE void put_text(const char *name, const char *text)
{
	put_file(name, text, strlen(text));
}

/* The exit code of a program. What it prints is in scratch/out. */
MAYBE int call(const char *const *argv)
{
	posix_spawn_file_actions_t actions;
	int status, r;
	pid_t pid;

	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	(void)posix_spawn_file_actions_addopen(&actions, 1, in_scratch("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	(void)posix_spawn_file_actions_adddup2(&actions, 1, 2);
	r = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (r)
		return 127;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* `openssl LINE`, in words separated by single blanks; a word beginning with @ is a name in the scratch directory. */
MAYBE void openssl(const char *line)
{
	autofree char *copy = strdup(line);
	const char *argv[64] = {"openssl"};
	size_t n = 1;

	assert_non_null(copy);
	for (char *save = NULL, *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		assert_true(n < ARRAY_SIZE(argv) - 1);
		argv[n++] = word[0] == '@' ? in_scratch(word + 1) : word;
	}
	if (call(argv) != 0) {
		autofree char *said = NULL;
		size_t len;

		(void)!file_read(in_scratch("out"), 65536, &said, &len, NULL);
		fail_msg("openssl %s: %s", line, said ? said : "");
	}
}

MAYBE struct pair make_ca(const char *type, const char *subject)
{
	const struct hufu_cert_params params = {.subject = subject};
	struct pair ca = {0};
	struct hufu_err err = {0};

	assert_int_equal(hufu_key_generate(type, &ca.key, &err), 0);
	if (hufu_cert_make_ca(ca.key, &params, &ca.cert, &err) < 0)
		fail_msg("%s", err.text);
	return ca;
}

MAYBE struct pair make_leaf(const struct pair *ca, const char *type, const char *subject)
{
	const struct hufu_cert_params params = {.subject = subject};
	struct pair leaf = {0};
	struct hufu_err err = {0};

	assert_int_equal(hufu_key_generate(type, &leaf.key, &err), 0);
	if (hufu_cert_issue(ca->cert, ca->key, leaf.key, NULL, &params, &leaf.cert, &err) < 0)
		fail_msg("%s", err.text);
	return leaf;
}

/* A key and a certificate that openssl has made. */
MAYBE struct pair load_pair(const char *key, const char *cert)
{
	struct pair pair = {0};
	struct hufu_err err = {0};

	if (key && hufu_key_load(in_scratch(key), NULL, &pair.key, &err) < 0)
		fail_msg("%s", err.text);
	if (hufu_cert_load(in_scratch(cert), HUFU_FORM_ANY, &pair.cert, &err) < 0)
		fail_msg("%s", err.text);
	return pair;
}

MAYBE void free_pair(struct pair *pair)
{
	hufu_key_free(pair->key);
	hufu_cert_free(pair->cert);
	*pair = (struct pair){0};
}

#define autopair __attribute__((cleanup(free_pair))) struct pair

MAYBE struct der der_of(const struct hufu_cert *cert)
{
	struct der der;

	der.data = hufu_cert_der(cert, &der.len);
	return der;
}

MAYBE int make_scratch(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	(void)snprintf(scratch, sizeof(scratch), "%s/hufu-test.XXXXXX", base ? base : "/tmp");
	return mkdtemp(scratch) ? 0 : -1;
}

MAYBE int drop_scratch(void **state)
{
	const char *const argv[] = {"rm", "-rf", scratch, NULL};

	(void)state;
	return call(argv);
}

#endif
