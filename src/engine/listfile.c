/* SPDX-License-Identifier: Apache-2.0 */
#include "listfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"

int listfile_open(struct listfile *file, int dir_fd, const char *name, bool create, struct hufu_err *err)
{
	/* O_NONBLOCK: a FIFO in the place of the list must not hold us */
	int flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	autoclose int fd = openat(dir_fd, name, create ? flags | O_CREAT | O_EXCL : flags, 0440);
	struct stat st;

	if (fd < 0)
		return err_sys(err, -errno, "%s", name);
	if (fstat(fd, &st) < 0)
		return err_sys(err, -errno, "%s", name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s is not a regular file", name);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int code = errno == EWOULDBLOCK ? -EBUSY : -errno;

		return err_sys(err, code, "%s: another process keeps this list", name);
	}
	if ((st.st_mode & 07777) != 0440 && fchmod(fd, 0440) < 0) /* whatever the umask */
		return err_sys(err, -errno, "%s", name);
	*file = (struct listfile){.fd = take_fd(&fd), .name = name, .len = (uint64_t)st.st_size};
	return 0;
}

int listfile_append(struct listfile *file, const void *data, size_t len, struct hufu_err *err)
{
	ssize_t n;
	int code;

	if (file->damaged)
		return err_set(err, -EIO, "%s: a failed write could not be undone; nothing is added to it any more",
			       file->name);
	do
		n = write(file->fd, data, len);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)len) {
		file->len += len;
		return 0;
	}
	code = n < 0 ? -errno : -ENOSPC;
	if (n > 0 && ftruncate(file->fd, (off_t)file->len) < 0)
		file->damaged = true;
	return err_sys(err, code, "%s: cannot write", file->name);
}

int listfile_cut(struct listfile *file, uint64_t len, struct hufu_err *err)
{
	if (ftruncate(file->fd, (off_t)len) < 0) {
		int code = -errno;

		file->damaged = true;
		return err_sys(err, code, "%s: cannot cut it to %llu bytes", file->name, (unsigned long long)len);
	}
	file->len = len;
	return 0;
}

void listfile_close(struct listfile *file)
{
	if (file->fd >= 0)
		(void)close(file->fd);
	*file = LISTFILE_CLOSED;
}
