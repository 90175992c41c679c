/* SPDX-License-Identifier: Apache-2.0 */
/* What a walk meets: odd names, types, depths, links, mounts; and that its order depends on nothing. */
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "test-trees.h"
#include "tree-dir.h"

static void assert_order(const char *const *names, size_t n)
{
	assert_int_equal(n_seen, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(seen[i].path, in_tree(names[i]));
}

static void test_names(void **state)
{
	/* in the order of their bytes, directories where their name stands */
	static const char *const names[] = {"\001", " ",  "-rf", "A",		"B/inside",	     "a b",
					    "a\nb", "aa", "b",	 "caf\303\251", "\377\376 not utf8", "\377\377"};

	(void)state;
	put_dir("B");
	for (size_t i = ARRAY_SIZE(names); i > 0; i--)
		put_text(names[i - 1], "abc");
	assert_int_equal(run_job(sign_job(0, 1), ""), 0);
	assert_int_equal(count.by_state[HUFU_FILE_SIGNED], ARRAY_SIZE(names));
	for (size_t i = 1; i < n_seen; i++)
		assert_true(strcmp(seen[i - 1].path, seen[i].path) < 0);
	assert_int_equal(run_job(verify_job(0, 2), ""), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_report(names[i], HUFU_FILE_RIGHT, "");
}

static void test_types(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	static const char *const order[] = {"block", "char", "dead", "dir/file", "file",
					    "link",  "loop", "pipe", "sock"};

	(void)state;
	put_text("file", "abc");
	put_dir("dir");
	put_text("dir/file", "abc");
	assert_int_equal(symlink("file", in_tree("link")), 0);
	assert_int_equal(symlink("nowhere", in_tree("dead")), 0);
	assert_int_equal(symlink(".", in_tree("loop")), 0);
	assert_int_equal(mkfifo(in_tree("pipe"), 0600), 0);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", in_tree("sock"));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (mknod(in_tree("char"), S_IFCHR | 0600, 0x0103) < 0 || mknod(in_tree("block"), S_IFBLK | 0600, 0x0700) < 0)
		skip_for_want_of("root");
	for (unsigned jobs = 1; jobs <= 4; jobs += 3) {
		assert_int_equal(run_job(sign_job(HUFU_TREE_FORCE, jobs), ""), 0);
		assert_order(order, ARRAY_SIZE(order));
		assert_report("dir/file", HUFU_FILE_SIGNED, "");
		assert_report("file", HUFU_FILE_SIGNED, "");
		assert_report("link", HUFU_FILE_SKIPPED, "symbolic link");
		assert_report("loop", HUFU_FILE_SKIPPED, "symbolic link");
		assert_report("pipe", HUFU_FILE_SKIPPED, "named pipe");
		assert_report("sock", HUFU_FILE_SKIPPED, "socket");
		assert_report("char", HUFU_FILE_SKIPPED, "character device");
		assert_report("block", HUFU_FILE_SKIPPED, "block device");
		assert_int_equal(count.by_state[HUFU_FILE_SIGNED], 2);
		assert_int_equal(count.by_state[HUFU_FILE_SKIPPED], 7);
	}
}

/* A chain of `n` directories named d, with a file in each hundredth; deeper than any path the kernel takes. */
static void make_deep(unsigned n)
{
	autoclose int fd = open(tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (unsigned i = 0; i < n; i++) {
		int below;

		assert_int_equal(mkdirat(fd, "d", 0755), 0);
		below = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(below >= 0);
		(void)close(fd);
		fd = below;
		if (i % 100 == 99) {
			int file = openat(fd, "zz", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

			assert_int_equal(write(file, "abc", 3), 3);
			(void)close(file);
		}
	}
}

/* Takes it away again from below: rm(1) needs a minute for the deepest. */
static void drop_deep(void)
{
	int fd = open(tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int next;

	while ((next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0) {
		(void)close(fd);
		fd = next;
	}
	do {
		(void)unlinkat(fd, "zz", 0);
		next = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		(void)close(fd);
		fd = next;
	} while (unlinkat(fd, "d", AT_REMOVEDIR) == 0);
	(void)close(fd);
}

static void run_deep(unsigned depth, unsigned n_files, unsigned jobs)
{
	assert_int_equal(run_job(sign_job(0, jobs), ""), 0);
	assert_int_equal(count.by_state[HUFU_FILE_SIGNED], n_files);
	assert_int_equal(n_seen, n_files);
	/* the deepest comes first: "d" sorts before "zz" */
	assert_int_equal(strlen(seen[0].path), strlen(tree) + 2 * (size_t)depth + strlen("/zz"));
	assert_int_equal(run_job(verify_job(0, jobs), ""), 0);
	assert_int_equal(count.by_state[HUFU_FILE_RIGHT], n_files);
	assert_int_equal(run_job(plain_job(HUFU_TREE_CLEAR, 0), ""), 0);
	assert_int_equal(count.by_state[HUFU_FILE_SIGNED], n_files);
}

static void test_deep(void **state)
{
	struct rlimit before, few;

	(void)state;
	make_deep(1500);
	run_deep(1500, 15, 1);
	run_deep(1500, 15, 4);

	/* with hardly any descriptors at all */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){.rlim_cur = 24, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	run_deep(1500, 15, 1);
	run_deep(1500, 15, 2);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	drop_deep();
}

static void test_endless(void **state)
{
	(void)state;
	make_deep(TREE_DEPTH_MAX + 100);
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), ""), 0);
	assert_int_equal(count.by_state[HUFU_FILE_FAILED], 1);
	assert_int_equal(count.by_state[HUFU_FILE_RIGHT], TREE_DEPTH_MAX / 100);
	assert_int_equal(seen[0].error, -ELOOP);
	assert_string_equal(seen[0].text, "too deep: more levels of directories than hufu walks");
	drop_deep();
}

static void test_wide(void **state)
{
	autoclose int fd = open(tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[32];

	(void)state;
	for (unsigned i = 0; i < 40000; i++) { /* more than may wait in the queue */
		(void)snprintf(name, sizeof(name), "%u", i);
		assert_int_equal(mknodat(fd, name, S_IFREG | 0644, 0), 0);
	}
	assert_int_equal(run_job((struct hufu_tree_job){.action = HUFU_TREE_SHOW, .jobs = 3}, ""), 0);
	assert_int_equal(count.by_state[HUFU_FILE_RIGHT], 40000);
	for (size_t i = 1; i < n_seen; i++)
		assert_true(strcmp(seen[i - 1].path, seen[i].path) < 0);
}

static void test_hard_links(void **state)
{
	uint8_t value[HUFU_XATTR_MAX];

	(void)state;
	put_dir("x");
	put_text("b", "abc");
	assert_int_equal(link(in_tree("b"), in_tree("a")), 0);
	assert_int_equal(link(in_tree("b"), in_tree("x/c")), 0);
	put_text("other", "abc");
	for (unsigned jobs = 1; jobs <= 8; jobs += 7) {
		assert_int_equal(run_job(sign_job(HUFU_TREE_FORCE, jobs), ""), 0);
		assert_report("a", HUFU_FILE_SIGNED, "");
		assert_report("b", HUFU_FILE_RIGHT, "another name of a file that is done");
		assert_report("x/c", HUFU_FILE_RIGHT, "another name of a file that is done");
		assert_report("other", HUFU_FILE_SIGNED, "");
		assert_memory_equal(&report_of("b")->digest, &report_of("a")->digest, sizeof(struct hufu_digest));
		assert_int_equal(count.bytes, 6);
	}
	/* each name is verified by itself */
	assert_int_equal(run_job(verify_job(0, 1), ""), 0);
	assert_int_equal(count.by_state[HUFU_FILE_RIGHT], 4);
	assert_int_equal(count.bytes, 12);
	assert_int_equal(run_job(plain_job(HUFU_TREE_CLEAR, 0), ""), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_report("b", HUFU_FILE_RIGHT, "another name of a file that is done");
	assert_int_equal(get_value("b", value), -1);
	/* a sidecar belongs to a name */
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 1), ""), 0);
	assert_int_equal(count.by_state[HUFU_FILE_SIGNED], 4);
}

static void test_unreadable(void **state)
{
	(void)state;
	put_dir("d");
	put_text("d/in", "abc");
	put_text("e", "abc");
	put_text("f", "abc");
	assert_int_equal(link(in_tree("e"), in_tree("z")), 0);
	assert_int_equal(chmod(in_tree("d"), 0), 0);
	assert_int_equal(chmod(in_tree("e"), 0), 0);
	assert_int_equal(chmod(tree, 0755), 0);
	place = HUFU_TREE_XATTR_USER;
	if (geteuid() == 0) { /* nothing is unreadable for root */
		assert_int_equal(chown(in_tree("f"), 65534, 65534), 0);
		assert_int_equal(seteuid(65534), 0);
	}
	assert_int_equal(run_job(sign_job(0, 2), ""), 0);
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	assert_report("d", HUFU_FILE_FAILED, "cannot open: Permission denied");
	assert_report("e", HUFU_FILE_FAILED, "cannot open: Permission denied");
	assert_report("z", HUFU_FILE_FAILED, "another name of a file that failed");
	assert_report("f", HUFU_FILE_SIGNED, "");
	assert_int_equal(report_of("e")->error, -EACCES);
	assert_int_equal(report_of("z")->error, -EACCES);
	assert_int_equal(chmod(in_tree("d"), 0700), 0);
}

static void test_one_fs(void **state)
{
	(void)state;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		skip_for_want_of("root");
	put_dir("m");
	put_text("a", "abc");
	put_text("bound", "");
	assert_int_equal(mount("none", in_tree("m"), "tmpfs", 0, NULL), 0);
	put_text("m/in", "abc");
	put_text("m/file", "abc");
	assert_int_equal(mount(in_tree("m/file"), in_tree("bound"), NULL, MS_BIND, NULL), 0);
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, HUFU_TREE_ONE_FS), ""), 0);
	assert_report("a", HUFU_FILE_RIGHT, "nothing there");
	assert_report("m", HUFU_FILE_SKIPPED, "a mount point");
	assert_report("bound", HUFU_FILE_SKIPPED, "a mount point");
	assert_int_equal(n_seen, 3);
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), ""), 0);
	assert_report("m/in", HUFU_FILE_RIGHT, "nothing there");
	assert_report("bound", HUFU_FILE_RIGHT, "nothing there");
	assert_int_equal(n_seen, 4);

	/* a tree mounted into itself ends where the mount does not go on */
	put_dir("self");
	assert_int_equal(mount(tree, in_tree("self"), NULL, MS_BIND, NULL), 0);
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), ""), 0);
	assert_report("self/a", HUFU_FILE_RIGHT, "nothing there");
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, HUFU_TREE_ONE_FS), ""), 0);
	assert_report("self", HUFU_FILE_SKIPPED, "a mount point");
	assert_int_equal(umount(in_tree("self")), 0);
	assert_int_equal(umount(in_tree("bound")), 0);
	assert_int_equal(umount(in_tree("m")), 0);
}

/* An ext4 that keeps no types in its directories: readdir(3) says DT_UNKNOWN of everything. */
static void test_types_unknown(void **state)
{
	static const char *const order[] = {"e/dir/in", "e/file", "e/link", "e/pipe"};

	(void)state;
	put_dir("e");
	put_text("image", "");
	assert_int_equal(truncate(in_tree("image"), 4 << 20), 0);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    call((const char *const[]){"mkfs.ext4", "-q", "-O", "^filetype,^has_journal", in_tree("image"), NULL}) ||
	    call((const char *const[]){"mount", "-o", "loop", in_tree("image"), in_tree("e"), NULL}))
		skip_for_want_of("root, mkfs.ext4 and loop devices");
	assert_int_equal(rmdir(in_tree("e/lost+found")), 0);
	put_dir("e/dir");
	put_text("e/dir/in", "abc");
	put_text("e/file", "abc");
	assert_int_equal(symlink("file", in_tree("e/link")), 0);
	assert_int_equal(mkfifo(in_tree("e/pipe"), 0600), 0);
	assert_int_equal(run_job(sign_job(0, 1), "e"), 0);
	assert_order(order, ARRAY_SIZE(order));
	assert_report("e/dir/in", HUFU_FILE_SIGNED, "");
	assert_report("e/file", HUFU_FILE_SIGNED, "");
	assert_report("e/link", HUFU_FILE_SKIPPED, "symbolic link");
	assert_report("e/pipe", HUFU_FILE_SKIPPED, "named pipe");
	assert_int_equal(umount(in_tree("e")), 0);
}

/* On overlayfs the first name that is changed becomes a file of its own: the others have to be done too. */
static void test_links_on_overlay(void **state)
{
	char options[2048];

	(void)state;
	put_dir("m");
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", in_tree("m"), "tmpfs", 0, NULL) < 0)
		skip_for_want_of("root");
	put_dir("m/low");
	put_dir("m/up");
	put_dir("m/work");
	put_dir("o");
	put_text("m/low/a", "abc");
	put_text("m/low/c", "abcd");
	assert_int_equal(link(in_tree("m/low/a"), in_tree("m/low/b")), 0);
	(void)snprintf(options, sizeof(options), "index=off,lowerdir=%s,upperdir=%s,workdir=%s", in_tree("m/low"),
		       in_tree("m/up"), in_tree("m/work"));
	if (mount("none", in_tree("o"), "overlay", 0, options) < 0) {
		assert_int_equal(umount(in_tree("m")), 0);
		skip_for_want_of("overlayfs");
	}
	for (unsigned jobs = 1; jobs <= 2; jobs++) {
		assert_int_equal(run_job(sign_job(HUFU_TREE_FORCE | HUFU_TREE_ONE_FS, jobs), "o"), 0);
		assert_int_equal(count.by_state[HUFU_FILE_SIGNED], 3);
		assert_int_equal(run_job(verify_job(HUFU_TREE_ONE_FS, jobs), "o"), 0);
		assert_report("o/a", HUFU_FILE_RIGHT, "");
		assert_report("o/b", HUFU_FILE_RIGHT, "");
		assert_report("o/c", HUFU_FILE_RIGHT, "");
	}
	assert_int_equal(umount(in_tree("o")), 0);
	assert_int_equal(umount(in_tree("m")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_types, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_deep, make_large_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_endless, make_large_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_wide, make_large_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_hard_links, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_unreadable, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_one_fs, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_types_unknown, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_links_on_overlay, make_tree, drop_tree),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
