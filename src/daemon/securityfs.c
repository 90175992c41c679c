/* SPDX-License-Identifier: Apache-2.0 */
#include "securityfs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <syslog.h>

#include "clean.h"
#include "err.h"
#include "file.h"
#include "say.h"
#include "securityfs-files.h"
#include "securityfs-open.h"
#include "thread.h"

#define STALE_MAX    16 /* mounts on top of one another that are taken away */
#define STOP_SECONDS 30 /* a policy that is being put into force is let finish */

struct securityfs {
	char *path;
	struct securityfs_open *open;
	struct fuse_session *session; /* owns the connection's descriptor once it is connected */
	bool mounted, connected;
	int stop_fd;
	pthread_t thread;
};

/* One thread: requests are answered in the order they were made, so that who opens the policy after a close finds it applied. */
static void *run(void *arg)
{
	struct securityfs *fs = arg;
	struct fuse_buf request = {0};
	struct pollfd slots[] = {{fs->stop_fd, POLLIN, 0}, {fuse_session_fd(fs->session), POLLIN, 0}};

	while (!fuse_session_exited(fs->session)) {
		int n = poll(slots, ARRAY_SIZE(slots), -1);

		if (n < 0 && errno != EINTR)
			break;
		if (slots[0].revents)
			break;
		n = fuse_session_receive_buf(fs->session, &request);
		if (n > 0)
			fuse_session_process_buf(fs->session, &request);
		else if (n != -EINTR && n != -EAGAIN) /* 0: unmounted by somebody */
			break;
	}
	free(request.mem);
	return NULL;
}

/* ---- start ---------------------------------------------------------------------------------------------------- */

/* What a daemon that died has left: "Transport endpoint is not connected". Makes the directory if there is none. */
static int prepare_dir(const char *path, struct hufu_err *err)
{
	struct stat st;

	for (int i = 0; stat(path, &st) < 0; i++) {
		if (errno == ENOENT)
			return file_make_dirs(path, 0755, err);
		if ((errno != ENOTCONN && errno != ECONNABORTED) || i == STALE_MAX)
			return err_sys(err, -errno, "%s", path);
		if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
			return err_sys(err, -errno, "%s: a dead mount that cannot be unmounted", path);
	}
	return S_ISDIR(st.st_mode) ? 0 : err_sys(err, -ENOTDIR, "%s", path);
}

/*
 * Mounted here and not by libfuse: errors have a reason, and fusermount is never called. The kernel checks modes
 * (default_permissions), also for others than root (allow_other): without it they would see EACCES for the directory itself.
 */
static int mount_view(struct securityfs *fs, struct hufu_err *err)
{
	autoclose int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	char text[128];

	if (fd < 0)
		return err_sys(err, -errno, "/dev/fuse (modprobe fuse?)");
	(void)snprintf(text, sizeof(text), "fd=%d,rootmode=40755,user_id=0,group_id=0,default_permissions,allow_other",
		       fd);
	if (mount("hufu", fs->path, "fuse.hufu", MS_NOSUID | MS_NODEV | MS_NOEXEC, text) < 0)
		return err_sys(err, -errno, "%s: cannot mount", fs->path);
	fs->mounted = true;
	(void)snprintf(text, sizeof(text), "/dev/fd/%d", fd);
	if (fuse_session_mount(fs->session, text) < 0)
		return err_set(err, -EIO, "%s: libfuse does not take the mount", fs->path);
	(void)take_fd(&fd); /* the session's now */
	fs->connected = true;
	return 0;
}

static struct fuse_session *new_session(struct securityfs_open *open)
{
	char name[] = "hufud";
	char *argv[] = {name, NULL};
	struct fuse_args args = FUSE_ARGS_INIT(1, argv);
	struct fuse_session *session =
		fuse_session_new(&args, &securityfs_files_ops, sizeof(securityfs_files_ops), open);

	fuse_opt_free_args(&args); /* which libfuse has copied */
	return session;
}

static int start(struct securityfs *fs, struct service *service, struct hufu_err *err)
{
	int r = prepare_dir(fs->path, err);

	if (r < 0)
		return r;
	fs->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (fs->stop_fd < 0)
		return err_sys(err, -errno, "securityfs");
	r = securityfs_open_new(service, &fs->open);
	if (r < 0)
		return err_sys(err, r, "securityfs");
	fs->session = new_session(fs->open);
	if (!fs->session)
		return err_sys(err, -ENOMEM, "securityfs: no FUSE session");
	r = mount_view(fs, err);
	if (r < 0)
		return r;
	r = thread_start(&fs->thread, "hufud-fs", run, fs);
	return r < 0 ? err_sys(err, r, "securityfs: no thread") : 0;
}

/*
 * Whoever waits for an answer gets an error now. The descriptor is closed by putting another in its place: a reader of a policy
 * file may still write its answer to that number.
 */
static void cut_off(struct securityfs *fs)
{
	autoclose int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null_fd >= 0)
		(void)dup3(null_fd, fuse_session_fd(fs->session), O_CLOEXEC);
}

/* The thread does not run, or no more. */
static void release(struct securityfs *fs)
{
	if (fs->connected)
		cut_off(fs);
	if (fs->mounted && umount2(fs->path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL)
		sayf(LOG_WARNING, "%s is not unmounted: %s", fs->path, strerrorname_np(errno));
	if (fs->open && securityfs_open_settle(fs->open) < 0) {
		sayf(LOG_ERR, "a file named to the policy is still being read");
		return; /* its reader has the session */
	}
	if (fs->session)
		fuse_session_destroy(fs->session);
	securityfs_open_free(fs->open);
	if (fs->stop_fd >= 0)
		(void)close(fs->stop_fd);
	free(fs->path);
	free(fs);
}

int securityfs_start(struct service *service, struct securityfs **ret_fs, struct hufu_err *err)
{
	struct securityfs *fs = calloc(1, sizeof(*fs));
	int r;

	if (!fs)
		return err_sys(err, -ENOMEM, "securityfs");
	fs->stop_fd = -1;
	fs->path = strdup(service->config->securityfs);
	r = fs->path ? start(fs, service, err) : err_sys(err, -ENOMEM, "securityfs");
	if (r < 0) {
		release(fs);
		return r;
	}
	*ret_fs = fs;
	return 0;
}

void securityfs_stop(struct securityfs *fs)
{
	if (!fs)
		return;
	(void)eventfd_write(fs->stop_fd, 1);
	if (thread_join(fs->thread, STOP_SECONDS) == 0)
		release(fs);
	else
		sayf(LOG_ERR, "the thread of %s does not end", fs->path);
}
