/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "hufu.h"

/*
 * Reads a whole file of at most `limit` bytes; a NUL is put after it (not counted). Pipes and /proc files work. Waits for
 * no writer of a FIFO. Allocated; the caller frees it. -EFBIG over the limit. `path` is named in `err`.
 */
HUFU_MUST_USE int file_read(const char *path, size_t limit, char **ret_data, size_t *ret_len, struct hufu_err *err);
HUFU_MUST_USE int file_read_at(int dir_fd, const char *name, size_t limit, char **ret_data, size_t *ret_len,
			       struct hufu_err *err);
HUFU_MUST_USE int file_read_fd(int fd, size_t limit, char **ret_data, size_t *ret_len, struct hufu_err *err);

/*
 * Writes a file so that it is there complete or not at all: temporary name in the same directory, write, fsync, then rename
 * (`overwrite`) or link (else -EEXIST), fsync of the directory. The temporary file is gone on failure.
 */
HUFU_MUST_USE int file_write_atomic(const char *path, const void *data, size_t len, mode_t mode, bool overwrite,
				    struct hufu_err *err);

/* All of it, or a negative errno; continues after short writes and EINTR. */
HUFU_MUST_USE int file_write_all(int fd, const void *data, size_t len);
/* Bytes read (less than `len` only at the end of the file), or a negative errno. */
HUFU_MUST_USE ssize_t file_pread(int fd, void *ret_data, size_t len, uint64_t offset);
/* mkdir -p with `mode` for what is made. */
HUFU_MUST_USE int file_make_dirs(const char *path, mode_t mode, struct hufu_err *err);

#endif
