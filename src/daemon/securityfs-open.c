/* SPDX-License-Identifier: Apache-2.0 */
#include "securityfs-open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>

#include "clean.h"
#include "file.h"
#include "policy-file.h"
#include "securityfs-files.h"
#include "thread.h"

#define READ_MAX       (1 << 20) /* bytes answered at once, whatever is asked */
#define SETTLE_SECONDS 5

struct handle {
	struct handle *next, **slot; /* all that are open */
	int fd; /* LIST, opened for reading; else -1 */
	char *text; /* POLICY, opened for reading: as it was then */
	size_t text_len;
	bool writes_policy;
};

/* A write that names a file of rules. */
struct far_write {
	fuse_req_t req;
	struct securityfs_open *all;
	uint64_t offset;
	char *data;
	size_t len;
};

struct securityfs_open {
	struct service *service;
	struct timespec born;
	struct policy_file *policy;
	struct handle *handles;
	bool writer; /* somebody has the policy open for writing */
	pthread_t far_thread;
	bool far; /* far_thread is to be joined */
	atomic_bool far_busy; /* ... and has not answered yet: the policy file is its own */
};

int securityfs_open_new(struct service *service, struct securityfs_open **ret_open)
{
	struct securityfs_open *all = calloc(1, sizeof(*all));
	int r;

	if (!all)
		return -ENOMEM;
	all->service = service;
	(void)clock_gettime(CLOCK_REALTIME, &all->born);
	r = policy_file_new(service, &all->policy);
	if (r < 0) {
		free(all);
		return r;
	}
	*ret_open = all;
	return 0;
}

struct timespec securityfs_open_born(const struct securityfs_open *all)
{
	return all->born;
}

int securityfs_open_settle(struct securityfs_open *all)
{
	int r;

	if (!all->far)
		return 0;
	r = thread_join(all->far_thread, SETTLE_SECONDS);
	all->far = r < 0;
	return r;
}

static struct handle *handle_new(struct securityfs_open *all)
{
	struct handle *handle = calloc(1, sizeof(*handle));

	if (!handle)
		return NULL;
	handle->fd = -1;
	handle->next = all->handles;
	handle->slot = &all->handles;
	if (handle->next)
		handle->next->slot = &handle->next;
	all->handles = handle;
	return handle;
}

static void handle_free(struct handle *handle)
{
	*handle->slot = handle->next;
	if (handle->next)
		handle->next->slot = handle->slot;
	if (handle->fd >= 0)
		(void)close(handle->fd);
	free(handle->text);
	free(handle);
}

void securityfs_open_free(struct securityfs_open *all)
{
	if (!all)
		return;
	while (all->handles)
		handle_free(all->handles);
	policy_file_free(all->policy);
	free(all);
}

static struct handle *handle_of(const struct fuse_file_info *fi)
{
	return (struct handle *)(uintptr_t)fi->fh;
}

/* ---- open and release ----------------------------------------------------------------------------------------- */

static int open_list(const struct securityfs_open *all, const char *name, struct handle *handle)
{
	autofree char *path = NULL;

	if (asprintf(&path, "%s/ima/%s", all->service->config->run_dir, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	handle->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	return handle->fd < 0 ? -errno : 0;
}

/* ima_open_policy() */
static int open_policy(struct securityfs_open *all, const struct fuse_ctx *ctx, int flags, struct handle *handle)
{
	int r;

	if ((flags & O_ACCMODE) == O_WRONLY) {
		if (all->writer)
			return -EBUSY;
		r = policy_file_open(all->policy, flags & O_APPEND);
		handle->writes_policy = all->writer = r == 0;
		return r;
	}
	if ((flags & O_ACCMODE) != O_RDONLY)
		return -EACCES;
	if (ctx->uid != 0)
		return -EPERM;
	r = hufu_engine_print_policy(all->service->engine, true, &handle->text);
	handle->text_len = r == 0 ? strlen(handle->text) : 0;
	return r;
}

static int open_file(struct securityfs_open *all, const struct fuse_ctx *ctx, const struct securityfs_file *file,
		     int flags, struct handle *handle)
{
	if (file->kind == SECURITYFS_POLICY)
		return open_policy(all, ctx, flags, handle);
	/* Opening the others for writing succeeds for root, as there; there is nothing to write with */
	if (file->kind == SECURITYFS_LIST && (flags & O_ACCMODE) != O_WRONLY)
		return open_list(all, file->name, handle);
	return 0;
}

static void close_handle(struct securityfs_open *all, struct handle *handle)
{
	if (handle->writes_policy && securityfs_open_settle(all) == 0) {
		policy_file_close(all->policy);
		all->writer = false;
	}
	handle_free(handle);
}

void securityfs_open_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct securityfs_open *all = fuse_req_userdata(req);
	const struct securityfs_file *file = securityfs_files_get(ino);
	struct handle *handle = handle_new(all);
	int r = !file ? -ENOENT : !handle ? -ENOMEM : open_file(all, fuse_req_ctx(req), file, fi->flags, handle);

	if (r < 0) {
		if (handle)
			handle_free(handle);
		(void)fuse_reply_err(req, -r);
		return;
	}
	fi->fh = (uintptr_t)handle;
	fi->direct_io = 1; /* lists grow, numbers change, and a write must arrive as it was made */
	if (fuse_reply_open(req, fi) < 0) /* whoever asked was killed: there will be no release */
		close_handle(all, handle);
}

void securityfs_open_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)ino;
	close_handle(fuse_req_userdata(req), handle_of(fi));
	(void)fuse_reply_err(req, 0);
}

void securityfs_open_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct securityfs_open *all = fuse_req_userdata(req);

	(void)ino;
	/* While it is busy, one who shares the descriptor closes it: not the last one */
	if (handle_of(fi)->writes_policy && !all->far_busy && securityfs_open_settle(all) == 0)
		policy_file_flush(all->policy, fuse_req_ctx(req)->pid);
	(void)fuse_reply_err(req, 0); /* close never fails */
}

/* ---- read ----------------------------------------------------------------------------------------------------- */

static void reply_text(fuse_req_t req, const char *text, size_t len, size_t size, off_t offset)
{
	size_t at = offset < 0 || (uint64_t)offset > len ? len : (size_t)offset;

	(void)fuse_reply_buf(req, text + at, len - at < size ? len - at : size);
}

static void reply_number(fuse_req_t req, const struct securityfs_file *file, size_t size, off_t offset)
{
	struct securityfs_open *all = fuse_req_userdata(req);
	struct hufu_engine_stats stats;
	uint64_t number;
	char text[32];
	int len;

	hufu_engine_stats(all->service->engine, &stats);
	memcpy(&number, (const char *)&stats + file->number, sizeof(number));
	len = snprintf(text, sizeof(text), "%llu\n", (unsigned long long)number);
	reply_text(req, text, (size_t)len, size, offset);
}

static void reply_list(fuse_req_t req, int fd, size_t size, off_t offset)
{
	autofree char *data = malloc(size ? size : 1);
	ssize_t n = !data ? -ENOMEM : offset < 0 ? -EINVAL : file_pread(fd, data, size, (uint64_t)offset);

	if (n < 0)
		(void)fuse_reply_err(req, (int)-n);
	else
		(void)fuse_reply_buf(req, data, (size_t)n);
}

void securityfs_open_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi)
{
	const struct securityfs_file *file = securityfs_files_get(ino);
	const struct handle *handle = handle_of(fi);

	if (size > READ_MAX)
		size = READ_MAX;
	if (handle->text)
		reply_text(req, handle->text, handle->text_len, size, offset);
	else if (handle->fd >= 0)
		reply_list(req, handle->fd, size, offset);
	else if (file && file->kind == SECURITYFS_NUMBER)
		reply_number(req, file, size, offset);
	else
		(void)fuse_reply_err(req, EINVAL);
}

/* ---- write ---------------------------------------------------------------------------------------------------- */

static void *run_far(void *arg)
{
	struct far_write *far = arg;
	ssize_t n = policy_file_write(far->all->policy, far->data, far->len, far->offset);

	far->all->far_busy = false;
	if (n < 0)
		(void)fuse_reply_err(far->req, (int)-n);
	else
		(void)fuse_reply_write(far->req, (size_t)n);
	free(far->data);
	free(far);
	return NULL;
}

/*
 * The path that is written may lead back into the view, or to a disk that does not answer: were it opened here, nobody would
 * answer for the view meanwhile. There is one such thread at most: the kernel sends writes to a file one after another.
 */
static int start_far(struct securityfs_open *all, const struct far_write *write)
{
	struct far_write *far = malloc(sizeof(*far));
	int r = -ENOMEM;

	if (far) {
		*far = *write;
		far->data = malloc(far->len);
	}
	if (far && far->data) {
		memcpy(far->data, write->data, far->len);
		all->far_busy = true;
		r = thread_start(&all->far_thread, "hufud-policy", run_far, far);
	}
	all->far = r == 0;
	if (r < 0) {
		all->far_busy = false;
		policy_file_fail(all->policy);
		if (far)
			free(far->data);
		free(far);
	}
	return r;
}

void securityfs_open_write(fuse_req_t req, fuse_ino_t ino, const char *data, size_t size, off_t offset,
			   struct fuse_file_info *fi)
{
	struct securityfs_open *all = fuse_req_userdata(req);
	struct far_write write = {req, all, (uint64_t)offset, (char *)(uintptr_t)data, size};
	ssize_t n = -EINVAL;

	(void)ino;
	if (handle_of(fi)->writes_policy && size && offset >= 0)
		n = all->far_busy ? -EBUSY : securityfs_open_settle(all);
	if (n == 0 && data[0] == '/') {
		n = start_far(all, &write);
		if (n == 0)
			return;
	} else if (n == 0) {
		n = policy_file_write(all->policy, data, size, write.offset);
	}
	if (n < 0)
		(void)fuse_reply_err(req, (int)-n);
	else
		(void)fuse_reply_write(req, (size_t)n);
}
