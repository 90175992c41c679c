/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FSTABLE_H
#define FSTABLE_H

#include <sys/types.h>

#include "hufu.h"

/* The file systems that are mounted, and what rules and audit lines ask of them. Threads may share the table. */
struct fstable;

struct fstable_entry {
	dev_t dev;
	char type[32]; /* ext4, tmpfs; the part before a dot: "fuse" of "fuse.sshfs" */
	char subtype[32]; /* the part after the dot, "sshfs"; "" none */
	char name[64]; /* superblock id as in audit lines: sda1, dm-0; the type where there is no block device */
	char path[4096]; /* one place where it is mounted */
	bool local; /* on a disk or in memory here, holds programs: not proc, not NFS */
	bool has_uuid;
	uint8_t uuid[16];
	uint64_t magic; /* statfs(2) f_type */
};

HUFU_MUST_USE int fstable_new(struct fstable **ret_table, struct hufu_err *err);
void fstable_free(struct fstable *table);
/* Reads /proc/self/mountinfo again. Opens block devices to learn UUIDs where the kernel does not tell them (before 6.9). */
HUFU_MUST_USE int fstable_refresh(struct fstable *table, struct hufu_err *err);
/*
 * The entry of the file system that `fd` lies on; `dev` is its st_dev. One that no mount of ours shows (another mount namespace, a
 * btrfs subvolume with a device number of its own) gets what the descriptor tells, and its type from a like one.
 */
void fstable_find(struct fstable *table, int fd, dev_t dev, struct fstable_entry *ret_entry);
/* Calls `each` for every local file system, once each. A negative return ends the walk and is returned. */
HUFU_MUST_USE int fstable_each_local(struct fstable *table, int (*each)(void *ctx, const struct fstable_entry *entry),
				     void *ctx);
/* A descriptor that polls POLLPRI when mounts have changed. */
int fstable_fd(const struct fstable *table);

/* One line of mountinfo; -EBADMSG. Fills dev, type, path, local and a provisional name. */
HUFU_MUST_USE int fstable_parse_line(const char *line, struct fstable_entry *ret_entry);

#endif
