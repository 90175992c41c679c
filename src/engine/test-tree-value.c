/* SPDX-License-Identifier: Apache-2.0 */
/* Where values are kept, and the file systems that will not keep them. */
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>

#include "test-trees.h"

#define FOREIGN "-----BEGIN PGP SIGNATURE-----\n"

static void test_sidecar(void **state)
{
	struct stat st;

	(void)state;
	put_text("a", "abc");
	put_dir("d");
	put_text("d/b", "abc");
	(void)umask(077);
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 2), ""), 0);
	(void)umask(022);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_report("d/b", HUFU_FILE_SIGNED, "");
	assert_int_equal(n_seen, 2);
	assert_int_equal(stat(in_tree("d/b.sig"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_size, report_of("d/b")->value_len);
	assert_int_equal(getxattr(in_tree("a"), xattr_name(), NULL, 0), -1);

	/* sidecars are not signed in their turn, and read as the attribute is */
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 1), ""), 0);
	assert_report("a", HUFU_FILE_RIGHT, "");
	assert_report("a.sig", HUFU_FILE_SKIPPED, "holds a signature");
	assert_report("d/b.sig", HUFU_FILE_SKIPPED, "holds a signature");
	assert_int_equal(n_seen, 4);
	assert_int_equal(run_job(verify_job(HUFU_TREE_SIDECAR, 2), ""), 0);
	assert_report("d/b", HUFU_FILE_RIGHT, "");
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 1), "a.sig"), 0);
	assert_report("a.sig", HUFU_FILE_SKIPPED, "holds a signature");
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, HUFU_TREE_SIDECAR), "a"), 0);
	assert_true(report_of("a")->has_sig);
	put_text("a", "abC");
	assert_int_equal(run_job(verify_job(HUFU_TREE_SIDECAR, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "content or signature was changed");

	assert_int_equal(run_job(plain_job(HUFU_TREE_CLEAR, HUFU_TREE_SIDECAR), ""), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, HUFU_TREE_SIDECAR), ""), 0);
	assert_report("a", HUFU_FILE_RIGHT, "nothing there");
	assert_int_equal(n_seen, 2); /* nothing else was left behind */
	assert_int_equal(run_job(verify_job(HUFU_TREE_SIDECAR, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "no signature");
}

static void test_foreign_sidecar(void **state)
{
	char *text = NULL;

	(void)state;
	put_text("a", "abc");
	put_text("a.sig", FOREIGN);
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 1), "a"), 0);
	assert_report("a", HUFU_FILE_FAILED, "a.sig holds something else: move it away first");
	assert_int_equal(report_of("a")->error, -EEXIST);
	assert_int_equal(run_job(plain_job(HUFU_TREE_CLEAR, HUFU_TREE_SIDECAR), "a"), 0);
	assert_report("a", HUFU_FILE_FAILED, "a.sig holds something else: move it away first");
	FILE *file = fopen(in_tree("a.sig"), "re");
	size_t size = 0;
	assert_int_equal(getline(&text, &size, file), strlen(FOREIGN));
	assert_string_equal(text, FOREIGN);
	(void)fclose(file);
	free(text);
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR | HUFU_TREE_FORCE, 1), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");

	/* what a full disk left of one is no reason to stop */
	put_text("a.sig", "");
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 1), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");

	/* neither followed nor waited for */
	assert_int_equal(unlink(in_tree("a.sig")), 0);
	assert_int_equal(symlink("/etc/passwd", in_tree("a.sig")), 0);
	assert_int_equal(run_job(verify_job(HUFU_TREE_SIDECAR, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "malformed signature file: a symbolic link");
	assert_int_equal(unlink(in_tree("a.sig")), 0);
	assert_int_equal(mkfifo(in_tree("a.sig"), 0600), 0);
	assert_int_equal(run_job(verify_job(HUFU_TREE_SIDECAR, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "malformed signature file: not a regular file");
	assert_int_equal(unlink(in_tree("a.sig")), 0);
	put_text("a.sig", "");
	assert_int_equal(truncate(in_tree("a.sig"), (off_t)1 << 40), 0);
	assert_int_equal(run_job(verify_job(HUFU_TREE_SIDECAR, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "malformed signature file: longer than 2048 bytes");
}

static void test_long_name(void **state)
{
	char name[256];

	(void)state;
	memset(name, 'n', 252);
	name[252] = '\0';
	put_text(name, "abc");
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 1), ""), 0);
	assert_int_equal(seen[0].state, HUFU_FILE_FAILED);
	assert_int_equal(seen[0].error, -ENAMETOOLONG);
	assert_int_equal(n_seen, 1);
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), ""), 0);
	assert_int_equal(n_seen, 1); /* no temporary file stays */
}

static void test_immutable(void **state)
{
	int flags = FS_IMMUTABLE_FL, none = 0;
	autoclose int fd = -1;

	(void)state;
	put_text("a", "abc");
	fd = open(in_tree("a"), O_RDONLY | O_CLOEXEC);
	if (ioctl(fd, FS_IOC_SETFLAGS, &flags) < 0)
		skip_for_want_of("root, and ext4 or its like");
	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	assert_int_equal(ioctl(fd, FS_IOC_SETFLAGS, &none), 0);
	assert_int_equal(report_of("a")->state, HUFU_FILE_FAILED);
	assert_non_null(strstr(report_of("a")->text, "the file is immutable: chattr -i -a first"));
}

static void test_unprivileged(void **state)
{
	(void)state;
	put_text("a", "abc");
	assert_int_equal(chmod(tree, 0755), 0);
	if (geteuid() == 0)
		assert_int_equal(seteuid(65534), 0);
	for (int user = 0; user < 2; user++) {
		place = user ? HUFU_TREE_XATTR_USER : 0;
		if (user && getuid() != 0)
			continue; /* the file is ours */
		assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
		assert_report("a", HUFU_FILE_FAILED,
			      user ? "cannot set user.ima: no permission to write the file"
				   : "cannot set security.ima: needs root (CAP_SYS_ADMIN)");
		assert_int_equal(report_of("a")->value_len, 0);
	}
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

/* Mounts `type` on the scratch directory's `m`, seen by this process alone; false if that needs more rights. */
static bool mounted(const char *type, const char *options)
{
	put_dir("m");
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", in_tree("m"), type, 0, options) == 0;
}

static void test_no_xattrs(void **state)
{
	(void)state;
	if (!mounted("ramfs", NULL))
		skip_for_want_of("root");
	put_text("m/a", "abc");
	assert_int_equal(run_job(sign_job(0, 1), "m"), 0);
	assert_int_equal(report_of("m/a")->state, HUFU_FILE_FAILED);
	assert_int_equal(report_of("m/a")->error, -EOPNOTSUPP);
	assert_non_null(strstr(report_of("m/a")->text, "this file system has no extended attributes; use --sidecar"));
	assert_int_equal(run_job(verify_job(0, 1), "m"), 0);
	assert_report("m/a", HUFU_FILE_REFUSED, "no signature");
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), "m"), 0);
	assert_report("m/a", HUFU_FILE_RIGHT, "nothing there");
	assert_int_equal(run_job(plain_job(HUFU_TREE_CLEAR, 0), "m"), 0);
	assert_report("m/a", HUFU_FILE_RIGHT, "");
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 1), "m"), 0);
	assert_report("m/a", HUFU_FILE_SIGNED, "");
	assert_int_equal(run_job(verify_job(HUFU_TREE_SIDECAR, 1), "m"), 0);
	assert_report("m/a", HUFU_FILE_RIGHT, "");
	assert_int_equal(umount(in_tree("m")), 0);
}

static void test_read_only(void **state)
{
	(void)state;
	if (!mounted("tmpfs", NULL))
		skip_for_want_of("root");
	put_text("m/a", "abc");
	put_text("m/b", "abc");
	assert_int_equal(run_job(sign_job(0, 1), "m/b"), 0);
	assert_int_equal(mount(NULL, in_tree("m"), NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(run_job(sign_job(0, 2), "m"), 0);
	assert_report("m/a", HUFU_FILE_FAILED, "cannot set security.ima: read-only file system: remount it read-write");
	assert_report("m/b", HUFU_FILE_RIGHT, "");
	assert_int_equal(run_job(plain_job(HUFU_TREE_CLEAR, 0), "m"), 0);
	assert_report("m/a", HUFU_FILE_RIGHT, "");
	assert_report("m/b", HUFU_FILE_FAILED,
		      "cannot remove security.ima: read-only file system: remount it read-write");
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 1), "m/a"), 0);
	assert_report("m/a", HUFU_FILE_FAILED, "cannot write a.sig: read-only file system: remount it read-write");
	assert_int_equal(run_job(verify_job(0, 1), "m/b"), 0);
	assert_report("m/b", HUFU_FILE_RIGHT, "");
	assert_int_equal(umount(in_tree("m")), 0);
}

/* No room for the sidecar: neither a part of it stays, nor the temporary file. */
static void test_full_sidecar(void **state)
{
	(void)state;
	if (!mounted("tmpfs", "size=64k"))
		skip_for_want_of("root");
	put_text("m/a", "abc");
	autoclose int fd = open(in_tree("m/fill"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	while (write(fd, tree, sizeof(tree)) > 0)
		continue;
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(run_job(sign_job(HUFU_TREE_SIDECAR, 1), "m"), 0);
	assert_report("m/a", HUFU_FILE_FAILED, "cannot write a.sig: No space left on device");
	assert_int_equal(n_seen, 2);
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), "m"), 0);
	assert_int_equal(n_seen, 2);
	(void)close(take_fd(&fd));
	assert_int_equal(umount(in_tree("m")), 0);
}

/* A small ext4 with inodes too small for the value and no block left: the attribute itself does not fit. */
static void test_full_ext4(void **state)
{
	uint8_t value[HUFU_XATTR_MAX];
	struct stat st;
	int fd;

	(void)state;
	if (!mounted("tmpfs", NULL))
		skip_for_want_of("root");
	put_text("m/image", "");
	assert_int_equal(truncate(in_tree("m/image"), 4 << 20), 0);
	put_dir("e");
	if (call((const char *const[]){"mkfs.ext4", "-q", "-I", "128", "-O", "^has_journal", in_tree("m/image"),
				       NULL}) ||
	    call((const char *const[]){"mount", "-o", "loop", in_tree("m/image"), in_tree("e"), NULL})) {
		assert_int_equal(umount(in_tree("m")), 0);
		skip_for_want_of("mkfs.ext4 and loop devices");
	}
	put_text("e/a", "abc");
	fd = open(in_tree("e/fill"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	while (write(fd, tree, sizeof(tree)) > 0)
		continue;
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(fstat(fd, &st), 0);
	(void)close(fd);
	assert_int_equal(run_job(sign_job(0, 1), "e/a"), 0);
	assert_report("e/a", HUFU_FILE_FAILED,
		      "cannot set security.ima: no space left for the attribute: free some, or use --sidecar");
	assert_int_equal(report_of("e/a")->error, -ENOSPC);
	assert_int_equal(get_value("e/a", value), -1);
	assert_int_equal(unlink(in_tree("e/fill")), 0);
	assert_int_equal(run_job(sign_job(0, 1), "e/a"), 0);
	assert_report("e/a", HUFU_FILE_SIGNED, "");
	assert_int_equal(umount(in_tree("e")), 0);
	assert_int_equal(umount(in_tree("m")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sidecar, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_foreign_sidecar, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_long_name, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_immutable, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_unprivileged, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_no_xattrs, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_read_only, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_full_sidecar, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_full_ext4, make_tree, drop_tree),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
