/* SPDX-License-Identifier: Apache-2.0 */
#include "test-securityfs.h"

static void the_policy_is_read_in_kernel_form(void **state)
{
	(void)state;
	if (!fs)
		skip();
	expect_file(view("ima/policy"), "");
	assert_int_equal(
		policy_load(&service, RULE_1 "\n" RULE_2 "\n", sizeof(RULE_1) + sizeof(RULE_2), true, NULL, NULL), 0);
	expect_file(view("ima/policy"), RULE_1 " \n" RULE_2 " \n");
	assert_int_equal(
		shell("test \"$(dd if=$V/ima/policy bs=3 2>&- | md5sum)\" = \"$(cat $V/ima/policy | md5sum)\""), 0);
}

/* In force when the command has ended: close waits. */
static void policies_are_written_by_a_shell(void **state)
{
	(void)state;
	if (!fs)
		skip();
	scratch_write("two", "# two rules\n" RULE_1 "\n\n" RULE_2 "\n", 13 + sizeof(RULE_1) + sizeof(RULE_2));
	assert_int_equal(shell("cat two > $V/ima/policy"), 0);
	expect_policy(RULE_1 "\n" RULE_2 "\n");
	assert_int_equal(shell("echo '" RULE_3 "' > $V/integrity/ima/policy"), 0);
	expect_policy(RULE_1 "\n" RULE_2 "\n" RULE_3 "\n");
	assert_int_equal(shell("echo '" RULE_3 "' >> $V/ima/policy"), 0);
	assert_int_equal(shell("dd if=two of=$V/ima/policy bs=4096 2>dd.err || { cat dd.err; false; }"), 0);
	expect_policy(RULE_1 "\n" RULE_2 "\n" RULE_3 "\n" RULE_3 "\n" RULE_1 "\n" RULE_2 "\n");
}

static void several_writers_of_one_load(void **state)
{
	(void)state;
	if (!fs)
		skip();
	scratch_write("one", RULE_1 "\n", sizeof(RULE_1));
	scratch_write("bad", RULE_2 "\nmesure\n", sizeof(RULE_2) + 7);
	assert_int_equal(shell("{ cat one; echo '" RULE_3 "'; cat one; } > $V/ima/policy"), 0);
	expect_policy(RULE_1 "\n" RULE_3 "\n" RULE_1 "\n");
	/* What a background process still writes is a part of it; the load is done when the next request to the view is */
	assert_int_equal(forget_policy(state), 0);
	assert_int_equal(shell("{ cat one; { sleep 0.3; echo '" RULE_3 "'; } & cat one; } > $V/ima/policy; sleep 0.1;"
			       " cat $V/ima/policy > early; wait"),
			 0);
	expect_file(scratch_path("early"), "");
	assert_int_equal(forget_policy(state), 0);
	assert_int_equal(shell("{ cat one; echo '" RULE_3 "'; cat one; } > $V/ima/policy"), 0);
	expect_file(view("ima/policy"), RULE_1 " \n" RULE_3 " \n" RULE_1 " \n");
	assert_int_not_equal(shell("{ cat one; cat bad; cat one; } > $V/ima/policy"), 127);
	expect_file(view("ima/policy"), RULE_1 " \n" RULE_3 " \n" RULE_1 " \n");
	assert_int_equal(shell("exec 3> $V/ima/policy; echo '" RULE_2 "' >&3; echo mesure >&3; exec 3>&-"), 0);
	expect_file(view("ima/policy"), RULE_1 " \n" RULE_3 " \n" RULE_1 " \n");
}

static void a_bad_rule_fails_at_its_write(void **state)
{
	int fd;

	(void)state;
	if (!fs)
		skip();
	fd = open_view("ima/policy", O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, RULE_1 "\n", sizeof(RULE_1)), sizeof(RULE_1));
	assert_int_equal(write(fd, "mesure\n", 7), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(write(fd, "measure uid=99999999999999999999\n", 33), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(write(fd, RULE_2 "\n", sizeof(RULE_2)), sizeof(RULE_2));
	assert_int_equal(close(fd), 0);
	expect_file(view("ima/policy"), "");
	assert_int_not_equal(shell("{ echo '" RULE_1 "'; echo x; } > $V/ima/policy"), 0);
	expect_file(view("ima/policy"), "");
}

static void one_line_a_write(void **state)
{
	static const char text[] = RULE_1 "\n" RULE_2 "\n" RULE_3;
	int fd;

	(void)state;
	if (!fs)
		skip();
	fd = open_view("ima/policy", O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(RULE_1));
	assert_int_equal(pwrite(fd, RULE_2 "\n", sizeof(RULE_2), 0), sizeof(RULE_2));
	assert_int_equal(write(fd, RULE_3, sizeof(RULE_3) - 1), sizeof(RULE_3) - 1);
	assert_int_equal(close(fd), 0);
	expect_policy(RULE_1 "\n" RULE_2 "\n" RULE_3 "\n");
	fd = open_view("ima/policy", O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, RULE_2 "\n", sizeof(RULE_2), 4), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(close(fd), 0);
}

static void how_the_policy_can_be_opened(void **state)
{
	int writer, reader;

	(void)state;
	if (!fs)
		skip();
	assert_int_equal(open_view("ima/policy", O_RDWR), -EACCES);
	writer = open_view("ima/policy", O_WRONLY);
	assert_true(writer >= 0);
	assert_int_equal(open_view("ima/policy", O_WRONLY), -EBUSY);
	assert_int_equal(open_view("ima/policy", O_RDWR), -EACCES);
	reader = open_view("ima/policy", O_RDONLY);
	assert_true(reader >= 0);
	assert_int_equal(write(writer, RULE_1 "\n", sizeof(RULE_1)), sizeof(RULE_1));
	assert_int_equal(close(writer), 0);
	writer = open_view("ima/policy", O_WRONLY);
	assert_true(writer >= 0);
	(void)close(writer);
	(void)close(reader);
}

static void a_killed_writer_leaves_no_trace(void **state)
{
	int ready[2];
	char byte;
	pid_t child;

	(void)state;
	if (!fs)
		skip();
	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		int fd = open_view("ima/policy", O_WRONLY);

		(void)alarm(60);
		if (fd >= 0 && write(fd, RULE_1 "\n", sizeof(RULE_1)) > 0 && write(fd, "x\n", 2) < 0)
			(void)!write(ready[1], "x", 1);
		(void)pause();
		_exit(1);
	}
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(open_view("ima/policy", O_WRONLY), -EBUSY);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	(void)close(ready[0]);
	assert_int_equal(shell("echo '" RULE_2 "' > $V/ima/policy"), 0);
	expect_policy(RULE_2 "\n");
}

static void the_path_of_a_policy(void **state)
{
	(void)state;
	if (!fs)
		skip();
	scratch_write("rules", RULE_1 "\n" RULE_2 "\n", sizeof(RULE_1) + sizeof(RULE_2));
	assert_int_equal(shell("echo $PWD/rules > $V/ima/policy"), 0);
	expect_policy(RULE_1 "\n" RULE_2 "\n");
	assert_int_not_equal(shell("echo $PWD/absent > $V/ima/policy"), 0);
	assert_int_not_equal(shell("echo $PWD > $V/ima/policy"), 0);
	expect_policy(RULE_1 "\n" RULE_2 "\n");
	/* A path into the view itself: who reads it must not be who answers for it */
	assert_int_not_equal(shell("echo $V/ima/policy > $V/ima/policy"), 0);
	assert_int_not_equal(shell("echo $V/ima/ascii_runtime_measurements > $V/ima/policy"), 0);
	expect_policy(RULE_1 "\n" RULE_2 "\n");
}

/* More than one buffer of cat: as with the kernel's file it does not pass, and the path does. */
static void a_large_policy(void **state)
{
	const size_t n = 8000, len = n * sizeof(RULE_1);
	char *text = malloc(len + 1);

	(void)state;
	if (!fs) {
		free(text);
		skip();
	}
	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * sizeof(RULE_1), RULE_1 "\n", sizeof(RULE_1));
	text[len] = '\0';
	scratch_write("large", text, len);
	assert_int_not_equal(shell("cat large > $V/ima/policy"), 0);
	expect_file(view("ima/policy"), "");
	assert_int_equal(shell("head -n 2000 large > part; cat part > $V/ima/policy"), 0);
	text[2000 * sizeof(RULE_1)] = '\0';
	expect_policy(text);
	text[2000 * sizeof(RULE_1)] = RULE_1[0];
	assert_int_equal(forget_policy(state), 0);
	assert_int_equal(shell("echo $PWD/large > $V/ima/policy"), 0);
	expect_policy(text);
	free(text);
}

int main(void)
{
#define test(name) cmocka_unit_test_setup(name, each)
	const struct CMUnitTest tests[] = {
		test(the_policy_is_read_in_kernel_form),
		test(policies_are_written_by_a_shell),
		test(several_writers_of_one_load),
		test(a_bad_rule_fails_at_its_write),
		test(one_line_a_write),
		test(how_the_policy_can_be_opened),
		test(a_killed_writer_leaves_no_trace),
		test(the_path_of_a_policy),
		test(a_large_policy),
	};

	return cmocka_run_group_tests_name("securityfs-open", tests, set_up, tear_down);
}
