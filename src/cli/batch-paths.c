/* SPDX-License-Identifier: Apache-2.0 */
/* --files-from: memory stays bounded whatever the file holds. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "batch.h"
#include "clean.h"
#include "err.h"

/* 1: a path is in `path`; 0: the end; -ENAMETOOLONG. A last path without its terminator counts; empty ones do not. */
static int next_path(FILE *from, char end, char path[PATH_MAX])
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(from)) != EOF) {
		if (c == end && len == 0)
			continue;
		if (c == end)
			break;
		if (len + 1 == PATH_MAX)
			return -ENAMETOOLONG;
		if (c == '\0')
			return -EINVAL;
		path[len++] = (char)c;
	}
	path[len] = '\0';
	return len > 0;
}

int batch_each_path(const char *file, bool null, int (*on_path)(void *ctx, const char *path), void *ctx,
		    struct hufu_err *err)
{
	bool is_stdin = strcmp(file, "-") == 0;
	autofclose FILE *opened = is_stdin ? NULL : fopen(file, "re");
	FILE *from = is_stdin ? stdin : opened;
	char path[PATH_MAX];
	uint64_t n = 0;
	int r;

	if (!from)
		return err_sys(err, -errno, "%s", file);
	for (;;) {
		errno = 0;
		r = next_path(from, null ? '\0' : '\n', path);
		if (ferror(from))
			return err_sys(err, errno ? -errno : -EIO, "%s", file);
		if (r == 0)
			return 0;
		n++;
		if (r == -ENAMETOOLONG)
			return err_set(err, r, "%s: path %llu is longer than %d bytes", file, (unsigned long long)n,
				       PATH_MAX - 1);
		if (r < 0)
			return err_set(err, r, "%s: a NUL byte in path %llu: give -0 if that is what ends them", file,
				       (unsigned long long)n);
		r = on_path(ctx, path);
		if (r)
			return r;
	}
}
