/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"

#define OPEN_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

struct tree_dir {
	struct tree_dir *newer, *older; /* neighbours while `fd` is open, by last use */
	struct tree_dirs *dirs;
	struct tree_dir *parent; /* NULL: the top */
	atomic_uint refs;
	int fd; /* -1: closed for now. This and `pins` belong to dirs->lock */
	unsigned pins;
	unsigned depth;
	dev_t dev;
	ino_t ino;
	size_t path_len; /* of the path up to here, with the slash that follows */
	size_t name_len; /* of `name`, which for the top is the prefix */
	char name[];
};

int tree_dirs_init(struct tree_dirs *dirs, unsigned limit)
{
	*dirs = (struct tree_dirs){.limit = limit};
	return -pthread_mutex_init(&dirs->lock, NULL);
}

void tree_dirs_done(struct tree_dirs *dirs)
{
	(void)pthread_mutex_destroy(&dirs->lock);
}

static void insert_newest(struct tree_dir *dir)
{
	struct tree_dirs *dirs = dir->dirs;

	dir->newer = NULL;
	dir->older = dirs->newest;
	*(dirs->newest ? &dirs->newest->newer : &dirs->oldest) = dir;
	dirs->newest = dir;
	dirs->n_open++;
}

static void take_out(struct tree_dir *dir)
{
	struct tree_dirs *dirs = dir->dirs;

	*(dir->newer ? &dir->newer->older : &dirs->newest) = dir->older;
	*(dir->older ? &dir->older->newer : &dirs->oldest) = dir->newer;
	dirs->n_open--;
}

static void close_dir(struct tree_dir *dir)
{
	if (dir->parent)
		take_out(dir);
	(void)close(dir->fd);
	dir->fd = -1;
}

/* Closes the least recently used descriptors that nobody holds until `limit` are left, or all others are held. */
static void close_down_to(struct tree_dirs *dirs, unsigned limit)
{
	struct tree_dir *dir = dirs->oldest;

	while (dir && dirs->n_open > limit) {
		struct tree_dir *newer = dir->newer;

		if (dir->pins == 0)
			close_dir(dir);
		dir = newer;
	}
}

void tree_dirs_shrink(struct tree_dirs *dirs)
{
	(void)pthread_mutex_lock(&dirs->lock);
	close_down_to(dirs, 0);
	(void)pthread_mutex_unlock(&dirs->lock);
}

/* `parent` is NULL for the top, else the new directory takes a reference on it. */
static struct tree_dir *new_dir(struct tree_dirs *dirs, struct tree_dir *parent, const char *name)
{
	size_t name_len = strlen(name);
	struct tree_dir *dir = malloc(sizeof(*dir) + name_len + 1);

	if (!dir)
		return NULL;
	*dir = (struct tree_dir){.dirs = dirs, .fd = -1, .name_len = name_len, .path_len = name_len};
	memcpy(dir->name, name, name_len + 1);
	atomic_init(&dir->refs, 1);
	if (parent) {
		dir->parent = tree_dir_ref(parent);
		dir->depth = parent->depth + 1;
		dir->path_len = parent->path_len + name_len + 1;
	}
	return dir;
}

int tree_dir_root(struct tree_dirs *dirs, int fd, const char *prefix, struct tree_dir **ret_dir)
{
	autoclose int own_fd = fd;
	struct tree_dir *dir;
	struct stat st;

	if (fstat(own_fd, &st) < 0)
		return -errno;
	dir = new_dir(dirs, NULL, prefix);
	if (!dir)
		return -ENOMEM;
	dir->dev = st.st_dev;
	dir->ino = st.st_ino;
	dir->fd = take_fd(&own_fd);
	*ret_dir = dir;
	return 0;
}

/* Opens a directory whose parent is open. Under the lock. */
static int open_below(struct tree_dir *dir, struct stat *ret_stat)
{
	struct tree_dirs *dirs = dir->dirs;
	autoclose int fd = -1;

	fd = openat(dir->parent->fd, dir->name, OPEN_FLAGS);
	if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
		dir->parent->pins++;
		close_down_to(dirs, 0);
		dir->parent->pins--;
		fd = openat(dir->parent->fd, dir->name, OPEN_FLAGS);
	}
	if (fd < 0)
		return errno == ELOOP ? -ENOTDIR : -errno;
	if (fstat(fd, ret_stat) < 0)
		return -errno;
	dir->fd = take_fd(&fd);
	insert_newest(dir);
	dir->pins++; /* not itself the one that has to go */
	close_down_to(dirs, dirs->limit);
	dir->pins--;
	return 0;
}

static int open_again(struct tree_dir *dir)
{
	struct stat st;
	int r = open_below(dir, &st);

	if (r < 0)
		return r;
	if (st.st_dev != dir->dev || st.st_ino != dir->ino) {
		close_dir(dir);
		return -ESTALE;
	}
	return 0;
}

/* Makes sure that `dir` is open: from the nearest ancestor that is, down. Under the lock; the top is always open. */
static int make_open(struct tree_dir *dir)
{
	autofree struct tree_dir **chain = NULL;
	size_t n = 0;

	for (const struct tree_dir *at = dir; at->fd < 0; at = at->parent)
		n++;
	if (n == 0)
		return 0;
	chain = malloc(n * sizeof(struct tree_dir *));
	if (!chain)
		return -ENOMEM;
	for (size_t i = n; i > 0; i--, dir = dir->parent)
		chain[i - 1] = dir;
	for (size_t i = 0; i < n; i++) {
		int r = open_again(chain[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

int tree_dir_pin(struct tree_dir *dir)
{
	struct tree_dirs *dirs = dir->dirs;
	int r;

	(void)pthread_mutex_lock(&dirs->lock);
	r = make_open(dir);
	if (r == 0) {
		dir->pins++;
		if (dir->parent) {
			take_out(dir);
			insert_newest(dir);
		}
		r = dir->fd;
	}
	(void)pthread_mutex_unlock(&dirs->lock);
	return r;
}

void tree_dir_unpin(struct tree_dir *dir)
{
	(void)pthread_mutex_lock(&dir->dirs->lock);
	dir->pins--;
	(void)pthread_mutex_unlock(&dir->dirs->lock);
}

int tree_dir_enter(struct tree_dir *parent, const char *name, struct tree_dir **ret_dir)
{
	struct tree_dir *dir = new_dir(parent->dirs, parent, name);
	struct stat st;
	int r;

	if (!dir)
		return -ENOMEM;
	(void)pthread_mutex_lock(&dir->dirs->lock);
	r = make_open(parent);
	if (r == 0)
		r = open_below(dir, &st);
	if (r == 0) {
		dir->dev = st.st_dev;
		dir->ino = st.st_ino;
	}
	(void)pthread_mutex_unlock(&dir->dirs->lock);
	if (r < 0) {
		tree_dir_unref(dir);
		return r;
	}
	*ret_dir = dir;
	return 0;
}

struct tree_dir *tree_dir_ref(struct tree_dir *dir)
{
	(void)atomic_fetch_add(&dir->refs, 1);
	return dir;
}

void tree_dir_unref(struct tree_dir *dir)
{
	while (dir && atomic_fetch_sub(&dir->refs, 1) == 1) { /* a loop: a chain may be thousands of levels long */
		struct tree_dir *parent = dir->parent;
		struct tree_dirs *dirs = dir->dirs;

		(void)pthread_mutex_lock(&dirs->lock);
		if (dir->fd >= 0)
			close_dir(dir);
		(void)pthread_mutex_unlock(&dirs->lock);
		free(dir);
		dir = parent;
	}
}

dev_t tree_dir_dev(const struct tree_dir *dir)
{
	return dir->dev;
}

unsigned tree_dir_depth(const struct tree_dir *dir)
{
	return dir->depth;
}

char *tree_dir_path(const struct tree_dir *dir, const char *name)
{
	size_t len = strlen(name);
	char *path = malloc(dir->path_len + len + 1);
	char *at;

	if (!path)
		return NULL;
	at = path + dir->path_len;
	memcpy(at, name, len + 1);
	for (; dir->parent; dir = dir->parent) {
		*--at = '/';
		at -= dir->name_len;
		memcpy(at, dir->name, dir->name_len);
	}
	memcpy(path, dir->name, dir->name_len);
	return path;
}

int tree_dir_open(struct tree_dir *dir, const char *name, int flags, mode_t mode)
{
	int dir_fd = tree_dir_pin(dir);
	int fd, error;

	if (dir_fd < 0)
		return dir_fd;
	fd = openat(dir_fd, name, flags, mode);
	if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
		tree_dirs_shrink(dir->dirs);
		fd = openat(dir_fd, name, flags, mode);
	}
	error = errno;
	tree_dir_unpin(dir);
	return fd < 0 ? -error : fd;
}
