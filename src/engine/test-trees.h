/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_TREES_H
#define TEST_TREES_H

/* For the tests of tree*.c: a scratch tree, keys, and a run whose reports are kept. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "clean.h"
#include "hufu.h"

#define MAYBE __attribute__((unused)) static

extern char **environ;

static char tree[512]; /* the scratch directory */
static unsigned place; /* HUFU_TREE_XATTR_USER unless security.ima can be set here */
static struct hufu_key *sm2_key;
static struct hufu_cert *sm2_cert;

/* Ends a test that cannot run here, and says why. */
#define skip_for_want_of(what)                                                                                         \
	do {                                                                                                           \
		print_message("skipped: needs " what "\n");                                                            \
		skip();                                                                                                \
	} while (0)

/* ---- files ---- */

MAYBE const char *in_tree(const char *name)
{
	static char paths[8][4096];
	static unsigned turn;
	char *path = paths[turn++ % 8];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", tree, name);
	return path;
}

MAYBE void put(const char *name, const void *data, size_t len)
{
	FILE *file = fopen(in_tree(name), "we");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

MAYBE void put_text(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

MAYBE void put_dir(const char *name)
{
	assert_int_equal(mkdir(in_tree(name), 0755), 0);
}

MAYBE const char *xattr_name(void)
{
	return place & HUFU_TREE_XATTR_USER ? HUFU_XATTR_IMA_USER : HUFU_XATTR_IMA;
}

MAYBE void put_value(const char *name, const void *value, size_t len)
{
	assert_int_equal(setxattr(in_tree(name), xattr_name(), value, len, 0), 0);
}

/* -1: none. */
MAYBE ssize_t get_value(const char *name, uint8_t ret_value[HUFU_XATTR_MAX])
{
	return getxattr(in_tree(name), xattr_name(), ret_value, HUFU_XATTR_MAX);
}

/* The exit code of a program; what it prints goes to TREE.out. */
MAYBE int call(const char *const *argv)
{
	posix_spawn_file_actions_t actions;
	char out[600];
	pid_t pid;
	int status, r;

	(void)snprintf(out, sizeof(out), "%s.out", tree);
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	(void)posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	(void)posix_spawn_file_actions_adddup2(&actions, 1, 2);
	r = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (r)
		return 127;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* ---- runs ---- */

struct seen {
	char *path, *text;
	enum hufu_file_state state;
	int error;
	uint8_t *value;
	size_t value_len;
	bool has_digest, has_sig;
	struct hufu_digest digest;
	struct hufu_sig sig; /* without `bytes` */
};

static struct seen *seen;
static size_t n_seen;
static struct hufu_tree_count count;
static struct hufu_err last_err;
static unsigned n_ticks, cancel_at; /* 0: never */

MAYBE void forget(void)
{
	for (size_t i = 0; i < n_seen; i++) {
		free(seen[i].path);
		free(seen[i].text);
		free(seen[i].value);
	}
	free(seen);
	seen = NULL;
	n_seen = 0;
	n_ticks = 0;
	memset(&count, 0, sizeof(count));
	last_err.text[0] = '\0';
}

static void keep(void *ctx, const struct hufu_file_report *report)
{
	struct seen *one;

	(void)ctx;
	assert_non_null(report->text);
	if ((n_seen & (n_seen - 1)) == 0) /* room for twice as many at each power of two */
		seen = reallocarray(seen, n_seen ? 2 * n_seen : 1, sizeof(*seen));
	assert_non_null(seen);
	one = &seen[n_seen++];
	*one = (struct seen){.state = report->state,
			     .error = report->error,
			     .path = strdup(report->path),
			     .text = strdup(report->text),
			     .value = malloc(report->xattr_len + 1),
			     .value_len = report->xattr_len,
			     .has_digest = report->digest,
			     .has_sig = report->sig};
	assert_true(one->path && one->text && one->value);
	if (report->xattr_len)
		memcpy(one->value, report->xattr, report->xattr_len);
	if (report->digest)
		one->digest = *report->digest;
	if (report->sig)
		one->sig = *report->sig;
	one->sig.bytes = NULL;
}

static bool keep_on(void *ctx, const struct hufu_tree_count *so_far, uint64_t n_found, bool walk_done)
{
	uint64_t n = 0;

	(void)ctx;
	(void)walk_done;
	for (size_t i = 0; i < HUFU_FILE_STATE_COUNT; i++)
		n += so_far->by_state[i];
	assert_true(n <= n_found);
	return ++n_ticks == cancel_at;
}

/* Runs on a path below the scratch directory; the place and recursion need no saying. */
MAYBE int run_job(struct hufu_tree_job job, const char *name)
{
	forget();
	job.on_file = keep;
	job.on_progress = keep_on;
	job.flags |= HUFU_TREE_RECURSIVE | (job.flags & HUFU_TREE_SIDECAR ? 0 : place);
	return hufu_tree_run(&job, name[0] == '/' ? name : in_tree(name), &count, &last_err);
}

MAYBE struct hufu_tree_job sign_job(unsigned flags, unsigned jobs)
{
	return (struct hufu_tree_job){.action = HUFU_TREE_SIGN,
				      .flags = flags,
				      .algo = HUFU_HASH_SM3,
				      .key = sm2_key,
				      .key_id = hufu_key_id(sm2_key),
				      .jobs = jobs};
}

MAYBE struct hufu_tree_job verify_job(unsigned flags, unsigned jobs)
{
	static const struct hufu_cert *certs[1];

	certs[0] = sm2_cert;
	return (struct hufu_tree_job){
		.action = HUFU_TREE_VERIFY, .flags = flags, .certs = certs, .n_certs = 1, .jobs = jobs};
}

MAYBE struct hufu_tree_job plain_job(enum hufu_tree_action action, unsigned flags)
{
	return (struct hufu_tree_job){.action = action, .flags = flags, .algo = HUFU_HASH_SM3, .jobs = 1};
}

/* The report of a path below the scratch directory; there has to be exactly one. */
MAYBE const struct seen *report_of(const char *name)
{
	const struct seen *found = NULL;

	for (size_t i = 0; i < n_seen; i++)
		if (strcmp(seen[i].path, in_tree(name)) == 0) {
			assert_null(found);
			found = &seen[i];
		}
	if (!found)
		fail_msg("no report of %s", name);
	return found;
}

#define assert_report(name, wanted_state, wanted_text)                                                                 \
	do {                                                                                                           \
		const struct seen *one_ = report_of(name);                                                             \
		assert_string_equal(one_->text, wanted_text);                                                          \
		assert_int_equal(one_->state, wanted_state);                                                           \
	} while (0)

/* ---- set-up ---- */

MAYBE int make_keys(void **state)
{
	static const struct hufu_cert_params params = {.subject = "tree test"};

	(void)state;
	return hufu_key_generate("sm2", &sm2_key, NULL) || hufu_cert_make_ca(sm2_key, &params, &sm2_cert, NULL);
}

MAYBE int drop_keys(void **state)
{
	(void)state;
	hufu_cert_free(sm2_cert);
	hufu_key_free(sm2_key);
	return 0;
}

static int make_tree_in(const char *base)
{
	(void)snprintf(tree, sizeof(tree), "%s/hufu-tree.XXXXXX", base);
	if (!mkdtemp(tree))
		return -1;
	place = setxattr(tree, HUFU_XATTR_IMA, "\001", 1, 0) == 0 ? 0 : HUFU_TREE_XATTR_USER;
	if (place && setxattr(tree, HUFU_XATTR_IMA_USER, "\001", 1, 0) < 0)
		return (void)rmdir(tree), -1;
	return 0;
}

MAYBE int make_tree(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	if (make_tree_in(base ? base : "/tmp") == 0)
		return 0;
	print_message("skipped: neither security.ima nor user.ima can be set below %s\n", base ? base : "/tmp");
	exit(77);
}

/* In memory, if attributes can be had there: for tens of thousands of names. */
MAYBE int make_large_tree(void **state)
{
	return make_tree_in("/dev/shm") == 0 ? 0 : make_tree(state);
}

MAYBE int drop_tree(void **state)
{
	char out[600];

	(void)state;
	forget();
	cancel_at = 0;
	(void)snprintf(out, sizeof(out), "%s.out", tree);
	(void)unlink(out);
	return call((const char *const[]){"rm", "-rf", tree, out, NULL});
}

#endif
