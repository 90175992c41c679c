/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_FILE_H
#define POLICY_FILE_H

#include "service.h"

/*
 * The writing side of the kernel's `policy` file (security/integrity/ima/ima_fs.c, ima_policy.c), without the file system
 * around it: one writer at a time; one write consumes one line; a bad line is refused at its write and voids the whole load; a valid
 * one that holds rules goes into force when the file is closed; close never fails. A line that begins with `/` names a
 * file that holds the rules, each line with its newline.
 *
 * Other than in the kernel: a NUL byte and a line of more than 4,095 bytes are refused (the kernel cuts there), and so is
 * what follows a line that a writer's buffer broke in two (the kernel takes the halves for two rules). After a `/` line the
 * rest of the same write is left to be written again (the kernel swallows it).
 *
 * One thread at a time may use it.
 */
struct policy_file;

HUFU_MUST_USE int policy_file_new(struct service *service, struct policy_file **ret_file);
void policy_file_free(struct policy_file *file);

/* Opens it for writing: -EBUSY if it is. `append`: with O_APPEND. */
HUFU_MUST_USE int policy_file_open(struct policy_file *file, bool append);
/*
 * One write(2) of `len` > 0 bytes at `offset`: the number of bytes consumed, or a negative errno. The kernel's file does not
 * advance its offset; under FUSE it advances, so 0 and the place where the last write ended are taken, others are -EINVAL.
 */
HUFU_MUST_USE ssize_t policy_file_write(struct policy_file *file, const char *data, size_t len, uint64_t offset);
/* A write was refused without being looked at: as with any other that fails, the load is void. */
void policy_file_fail(struct policy_file *file);
/*
 * A descriptor was closed by `tid` (0: one that is not to be seen); it need not be the last one. Puts the load into force if no
 * process has such a file open any more: under FUSE close(2) waits for this call and not for the next.
 */
void policy_file_flush(struct policy_file *file, pid_t tid);
/* The last descriptor was closed. */
void policy_file_close(struct policy_file *file);

#endif
