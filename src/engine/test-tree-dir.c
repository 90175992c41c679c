/* SPDX-License-Identifier: Apache-2.0 */
#include "test-trees.h"
#include "tree-dir.h"

static struct tree_dirs dirs;
static struct tree_dir *root;

static int begin(void **state)
{
	if (make_tree(state) < 0 || tree_dirs_init(&dirs, 4) < 0)
		return -1;
	return tree_dir_root(&dirs, open(tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "top/", &root);
}

static int end(void **state)
{
	tree_dir_unref(root);
	assert_null(dirs.newest);
	assert_null(dirs.oldest);
	assert_int_equal(dirs.n_open, 0);
	tree_dirs_done(&dirs);
	return drop_tree(state);
}

static struct tree_dir *enter(struct tree_dir *parent, const char *name)
{
	struct tree_dir *dir = NULL;

	assert_int_equal(tree_dir_enter(parent, name, &dir), 0);
	return dir;
}

static ino_t ino_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_ino;
}

static ino_t ino_at(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(in_tree(name), &st), 0);
	return st.st_ino;
}

/* Far more directories than may be open: each is still the right one. */
static void test_limit(void **state)
{
	struct tree_dir *all[40];
	char name[8];

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		(void)snprintf(name, sizeof(name), "%u", i);
		put_dir(name);
		all[i] = enter(root, name);
		assert_in_range(dirs.n_open, 1, 4);
	}
	for (unsigned i = 0; i < 400; i++) {
		unsigned at = i * 7 % 40;
		int fd = tree_dir_pin(all[at]);

		(void)snprintf(name, sizeof(name), "%u", at);
		assert_true(fd >= 0);
		assert_int_equal(ino_of(fd), ino_at(name));
		tree_dir_unpin(all[at]);
		assert_in_range(dirs.n_open, 1, 4);
	}
	for (unsigned i = 0; i < 40; i++)
		tree_dir_unref(all[i]);
}

static void test_pinned_stay_open(void **state)
{
	struct tree_dir *all[8];
	char name[8];
	int fds[8];

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		(void)snprintf(name, sizeof(name), "%u", i);
		put_dir(name);
		all[i] = enter(root, name);
		fds[i] = tree_dir_pin(all[i]);
		assert_true(fds[i] >= 0);
	}
	tree_dirs_shrink(&dirs);
	for (unsigned i = 0; i < 8; i++) {
		(void)snprintf(name, sizeof(name), "%u", i);
		assert_int_equal(ino_of(fds[i]), ino_at(name));
		tree_dir_unpin(all[i]);
	}
	tree_dirs_shrink(&dirs);
	assert_int_equal(dirs.n_open, 0);
	for (unsigned i = 0; i < 8; i++)
		tree_dir_unref(all[i]);
}

static void test_chain(void **state)
{
	struct tree_dir *a, *b, *c;
	char *path;
	int fd;

	(void)state;
	put_dir("a");
	put_dir("a/b");
	put_dir("a/b/c");
	put_text("a/b/c/file", "abc");
	a = enter(root, "a");
	b = enter(a, "b");
	c = enter(b, "c");
	/* a parent outlives the last reference to it from elsewhere */
	tree_dir_unref(a);
	tree_dir_unref(b);
	tree_dirs_shrink(&dirs);
	fd = tree_dir_open(c, "file", O_RDONLY | O_CLOEXEC, 0);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(tree_dir_depth(root), 0);
	assert_int_equal(tree_dir_depth(c), 3);
	path = tree_dir_path(c, "file");
	assert_string_equal(path, "top/a/b/c/file");
	free(path);
	path = tree_dir_path(root, "file");
	assert_string_equal(path, "top/file");
	free(path);

	/* somebody puts another directory in the place of one that is closed */
	tree_dirs_shrink(&dirs);
	assert_int_equal(rename(in_tree("a/b"), in_tree("away")), 0);
	assert_int_equal(tree_dir_pin(c), -ENOENT);
	put_dir("a/b");
	assert_int_equal(tree_dir_pin(c), -ESTALE);
	assert_int_equal(rmdir(in_tree("a/b")), 0);
	assert_int_equal(symlink("../away", in_tree("a/b")), 0);
	assert_int_equal(tree_dir_pin(c), -ENOTDIR);
	assert_int_equal(unlink(in_tree("a/b")), 0);
	assert_int_equal(rename(in_tree("away"), in_tree("a/b")), 0);
	assert_true(tree_dir_pin(c) >= 0);
	tree_dir_unpin(c);
	tree_dir_unref(c);
}

static void test_refused(void **state)
{
	struct tree_dir *dir = NULL;

	(void)state;
	put_text("file", "abc");
	assert_int_equal(symlink("/", in_tree("link")), 0);
	assert_int_equal(mkfifo(in_tree("pipe"), 0600), 0);
	assert_int_equal(tree_dir_enter(root, "file", &dir), -ENOTDIR);
	assert_int_equal(tree_dir_enter(root, "link", &dir), -ENOTDIR);
	assert_int_equal(tree_dir_enter(root, "pipe", &dir), -ENOTDIR);
	assert_int_equal(tree_dir_enter(root, "none", &dir), -ENOENT);
	assert_null(dir);
	assert_int_equal(tree_dir_open(root, "link", O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0), -ELOOP);
	tree_dir_unref(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_limit, begin, end),
		cmocka_unit_test_setup_teardown(test_pinned_stay_open, begin, end),
		cmocka_unit_test_setup_teardown(test_chain, begin, end),
		cmocka_unit_test_setup_teardown(test_refused, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
