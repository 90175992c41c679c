/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SECURITYFS_FILES_H
#define SECURITYFS_FILES_H

#ifndef FUSE_USE_VERSION
#define FUSE_USE_VERSION 34
#endif
#include <fuse3/fuse_lowlevel.h>
#include <sys/stat.h>

/* The files of the view: a table of names and modes, and what FUSE asks of names and attributes. */

enum securityfs_kind {
	SECURITYFS_DIR,
	SECURITYFS_LINK,
	SECURITYFS_POLICY,
	SECURITYFS_LIST, /* a file of the same name in RUN/ima */
	SECURITYFS_NUMBER,
};

struct securityfs_file {
	fuse_ino_t parent;
	const char *name;
	mode_t mode;
	enum securityfs_kind kind;
	size_t number; /* NUMBER: offset of its uint64_t in struct hufu_engine_stats */
};

/* NULL: there is no such inode. */
const struct securityfs_file *securityfs_files_get(fuse_ino_t ino);

/* All operations; the user data of the session is a struct securityfs_open. */
extern const struct fuse_lowlevel_ops securityfs_files_ops;

#endif
