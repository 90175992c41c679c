/* SPDX-License-Identifier: Apache-2.0 */
#include "fstable.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "clean.h"

static void parses_lines(void **state)
{
	struct fstable_entry entry = {0};

	(void)state;
	assert_int_equal(
		fstable_parse_line("36 35 98:7 /root /mnt/a\\040b rw,noatime shared:1 - ext4 /dev/x rw", &entry), 0);
	assert_string_equal(entry.path, "/mnt/a b");
	assert_string_equal(entry.type, "ext4");
	assert_string_equal(entry.name, "ext4");
	assert_true(entry.dev == makedev(98, 7));
	assert_true(entry.local);
	assert_int_equal(fstable_parse_line("36 35 0:44 / /mnt rw master:2 shared:1 - fuse.sshfs host rw", &entry), 0);
	assert_string_equal(entry.type, "fuse");
	assert_string_equal(entry.subtype, "sshfs");
	assert_false(entry.local);
	assert_int_equal(fstable_parse_line("1 2 0:5 / /proc rw - proc proc rw", &entry), 0);
	assert_false(entry.local);
}

static void refuses_other_lines(void **state)
{
	static const char *const bad[] = {
		"",
		" - ",
		"36 35 98:7 /root",
		"36 35 98:7 / /mnt rw",
		"a b c:d / /mnt rw - ext4 x rw",
		"36 35 98:7 / /mnt rw - ",
		"36 35 98:7 / /mnt rw - a-type-with-a-name-of-more-than-31-bytes x rw",
	};
	struct fstable_entry entry = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (fstable_parse_line(bad[i], &entry) != -EBADMSG)
			fail_msg("taken: %s", bad[i]);
}

static void finds_what_is_mounted(void **state)
{
	struct fstable *table = NULL;
	struct fstable_entry entry;
	struct hufu_err err = {""};
	autoclose int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	struct statfs fs;
	struct stat st;

	(void)state;
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(fstatfs(fd, &fs), 0);
	assert_int_equal(fstable_new(&table, &err), 0);
	fstable_find(table, fd, st.st_dev, &entry);
	assert_string_equal(entry.type, "proc");
	assert_string_equal(entry.name, "proc");
	/* A device no mount shows: what the descriptor tells is all there is */
	fstable_find(table, fd, makedev(4095, 77), &entry);
	assert_true(entry.magic == (uint64_t)fs.f_type);
	fstable_free(table);
}

static int count(void *ctx, const struct fstable_entry *entry)
{
	if (!entry->local || !entry->path[0])
		return -EINVAL;
	++*(int *)ctx;
	return 0;
}

static void lists_local_ones(void **state)
{
	struct fstable *table = NULL;
	struct hufu_err err = {""};
	int n = 0;

	(void)state;
	assert_int_equal(fstable_new(&table, &err), 0);
	assert_int_equal(fstable_each_local(table, count, &n), 0);
	assert_true(n > 0);
	assert_int_equal(fstable_refresh(table, &err), 0);
	assert_true(fstable_fd(table) >= 0);
	fstable_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_lines),
		cmocka_unit_test(refuses_other_lines),
		cmocka_unit_test(finds_what_is_mounted),
		cmocka_unit_test(lists_local_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
