/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LISTFILE_H
#define LISTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hufu.h"

/* A file that grows by whole records: mode 0440, each record one write(2), and none of it there if that fails. */
struct listfile {
	int fd; /* readable too; -1: not open */
	const char *name; /* not owned */
	uint64_t len;
	bool damaged; /* a failed write could not be undone: nothing is appended any more */
};

#define LISTFILE_CLOSED ((struct listfile){.fd = -1})

/*
 * Opens `name` in the directory, with `create` a new one (-EEXIST). Links are not followed (-ELOOP), other types refused
 * (-EINVAL). Takes a lock that ends with the descriptor: -EBUSY, another process has it.
 */
HUFU_MUST_USE int listfile_open(struct listfile *file, int dir_fd, const char *name, bool create, struct hufu_err *err);
HUFU_MUST_USE int listfile_append(struct listfile *file, const void *data, size_t len, struct hufu_err *err);
/* Cuts the file to `len` bytes. */
HUFU_MUST_USE int listfile_cut(struct listfile *file, uint64_t len, struct hufu_err *err);
void listfile_close(struct listfile *file);

#endif
