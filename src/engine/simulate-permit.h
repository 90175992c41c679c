/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_PERMIT_H
#define SIMULATE_PERMIT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "hufu.h"

/* May this user do that? As the kernel's inode_permission(), fs/namei.c, with POSIX ACLs and the mount option noexec. */

enum { PERMIT_EXEC = 1, PERMIT_READ = 4 }; /* as in st_mode; EXEC of a directory: enter it */

struct simulate_user {
	uint32_t uid, gid; /* uid 0 has all capabilities */
	const uint32_t *groups; /* further ones */
	size_t n_groups;
};

/* `fd` may be one of O_PATH. False too where it cannot be found out. */
bool simulate_permit(const struct simulate_user *user, int fd, const struct stat *st, unsigned wanted);
/* By the mode alone, without looking at the file: false is final, true may still be false by an ACL. */
bool simulate_permit_any(const struct simulate_user *user, const struct stat *st);
/* execve(2) and mmap(2) with PROT_EXEC: not where the mount says noexec. */
bool simulate_permit_noexec(int fd);
/* The ids after execve(2) of a file: set-user-id and set-group-id, but on a mount that says nosuid. */
void simulate_permit_become(const struct simulate_user *user, int fd, const struct stat *st, uint32_t *ret_uid,
			    uint32_t *ret_gid);

#endif
