/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "clean.h"
#include "file.h"

/* Each test has a directory of its own, and stands in it. */
static int enter(void **state)
{
	char dir[] = "/tmp/hufu-file-XXXXXX";

	if (!mkdtemp(dir) || chdir(dir) < 0)
		return -1;
	*state = strdup(dir);
	return *state ? 0 : -1;
}

static int leave(void **state)
{
	autofree char *dir = *state;
	DIR *here = opendir(".");
	struct dirent *entry;

	while (here && (entry = readdir(here)))
		if (entry->d_name[0] != '.' && unlink(entry->d_name) < 0)
			(void)rmdir(entry->d_name);
	(void)closedir(here);
	(void)rmdir("a/b/c");
	(void)rmdir("a/b");
	(void)rmdir("a");
	return chdir("/") < 0 || rmdir(dir) < 0 ? -1 : 0;
}

static void put(const char *name, const void *data, size_t len)
{
	autoclose int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, data, len), 0);
}

static unsigned n_files(void)
{
	DIR *here = opendir(".");
	struct dirent *entry;
	unsigned n = 0;

	while ((entry = readdir(here)))
		n += entry->d_name[0] != '.';
	(void)closedir(here);
	return n;
}

static void reads_up_to_the_limit(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 4094, 4095, 4096, 4097, 8191, 8192, 8193, 100000};
	static char data[100001];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct hufu_err err = {""};
		autofree char *text = NULL;
		size_t len = 99;

		put("f", data, sizes[i]);
		assert_int_equal(file_read("f", sizes[i], &text, &len, &err), 0);
		assert_int_equal(len, sizes[i]);
		assert_memory_equal(text, data, len);
		assert_int_equal(text[len], '\0');
		put("f", data, sizes[i] + 1);
		len = 99;
		free(take_ptr(text));
		assert_int_equal(file_read("f", sizes[i], &text, &len, &err), -EFBIG);
		assert_null(text);
		assert_int_equal(len, 99);
		assert_non_null(strstr(err.text, "f: longer than"));
	}
}

static void what_cannot_be_read_is_named(void **state)
{
	struct hufu_err err = {""};
	char *text = NULL;
	size_t len;

	(void)state;
	assert_int_equal(file_read("missing", 10, &text, &len, &err), -ENOENT);
	assert_string_equal(err.text, "missing: No such file or directory");
	assert_int_equal(file_read(".", 10, &text, &len, &err), -EISDIR);
	assert_int_equal(file_read("missing", 10, &text, &len, NULL), -ENOENT);
	assert_null(text);
}

static void a_fifo_without_a_writer_holds_nobody(void **state)
{
	autofree char *text = NULL;
	size_t len = 99;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(file_read("fifo", 10, &text, &len, NULL), 0);
	assert_int_equal(len, 0);
}

static void files_of_proc_have_no_size_and_are_read(void **state)
{
	autofree char *text = NULL;
	size_t len = 0;

	(void)state;
	assert_int_equal(file_read("/proc/self/status", 1 << 20, &text, &len, NULL), 0);
	assert_true(len > 100);
	assert_memory_equal(text, "Name:", 5);
}

static void writes_completely_with_its_mode(void **state)
{
	autofree char *text = NULL;
	struct hufu_err err = {""};
	struct stat st;
	size_t len = 0;
	mode_t mask = umask(0077);

	(void)state;
	assert_int_equal(file_write_atomic("new", "one", 3, 0644, false, &err), 0);
	(void)umask(mask);
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(file_write_atomic("new", "two", 3, 0600, false, &err), -EEXIST);
	assert_non_null(strstr(err.text, "new exists"));
	assert_int_equal(file_read("new", 10, &text, &len, NULL), 0);
	assert_string_equal(text, "one");
	free(take_ptr(text));
	assert_int_equal(file_write_atomic("new", "", 0, 0600, true, &err), 0);
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(n_files(), 1); /* no temporary file is left */
}

static void a_link_in_the_way_is_not_followed(void **state)
{
	autofree char *text = NULL;
	size_t len = 0;

	(void)state;
	put("target", "old", 3);
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(file_write_atomic("link", "new", 3, 0600, false, NULL), -EEXIST);
	assert_int_equal(file_write_atomic("link", "new", 3, 0600, true, NULL), 0);
	assert_int_equal(file_read("target", 10, &text, &len, NULL), 0);
	assert_string_equal(text, "old");
}

static void a_failed_write_leaves_nothing(void **state)
{
	struct rlimit before, small;
	struct hufu_err err = {""};
	static char data[8192];

	(void)state;
	put("old", "old", 3);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 4096; /* write(2) fails half-way, as on a full disk */
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(file_write_atomic("old", data, sizeof(data), 0600, true, &err), -EFBIG);
	assert_int_equal(file_write_atomic("new", data, sizeof(data), 0600, false, &err), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_non_null(strstr(err.text, "new: cannot write"));
	assert_int_equal(n_files(), 1);
	assert_int_equal(file_write_atomic("missing/new", "x", 1, 0600, false, &err), -ENOENT);
	assert_non_null(strstr(err.text, "missing/new: cannot create"));
}

/* The temporary name beside it must not be longer than a directory can hold. */
static void the_longest_name_can_be_written(void **state)
{
	char name[256], path[300];
	autofree char *text = NULL;
	size_t len = 0;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(file_write_atomic(name, "one", 3, 0600, false, NULL), 0);
	(void)snprintf(path, sizeof(path), "./%s", name);
	assert_int_equal(file_write_atomic(path, "two", 3, 0600, true, NULL), 0);
	assert_int_equal(file_read(name, 10, &text, &len, NULL), 0);
	assert_string_equal(text, "two");
	assert_int_equal(n_files(), 1);
}

static void no_limit_is_no_trap(void **state)
{
	autofree char *text = NULL;
	size_t len = 0;

	(void)state;
	put("f", "abc", 3);
	assert_int_equal(file_read("f", SIZE_MAX, &text, &len, NULL), 0);
	assert_string_equal(text, "abc");
	free(take_ptr(text));
	assert_int_equal(file_read("f", SIZE_MAX - 1, &text, &len, NULL), 0);
	assert_int_equal(len, 3);
}

static void pread_tells_where_the_file_ends(void **state)
{
	autoclose int fd = -1;
	char data[8] = "";

	(void)state;
	put("f", "abcdef", 6);
	fd = open("f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_pread(fd, data, 3, 1), 3);
	assert_memory_equal(data, "bcd", 3);
	assert_int_equal(file_pread(fd, data, 8, 4), 2);
	assert_int_equal(file_pread(fd, data, 8, 6), 0);
	assert_int_equal(file_pread(fd, data, 8, 1000), 0);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
	assert_int_equal(file_pread(-1, data, 8, 0), -EBADF);
}

static void directories_are_made_on_the_way(void **state)
{
	struct hufu_err err = {""};
	struct stat st;

	(void)state;
	assert_int_equal(file_make_dirs("a//b/c/", 0750, &err), 0);
	assert_int_equal(file_make_dirs("a/b", 0700, &err), 0);
	assert_int_equal(stat("a/b/c", &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(file_make_dirs("/", 0700, &err), 0);
	put("f", "", 0);
	assert_int_equal(file_make_dirs("f/b", 0700, &err), -ENOTDIR);
	assert_string_equal(err.text, "f: cannot make the directory: Not a directory");
	assert_int_equal(file_make_dirs("f", 0700, &err), -ENOTDIR); /* it exists, but it is none */
	assert_int_equal(file_make_dirs("", 0700, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_up_to_the_limit, enter, leave),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_is_named, enter, leave),
		cmocka_unit_test_setup_teardown(a_fifo_without_a_writer_holds_nobody, enter, leave),
		cmocka_unit_test_setup_teardown(files_of_proc_have_no_size_and_are_read, enter, leave),
		cmocka_unit_test_setup_teardown(writes_completely_with_its_mode, enter, leave),
		cmocka_unit_test_setup_teardown(a_link_in_the_way_is_not_followed, enter, leave),
		cmocka_unit_test_setup_teardown(a_failed_write_leaves_nothing, enter, leave),
		cmocka_unit_test_setup_teardown(the_longest_name_can_be_written, enter, leave),
		cmocka_unit_test_setup_teardown(no_limit_is_no_trap, enter, leave),
		cmocka_unit_test_setup_teardown(pread_tells_where_the_file_ends, enter, leave),
		cmocka_unit_test_setup_teardown(directories_are_made_on_the_way, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
