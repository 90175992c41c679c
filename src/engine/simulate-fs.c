/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate-fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

#include "clean.h"
#include "file.h"
#include "fstype.h"
#include "hex.h"

#define MOUNTINFO_MAX (16 << 20)

/* FS_IOC_GETFSUUID, Linux 6.9: include/uapi/linux/fs.h */
struct fs_uuid {
	uint8_t len;
	uint8_t uuid[16];
};
#define GET_FS_UUID _IOR(0x15, 0, struct fs_uuid)

/* The id of the mount, from /proc/self/fdinfo; -1: not to be found out. */
static int mount_id(int fd)
{
	autofree char *text = NULL;
	const char *line;
	char path[64];
	size_t len;
	int id;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	if (file_read(path, 65536, &text, &len, NULL) < 0)
		return -1;
	line = strstr(text, "mnt_id:");
	return line && sscanf(line, "mnt_id: %d", &id) == 1 ? id : -1;
}

/* "fuse.sshfs /dev/fuse rw,..." */
static void take_type(struct simulate_fs_entry *entry, const char *at)
{
	size_t type_len = strcspn(at, " ."), subtype_len = at[type_len] == '.' ? strcspn(at + type_len + 1, " ") : 0;

	(void)snprintf(entry->type, sizeof(entry->type), "%.*s", (int)type_len, at);
	(void)snprintf(entry->subtype, sizeof(entry->subtype), "%.*s", (int)subtype_len, at + type_len + 1);
}

/* The type stands behind " - ": proc_pid_mountinfo(5). A btrfs subvolume has another device number there than in stat(2). */
static void learn_type(struct simulate_fs_entry *entry, int fd)
{
	autofree char *text = NULL;
	int wanted = mount_id(fd);
	size_t len;

	if (wanted < 0 || file_read("/proc/self/mountinfo", MOUNTINFO_MAX, &text, &len, NULL) < 0)
		return;
	for (char *save = NULL, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *dash = strstr(line, " - ");
		int id;

		if (!dash || sscanf(line, "%d", &id) != 1 || id != wanted)
			continue;
		take_type(entry, dash + 3);
		return;
	}
}

/* The text form of a UUID, without its dashes; short ones as vfat's are none for the kernel. */
static bool parse_uuid(const char *text, uint8_t ret_uuid[16])
{
	char digits[33];
	size_t n = 0;

	for (; *text && n < sizeof(digits); text++)
		if (*text != '-')
			digits[n++] = *text;
	return n == 32 && !*text && hex_decode(digits, n, ret_uuid, 16) == 16;
}

static void close_stream(DIR **stream)
{
	if (*stream)
		(void)closedir(*stream);
}

/* Before Linux 6.9 the kernel does not tell; udev has looked at the device. */
static void look_up_uuid(struct simulate_fs_entry *entry)
{
	__attribute__((cleanup(close_stream))) DIR *stream = opendir("/dev/disk/by-uuid");
	const struct dirent *link;

	while (stream && !entry->has_uuid && (link = readdir(stream))) {
		struct stat st;

		if (fstatat(dirfd(stream), link->d_name, &st, 0) == 0 && S_ISBLK(st.st_mode) &&
		    st.st_rdev == entry->dev)
			entry->has_uuid = parse_uuid(link->d_name, entry->uuid);
	}
}

static void learn_uuid(struct simulate_fs_entry *entry, int fd)
{
	struct fs_uuid answer = {0};

	if (ioctl(fd, GET_FS_UUID, &answer) < 0) {
		look_up_uuid(entry);
		return;
	}
	entry->has_uuid = answer.len == sizeof(answer.uuid);
	memcpy(entry->uuid, answer.uuid, sizeof(entry->uuid));
}

const struct simulate_fs_entry *simulate_fs_find(struct simulate_fs *fs, int fd, dev_t dev)
{
	struct simulate_fs_entry *entry;
	struct statfs st;

	for (size_t i = 0; i < SIMULATE_FS_KEPT; i++)
		if (fs->entries[i].known && fs->entries[i].dev == dev)
			return &fs->entries[i];
	entry = &fs->entries[fs->next++ % SIMULATE_FS_KEPT];
	*entry = (struct simulate_fs_entry){.dev = dev, .known = true};
	if (fstatfs(fd, &st) == 0)
		entry->magic = (uint64_t)(unsigned long)st.f_type;
	learn_type(entry, fd);
	learn_uuid(entry, fd);
	entry->local = fstype_is_local(entry->type);
	return entry;
}
