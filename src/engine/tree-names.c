/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "bytes.h"
#include "clean.h"

static void close_stream(DIR **stream)
{
	if (*stream)
		(void)closedir(*stream);
}

static int by_bytes(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

/* All entries of the stream one after another, and their number. */
static int read_all(DIR *stream, struct buf *out, size_t *ret_n)
{
	size_t n = 0;

	for (;;) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(stream);
		if (!entry)
			break;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		buf_u8(out, entry->d_type);
		buf_add(out, entry->d_name, strlen(entry->d_name) + 1);
		n++;
	}
	if (errno)
		return -errno;
	*ret_n = n;
	return out->error;
}

int tree_names_read(int dir_fd, struct tree_names *ret_names)
{
	__attribute__((cleanup(close_stream))) DIR *stream = NULL;
	autoclose int own_fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	autofree char **at = NULL;
	autobuf bytes = {0};
	size_t n = 0;
	char *next;
	int r;

	if (own_fd < 0)
		return -errno;
	stream = fdopendir(own_fd);
	if (!stream)
		return -errno;
	(void)take_fd(&own_fd);
	r = read_all(stream, &bytes, &n);
	if (r < 0)
		return r;
	at = malloc((n + 1) * sizeof(char *));
	if (!at)
		return -ENOMEM;
	next = (char *)bytes.data;
	for (size_t i = 0; i < n; i++) {
		at[i] = next + 1;
		next += strlen(next + 1) + 2;
	}
	if (n)
		qsort(at, n, sizeof(char *), by_bytes);
	*ret_names = (struct tree_names){.bytes = (char *)take_ptr(bytes.data), .at = take_ptr(at), .n = n};
	return 0;
}

void tree_names_done(struct tree_names *names)
{
	free(names->bytes);
	free(names->at);
	*names = (struct tree_names){0};
}
