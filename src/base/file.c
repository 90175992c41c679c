/* SPDX-License-Identifier: Apache-2.0 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"

int file_read_fd(int fd, size_t limit, char **ret_data, size_t *ret_len, struct hufu_err *err)
{
	size_t most =
		limit < SIZE_MAX / 2 ? limit + 2 : SIZE_MAX / 2; /* one byte to see that there is more, and the NUL */
	size_t size = most < 4096 ? most : 4096;
	autofree char *data = malloc(size);
	size_t len = 0;

	if (!data)
		return err_sys(err, -ENOMEM, "reading");
	for (;;) {
		ssize_t n = read(fd, data + len, size - 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, -errno, "reading");
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > limit)
			return err_set(err, -EFBIG, "longer than %zu bytes", limit);
		if (len + 1 == size) {
			size_t wanted = size < most / 2 ? size * 2 : most;
			char *more = realloc(data, wanted);

			if (!more)
				return err_sys(err, -ENOMEM, "reading");
			data = more;
			size = wanted;
		}
	}
	data[len] = '\0';
	*ret_data = take_ptr(data);
	*ret_len = len;
	return 0;
}

int file_read_at(int dir_fd, const char *name, size_t limit, char **ret_data, size_t *ret_len, struct hufu_err *err)
{
	/* O_NONBLOCK: a FIFO without a writer must not hold us for ever; it is then read as empty */
	autoclose int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int flags, r;

	if (fd < 0)
		return err_sys(err, -errno, "%s", name);
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		return err_sys(err, -errno, "%s", name);
	r = file_read_fd(fd, limit, ret_data, ret_len, err);
	return r < 0 ? err_prefix(err, r, "%s", name) : 0;
}

int file_read(const char *path, size_t limit, char **ret_data, size_t *ret_len, struct hufu_err *err)
{
	return file_read_at(AT_FDCWD, path, limit, ret_data, ret_len, err);
}

int file_write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t file_pread(int fd, void *ret_data, size_t len, uint64_t offset)
{
	char *at = ret_data;
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, at + done, len - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* fsync of the directory that holds `path`: the new name itself is then on disk. Best effort, not all file systems can. */
static void sync_dir_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	autofree char *dir = slash == path ? strdup("/") : slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
	autoclose int fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0)
		(void)fsync(fd);
}

static int fill(int fd, const void *data, size_t len, mode_t mode)
{
	int r = file_write_all(fd, data, len);

	if (r < 0)
		return r;
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

/* A new name beside `path`, not longer than a directory can hold though `path` may be as long as it can. */
static char *temp_name(const char *path)
{
	enum { KEEP = 200 }; /* bytes of the name, for whoever finds the file after a crash */
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t len = (size_t)(name - path) + strnlen(name, KEEP);
	uint64_t salt = 0;
	char *temp = NULL;

	if (getrandom(&salt, sizeof(salt), 0) < 0 ||
	    asprintf(&temp, "%.*s.%016llx.tmp", (int)len, path, (unsigned long long)salt) < 0)
		return NULL;
	return temp;
}

int file_write_atomic(const char *path, const void *data, size_t len, mode_t mode, bool overwrite, struct hufu_err *err)
{
	autofree char *temp = temp_name(path);
	autoclose int fd = -1;
	int r;

	if (!temp)
		return err_sys(err, -ENOMEM, "%s: a name for a temporary file", path);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(err, -errno, "%s: cannot create", path);
	r = fill(fd, data, len, mode);
	if (r == 0 && overwrite && rename(temp, path) < 0)
		r = -errno;
	if (r == 0 && !overwrite && link(temp, path) < 0)
		r = -errno;
	if (r < 0 || !overwrite)
		(void)unlink(temp);
	if (r == -EEXIST)
		return err_set(err, r, "%s exists; give --force to replace it", path);
	if (r < 0)
		return err_sys(err, r, "%s: cannot write", path);
	sync_dir_of(path);
	return 0;
}

static int make_dir(const char *path, mode_t mode)
{
	struct stat st;
	int r;

	if (mkdir(path, mode) == 0)
		return 0;
	/* EEXIST, but a file system that is read-only or not ours to write may give its own error for what is there */
	r = -errno;
	if (stat(path, &st) < 0)
		return r;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int file_make_dirs(const char *path, mode_t mode, struct hufu_err *err)
{
	autofree char *copy = strdup(path);
	int r;

	if (!copy)
		return err_sys(err, -ENOMEM, "%s", path);
	for (char *at = copy + 1; at[-1]; at++) {
		char end = *at;

		if (end != '/' && end != '\0')
			continue;
		*at = '\0';
		r = make_dir(copy, mode);
		if (r < 0)
			return err_sys(err, r, "%s: cannot make the directory", copy);
		*at = end;
	}
	return 0;
}
