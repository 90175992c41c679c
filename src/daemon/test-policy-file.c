/* SPDX-License-Identifier: Apache-2.0 */
#include "test-service.h"

#include <errno.h>

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "policy-file.h"

#define RULE_1 "measure func=BPRM_CHECK uid=1001"
#define RULE_2 "appraise func=MMAP_CHECK uid=1001"
#define RULE_3 "audit func=BPRM_CHECK"

static struct policy_file *file;

static int set_up(void **state)
{
	return service_set_up(state) < 0 || policy_file_new(&service, &file) < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	policy_file_free(file);
	policy_file_free(NULL);
	return service_tear_down(state);
}

/* Writes all of `text` as cat does: what is left after each short write, at the place where that ended. */
static ssize_t write_all(const char *text, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = policy_file_write(file, text + done, len - done, done);

		if (n < 0)
			return n;
		assert_true(n > 0 && (size_t)n <= len - done);
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static ssize_t write_text(const char *text)
{
	return write_all(text, strlen(text));
}

static ssize_t load_text(const char *text)
{
	ssize_t r;

	assert_int_equal(policy_file_open(file, false), 0);
	r = write_text(text);
	policy_file_close(file);
	return r;
}

static void a_write_takes_one_line(void **state)
{
	static const char text[] = RULE_1 "\n" RULE_2 "\n";

	(void)state;
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(policy_file_write(file, text, sizeof(text) - 1, 0), sizeof(RULE_1));
	assert_int_equal(policy_file_write(file, text + sizeof(RULE_1), sizeof(RULE_2), sizeof(RULE_1)),
			 sizeof(RULE_2));
	expect_policy("");
	policy_file_close(file);
	expect_policy(RULE_1 "\n" RULE_2 "\n");
}

static void the_first_load_replaces_and_later_ones_append(void **state)
{
	(void)state;
	assert_int_equal(policy_load(&service, RULE_3 "\n", sizeof(RULE_3), true, NULL, NULL), 0);
	service.custom_policy = false;
	assert_int_equal(load_text(RULE_1 "\n"), sizeof(RULE_1));
	expect_policy(RULE_1 "\n");
	assert_int_equal(load_text("# more\n\n  " RULE_2), 10 + sizeof(RULE_2) - 1);
	expect_policy(RULE_1 "\n" RULE_2 "\n");
}

static void a_load_without_rules_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(load_text(RULE_1 "\n"), sizeof(RULE_1));
	assert_int_equal(load_text(""), 0);
	assert_int_equal(load_text("# nothing\n\n \t\n"), 14);
	expect_policy(RULE_1 "\n");
}

static void a_bad_line_is_refused_at_once_and_voids_all(void **state)
{
	static const struct {
		const char *line;
		int error;
	} rows[] = {
		{"mesure func=BPRM_CHECK\n", -EINVAL},
		{"measure func=BPRM_CHECK uid=99999999999999999999\n", -ERANGE},
		{"measure\r\n", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(policy_file_open(file, false), 0);
		assert_int_equal(write_text(RULE_1 "\n"), sizeof(RULE_1));
		assert_int_equal(policy_file_write(file, rows[i].line, strlen(rows[i].line), 0), rows[i].error);
		/* Later lines are still looked at */
		assert_int_equal(write_text(RULE_2 "\n"), sizeof(RULE_2));
		assert_int_equal(policy_file_write(file, "nonsense\n", 9, 0), -EINVAL);
		policy_file_close(file);
		expect_policy("");
	}
	assert_int_equal(load_text(RULE_1 "\n"), sizeof(RULE_1));
	expect_policy(RULE_1 "\n");
}

static void bytes_no_line_may_hold(void **state)
{
	char line[6000];

	(void)state;
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(policy_file_write(file, "measure\0func=BPRM_CHECK\n", 24, 0), -EINVAL);
	assert_int_equal(policy_file_write(file, "# \0\n", 4, 0), -EINVAL);
	memset(line, '#', sizeof(line));
	assert_int_equal(policy_file_write(file, line, 4096, 0), -EINVAL);
	line[4095] = '\n';
	assert_int_equal(policy_file_write(file, line, sizeof(line), 0), 4096);
	policy_file_close(file);
	expect_policy("");
}

static void one_writer_at_a_time(void **state)
{
	(void)state;
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(policy_file_open(file, false), -EBUSY);
	policy_file_close(file);
	assert_int_equal(policy_file_open(file, false), 0);
	policy_file_close(file);
}

static void offsets(void **state)
{
	(void)state;
	/* pwrite(..., 0), as the kernel demands, each time */
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(policy_file_write(file, RULE_1 "\n", sizeof(RULE_1), 0), sizeof(RULE_1));
	assert_int_equal(policy_file_write(file, RULE_2 "\n", sizeof(RULE_2), 0), sizeof(RULE_2));
	policy_file_close(file);
	expect_policy(RULE_1 "\n" RULE_2 "\n");
	/* Anywhere else */
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(policy_file_write(file, RULE_3 "\n", sizeof(RULE_3), 1), -EINVAL);
	policy_file_close(file);
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(policy_file_write(file, RULE_3 "\n", sizeof(RULE_3), 0), sizeof(RULE_3));
	assert_int_equal(policy_file_write(file, RULE_3 "\n", sizeof(RULE_3), sizeof(RULE_3) + 1), -EINVAL);
	policy_file_close(file);
	expect_policy(RULE_1 "\n" RULE_2 "\n");
	/* With O_APPEND it is FUSE's idea of the size */
	assert_int_equal(policy_file_open(file, true), 0);
	assert_int_equal(policy_file_write(file, RULE_3 "\n", sizeof(RULE_3), 777), sizeof(RULE_3));
	policy_file_close(file);
	expect_policy(RULE_1 "\n" RULE_2 "\n" RULE_3 "\n");
}

/* Lines written one by one need no newline; halves of a line are not two rules. */
static void lines_without_a_newline(void **state)
{
	static const char text[] = RULE_1 "\nmeasure func=BPRM_CHECK uid=10";

	(void)state;
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(policy_file_write(file, RULE_1, sizeof(RULE_1) - 1, 0), sizeof(RULE_1) - 1);
	assert_int_equal(policy_file_write(file, RULE_2, sizeof(RULE_2) - 1, sizeof(RULE_1) - 1), sizeof(RULE_2) - 1);
	policy_file_close(file);
	expect_policy(RULE_1 "\n" RULE_2 "\n");

	/* A buffer of several lines ends within one; the next buffer begins with the rest */
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(write_text(text), sizeof(text) - 1);
	assert_int_equal(policy_file_write(file, "01\n", 3, sizeof(text) - 1), -EINVAL);
	policy_file_close(file);
	expect_policy(RULE_1 "\n" RULE_2 "\n");

	/* The same, where the rest would be a rule of its own */
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(write_text(text), sizeof(text) - 1);
	assert_int_equal(policy_file_write(file, RULE_3 "\n", sizeof(RULE_3), sizeof(text) - 1), -EINVAL);
	policy_file_close(file);
	expect_policy(RULE_1 "\n" RULE_2 "\n");

	/* The last line of all */
	assert_int_equal(load_text(text), sizeof(text) - 1);
	expect_policy(RULE_1 "\n" RULE_2 "\n" RULE_1 "\nmeasure func=BPRM_CHECK uid=10\n");
}

static ssize_t load_path(const char *path, const char *after)
{
	char text[PATH_MAX + 64];

	(void)snprintf(text, sizeof(text), "%s%s", path, after);
	return load_text(text);
}

static void a_path_names_a_file_of_rules(void **state)
{
	const char *path = scratch_path("rules");
	const ssize_t len = (ssize_t)strlen(path);

	(void)state;
	scratch_write("rules", "# two\n" RULE_1 "\n\n" RULE_2 "\n", 6 + sizeof(RULE_1) + 1 + sizeof(RULE_2));
	assert_int_equal(load_path(path, ""), len);
	expect_policy(RULE_1 "\n" RULE_2 "\n");
	assert_int_equal(load_path(path, "\n" RULE_3 "\n"), len + 1 + (ssize_t)sizeof(RULE_3));
	expect_policy(RULE_1 "\n" RULE_2 "\n" RULE_1 "\n" RULE_2 "\n" RULE_3 "\n");
}

static void files_that_are_not_taken(void **state)
{
	const char *path = scratch_path("rules");
	char *huge = malloc(HUFU_POLICY_MAX + 1);
	char name[PATH_MAX + 8];

	(void)state;
	assert_int_equal(load_path(scratch_path("absent"), "\n"), -ENOENT);
	assert_int_equal(load_path(scratch, "\n"), -EINVAL);
	assert_int_equal(mkfifo(scratch_path("fifo"), 0600), 0);
	assert_int_equal(load_path(scratch_path("fifo"), "\n"), -EINVAL);
	assert_int_equal(load_path("/dev/zero", "\n"), -EINVAL);
	assert_int_equal(load_path("/proc/self/status", "\n"), -EINVAL);
	scratch_write("rules", "", 0);
	assert_int_equal(load_path(path, "\n"), -EINVAL);
	/* Every line needs its newline: a file that is not whole is not a policy */
	scratch_write("rules", RULE_1 "\n" RULE_2, sizeof(RULE_1) + sizeof(RULE_2) - 1);
	assert_int_equal(load_path(path, "\n"), -EINVAL);
	scratch_write("rules", RULE_1 "\nmesure\n" RULE_2 "\n", sizeof(RULE_1) + 7 + sizeof(RULE_2));
	assert_int_equal(load_path(path, "\n"), -EINVAL);
	scratch_write("rules", RULE_1 "\n\0\n", sizeof(RULE_1) + 2);
	assert_int_equal(load_path(path, "\n"), -EINVAL);
	assert_non_null(huge);
	memset(huge, '\n', HUFU_POLICY_MAX + 1);
	scratch_write("rules", huge, HUFU_POLICY_MAX + 1);
	assert_int_equal(load_path(path, "\n"), -EFBIG);
	free(huge);
	memset(name, '/', sizeof(name));
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(policy_file_write(file, name, sizeof(name), 0), -EINVAL);
	assert_int_equal(policy_file_write(file, "/etc/\0\n", 7, 0), -EINVAL);
	policy_file_close(file);
	expect_policy("");
}

static void a_load_is_bounded(void **state)
{
	char line[4096];
	int r = 0, n = 0;

	(void)state;
	memset(line, '#', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	assert_int_equal(policy_file_open(file, false), 0);
	for (; n < 300 && r >= 0; n++)
		r = (int)policy_file_write(file, line, sizeof(line), 0);
	assert_int_equal(r, -EFBIG);
	assert_int_equal(n, HUFU_POLICY_MAX / (int)sizeof(line) + 1);
	assert_int_equal(policy_file_write(file, RULE_1 "\n", sizeof(RULE_1), 0), -EFBIG);
	policy_file_close(file);
	expect_policy("");
}

/* close(2) waits for the flush alone: whoever was the last to have the file has his policy in force then. */
static void a_flush_applies_when_nobody_has_the_file(void **state)
{
	int other;

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: only root sees what others have open\n");
		skip();
	}
	(void)mkdir(scratch_path("ima"), 0755);
	scratch_write("ima/policy", "", 0);
	other = open(scratch_path("ima/policy"), O_RDONLY | O_CLOEXEC);
	assert_true(other >= 0);
	assert_int_equal(policy_file_open(file, false), 0);
	policy_file_flush(file, 1); /* before anything was written: the shell moves the descriptor to its place */
	assert_int_equal(write_text(RULE_1 "\n"), sizeof(RULE_1));
	policy_file_flush(file, 1);
	expect_policy("");
	assert_int_equal(close(other), 0);
	policy_file_flush(file, 0); /* one in another pid namespace */
	expect_policy("");
	policy_file_flush(file, 1);
	expect_policy(RULE_1 "\n");
	policy_file_close(file);
	expect_policy(RULE_1 "\n");

	/* Void is void */
	assert_int_equal(policy_file_open(file, false), 0);
	assert_int_equal(write_text(RULE_2 "\n"), sizeof(RULE_2));
	assert_int_equal(policy_file_write(file, "x\n", 2, 0), -EINVAL);
	policy_file_flush(file, 1);
	policy_file_close(file);
	expect_policy(RULE_1 "\n");
}

#define LOCK	 "appraise func=POLICY_CHECK\n"
#define LOCKED_1 "appraise func=POLICY_CHECK\n" RULE_1 "\n"

/* Labels the file in the scratch directory with the hash of what it holds. */
static int label(const char *name)
{
	uint8_t value[34] = {HUFU_SIG_HASH, HUFU_HASH_SM3};
	struct hufu_digest digest;
	struct stat st;
	int fd = open(scratch_path(name), O_RDONLY | O_CLOEXEC), r;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(hufu_digest_fd(HUFU_HASH_SM3, fd, (uint64_t)st.st_size, &digest, NULL), 0);
	memcpy(value + 2, digest.bytes, digest.len);
	r = fsetxattr(fd, HUFU_XATTR_IMA, value, sizeof(value), 0);
	(void)close(fd);
	return r;
}

/* With `appraise func=POLICY_CHECK` in force rules come from a file that is right, and no other way. */
static void a_policy_about_policies(void **state)
{
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(load_text(LOCK), strlen(LOCK));
	assert_int_equal(load_text(RULE_1 "\n"), -EACCES);
	scratch_write("more", RULE_1 "\n", sizeof(RULE_1));
	(void)snprintf(path, sizeof(path), "%s\n", scratch_path("more"));
	assert_int_equal(load_text(path), -EACCES);
	expect_policy(LOCK);
	if (label("more") < 0) {
		print_message("skipped in part: security.ima cannot be set here\n");
		return;
	}
	assert_int_equal(load_text(path), strlen(path));
	expect_policy(LOCKED_1);
	/* altered since */
	scratch_write("more", RULE_2 "\n", sizeof(RULE_2));
	assert_int_equal(load_text(path), -EACCES);
	expect_policy(LOCKED_1);
}

int main(void)
{
#define test(name) cmocka_unit_test_setup(name, forget_policy)
	const struct CMUnitTest tests[] = {
		test(a_write_takes_one_line),
		test(the_first_load_replaces_and_later_ones_append),
		test(a_load_without_rules_changes_nothing),
		test(a_bad_line_is_refused_at_once_and_voids_all),
		test(bytes_no_line_may_hold),
		test(one_writer_at_a_time),
		test(offsets),
		test(lines_without_a_newline),
		test(a_path_names_a_file_of_rules),
		test(files_that_are_not_taken),
		test(a_load_is_bounded),
		test(a_policy_about_policies),
		test(a_flush_applies_when_nobody_has_the_file),
	};

	return cmocka_run_group_tests_name("policy-file", tests, set_up, tear_down);
}
