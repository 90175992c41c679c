/* SPDX-License-Identifier: Apache-2.0 */
#include "test-scratch.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "lock.h"

static void the_lock_holds_the_pid(void **state)
{
	struct hufu_err err = {0};
	struct stat st;
	char text[32] = "";
	int fd, file;

	(void)state;
	fd = lock_take(scratch, &err);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	file = open(scratch_path("hufud.lock"), O_RDONLY | O_CLOEXEC);
	assert_true(file >= 0);
	assert_true(read(file, text, sizeof(text) - 1) > 0);
	assert_int_equal(strtol(text, NULL, 10), getpid());
	assert_int_equal(fstat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	(void)close(file);
	(void)close(fd);
}

static void a_second_one_is_told_who_has_it(void **state)
{
	struct hufu_err err = {0};
	char pid[32];
	int fd;

	(void)state;
	fd = lock_take(scratch, &err);
	assert_true(fd >= 0);
	assert_int_equal(lock_take(scratch, &err), -EBUSY);
	(void)snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
	assert_non_null(strstr(err.text, pid));
	assert_non_null(strstr(err.text, scratch));
	(void)close(fd);
	fd = lock_take(scratch, &err);
	assert_true(fd >= 0);
	(void)close(fd);
}

static void who_died_holds_nothing(void **state)
{
	struct hufu_err err = {0};
	int ready[2], fd;
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		if (lock_take(scratch, NULL) >= 0)
			(void)!write(ready[1], "x", 1);
		(void)alarm(60);
		(void)pause();
		_exit(1);
	}
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(lock_take(scratch, &err), -EBUSY);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	fd = lock_take(scratch, &err);
	assert_true(fd >= 0);
	(void)close(fd);
	(void)close(ready[0]);
}

static void odd_things_in_its_place_are_refused(void **state)
{
	struct hufu_err err = {0};

	(void)state;
	scratch_write("precious", "do not cut\n", 11);
	(void)unlink(scratch_path("hufud.lock"));
	assert_int_equal(symlink("precious", scratch_path("hufud.lock")), 0);
	assert_int_equal(lock_take(scratch, &err), -ELOOP);
	assert_int_equal(unlink(scratch_path("hufud.lock")), 0);

	assert_int_equal(mkfifo(scratch_path("hufud.lock"), 0600), 0);
	assert_int_equal(lock_take(scratch, &err), -EINVAL);
	assert_non_null(strstr(err.text, "not a regular file"));
	assert_int_equal(unlink(scratch_path("hufud.lock")), 0);

	assert_int_equal(mkdir(scratch_path("hufud.lock"), 0700), 0);
	assert_int_equal(lock_take(scratch, &err), -EISDIR);
	assert_int_equal(rmdir(scratch_path("hufud.lock")), 0);

	assert_int_equal(lock_take(scratch_path("absent"), &err), -ENOENT);
	assert_non_null(strstr(err.text, "absent"));
}

static void what_stands_in_the_file_need_not_be_a_pid(void **state)
{
	static const char *const texts[] = {"", "x\n", "99999999999999999999999999999999999999\n", "\n\n\n"};
	struct hufu_err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int fd = lock_take(scratch, &err);
		int file = open(scratch_path("hufud.lock"), O_WRONLY | O_TRUNC | O_CLOEXEC);

		assert_true(fd >= 0 && file >= 0);
		assert_int_equal(write(file, texts[i], strlen(texts[i])), strlen(texts[i]));
		assert_int_equal(lock_take(scratch, &err), -EBUSY);
		(void)close(file);
		(void)close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lock_holds_the_pid),
		cmocka_unit_test(a_second_one_is_told_who_has_it),
		cmocka_unit_test(who_died_holds_nothing),
		cmocka_unit_test(odd_things_in_its_place_are_refused),
		cmocka_unit_test(what_stands_in_the_file_need_not_be_a_pid),
	};

	return cmocka_run_group_tests_name("lock", tests, scratch_make, scratch_remove);
}
