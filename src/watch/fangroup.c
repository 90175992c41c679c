/* SPDX-License-Identifier: Apache-2.0 */
#include "fangroup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include "bytes.h"
#include "clean.h"
#include "err.h"

#ifndef FAN_PRE_ACCESS /* Linux 6.14, not in Debian 12's headers */
#define FAN_PRE_ACCESS 0x00100000
#endif

/* The fixed part of a record is 24 bytes; with FAN_PRE_ACCESS a range record of 24 bytes follows. */
#define RECORD_MAX 256

struct fangroup {
	int fd;
	bool can_access;
};

static const struct {
	unsigned ours;
	uint64_t kernels;
} masks[] = {
	{FANGROUP_EXEC, FAN_OPEN_EXEC_PERM}, {FANGROUP_OPEN, FAN_OPEN_PERM},   {FANGROUP_ACCESS, FAN_PRE_ACCESS},
	{FANGROUP_CLOSE, FAN_CLOSE_WRITE},   {FANGROUP_READ, FAN_ACCESS_PERM},
};

static uint64_t to_kernel(unsigned events)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++)
		if (events & masks[i].ours)
			mask |= masks[i].kernels;
	return mask;
}

static unsigned from_kernel(uint64_t mask)
{
	unsigned events = 0;

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++)
		if (mask & masks[i].kernels)
			events |= masks[i].ours;
	return events;
}

int fangroup_new(struct fangroup **ret_group, struct hufu_err *err)
{
	/* An unlimited queue: beyond the default 16,384 waiting accesses the kernel would allow instead of wait */
	unsigned flags = FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS | FAN_REPORT_TID;
	autofree struct fangroup *group = calloc(1, sizeof(*group));

	if (!group)
		return err_sys(err, -ENOMEM, "fanotify");
	/* Only the pre-content class gets FAN_PRE_ACCESS, and it is asked before all others */
	group->fd = fanotify_init(FAN_CLASS_PRE_CONTENT | flags, O_RDONLY | O_LARGEFILE | O_CLOEXEC | O_NOATIME);
	if (group->fd < 0 && errno == EPERM)
		return err_set(err, -EPERM, "fanotify needs root (CAP_SYS_ADMIN in the initial user namespace)");
	if (group->fd < 0 && errno == ENOSYS)
		return err_set(err, -ENOSYS, "this kernel has no fanotify (CONFIG_FANOTIFY_ACCESS_PERMISSIONS)");
	if (group->fd < 0)
		return err_sys(err, -errno, "fanotify_init");
	group->can_access = true;
	*ret_group = take_ptr(group);
	return 0;
}

void fangroup_free(struct fangroup *group)
{
	if (!group)
		return;
	(void)close(group->fd);
	free(group);
}

int fangroup_fd(const struct fangroup *group)
{
	return group->fd;
}

static int mark(struct fangroup *group, unsigned how, const char *path, unsigned events)
{
	if (fanotify_mark(group->fd, how | FAN_MARK_FILESYSTEM, to_kernel(events), AT_FDCWD, path) < 0)
		return -errno;
	return 0;
}

int fangroup_watch(struct fangroup *group, const char *path, unsigned events, unsigned *ret_events,
		   struct hufu_err *err)
{
	unsigned plain = events & ~(unsigned)FANGROUP_ACCESS;
	unsigned granted = 0;
	int r = 0;

	if (events & FANGROUP_ACCESS && group->can_access) {
		r = mark(group, FAN_MARK_ADD, path, events);
		if (r == 0)
			granted = events;
		else if (r != -EINVAL && r != -EOPNOTSUPP) /* the kernel or the file system does not have it */
			return err_sys(err, r, "%s: cannot watch this file system", path);
	}
	if (!granted && plain) {
		r = mark(group, FAN_MARK_ADD, path, plain);
		if (r < 0)
			return err_sys(err, r, "%s: cannot watch this file system", path);
		granted = plain;
	}
	*ret_events = granted;
	return 0;
}

int fangroup_unwatch(struct fangroup *group, const char *path, unsigned events, struct hufu_err *err)
{
	int r = mark(group, FAN_MARK_REMOVE, path, events);

	if (r < 0 && r != -ENOENT)
		return err_sys(err, r, "%s: cannot stop watching this file system", path);
	return 0;
}

/* Takes one record apart; struct fanotify_event_metadata, include/uapi/linux/fanotify.h. */
static int take_record(struct bytes *in, struct fangroup_event *ret_event)
{
	uint32_t len = bytes_le32(in);
	struct bytes record = bytes_sub(in, len < 4 ? SIZE_MAX : len - 4);
	uint8_t version = bytes_u8(&record);
	uint64_t mask;

	(void)bytes_u8(&record);
	(void)bytes_le16(&record);
	mask = bytes_le64(&record);
	ret_event->fd = (int)bytes_le32(&record);
	ret_event->tid = (pid_t)bytes_le32(&record);
	ret_event->events = from_kernel(mask);
	if (!bytes_ok(&record) || version != FANOTIFY_METADATA_VERSION)
		return -EPROTO;
	return 0;
}

int fangroup_read(struct fangroup *group, struct fangroup_event *ret_events, size_t n)
{
	uint8_t buf[16 * RECORD_MAX] __attribute__((aligned(8)));
	size_t size = n * 24 < sizeof(buf) ? n * 24 : sizeof(buf); /* never more records than the caller has room for */
	ssize_t len = read(group->fd, buf, size < 48 ? 48 : size);
	struct bytes in;
	size_t count = 0;

	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	in = bytes_of(buf, (size_t)len);
	while (in.left && count < n) {
		struct fangroup_event event;
		int r = take_record(&in, &event);

		if (r < 0)
			return count ? (int)count : r;
		if (event.fd >= 0) /* a queue overflow or an error record has none: nobody waits for its answer */
			ret_events[count++] = event;
	}
	return (int)count;
}

int fangroup_answer(struct fangroup *group, int fd, bool allow)
{
	struct fanotify_response response = {.fd = fd, .response = allow ? FAN_ALLOW : FAN_DENY};

	while (write(group->fd, &response, sizeof(response)) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}
