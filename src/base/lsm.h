/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LSM_H
#define LSM_H

#include "hufu.h"

/* "selinux", "smack", "apparmor", "none"; -ENOENT else. */
HUFU_MUST_USE int lsm_by_name(const char *name);
/* The first security module with labels in `list`, as /sys/kernel/security/lsm has it: names with commas between them. */
enum hufu_lsm lsm_of_list(const char *list);
/* The one of this machine; NONE also if it cannot be told. */
enum hufu_lsm lsm_active(void);

#endif
