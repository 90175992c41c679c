/* SPDX-License-Identifier: Apache-2.0 */
/* A machine without a table: every call is SYSCALL_UNKNOWN, every access is taken at its widest. */
#include "syscall.h"

const struct syscall_row syscall_rows[] = {{~0u, SYSCALL_UNKNOWN, 0}};
const size_t syscall_n_rows = 1;
const unsigned syscall_ignored_bits = 0;
