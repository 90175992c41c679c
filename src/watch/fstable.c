/* SPDX-License-Identifier: Apache-2.0 */
#include "fstable.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "file.h"

#define MOUNTINFO_MAX (16 << 20)

/* FS_IOC_GETFSUUID, Linux 6.9: include/uapi/linux/fs.h */
struct fsuuid {
	uint8_t len;
	uint8_t uuid[16];
};
#define GET_FS_UUID _IOR(0x15, 0, struct fsuuid)

struct fstable {
	pthread_mutex_t lock;
	struct fstable_entry *entries;
	size_t n_entries;
	int mountinfo_fd;
};

int fstable_new(struct fstable **ret_table, struct hufu_err *err)
{
	autofree struct fstable *table = calloc(1, sizeof(*table));
	int r;

	if (!table)
		return err_sys(err, -ENOMEM, "table of file systems");
	table->mountinfo_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (table->mountinfo_fd < 0)
		return err_sys(err, -errno, "/proc/self/mountinfo");
	(void)pthread_mutex_init(&table->lock, NULL);
	r = fstable_refresh(table, err);
	if (r < 0) {
		fstable_free(take_ptr(table));
		return r;
	}
	*ret_table = take_ptr(table);
	return 0;
}

void fstable_free(struct fstable *table)
{
	if (!table)
		return;
	(void)close(table->mountinfo_fd);
	(void)pthread_mutex_destroy(&table->lock);
	free(table->entries);
	free(table);
}

int fstable_fd(const struct fstable *table)
{
	return table->mountinfo_fd;
}

static bool ask_uuid(struct fstable_entry *entry, int fd)
{
	struct fsuuid answer = {0};

	if (ioctl(fd, GET_FS_UUID, &answer) < 0 || answer.len != sizeof(answer.uuid))
		return false;
	memcpy(entry->uuid, answer.uuid, sizeof(entry->uuid));
	entry->has_uuid = true;
	return true;
}

/* udev makes /dev/block; where there is none, as in an early boot, the kernel's own name of the device has to do. */
static int open_device(const struct fstable_entry *entry)
{
	char by_number[64], by_name[80];
	const char *const paths[] = {by_number, by_name};

	(void)snprintf(by_number, sizeof(by_number), "/dev/block/%u:%u", major(entry->dev), minor(entry->dev));
	(void)snprintf(by_name, sizeof(by_name), "/dev/%s", entry->name);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		int fd = open(paths[i], O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		struct stat st;

		if (fd < 0)
			continue;
		if (fstat(fd, &st) == 0 && S_ISBLK(st.st_mode) && st.st_rdev == entry->dev)
			return fd;
		(void)close(fd);
	}
	return -ENODEV;
}

/* Before Linux 6.9 the kernel does not tell: what stands in the superblock on the device. */
static void probe_uuid(struct fstable_entry *entry)
{
	const char *uuid = NULL;
	blkid_probe probe;
	size_t len = 0;
	autoclose int fd = -1;

	if (major(entry->dev) == 0)
		return;
	fd = open_device(entry);
	if (fd < 0)
		return;
	probe = blkid_new_probe();
	if (probe && blkid_probe_set_device(probe, fd, 0, 0) == 0) {
		(void)blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_UUIDRAW);
		if (blkid_do_safeprobe(probe) == 0 && blkid_probe_lookup_value(probe, "UUID_RAW", &uuid, &len) == 0 &&
		    len >= sizeof(entry->uuid)) {
			memcpy(entry->uuid, uuid, sizeof(entry->uuid));
			entry->has_uuid = true;
		}
	}
	blkid_free_probe(probe);
}

/* The superblock id is the device's kernel name: the last component of what /sys/dev/block/M:m points to. */
static void learn_name(struct fstable_entry *entry)
{
	char path[64], target[512];
	const char *slash;
	ssize_t len;

	if (major(entry->dev) == 0)
		return;
	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major(entry->dev), minor(entry->dev));
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return;
	target[len] = '\0';
	slash = strrchr(target, '/');
	(void)snprintf(entry->name, sizeof(entry->name), "%.63s", slash ? slash + 1 : target);
}

/* Facts that need the mount itself. A mount that cannot be opened keeps what mountinfo said. */
static void learn(struct fstable_entry *entry)
{
	autoclose int fd = -1;
	struct statfs fs;
	struct stat st;

	learn_name(entry);
	if (!entry->local) /* a network or FUSE server that does not answer must not stop us here */
		return;
	/* O_NONBLOCK: the mount point may be a fifo or device that was bind-mounted over a file */
	fd = open(entry->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
		return;
	entry->magic = (uint64_t)(unsigned long)fs.f_type;
	entry->dev = st.st_dev; /* btrfs shows another number in mountinfo */
	if (!ask_uuid(entry, fd))
		probe_uuid(entry);
}

static bool has_entry(const struct fstable_entry *entries, size_t n, dev_t dev)
{
	for (size_t i = 0; i < n; i++)
		if (entries[i].dev == dev)
			return true;
	return false;
}

/* Later lines hide earlier ones at the same place; of each file system the first mount that can be opened is kept. */
static int parse_all(char *text, struct fstable_entry **ret_entries, size_t *ret_n)
{
	autofree struct fstable_entry *entries = NULL;
	size_t n = 0, size = 0;

	for (char *save = NULL, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		autofree struct fstable_entry *entry = calloc(1, sizeof(*entry));
		struct fstable_entry *more;

		if (!entry)
			return -ENOMEM;
		if (fstable_parse_line(line, entry) < 0 || has_entry(entries, n, entry->dev))
			continue;
		learn(entry);
		if (has_entry(entries, n, entry->dev))
			continue;
		if (n == size) {
			size = size ? size * 2 : 16;
			more = reallocarray(entries, size, sizeof(*entries));
			if (!more)
				return -ENOMEM;
			entries = more;
		}
		entries[n++] = *entry;
	}
	*ret_entries = take_ptr(entries);
	*ret_n = n;
	return 0;
}

int fstable_refresh(struct fstable *table, struct hufu_err *err)
{
	struct fstable_entry *entries = NULL;
	autofree char *text = NULL;
	size_t len, n = 0;
	int r = file_read("/proc/self/mountinfo", MOUNTINFO_MAX, &text, &len, err);

	if (r < 0)
		return r;
	r = parse_all(text, &entries, &n);
	if (r < 0)
		return err_sys(err, r, "/proc/self/mountinfo");
	(void)pthread_mutex_lock(&table->lock);
	free(table->entries);
	table->entries = entries;
	table->n_entries = n;
	(void)pthread_mutex_unlock(&table->lock);
	return 0;
}

/* The first entry with this device, or this magic; false: none. */
static bool copy_entry(struct fstable *table, dev_t dev, uint64_t magic, struct fstable_entry *ret_entry)
{
	bool found = false;

	(void)pthread_mutex_lock(&table->lock);
	for (size_t i = 0; i < table->n_entries && !found; i++) {
		found = dev ? table->entries[i].dev == dev : table->entries[i].magic == magic;
		if (found)
			*ret_entry = table->entries[i];
	}
	(void)pthread_mutex_unlock(&table->lock);
	return found;
}

void fstable_find(struct fstable *table, int fd, dev_t dev, struct fstable_entry *ret_entry)
{
	struct fstable_entry like = {.type = ""}, entry = {.dev = dev};
	struct statfs fs;

	if (copy_entry(table, dev, 0, ret_entry))
		return;
	if (fstatfs(fd, &fs) == 0)
		entry.magic = (uint64_t)(unsigned long)fs.f_type;
	if (copy_entry(table, 0, entry.magic, &like))
		memcpy(entry.type, like.type, sizeof(entry.type));
	memcpy(entry.name, entry.type, sizeof(entry.type));
	learn_name(&entry);
	ask_uuid(&entry, fd);
	*ret_entry = entry;
}

int fstable_each_local(struct fstable *table, int (*each)(void *ctx, const struct fstable_entry *entry), void *ctx)
{
	int r = 0;

	(void)pthread_mutex_lock(&table->lock);
	for (size_t i = 0; i < table->n_entries && r >= 0; i++)
		if (table->entries[i].local)
			r = each(ctx, &table->entries[i]);
	(void)pthread_mutex_unlock(&table->lock);
	return r < 0 ? r : 0;
}
