/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROCFILE_H
#define PROCFILE_H

#include "hufu.h"

/*
 * Reads /proc/<tid>/<name> into `ret_text`, NUL-terminated and cut to `size`: the bytes read, or a negative errno (-ESRCH when the
 * task is gone). While a task waits for the answer to a permission event its entry cannot be reused.
 */
HUFU_MUST_USE ssize_t procfile_read(pid_t tid, const char *name, char *ret_text, size_t size);

#endif
