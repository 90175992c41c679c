/* SPDX-License-Identifier: Apache-2.0 */
#include "test-scratch.h"

#include <errno.h>

#include "config.h"

/* Reads `text` as the file of a fresh configuration below the scratch directory. */
static int read_len(struct config *config, const char *text, size_t len, struct hufu_err *err)
{
	scratch_write("conf", text, len);
	assert_int_equal(config_init(config, scratch), 0);
	free(config->file);
	config->file = strdup(scratch_path("conf"));
	assert_non_null(config->file);
	return config_read(config, true, err);
}

static int read_text(struct config *config, const char *text, struct hufu_err *err)
{
	return read_len(config, text, strlen(text), err);
}

static void defaults_stand_below_the_root(void **state)
{
	struct config config;

	(void)state;
	assert_int_equal(config_init(&config, NULL), 0);
	assert_string_equal(config.root, "");
	assert_string_equal(config.file, "/etc/hufu/hufud.conf");
	assert_string_equal(config.trust_dir, "/etc/hufu/trust.d");
	assert_string_equal(config.ima_dir, "/etc/hufu/ima.d");
	assert_string_equal(config.policy, "/etc/hufu/policy");
	assert_string_equal(config.run_dir, "/run/hufu");
	assert_string_equal(config.securityfs, "/run/hufu/securityfs");
	assert_int_equal(config.n_watch, 0);
	assert_int_equal(config.mode, HUFU_MODE_ENFORCE);
	assert_int_equal(config.hash, HUFU_HASH_SM3);
	assert_int_equal(config.template, HUFU_TEMPLATE_IMA_SIG);
	assert_int_equal(config.jobs, 0);
	assert_true(config.journal);
	assert_int_equal(config.deadline_ms, 60000);
	config_done(&config);

	assert_int_equal(config_init(&config, "/srv/machine//"), 0);
	assert_string_equal(config.root, "/srv/machine");
	assert_string_equal(config.policy, "/srv/machine/etc/hufu/policy");
	config_done(&config);

	assert_int_equal(config_init(&config, "/"), 0);
	assert_string_equal(config.policy, "/etc/hufu/policy");
	config_done(&config);
	config_done(&config);

	assert_int_equal(config_init(&config, ""), -EINVAL);
}

static void a_relative_root_is_below_the_working_directory(void **state)
{
	char here[PATH_MAX], expected[PATH_MAX + 32];
	struct config config;

	(void)state;
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(scratch), 0);
	assert_int_equal(config_init(&config, "sub"), 0);
	assert_int_equal(config_add_watch(&config, "disk"), 0);
	assert_int_equal(chdir(here), 0);
	(void)snprintf(expected, sizeof(expected), "%s/sub/run/hufu", scratch);
	assert_string_equal(config.run_dir, expected);
	(void)snprintf(expected, sizeof(expected), "%s/disk", scratch);
	assert_string_equal(config.watch[0], expected);
	config_done(&config);
}

static void every_key_is_read(void **state)
{
	static const char text[] = "# a comment\n"
				   "; another\n"
				   "\n"
				   "[hufud]\n"
				   "watch = /\n"
				   "watch = /srv/data/\n"
				   "mode = log\n"
				   "hash = SHA-256\n"
				   "template = ima-ng\n"
				   "jobs = 3\n"
				   "journal = no\n"
				   "deadline = 1500ms ; a remark\n"
				   "trust-dir = /a/trust\n"
				   "ima-dir = /a/ima\n"
				   "policy = /a/policy\n"
				   "run-dir = /a/run\n";
	struct config config;
	struct hufu_err err = {0};

	(void)state;
	assert_int_equal(read_text(&config, text, &err), 0);
	assert_int_equal(config.n_watch, 2);
	assert_string_equal(config.watch[0], "/");
	assert_string_equal(config.watch[1], "/srv/data");
	assert_int_equal(config.mode, HUFU_MODE_LOG);
	assert_int_equal(config.hash, HUFU_HASH_SHA256);
	assert_int_equal(config.template, HUFU_TEMPLATE_IMA_NG);
	assert_int_equal(config.jobs, 3);
	assert_false(config.journal);
	assert_int_equal(config.deadline_ms, 1500);
	assert_string_equal(config.trust_dir, "/a/trust");
	assert_string_equal(config.ima_dir, "/a/ima");
	assert_string_equal(config.policy, "/a/policy");
	assert_string_equal(config.run_dir, "/a/run");
	assert_string_equal(config.securityfs, "/a/run/securityfs");
	config_done(&config);
}

static void the_view_can_be_moved_and_switched_off(void **state)
{
	struct config config;
	struct hufu_err err;

	(void)state;
	assert_int_equal(read_text(&config, "[hufud]\nsecurityfs = /b/view\nrun-dir = /a/run\n", &err), 0);
	assert_string_equal(config.securityfs, "/b/view");
	config_done(&config);
	assert_int_equal(read_text(&config, "[hufud]\nrun-dir = /a/run\nsecurityfs = off\n", &err), 0);
	assert_string_equal(config.securityfs, "");
	config_done(&config);
}

static void a_file_may_be_empty_or_absent(void **state)
{
	struct config config;
	struct hufu_err err = {0};

	(void)state;
	assert_int_equal(read_text(&config, "", &err), 0);
	config_done(&config);
	assert_int_equal(read_text(&config, "[hufud]\nmode=log", &err), 0);
	assert_int_equal(config.mode, HUFU_MODE_LOG);
	assert_int_equal(unlink(config.file), 0);
	assert_int_equal(config_read(&config, false, &err), 0);
	assert_int_equal(config_read(&config, true, &err), -ENOENT);
	assert_non_null(strstr(err.text, config.file));
	config_done(&config);
}

static void a_mistake_is_named_with_its_line(void **state)
{
	static const struct {
		const char *text;
		int error;
		const char *expected; /* in the message, after the path */
	} rows[] = {
		{"[hufud]\nmode = maybe\n", -EINVAL, ": line 2: mode: 'maybe' is neither enforce nor log"},
		{"[hufud]\n\nmode =\n", -EINVAL, ": line 3: mode: '' is neither"},
		{"[hufud]\nmode = enforce\nmode = log\n", -EINVAL, ": line 3: 'mode' a second time"},
		{"[hufud]\nmode = enforce\n  jobs = 3\n", -EINVAL, ": line 3: 'mode' a second time"},
		{"[hufud]\ncolour = red\n", -EINVAL, ": line 2: unknown key 'colour'"},
		{"[hufud]\nMode = log\n", -EINVAL, ": line 2: unknown key 'Mode'"},
		{"mode = log\n", -EINVAL, ": line 1: 'mode' stands before [hufud]"},
		{"[hufud]\nmode = log\n[watch]\n", -EINVAL, ": line 3: not a section"},
		{"# x\n[hufu]\nmode = log\n", -EINVAL, ": line 2: not a section"},
		{"[hufud]\nmode = log\n\njust words\nmode = what\n", -EINVAL, ": line 4: neither [section] nor key"},
		{"[hufud]\nmode = what\njust words\n", -EINVAL, ": line 2: mode: 'what'"},
		{"[hufud\nmode = log\n", -EINVAL, ": line 1: not a section"},
		{"[hufud]\nhash = sm4\n", -EINVAL, ": line 2: hash: 'sm4' is not a hash algorithm"},
		{"[hufud]\nhash = streebog256\n", -ENOPKG, ": line 2: hash: "},
		{"[hufud]\ntemplate = ima-none\n", -EINVAL, ": line 2: template: 'ima-none' is not a template"},
		{"[hufud]\njobs = -1\n", -EINVAL, ": line 2: jobs: '-1'"},
		{"[hufud]\njobs = 257\n", -EINVAL, ": line 2: jobs: '257'"},
		{"[hufud]\njobs = 2x\n", -EINVAL, ": line 2: jobs: '2x'"},
		{"[hufud]\njobs = 99999999999999999999\n", -EINVAL, ": line 2: jobs: "},
		{"[hufud]\njournal = true\n", -EINVAL, ": line 2: journal: 'true' is neither yes nor no"},
		{"[hufud]\ndeadline = 60\n", -EINVAL, ": line 2: deadline: '60' is not a time"},
		{"[hufud]\ndeadline = 5 s\n", -EINVAL, ": line 2: deadline: '5 s' is not a time"},
		{"[hufud]\ndeadline = 99ms\n", -EINVAL, ": line 2: deadline: '99ms' is not between"},
		{"[hufud]\ndeadline = 3601s\n", -EINVAL, ": line 2: deadline: '3601s' is not between"},
		{"[hufud]\ndeadline = 2147483000s\n", -EINVAL, ": line 2: deadline: '2147483000s' is not between"},
		{"[hufud]\nwatch = srv\n", -EINVAL, ": line 2: watch: 'srv' is not an absolute path"},
		{"[hufud]\npolicy = policy\n", -EINVAL, ": line 2: policy: 'policy' is not an absolute path"},
		{"[hufud]\ntrust-dir =\n", -EINVAL, ": line 2: trust-dir: '' is not an absolute path"},
		{"[hufud]\nsecurityfs = on\n", -EINVAL, ": line 2: securityfs: 'on' is not an absolute path"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config config;
		struct hufu_err err = {0};

		print_message("%s", rows[i].text);
		assert_int_equal(read_text(&config, rows[i].text, &err), rows[i].error);
		assert_memory_equal(err.text, config.file, strlen(config.file));
		assert_non_null(strstr(err.text, rows[i].expected));
		config_done(&config);
	}
}

static void a_nul_byte_is_refused(void **state)
{
	static const char text[] = "[hufud]\nmode = log\0\nmode = enforce\n";
	struct config config;
	struct hufu_err err = {0};

	(void)state;
	assert_int_equal(read_len(&config, text, sizeof(text) - 1, &err), -EINVAL);
	assert_non_null(strstr(err.text, ": line 2: a NUL byte"));
	config_done(&config);
}

/* inih would take the rest of a long line for a line of its own. */
static void a_long_line_is_refused_not_cut(void **state)
{
	char text[4096];
	struct config config;
	struct hufu_err err = {0};

	(void)state;
	(void)snprintf(text, sizeof(text), "[hufud]\npolicy = /%0*d\nmode = log\n", 1000, 7);
	assert_int_equal(read_text(&config, text, &err), -EINVAL);
	assert_non_null(strstr(err.text, ": line 2: longer than"));
	config_done(&config);

	(void)snprintf(text, sizeof(text), "[hufud]\npolicy = /%0*d\n", 180, 7);
	assert_int_equal(read_text(&config, text, &err), 0);
	assert_int_equal(strlen(config.policy), 181);
	config_done(&config);
}

static void a_huge_file_is_refused(void **state)
{
	const size_t len = (1 << 20) + 1;
	char *text = malloc(len);
	struct config config;
	struct hufu_err err = {0};

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = i % 64 == 63 ? '\n' : '#';
	assert_int_equal(read_len(&config, text, len, &err), -EFBIG);
	assert_non_null(strstr(err.text, config.file));
	config_done(&config);
	/* One byte less is read to its end */
	text[len - 2] = '\n';
	assert_int_equal(read_len(&config, text, len - 1, &err), 0);
	config_done(&config);
	free(text);
}

static void watched_paths_are_bounded(void **state)
{
	struct config config;
	char path[PATH_MAX + 2];
	int r = 0;

	(void)state;
	assert_int_equal(config_init(&config, NULL), 0);
	assert_int_equal(config_add_watch(&config, ""), -EINVAL);
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(config_add_watch(&config, path), -ENAMETOOLONG);
	for (int i = 0; i < 1024 && r == 0; i++)
		r = config_add_watch(&config, "/mnt");
	assert_int_equal(r, 0);
	assert_int_equal(config_add_watch(&config, "/mnt"), -E2BIG);
	assert_int_equal(config.n_watch, 1024);
	config_done(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_stand_below_the_root),
		cmocka_unit_test(a_relative_root_is_below_the_working_directory),
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(the_view_can_be_moved_and_switched_off),
		cmocka_unit_test(a_file_may_be_empty_or_absent),
		cmocka_unit_test(a_mistake_is_named_with_its_line),
		cmocka_unit_test(a_nul_byte_is_refused),
		cmocka_unit_test(a_long_line_is_refused_not_cut),
		cmocka_unit_test(a_huge_file_is_refused),
		cmocka_unit_test(watched_paths_are_bounded),
	};

	return cmocka_run_group_tests_name("config", tests, scratch_make, scratch_remove);
}
