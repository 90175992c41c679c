/* SPDX-License-Identifier: Apache-2.0 */
#include "securityfs-files.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "clean.h"
#include "hufu.h"
#include "securityfs-open.h"

#define ENTRY_SECONDS 3600.0 /* names never change */

/*
 * As below /sys/kernel/security: the directory integrity/ima, and the older name ima, a link (security/integrity/ima/ima_fs.c).
 * The inode number is the index.
 */
enum { INO_ROOT = FUSE_ROOT_ID, INO_INTEGRITY, INO_IMA, INO_LINK };

static const struct securityfs_file files[] = {
	[INO_ROOT] = {INO_ROOT, "", S_IFDIR | 0755, SECURITYFS_DIR, 0},
	[INO_INTEGRITY] = {INO_ROOT, "integrity", S_IFDIR | 0755, SECURITYFS_DIR, 0},
	[INO_IMA] = {INO_INTEGRITY, "ima", S_IFDIR | 0755, SECURITYFS_DIR, 0},
	[INO_LINK] = {INO_ROOT, "ima", S_IFLNK | 0777, SECURITYFS_LINK, 0},
	{INO_IMA, "policy", S_IFREG | 0600, SECURITYFS_POLICY, 0},
	{INO_IMA, "ascii_runtime_measurements", S_IFREG | 0440, SECURITYFS_LIST, 0},
	{INO_IMA, "binary_runtime_measurements", S_IFREG | 0440, SECURITYFS_LIST, 0},
	{INO_IMA, "runtime_measurements_count", S_IFREG | 0440, SECURITYFS_NUMBER,
	 offsetof(struct hufu_engine_stats, list_count)},
	{INO_IMA, "violations", S_IFREG | 0440, SECURITYFS_NUMBER, offsetof(struct hufu_engine_stats, violations)},
};
static const char link_target[] = "integrity/ima";

const struct securityfs_file *securityfs_files_get(fuse_ino_t ino)
{
	return ino >= INO_ROOT && ino < ARRAY_SIZE(files) ? &files[ino] : NULL;
}

/* Owner root, and size 0 as in securityfs: what a file holds is known when it is read. */
static struct stat stat_of(fuse_req_t req, fuse_ino_t ino)
{
	const struct timespec born = securityfs_open_born(fuse_req_userdata(req));
	const struct securityfs_file *file = &files[ino];

	return (struct stat){
		.st_ino = ino,
		.st_mode = file->mode,
		.st_nlink = file->kind == SECURITYFS_DIR ? 2 : 1,
		.st_atim = born,
		.st_mtim = born,
		.st_ctim = born,
		.st_size = file->kind == SECURITYFS_LINK ? (off_t)sizeof(link_target) - 1 : 0,
	};
}

static void on_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry = {.entry_timeout = ENTRY_SECONDS};

	for (fuse_ino_t ino = INO_ROOT + 1; ino < ARRAY_SIZE(files); ino++) {
		if (files[ino].parent != parent || strcmp(files[ino].name, name) != 0)
			continue;
		entry.ino = ino;
		entry.attr = stat_of(req, ino);
		(void)fuse_reply_entry(req, &entry);
		return;
	}
	(void)fuse_reply_err(req, ENOENT);
}

static void on_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct stat st;

	(void)fi;
	if (!securityfs_files_get(ino)) {
		(void)fuse_reply_err(req, ENOENT);
		return;
	}
	st = stat_of(req, ino);
	(void)fuse_reply_attr(req, &st, 0);
}

/* `>` truncates what it opens: that must succeed, and does nothing. Modes, owners and times stay. */
static void on_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set, struct fuse_file_info *fi)
{
	const int by_truncation =
		FUSE_SET_ATTR_SIZE | FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_MTIME_NOW | FUSE_SET_ATTR_CTIME;

	(void)attr;
	if ((to_set & FUSE_SET_ATTR_SIZE) && !(to_set & ~by_truncation))
		on_getattr(req, ino, fi);
	else
		(void)fuse_reply_err(req, EPERM);
}

static void on_readlink(fuse_req_t req, fuse_ino_t ino)
{
	if (ino == INO_LINK)
		(void)fuse_reply_readlink(req, link_target);
	else
		(void)fuse_reply_err(req, EINVAL);
}

/* The `at`th entry of a directory: `.`, `..`, then the files in the table. Empty: it lies elsewhere. */
static const char *entry_of(fuse_req_t req, fuse_ino_t dir, fuse_ino_t at, struct stat *ret_st)
{
	*ret_st = stat_of(req, at > INO_ROOT ? at : at ? files[dir].parent : dir);
	if (at > INO_ROOT)
		return files[at].parent == dir ? files[at].name : "";
	return at ? ".." : ".";
}

static void on_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi)
{
	const struct securityfs_file *dir = securityfs_files_get(ino);
	char page[4096];
	size_t used = 0;

	(void)fi;
	if (!dir || dir->kind != SECURITYFS_DIR) {
		(void)fuse_reply_err(req, ENOTDIR);
		return;
	}
	if (size > sizeof(page))
		size = sizeof(page);
	for (fuse_ino_t at = offset > 0 ? (fuse_ino_t)offset : 0; at < ARRAY_SIZE(files); at++) {
		struct stat st;
		const char *name = entry_of(req, ino, at, &st);
		size_t len = name[0] ? fuse_add_direntry(req, page + used, size - used, name, &st, (off_t)at + 1) : 0;

		if (len > size - used)
			break;
		used += len;
	}
	(void)fuse_reply_buf(req, page, used);
}

/* ---- what securityfs has no operation for: the errors of the kernel's VFS (fs/namei.c) ------------------------- */

static void on_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *fi)
{
	(void)parent, (void)name, (void)mode, (void)fi;
	(void)fuse_reply_err(req, EACCES);
}

static void on_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t dev)
{
	(void)parent, (void)name, (void)dev;
	(void)fuse_reply_err(req, S_ISREG(mode) ? EACCES : EPERM);
}

static void on_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	(void)parent, (void)name, (void)mode;
	(void)fuse_reply_err(req, EPERM);
}

static void on_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	(void)parent, (void)name;
	(void)fuse_reply_err(req, EPERM);
}

static void on_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
	(void)target, (void)parent, (void)name;
	(void)fuse_reply_err(req, EPERM);
}

static void on_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent, const char *new_name,
		      unsigned flags)
{
	(void)parent, (void)name, (void)new_parent, (void)new_name, (void)flags;
	(void)fuse_reply_err(req, EPERM);
}

static void on_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t parent, const char *name)
{
	(void)ino, (void)parent, (void)name;
	(void)fuse_reply_err(req, EPERM);
}

const struct fuse_lowlevel_ops securityfs_files_ops = {
	.lookup = on_lookup,
	.getattr = on_getattr,
	.setattr = on_setattr,
	.readlink = on_readlink,
	.readdir = on_readdir,
	.open = securityfs_open_open,
	.read = securityfs_open_read,
	.write = securityfs_open_write,
	.flush = securityfs_open_flush,
	.release = securityfs_open_release,
	.create = on_create,
	.mknod = on_mknod,
	.mkdir = on_mkdir,
	.unlink = on_unlink,
	.rmdir = on_unlink,
	.symlink = on_symlink,
	.rename = on_rename,
	.link = on_link,
};
