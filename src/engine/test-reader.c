/* SPDX-License-Identifier: Apache-2.0 */
#include "reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/hufu-reader.XXXXXX", path[64], other[64];
static struct stat file;

static int set_up(void **state)
{
	int fd;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/file", dir);
	(void)snprintf(other, sizeof(other), "%s/other", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd < 0 || fstat(fd, &file) < 0 || close(fd) < 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)unlink(other);
	return rmdir(dir);
}

/* Ours, while it is opened with these flags. */
static bool has_with(int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool has;

	assert_true(fd >= 0);
	has = reader_has(getpid(), &file, path);
	assert_int_equal(close(fd), 0);
	return has;
}

static void who_only_reads(void **state)
{
	(void)state;
	assert_false(reader_has(getpid(), &file, path));
	assert_true(has_with(O_RDONLY));
	assert_false(has_with(O_RDWR));
	assert_false(has_with(O_WRONLY));
	assert_false(has_with(O_PATH));
	assert_false(reader_has(getpid(), &file, path));
}

static void the_file_itself(void **state)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat another = file;

	(void)state;
	assert_true(fd >= 0);
	another.st_ino++;
	assert_false(reader_has(getpid(), &another, path));
	another = file;
	another.st_dev++;
	assert_false(reader_has(getpid(), &another, path));
	assert_true(reader_has(getpid(), &file, "file"));
	assert_false(reader_has(getpid(), &file, "/x/fil"));
	assert_false(reader_has(getpid(), &file, "/x/file2"));
	/* by the name it has by now, and without one */
	assert_int_equal(rename(path, other), 0);
	assert_true(reader_has(getpid(), &file, "/elsewhere/other"));
	assert_int_equal(unlink(other), 0);
	assert_true(reader_has(getpid(), &file, other));
	assert_int_equal(close(fd), 0);
	assert_int_equal(tear_down(NULL), 0);
	snprintf(dir, sizeof(dir), "/tmp/hufu-reader.XXXXXX");
	assert_int_equal(set_up(NULL), 0);
}

static void another_process(void **state)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), status;
	pid_t child = fork();

	(void)state;
	assert_true(fd >= 0 && child >= 0);
	if (child == 0) {
		(void)alarm(10);
		(void)pause();
		_exit(1);
	}
	assert_int_equal(close(fd), 0);
	assert_false(reader_has(getpid(), &file, path));
	assert_true(reader_has(child, &file, path));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(reader_has(child, &file, path)); /* gone */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_only_reads),
		cmocka_unit_test(the_file_itself),
		cmocka_unit_test(another_process),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
