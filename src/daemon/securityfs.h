/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SECURITYFS_H
#define SECURITYFS_H

#include "service.h"

/*
 * The kernel's securityfs files as a FUSE file system on config->securityfs: ima/ and integrity/ima/ with policy,
 * ascii_runtime_measurements, binary_runtime_measurements, runtime_measurements_count, violations. Modes, errors and write
 * semantics are the kernel's (security/integrity/ima/ima_fs.c): see docs/architecture.md.
 * Runs in a thread of its own; what was left mounted there by a daemon that died is unmounted first.
 */
struct securityfs;
HUFU_MUST_USE int securityfs_start(struct service *service, struct securityfs **ret_fs, struct hufu_err *err);
void securityfs_stop(struct securityfs *fs); /* unmounts, waits for the thread; NULL is fine */

#endif
