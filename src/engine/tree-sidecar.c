/* SPDX-License-Identifier: Apache-2.0 */
/* The value as a file of its own: FILE.sig beside FILE, the same bytes as the attribute. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "file.h"
#include "tree-value.h"

static int name_of(const struct tree_place *place, char **ret_name, struct hufu_err *err)
{
	char *name;

	if (asprintf(&name, "%s.sig", place->name) < 0)
		return err_sys(err, -ENOMEM, "signature file");
	*ret_name = name;
	return 0;
}

static int read_sidecar(const struct tree_place *place, uint8_t ret_value[HUFU_XATTR_MAX], size_t *ret_len,
			struct hufu_err *err)
{
	autofree char *name = NULL;
	autoclose int fd = -1;
	struct stat st;
	ssize_t n;
	int r = name_of(place, &name, err);

	if (r < 0)
		return r;
	fd = tree_dir_open(place->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0);
	if (fd == -ENOENT || fd == -ENAMETOOLONG)
		return TREE_VALUE_NONE;
	if (fd == -ELOOP)
		return err_set(err, -EBADMSG, "malformed signature file: a symbolic link");
	if (fd < 0)
		return err_sys(err, fd, "cannot open the signature file");
	if (fstat(fd, &st) < 0)
		return err_sys(err, -errno, "cannot read the signature file");
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EBADMSG, "malformed signature file: not a regular file");
	if (st.st_size > HUFU_XATTR_MAX)
		return err_set(err, -EBADMSG, "malformed signature file: longer than %d bytes", HUFU_XATTR_MAX);
	n = file_pread(fd, ret_value, HUFU_XATTR_MAX, 0);
	if (n < 0)
		return err_sys(err, (int)n, "cannot read the signature file");
	*ret_len = (size_t)n;
	return 0;
}

/*
 * FILE.sig is also the usual name of other programs' detached signatures. What is there and is neither one of ours nor
 * empty (an evmctl that ran out of space leaves that) is left alone.
 */
static int check_ours(const struct tree_place *place, struct hufu_err *err)
{
	uint8_t value[HUFU_XATTR_MAX];
	struct hufu_sig sig;
	size_t len = 0;
	int r;

	if (place->flags & HUFU_TREE_FORCE)
		return 0;
	r = read_sidecar(place, value, &len, err);
	if (r == TREE_VALUE_NONE || (r == 0 && (len == 0 || hufu_sig_decode(value, len, &sig, NULL) == 0)))
		return 0;
	if (r < 0 && r != -EBADMSG)
		return r;
	return err_set(err, -EEXIST, "%s.sig holds something else: move it away first", place->name);
}

/* In the file's directory under a name that ends in .sig too, so that a walk passes over what a crash leaves behind. */
static int write_temp(const struct tree_place *place, const char *temp, const uint8_t *value, size_t len)
{
	autoclose int fd = -1;
	int r;

	fd = tree_dir_open(place->dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return fd;
	r = file_write_all(fd, value, len);
	if (r < 0)
		return r;
	(void)fchmod(fd, 0644); /* whatever the umask; file systems without modes refuse, and have no need */
	return fsync(fd) < 0 ? -errno : 0;
}

/* renameat() of `name` to `target`, or without a target unlinkat(). */
static int move_or_drop(const struct tree_place *place, const char *name, const char *target)
{
	int dir_fd = tree_dir_pin(place->dir);
	int r = 0;

	if (dir_fd < 0)
		return dir_fd;
	if (target ? renameat(dir_fd, name, dir_fd, target) < 0 : unlinkat(dir_fd, name, 0) < 0)
		r = -errno;
	tree_dir_unpin(place->dir);
	return r;
}

static int say(const char *what, const struct tree_place *place, int error, struct hufu_err *err)
{
	if (error == -EROFS)
		return err_set(err, error, "%s %s.sig: read-only file system: remount it read-write", what,
			       place->name);
	return err_sys(err, error, "%s %s.sig", what, place->name);
}

static int write_sidecar(const struct tree_place *place, const uint8_t *value, size_t len, struct hufu_err *err)
{
	autofree char *name = NULL;
	char temp[40];
	uint64_t salt = 0;
	int r = name_of(place, &name, err);

	if (r == 0)
		r = check_ours(place, err);
	if (r < 0)
		return r;
	if (getrandom(&salt, sizeof(salt), 0) < 0)
		return err_sys(err, -errno, "random name");
	(void)snprintf(temp, sizeof(temp), ".hufu.%016llx.sig", (unsigned long long)salt);
	r = write_temp(place, temp, value, len);
	if (r == 0)
		r = move_or_drop(place, temp, name);
	if (r < 0) {
		if (r != -EEXIST) /* else the temporary name is somebody else's */
			(void)move_or_drop(place, temp, NULL);
		return say("cannot write", place, r, err);
	}
	return 0;
}

static int remove_sidecar(const struct tree_place *place, struct hufu_err *err)
{
	autofree char *name = NULL;
	int r = name_of(place, &name, err);

	if (r == 0)
		r = check_ours(place, err);
	if (r < 0)
		return r;
	r = move_or_drop(place, name, NULL);
	return r < 0 && r != -ENOENT ? say("cannot remove", place, r, err) : 0;
}

const struct tree_value_kind tree_value_sidecar = {read_sidecar, write_sidecar, remove_sidecar};
