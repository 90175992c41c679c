/* SPDX-License-Identifier: Apache-2.0 */
/* --files-from: memory stays bounded whatever the file holds. */
#include <errno.h>
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

int batch_list_open(struct batch_list *list, const char *file, bool null, struct hufu_err *err)
{
	bool is_stdin = strcmp(file, "-") == 0;

	*list = (struct batch_list){.file = file, .null = null};
	list->opened = is_stdin ? NULL : fopen(file, "re");
	list->from = is_stdin ? stdin : list->opened;
	return list->from ? 0 : err_sys(err, -errno, "%s", file);
}

int batch_list_next(struct batch_list *list, const char **ret_path, struct hufu_err *err)
{
	int r;

	errno = 0;
	r = next_path(list->from, list->null ? '\0' : '\n', list->path);
	if (ferror(list->from))
		return err_sys(err, errno ? -errno : -EIO, "%s", list->file);
	if (r == 0)
		return 0;
	list->n++;
	if (r == -ENAMETOOLONG)
		return err_set(err, r, "%s: path %llu is longer than %d bytes", list->file, (unsigned long long)list->n,
			       PATH_MAX - 1);
	if (r < 0)
		return err_set(err, r, "%s: a NUL byte in path %llu: give -0 if that is what ends them", list->file,
			       (unsigned long long)list->n);
	*ret_path = list->path;
	return 1;
}

void batch_list_close(struct batch_list *list)
{
	if (list->opened)
		(void)fclose(list->opened);
	list->opened = NULL;
}
