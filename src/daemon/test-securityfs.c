/* SPDX-License-Identifier: Apache-2.0 */
#include "test-securityfs.h"

#include <dirent.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <time.h>

static void expect_names(const char *dir, const char *const *expected)
{
	DIR *stream = opendir(view(dir));
	struct dirent *entry;
	size_t n = 0, wanted = 0;

	assert_non_null(stream);
	while (expected[wanted])
		wanted++;
	while ((entry = readdir(stream))) {
		size_t i = 0;

		if (entry->d_name[0] == '.')
			continue;
		while (i < wanted && strcmp(expected[i], entry->d_name) != 0)
			i++;
		assert_true(i < wanted);
		n++;
	}
	(void)closedir(stream);
	assert_int_equal(n, wanted);
}

static void names_and_modes(void **state)
{
	static const char *const top[] = {"integrity", "ima", NULL};
	static const char *const integrity[] = {"ima", NULL};
	static const char *const ima[] = {"policy",
					  "ascii_runtime_measurements",
					  "binary_runtime_measurements",
					  "runtime_measurements_count",
					  "violations",
					  NULL};
	char target[64] = "";
	struct statfs statistics;
	struct stat st;

	(void)state;
	if (!fs)
		skip();
	assert_int_equal(statfs(view(""), &statistics), 0);
	assert_int_equal(statistics.f_type, FUSE_SUPER_MAGIC);
	expect_names("", top);
	expect_names("integrity", integrity);
	expect_names("integrity/ima", ima);
	expect_names("ima", ima);
	assert_int_equal(readlink(view("ima"), target, sizeof(target) - 1), 13);
	assert_string_equal(target, "integrity/ima");
	for (size_t i = 0; ima[i]; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "ima/%s", ima[i]);
		assert_int_equal(stat(view(name), &st), 0);
		assert_int_equal(st.st_mode, S_IFREG | (i == 0 ? 0600 : 0440));
		assert_int_equal(st.st_uid + st.st_gid, 0);
		assert_int_equal(st.st_size, 0);
	}
	assert_int_equal(stat(view("integrity"), &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0755);
	assert_int_equal(access(view("ima/absent"), F_OK), -1);
	assert_int_equal(errno, ENOENT);
}

static void lists_and_numbers(void **state)
{
	char more[64] = "";
	int reader;

	(void)state;
	if (!fs)
		skip();
	assert_int_equal(shell("cmp run/ima/ascii_runtime_measurements $V/ima/ascii_runtime_measurements"), 0);
	assert_int_equal(shell("cmp run/ima/binary_runtime_measurements $V/integrity/ima/binary_runtime_measurements"),
			 0);
	assert_int_equal(shell("grep -q boot_aggregate $V/ima/ascii_runtime_measurements"), 0);
	expect_file(view("ima/runtime_measurements_count"), "1\n");
	expect_file(view("ima/violations"), "0\n");
	/* It grows while it is read */
	reader = open_view("ima/ascii_runtime_measurements", O_RDONLY);
	assert_true(reader >= 0);
	assert_true(lseek(reader, 0, SEEK_SET) == 0);
	while (read(reader, more, sizeof(more)) > 0)
		;
	assert_int_equal(shell("echo more >> run/ima/ascii_runtime_measurements"), 0);
	assert_int_equal(read(reader, more, sizeof(more)), 5);
	assert_memory_equal(more, "more\n", 5);
	assert_int_equal(pread(reader, more, 4, lseek(reader, 0, SEEK_CUR) - 5), 4);
	assert_memory_equal(more, "more", 4);
	(void)close(reader);
}

/* ---- what cannot be done -------------------------------------------------------------------------------------- */

static void nothing_else_can_be_written(void **state)
{
	static const char *const names[] = {"ima/ascii_runtime_measurements", "ima/binary_runtime_measurements",
					    "ima/runtime_measurements_count", "ima/violations"};

	(void)state;
	if (!fs)
		skip();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd = open_view(names[i], O_WRONLY | O_TRUNC);

		assert_true(fd >= 0); /* root may: the mode is no obstacle to it */
		assert_int_equal(write(fd, "1\n", 2), -1);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(close(fd), 0);
	}
	expect_file(view("ima/violations"), "0\n");
}

#define expect_errno(call, code)                                                                                       \
	do {                                                                                                           \
		errno = 0;                                                                                             \
		assert_int_equal(call, -1);                                                                            \
		assert_int_equal(errno, code);                                                                         \
	} while (0)

static void the_tree_is_fixed(void **state)
{
	const struct timespec times[2] = {{1, 0}, {1, 0}};

	(void)state;
	if (!fs)
		skip();
	assert_int_equal(open_view("ima/new", O_WRONLY | O_CREAT), -EACCES);
	expect_errno(mkdir(view("ima/new"), 0755), EPERM);
	expect_errno(mknod(view("ima/new"), S_IFIFO | 0600, 0), EPERM);
	expect_errno(unlink(view("ima/policy")), EPERM);
	expect_errno(rmdir(view("integrity/ima")), EPERM);
	expect_errno(unlink(view("ima")), EPERM);
	expect_errno(rename(view("ima/policy"), view("ima/policies")), EPERM);
	expect_errno(symlink("policy", view("ima/new")), EPERM);
	expect_errno(link(view("ima/policy"), view("ima/new")), EPERM);
	expect_errno(chmod(view("ima/policy"), 0666), EPERM);
	expect_errno(chown(view("ima/policy"), 1, 1), EPERM);
	expect_errno(utimensat(AT_FDCWD, view("ima/policy"), times, 0), EPERM);
	assert_int_equal(truncate(view("ima/policy"), 0), 0);
}

static void others_see_the_names_only(void **state)
{
	pid_t child;
	int status = -1;

	(void)state;
	if (!fs)
		skip();
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct stat st;

		(void)alarm(30);
		if (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0)
			_exit(2);
		if (stat(view("ima/policy"), &st) < 0 || (st.st_mode & 07777) != 0600)
			_exit(3);
		if (open_view("ima/policy", O_RDONLY) != -EACCES || open_view("ima/policy", O_WRONLY) != -EACCES)
			_exit(4);
		if (open_view("ima/violations", O_RDONLY) != -EACCES ||
		    open_view("ima/ascii_runtime_measurements", O_RDONLY) != -EACCES)
			_exit(5);
		if (mkdir(view("x"), 0755) == 0 || errno != EACCES)
			_exit(6);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* ---- start and stop ------------------------------------------------------------------------------------------- */

static void what_a_dead_daemon_left_is_unmounted(void **state)
{
	char *const securityfs = config.securityfs;
	char place[PATH_MAX / 2], path[PATH_MAX], byte;
	struct securityfs *other = NULL;
	struct hufu_err err = {0};
	struct stat st;
	int ready[2];
	pid_t child;

	(void)state;
	if (!fs)
		skip();
	(void)snprintf(place, sizeof(place), "%s/deep/er", scratch);
	config.securityfs = place;
	assert_int_equal(pipe(ready), 0);
	for (int i = 0; i < 2; i++) { /* one on top of the other */
		child = fork();
		assert_true(child >= 0);
		if (!child) {
			(void)alarm(60);
			if (i == 1)
				(void)mount("hufu", place, "tmpfs", 0, NULL);
			if (securityfs_start(&service, &other, NULL) == 0)
				(void)!write(ready[1], "x", 1);
			(void)pause();
			_exit(1);
		}
		assert_int_equal(read(ready[0], &byte, 1), 1);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		expect_errno(stat(place, &st), ENOTCONN);
	}
	assert_int_equal(securityfs_start(&service, &other, &err), 0);
	(void)snprintf(path, sizeof(path), "%s/ima/violations", place);
	expect_file(path, "0\n");
	config.securityfs = securityfs;
	securityfs_stop(other);
	assert_int_equal(access(path, F_OK), -1);
	(void)close(ready[0]);
	(void)close(ready[1]);
	while (umount2(place, MNT_DETACH) == 0) /* the tmpfs, and what it hid */
		;
}

static void stopping_waits_for_nobody(void **state)
{
	char *const securityfs = config.securityfs;
	char place[PATH_MAX], path[PATH_MAX + 32], byte;
	struct securityfs *other = NULL;
	struct hufu_err err = {0};
	struct timespec before, after;
	int reader, writer, at;

	(void)state;
	if (!fs)
		skip();
	(void)snprintf(place, sizeof(place), "%s/held", scratch);
	config.securityfs = place;
	assert_int_equal(securityfs_start(&service, &other, &err), 0);
	config.securityfs = securityfs;
	(void)snprintf(path, sizeof(path), "%s/ima/ascii_runtime_measurements", place);
	reader = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof(path), "%s/ima/policy", place);
	writer = open(path, O_WRONLY | O_CLOEXEC);
	at = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(reader >= 0 && writer >= 0 && at >= 0);
	assert_int_equal(write(writer, RULE_1 "\n", sizeof(RULE_1)), sizeof(RULE_1));
	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	securityfs_stop(other);
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(after.tv_sec - before.tv_sec < 3);
	expect_errno((int)read(reader, &byte, 1), ENOTCONN);
	expect_errno((int)write(writer, RULE_1 "\n", sizeof(RULE_1)), ENOTCONN);
	(void)close(reader);
	(void)close(writer);
	(void)close(at);
	expect_policy(""); /* it was not closed before: not in force */
	assert_int_equal(rmdir(place), 0);
}

static void places_that_cannot_be_mounted_on(void **state)
{
	char *const securityfs = config.securityfs;
	char place[PATH_MAX];
	struct securityfs *other = NULL;
	struct hufu_err err = {0};

	(void)state;
	if (!fs)
		skip();
	scratch_write("plain", "", 0);
	(void)snprintf(place, sizeof(place), "%s/plain", scratch);
	config.securityfs = place;
	assert_int_equal(securityfs_start(&service, &other, &err), -ENOTDIR);
	assert_non_null(strstr(err.text, place));
	(void)snprintf(place, sizeof(place), "%s/plain/below", scratch);
	assert_int_equal(securityfs_start(&service, &other, &err), -ENOTDIR);
	config.securityfs = securityfs;
	assert_null(other);
}

int main(void)
{
#define test(name) cmocka_unit_test_setup(name, each)
	const struct CMUnitTest tests[] = {
		test(names_and_modes),
		test(lists_and_numbers),
		test(nothing_else_can_be_written),
		test(the_tree_is_fixed),
		test(others_see_the_names_only),
		test(what_a_dead_daemon_left_is_unmounted),
		test(stopping_waits_for_nobody),
		test(places_that_cannot_be_mounted_on),
	};

	return cmocka_run_group_tests_name("securityfs", tests, set_up, tear_down);
}
