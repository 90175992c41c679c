/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate-find.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"

enum {
	LINKS_MAX = 40, /* MAXSYMLINKS of the kernel */
	LEVELS_MAX = 256, /* directories below the root; each holds a descriptor */
};

struct find {
	const struct simulate_user *user;
	int root_fd;
	int fds[LEVELS_MAX]; /* the directories entered, so that ".." cannot be led astray by a rename */
	unsigned n;
	unsigned n_links;
	char rest[PATH_MAX]; /* what is still to be walked */
};

static void leave_all(struct find *find)
{
	while (find->n)
		(void)close(find->fds[--find->n]);
}

static int here(const struct find *find)
{
	return find->n ? find->fds[find->n - 1] : find->root_fd;
}

/* Takes the next component off the rest. 0: there is none; -ENAMETOOLONG. */
static int take_name(struct find *find, char ret_name[NAME_MAX + 1])
{
	size_t lead = strspn(find->rest, "/");
	size_t len = strcspn(find->rest + lead, "/");

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(ret_name, find->rest + lead, len);
	ret_name[len] = '\0';
	memmove(find->rest, find->rest + lead + len, strlen(find->rest + lead + len) + 1);
	return (int)len;
}

static int follow(struct find *find, int fd)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(fd, "", target, sizeof(target));
	size_t rest_len = strlen(find->rest);

	if (len < 0)
		return -errno;
	if (len == 0)
		return -ENOENT;
	if (++find->n_links > LINKS_MAX)
		return -ELOOP;
	if ((size_t)len + 1 + rest_len >= sizeof(find->rest))
		return -ENAMETOOLONG;
	memmove(find->rest + len + 1, find->rest, rest_len + 1);
	memcpy(find->rest, target, (size_t)len);
	find->rest[len] = '/';
	/* No slash was behind a last component; one that is put there would make it a directory */
	if (rest_len == 0)
		find->rest[len] = '\0';
	if (target[0] == '/')
		leave_all(find);
	return 0;
}

static int may_enter(const struct find *find)
{
	struct stat st;

	if (fstat(here(find), &st) < 0)
		return -errno;
	return simulate_permit(find->user, here(find), &st, PERMIT_EXEC) ? 0 : -EACCES;
}

/* One component. 0: go on; 1: `*ret_fd` is what the path leads to. */
static int step(struct find *find, const char *name, struct stat *st, int *ret_fd)
{
	autoclose int fd = -1;
	int r = may_enter(find);

	if (r < 0 || strcmp(name, ".") == 0)
		return r;
	if (strcmp(name, "..") == 0) {
		if (find->n)
			(void)close(find->fds[--find->n]);
		return 0;
	}
	fd = openat(here(find), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, st) < 0)
		return -errno;
	if (S_ISLNK(st->st_mode))
		return follow(find, fd);
	if (!S_ISDIR(st->st_mode)) {
		if (find->rest[0])
			return -ENOTDIR;
		*ret_fd = take_fd(&fd);
		return 1;
	}
	if (find->n == LEVELS_MAX)
		return -ENAMETOOLONG;
	find->fds[find->n++] = take_fd(&fd);
	return 0;
}

static int walk(struct find *find, struct stat *ret_stat)
{
	char name[NAME_MAX + 1];
	autoclose int fd = -1;
	int r;

	do {
		r = take_name(find, name);
		if (r == 0)
			return -EACCES; /* a directory */
		if (r > 0)
			r = step(find, name, ret_stat, &fd);
	} while (r == 0);
	if (r < 0)
		return r;
	return S_ISREG(ret_stat->st_mode) ? take_fd(&fd) : -EACCES;
}

int simulate_find(int root_fd, const char *path, const struct simulate_user *user, struct stat *ret_stat)
{
	struct find find = {.user = user, .root_fd = root_fd};
	struct stat st;
	int r;

	if (strlen(path) >= sizeof(find.rest))
		return -ENAMETOOLONG;
	memcpy(find.rest, path, strlen(path) + 1);
	r = walk(&find, &st);
	leave_all(&find);
	if (r >= 0)
		*ret_stat = st;
	return r;
}
