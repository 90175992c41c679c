/* SPDX-License-Identifier: Apache-2.0 */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "clean.h"
#include "err.h"
#include "file.h"

/* The pid the holder wrote, or 0: it has the lock and has not come to writing yet. */
static long holder(int fd)
{
	char text[32] = "";
	ssize_t len = file_pread(fd, text, sizeof(text) - 1, 0);
	long pid = 0;

	for (ssize_t i = 0; i < len && text[i] >= '0' && text[i] <= '9' && pid < 1L << 32; i++)
		pid = pid * 10 + (text[i] - '0');
	return pid;
}

int lock_take(const char *run_dir, struct hufu_err *err)
{
	autofree char *path = NULL;
	autoclose int fd = -1;
	char text[32];
	struct stat st;
	int len, r;

	if (asprintf(&path, "%s/hufud.lock", run_dir) < 0) {
		path = NULL;
		return err_sys(err, -ENOMEM, "lock");
	}
	/* O_NONBLOCK: whatever lies there under that name must not hold us */
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, -errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s: not a regular file", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return err_sys(err, -errno, "%s: cannot lock", path);
		if (holder(fd))
			return err_set(err, -EBUSY, "hufud runs already for %s, as process %ld", run_dir, holder(fd));
		return err_set(err, -EBUSY, "hufud runs already for %s", run_dir);
	}
	len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) < 0)
		return err_sys(err, -errno, "%s", path);
	r = file_write_all(fd, text, (size_t)len);
	if (r < 0)
		return err_sys(err, r, "%s", path);
	return take_fd(&fd);
}
