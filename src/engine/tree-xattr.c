/* SPDX-License-Identifier: Apache-2.0 */
/* The value as an extended attribute, set on the descriptor that was hashed. */
#include <errno.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "tree-value.h"

static const char *name_of(const struct tree_place *place)
{
	return place->flags & HUFU_TREE_XATTR_USER ? HUFU_XATTR_IMA_USER : HUFU_XATTR_IMA;
}

/* chattr +i or +a: EPERM even for root, and no hint anywhere. */
static bool is_immutable(int fd)
{
	int flags = 0;

	return ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 && flags & (FS_IMMUTABLE_FL | FS_APPEND_FL);
}

/* What went wrong, and what to do next. */
static int say(const struct tree_place *place, const char *what, int error, struct hufu_err *err)
{
	static const struct {
		int error;
		const char *text;
	} texts[] = {
		{EOPNOTSUPP, "this file system has no extended attributes; use --sidecar"},
		{EROFS, "read-only file system: remount it read-write"},
		{ENOSPC, "no space left for the attribute: free some, or use --sidecar"},
		{EDQUOT, "disk quota is used up: free some, or use --sidecar"},
		{E2BIG, "too long for this file system; use --sidecar"},
		{ERANGE, "too long for this file system; use --sidecar"},
	};
	bool user = place->flags & HUFU_TREE_XATTR_USER;

	if (error == EPERM && is_immutable(place->fd))
		return err_set(err, -error, "%s %s: the file is immutable: chattr -i -a first", what, name_of(place));
	/* validate_hash_algo(), security/integrity/ima/ima_appraise.c, says so to root as well */
	if (error == EACCES && !user && geteuid() == 0)
		return err_set(
			err, -error,
			"%s %s: refused by the kernel's IMA or another security module; IMA takes no value with a hash "
			"algorithm that this kernel lacks (unavailable-hash-algorithm in its log): use --sidecar",
			what, name_of(place));
	if (error == EPERM || error == EACCES)
		return err_set(err, -error, "%s %s: %s", what, name_of(place),
			       user ? "no permission to write the file" : "needs root (CAP_SYS_ADMIN)");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (error == texts[i].error)
			return err_set(err, -error, "%s %s: %s", what, name_of(place), texts[i].text);
	return err_sys(err, -error, "%s %s", what, name_of(place));
}

static int read_xattr(const struct tree_place *place, uint8_t ret_value[HUFU_XATTR_MAX], size_t *ret_len,
		      struct hufu_err *err)
{
	ssize_t n = fgetxattr(place->fd, name_of(place), ret_value, HUFU_XATTR_MAX);

	if (n >= 0) {
		*ret_len = (size_t)n;
		return 0;
	}
	if (errno == ENODATA)
		return TREE_VALUE_NONE;
	if (errno == ERANGE || errno == E2BIG)
		return err_set(err, -EBADMSG, "malformed %s: longer than %d bytes", name_of(place), HUFU_XATTR_MAX);
	if (errno == EOPNOTSUPP)
		return say(place, "cannot read", errno, err);
	return err_sys(err, -errno, "cannot read %s", name_of(place));
}

static int write_xattr(const struct tree_place *place, const uint8_t *value, size_t len, struct hufu_err *err)
{
	/* a descriptor open for reading is enough: the kernel asks for the right to the inode, not to the descriptor */
	if (fsetxattr(place->fd, name_of(place), value, len, 0) < 0)
		return say(place, "cannot set", errno, err);
	return 0;
}

static int remove_xattr(const struct tree_place *place, struct hufu_err *err)
{
	if (fremovexattr(place->fd, name_of(place)) < 0 && errno != ENODATA)
		return say(place, "cannot remove", errno, err);
	return 0;
}

const struct tree_value_kind tree_value_xattr = {read_xattr, write_xattr, remove_xattr};
