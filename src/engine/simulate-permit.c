/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate-permit.h"

#include <errno.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include "bytes.h"

/* include/uapi/linux/posix_acl.h, posix_acl_xattr.h: little-endian, sorted by tag */
enum {
	ACL_VERSION = 2,
	ACL_USER_OBJ = 0x01,
	ACL_USER = 0x02,
	ACL_GROUP_OBJ = 0x04,
	ACL_GROUP = 0x08,
	ACL_MASK = 0x10,
	ACL_OTHER = 0x20,
};
#define ACL_XATTR_MAX 65536

struct acl_entry {
	unsigned tag, perm;
	uint32_t id;
};

static struct acl_entry take_entry(struct bytes *in)
{
	struct acl_entry entry = {.tag = bytes_le16(in)};

	entry.perm = bytes_le16(in);
	entry.id = bytes_le32(in);
	return entry;
}

static unsigned mask_of(struct bytes in)
{
	while (bytes_ok(&in) && in.left) {
		struct acl_entry entry = take_entry(&in);

		if (entry.tag == ACL_MASK)
			return entry.perm;
	}
	return 07;
}

static bool is_in_group(const struct simulate_user *user, uint32_t group)
{
	for (size_t i = 0; i < user->n_groups; i++)
		if (user->groups[i] == group)
			return true;
	return user->gid == group;
}

static bool has_all(unsigned granted, unsigned wanted)
{
	return (granted & wanted) == wanted;
}

/* posix_acl_permission(): the owner has been looked at already. Of several groups one that grants is enough. */
static bool acl_permits(const struct simulate_user *user, uint32_t group, struct bytes in, unsigned wanted)
{
	unsigned mask = mask_of(in);
	bool in_group = false;

	while (bytes_ok(&in) && in.left) {
		struct acl_entry entry = take_entry(&in);

		if (entry.tag == ACL_USER && entry.id == user->uid)
			return has_all(entry.perm & mask, wanted);
		if ((entry.tag == ACL_GROUP_OBJ && is_in_group(user, group)) ||
		    (entry.tag == ACL_GROUP && is_in_group(user, entry.id))) {
			in_group = true;
			if (has_all(entry.perm, wanted))
				return has_all(mask, wanted);
		}
		if (entry.tag == ACL_OTHER)
			return !in_group && has_all(entry.perm, wanted);
	}
	return false;
}

/* Through /proc, since a descriptor of O_PATH has no xattrs. Returns the length, 0: there is none. */
static ssize_t read_acl(int fd, uint8_t *ret_data, size_t size)
{
	char path[64];
	ssize_t len;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = getxattr(path, "system.posix_acl_access", ret_data, size);
	if (len < 0)
		return errno == ENODATA || errno == EOPNOTSUPP ? 0 : -errno;
	return len;
}

static bool mode_permits(const struct simulate_user *user, const struct stat *st, unsigned wanted)
{
	if (is_in_group(user, st->st_gid))
		return has_all(st->st_mode >> 3 & 07, wanted);
	return has_all(st->st_mode & 07, wanted);
}

/* CAP_DAC_OVERRIDE: all, but to execute a file that nobody may */
static bool root_permits(const struct stat *st, unsigned wanted)
{
	return S_ISDIR(st->st_mode) || !(wanted & PERMIT_EXEC) || st->st_mode & 0111;
}

bool simulate_permit(const struct simulate_user *user, int fd, const struct stat *st, unsigned wanted)
{
	uint8_t acl[ACL_XATTR_MAX];
	struct bytes in;
	ssize_t len;

	if (user->uid == 0)
		return root_permits(st, wanted);
	if (user->uid == st->st_uid)
		return has_all(st->st_mode >> 6 & 07, wanted);
	/* With an ACL the bits of the group are its mask: without any, it grants nothing to anybody but others */
	if (!(st->st_mode & 070))
		return mode_permits(user, st, wanted);
	len = read_acl(fd, acl, sizeof(acl));
	if (len <= 0)
		return len == 0 && mode_permits(user, st, wanted);
	in = bytes_of(acl, (size_t)len);
	return bytes_le32(&in) == ACL_VERSION && acl_permits(user, st->st_gid, in, wanted);
}

bool simulate_permit_any(const struct simulate_user *user, const struct stat *st)
{
	if (user->uid == 0)
		return true;
	if (user->uid == st->st_uid)
		return st->st_mode & 0500;
	return st->st_mode & 0075;
}

static unsigned long mount_flags(int fd)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 ? fs.f_flag : 0;
}

bool simulate_permit_noexec(int fd)
{
	return mount_flags(fd) & ST_NOEXEC;
}

/* bprm_fill_uid(), fs/exec.c: set-group-id without the group's execute bit once meant mandatory locking. */
void simulate_permit_become(const struct simulate_user *user, int fd, const struct stat *st, uint32_t *ret_uid,
			    uint32_t *ret_gid)
{
	bool counts = st->st_mode & (S_ISUID | S_ISGID) && !(mount_flags(fd) & ST_NOSUID);

	*ret_uid = counts && st->st_mode & S_ISUID ? st->st_uid : user->uid;
	*ret_gid = counts && (st->st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) ? st->st_gid : user->gid;
}
