/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate-find.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "test-certs.h"

static void make_tree(void)
{
	const char *const dirs[] = {"t", "t/usr", "t/usr/bin", "t/shut"};
	static const struct {
		const char *target, *name;
	} links[] = {
		{"usr/bin", "t/bin"},	    {"/usr/bin/prog", "t/abs"}, {"../../../../../usr/bin/prog", "t/usr/up"},
		{"loop", "t/loop"},	    {"nowhere", "t/broken"},	{"/", "t/top"},
		{"prog/", "t/usr/bin/odd"}, {"../../outside", "t/out"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		assert_int_equal(mkdir(in_scratch(dirs[i]), 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		assert_int_equal(symlink(links[i].target, in_scratch(links[i].name)), 0);
	put_file("t/usr/bin/prog", "p", 1);
	put_file("t/shut/prog", "p", 1);
	put_file("outside", "o", 1);
	assert_int_equal(chmod(in_scratch("t/shut"), 0700), 0);
}

static void finds(void **state)
{
	static const struct {
		const char *path;
		int error;
	} rows[] = {
		{"/usr/bin/prog", 0},
		{"usr/bin/prog", 0},
		{"//usr//.//bin/../bin/prog", 0},
		{"/../../../usr/bin/prog", 0},
		{"/bin/prog", 0},
		{"/abs", 0},
		{"/usr/up", 0},
		{"/top/top/bin/prog", 0},
		{"/out", -ENOENT}, /* and not the file outside */
		{"/loop", -ELOOP},
		{"/broken", -ENOENT},
		{"/usr/bin", -EACCES},
		{"/", -EACCES},
		{"/usr/bin/prog/", -ENOTDIR},
		{"/usr/bin/prog/x", -ENOTDIR},
		{"/usr/bin/odd", -ENOTDIR},
		{"/usr/lib/prog", -ENOENT},
		{"/shut/prog", -EACCES},
		{"/shut/../usr/bin/prog", -EACCES},
	};
	/* A user who is not the owner of the scratch directory, whoever runs this */
	const struct simulate_user user = {.uid = getuid() + 1000, .gid = getgid() + 1000};
	autoclose int root = -1;

	(void)state;
	make_tree();
	root = open(in_scratch("t"), O_PATH | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct stat st = {0};
		int r = simulate_find(root, rows[i].path, &user, &st);

		if (rows[i].error ? r != rows[i].error : r < 0 || st.st_size != 1)
			fail_msg("%s: %d, not %d", rows[i].path, r, rows[i].error);
		if (r >= 0)
			assert_int_equal(close(r), 0);
	}
}

static void long_paths(void **state)
{
	const struct simulate_user user = {0};
	autoclose int root = open(in_scratch("t"), O_PATH | O_CLOEXEC);
	char path[5000];
	struct stat st;

	(void)state;
	memset(path, 'x', sizeof(path));
	path[300] = '\0';
	assert_int_equal(simulate_find(root, path, &user, &st), -ENAMETOOLONG);
	path[300] = 'x';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(simulate_find(root, path, &user, &st), -ENAMETOOLONG);
	for (size_t i = 0; i + 1 < sizeof(path); i++)
		path[i] = "/."[i % 2];
	path[4001] = '\0';
	assert_int_equal(simulate_find(root, path, &user, &st), -EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(long_paths),
	};

	(void)umask(022);
	return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
