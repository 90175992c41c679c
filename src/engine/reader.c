/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing here waits for the process that is looked at, or for a file system: it may be one that holds us up on purpose. So links are
 * read, which is the dentry cache alone, and of a file only what is in memory. /proc/PID/maps and fdinfo take locks of the process.
 */
#include "reader.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "clean.h"

enum { DESCRIPTORS_MAX = 4096 }; /* of one process: who has more is not searched to the end */

static void close_dir(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The link shows how the file was opened: its read and write bits are those of the file's mode, and O_PATH has neither. */
static bool is_for_reading(int dir_fd, const char *name)
{
	struct stat st;

	return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mode & S_IRUSR && !(st.st_mode & S_IWUSR);
}

static bool is_called(int dir_fd, const char *name, const char *path)
{
	static const char deleted[] = " (deleted)";
	const char *wanted = last_component(path), *rest;
	char target[PATH_MAX];
	ssize_t len = readlinkat(dir_fd, name, target, sizeof(target) - 1);

	if (len <= 0)
		return false;
	target[len] = '\0';
	rest = last_component(target);
	if (strncmp(rest, wanted, strlen(wanted)) != 0)
		return false;
	rest += strlen(wanted);
	return !*rest || strcmp(rest, deleted) == 0;
}

static bool is_file(int dir_fd, const char *name, const struct stat *file)
{
	struct statx found;

	return statx(dir_fd, name, AT_STATX_DONT_SYNC, STATX_INO, &found) == 0 && found.stx_ino == file->st_ino &&
	       makedev(found.stx_dev_major, found.stx_dev_minor) == file->st_dev;
}

bool reader_has(pid_t pid, const struct stat *file, const char *path)
{
	__attribute__((cleanup(close_dir))) DIR *dir = NULL;
	const struct dirent *entry;
	char name[64];

	(void)snprintf(name, sizeof(name), "/proc/%d/fd", pid);
	dir = opendir(name);
	if (!dir)
		return false;
	for (unsigned i = 0; i < DESCRIPTORS_MAX && (entry = readdir(dir)); i++)
		if (entry->d_name[0] != '.' && is_for_reading(dirfd(dir), entry->d_name) &&
		    is_called(dirfd(dir), entry->d_name, path) && is_file(dirfd(dir), entry->d_name, file))
			return true;
	return false;
}
