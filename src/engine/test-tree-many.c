/* SPDX-License-Identifier: Apache-2.0 */
/* Several operands in one run, and names that are left out. */
#include "test-trees.h"
#include "err.h"
#include "tree-run.h"

static const char *const *paths;
static size_t n_paths, n_asked;
static int last_answer;

static int next(void *ctx, const char **ret_path, struct hufu_err *err)
{
	(void)ctx;
	if (n_asked == n_paths)
		return last_answer < 0 ? err_set(err, last_answer, "no more") : 0;
	*ret_path = paths[n_asked++];
	return 1;
}

/* Names in the tree, NULL at the end. */
static int run_paths(struct hufu_tree_job job, const char *const *names)
{
	static const struct hufu_tree_operands operands = {.next = next};
	char *full[2000];
	int r;

	n_asked = 0;
	for (n_paths = 0; names[n_paths]; n_paths++)
		full[n_paths] = strdup(in_tree(names[n_paths]));
	paths = (const char *const *)full;
	forget();
	job.flags |= HUFU_TREE_RECURSIVE | place;
	job.on_file = keep;
	r = hufu_tree_run_all(&job, &operands, &count, &last_err);
	for (size_t i = 0; i < n_paths; i++)
		free(full[i]);
	return r;
}

/* In the order given, whatever -j; one that is not there, or is a link, fails by itself. */
static void test_order(void **state)
{
	static const char *const names[] = {"z", "dir", "gone", "dir/b", "link", "a", NULL};
	static const char *const expected[] = {"z", "dir/b", "dir/c", "gone", "dir/b", "link", "a"};
	struct hufu_tree_job job = sign_job(place | HUFU_TREE_FORCE, 1);

	(void)state;
	put_text("z", "1");
	put_text("a", "2");
	put_dir("dir");
	put_text("dir/b", "3");
	put_text("dir/c", "4");
	assert_int_equal(symlink("a", in_tree("link")), 0);
	for (job.jobs = 1; job.jobs < 5; job.jobs++) {
		assert_int_equal(run_paths(job, names), 0);
		assert_int_equal(n_seen, ARRAY_SIZE(expected));
		for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
			assert_string_equal(seen[i].path, in_tree(expected[i]));
		assert_report("gone", HUFU_FILE_FAILED, "No such file or directory");
		assert_report("link", HUFU_FILE_FAILED,
			      "a symbolic link: name what it leads to, or put a slash behind it");
		assert_report("dir/c", HUFU_FILE_SIGNED, "");
		assert_int_equal(count.by_state[HUFU_FILE_FAILED], 2);
	}
}

/* More directories than may be open: all are done. */
static void test_many_directories(void **state)
{
	enum { N = 300 };
	static char names[N][16];
	const char *list[N + 1] = {NULL};
	struct hufu_tree_job job = sign_job(place, 1);

	(void)state;
	for (unsigned i = 0; i < N; i++) {
		char dir[8];

		(void)snprintf(dir, sizeof(dir), "d%u", i);
		put_dir(dir);
		(void)snprintf(names[i], sizeof(names[i]), "%s/f", dir);
		put_text(names[i], dir);
		if (i % 2)
			names[i][strlen(dir)] = '\0'; /* the directory */
		list[i] = names[i];
	}
	for (job.jobs = 1; job.jobs < 4; job.jobs += 2) {
		job.flags |= HUFU_TREE_FORCE;
		assert_int_equal(run_paths(job, list), 0);
		assert_int_equal(count.by_state[HUFU_FILE_SIGNED], N);
		assert_int_equal(n_seen, N);
	}
}

/* What was named before is done, and the error is the run's. */
static void test_list_fails(void **state)
{
	static const char *const names[] = {"a", NULL};

	(void)state;
	put_text("a", "1");
	for (unsigned jobs = 1; jobs < 3; jobs++) {
		last_answer = -EIO;
		assert_int_equal(run_paths(sign_job(place | HUFU_TREE_FORCE, jobs), names), -EIO);
		assert_string_equal(last_err.text, "no more");
		assert_report("a", HUFU_FILE_SIGNED, "");
	}
	last_answer = 0;
}

static void test_excluded(void **state)
{
	struct hufu_tree_job job = sign_job(place, 2);
	char *by_path, *no_slash;

	(void)state;
	put_text("a.o", "1");
	put_text("a.c", "2");
	put_dir("cache");
	put_text("cache/x", "3");
	put_dir("dir");
	put_text("dir/x", "4");
	put_text("dir/y", "5");
	by_path = strdup(in_tree("*/y"));
	no_slash = strdup(in_tree("dir?x")); /* it matches no slash */
	assert_true(by_path && no_slash);
	job.excludes = (const char *const[]){"*.o", "cache", by_path, no_slash};
	job.n_excludes = 4;
	assert_int_equal(run_job(job, ""), 0);
	free(by_path);
	free(no_slash);
	assert_report("a.o", HUFU_FILE_SKIPPED, "excluded");
	assert_report("cache", HUFU_FILE_SKIPPED, "excluded");
	assert_report("dir/y", HUFU_FILE_SKIPPED, "excluded");
	assert_report("dir/x", HUFU_FILE_SIGNED, "");
	assert_report("a.c", HUFU_FILE_SIGNED, "");
	assert_int_equal(count.by_state[HUFU_FILE_SIGNED], 2);
	assert_int_equal(run_job(job, "a.o"), 0); /* what is named is meant */
	assert_report("a.o", HUFU_FILE_SIGNED, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_many_directories, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_list_fails, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_excluded, make_tree, drop_tree),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
