/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include "clean.h"
#include "err.h"
#include "tree-names.h"

/* A directory that is being walked. A stack of these instead of recursion: depth must not be a matter of our stack. */
struct frame {
	struct tree_dir *dir;
	struct tree_names names;
	size_t next;
};

struct walk {
	struct tree_run *run;
	struct frame *frames;
	size_t n, size;
};

static int next_item(struct tree_run *run, struct tree_dir *dir, const char *name, struct tree_item **ret_item)
{
	struct tree_item *item = tree_run_next(run);

	if (!item)
		return -ECANCELED;
	item->name = strdup(name);
	if (!item->name)
		return -ENOMEM;
	item->dir = tree_dir_ref(dir);
	*ret_item = item;
	return 0;
}

/* An item that is settled by the walk itself: failed with `error`, else skipped. */
static int put_settled(struct tree_run *run, struct tree_dir *dir, const char *name, int error, const char *text)
{
	struct tree_item *item = NULL;
	int r = next_item(run, dir, name, &item);

	if (r < 0)
		return r;
	item->state = error ? HUFU_FILE_FAILED : HUFU_FILE_SKIPPED;
	item->error = error;
	item->text = strdup(text);
	tree_run_put(run, item, TREE_ITEM_DONE);
	return 0;
}

static int put_failed(struct tree_run *run, struct tree_dir *dir, const char *name, int error)
{
	struct hufu_err err = {0};

	if (error == -ENOENT)
		(void)err_set(&err, error, "vanished while the tree was walked");
	else if (error == -ESTALE)
		(void)err_set(&err, error, "its directory was replaced while the tree was walked");
	else
		(void)err_sys(&err, error, "cannot open");
	return put_settled(run, dir, name, error, err.text);
}

const char *tree_walk_type(mode_t mode)
{
	static const struct {
		mode_t type;
		const char *name;
	} types[] = {
		{S_IFLNK, "symbolic link"},    {S_IFIFO, "named pipe"},	  {S_IFSOCK, "socket"},
		{S_IFCHR, "character device"}, {S_IFBLK, "block device"}, {S_IFDIR, "directory"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if ((mode & S_IFMT) == types[i].type)
			return types[i].name;
	return "not a regular file";
}

static bool is_sidecar(const struct hufu_tree_job *job, const char *name)
{
	size_t len = strlen(name);

	return job->flags & HUFU_TREE_SIDECAR && len >= 4 && strcmp(name + len - 4, ".sig") == 0;
}

/* Does one value stand for all names of a file? */
static bool once_a_file(const struct hufu_tree_job *job)
{
	return !(job->flags & HUFU_TREE_SIDECAR) &&
	       (job->action == HUFU_TREE_SIGN || job->action == HUFU_TREE_HASH || job->action == HUFU_TREE_CLEAR);
}

/*
 * Do the names of a file go on sharing it when it is changed? On overlayfs they do not: the name that is changed gets a
 * copy. So only where it is known: elsewhere each name is worked on by itself.
 */
static bool names_share(struct tree_dir *dir)
{
	static const uint32_t sharing[] = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, F2FS_SUPER_MAGIC,
					   TMPFS_MAGIC};
	struct statfs fs = {0};
	int fd = tree_dir_pin(dir);

	if (fd < 0)
		return false;
	if (fstatfs(fd, &fs) < 0)
		fs.f_type = 0;
	tree_dir_unpin(dir);
	for (size_t i = 0; i < ARRAY_SIZE(sharing); i++)
		if ((uint32_t)fs.f_type == sharing[i])
			return true;
	return false;
}

/* Directories and files that something is mounted on; where the kernel cannot tell (before 5.8), none. */
static bool is_mount_point(struct tree_dir *dir, const char *name)
{
	struct statx st = {0};
	int fd = tree_dir_pin(dir);
	bool is;

	if (fd < 0)
		return false;
	is = statx(fd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &st) == 0 &&
	     st.stx_attributes & STATX_ATTR_MOUNT_ROOT;
	tree_dir_unpin(dir);
	return is;
}

static int put_file(struct tree_run *run, struct tree_dir *dir, const char *name, const struct stat *st)
{
	struct tree_item *item = NULL;
	int r;

	if (is_sidecar(run->job, name))
		return put_settled(run, dir, name, 0, "holds a signature");
	r = next_item(run, dir, name, &item);
	if (r < 0)
		return r;
	item->size = (uint64_t)st->st_size;
	if (st->st_nlink > 1 && once_a_file(run->job) && names_share(dir))
		item->link = tree_links_get(&run->links, st->st_dev, st->st_ino, &item->repeated);
	tree_run_put(run, item, item->repeated ? TREE_ITEM_DONE : TREE_ITEM_WAITING);
	return 0;
}

static int look(struct tree_dir *dir, const char *name, struct stat *ret_stat)
{
	int dir_fd = tree_dir_pin(dir);
	int r;

	if (dir_fd < 0)
		return dir_fd;
	r = fstatat(dir_fd, name, ret_stat, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
	tree_dir_unpin(dir);
	return r;
}

static int push(struct walk *walk, struct tree_dir *dir)
{
	struct frame *frame;
	int fd, r;

	if (walk->n == walk->size) {
		size_t size = walk->size ? walk->size * 2 : 32;
		struct frame *frames = reallocarray(walk->frames, size, sizeof(*frames));

		if (!frames)
			return -ENOMEM;
		walk->frames = frames;
		walk->size = size;
	}
	frame = &walk->frames[walk->n];
	*frame = (struct frame){.dir = dir};
	fd = tree_dir_pin(dir);
	if (fd < 0)
		return fd;
	r = tree_names_read(fd, &frame->names);
	tree_dir_unpin(dir);
	if (r < 0)
		return r;
	(void)tree_dir_ref(dir);
	walk->n++;
	return 0;
}

static void pop(struct walk *walk)
{
	struct frame *frame = &walk->frames[--walk->n];

	tree_names_done(&frame->names);
	tree_dir_unref(frame->dir);
}

static int visit_dir(struct walk *walk, struct tree_dir *parent, const char *name)
{
	struct tree_run *run = walk->run;
	bool one_fs = run->job->flags & HUFU_TREE_ONE_FS;
	struct tree_dir *dir = NULL;
	int r;

	if (tree_dir_depth(parent) >= TREE_DEPTH_MAX)
		return put_settled(run, parent, name, -ELOOP, "too deep: more levels of directories than hufu walks");
	if (one_fs && is_mount_point(parent, name))
		return put_settled(run, parent, name, 0, "a mount point");
	r = tree_dir_enter(parent, name, &dir);
	if (r < 0)
		return put_failed(run, parent, name, r);
	if (one_fs && tree_dir_dev(dir) != tree_dir_dev(parent)) /* no mount, but a file system of its own: btrfs */
		r = put_settled(run, parent, name, 0, "another file system");
	else {
		r = push(walk, dir);
		if (r < 0)
			r = put_failed(run, parent, name, r);
	}
	tree_dir_unref(dir);
	return r;
}

static int visit_stat(struct walk *walk, struct tree_dir *dir, const char *name)
{
	struct tree_run *run = walk->run;
	struct stat st;
	int r = look(dir, name, &st);

	if (r == -ENOENT && is_sidecar(run->job, name)) /* cleared by a worker of this very run */
		return put_settled(run, dir, name, 0, "holds a signature");
	if (r < 0)
		return put_failed(run, dir, name, r);
	if (S_ISDIR(st.st_mode))
		return visit_dir(walk, dir, name);
	if (!S_ISREG(st.st_mode))
		return put_settled(run, dir, name, 0, tree_walk_type(st.st_mode));
	/* not by st_dev: on overlayfs, that of a file is not that of its directory */
	if (run->job->flags & HUFU_TREE_ONE_FS && is_mount_point(dir, name))
		return put_settled(run, dir, name, 0, "a mount point");
	return put_file(run, dir, name, &st);
}

static int visit(struct walk *walk, struct frame *frame)
{
	const char *name = frame->names.at[frame->next++];
	unsigned char type = (unsigned char)name[-1];
	int r = tree_walk_excluded(walk->run->job, frame->dir, name);

	if (r < 0)
		return r;
	if (r > 0)
		return put_settled(walk->run, frame->dir, name, 0, "excluded");
	if (type == DT_DIR)
		return visit_dir(walk, frame->dir, name);
	if (type == DT_REG || type == DT_UNKNOWN)
		return visit_stat(walk, frame->dir, name);
	return put_settled(walk->run, frame->dir, name, 0, tree_walk_type(DTTOIF(type)));
}

int tree_walk(struct tree_run *run, struct tree_dir *root, struct hufu_err *err)
{
	struct walk walk = {.run = run};
	int r = push(&walk, root);

	if (r < 0)
		(void)err_sys(err, r, "cannot read the directory");
	while (r == 0 && walk.n) {
		struct frame *frame = &walk.frames[walk.n - 1];

		if (!tree_run_alive(run))
			r = -ECANCELED;
		else if (frame->next == frame->names.n)
			pop(&walk);
		else
			r = visit(&walk, frame);
	}
	if (r < 0 && walk.n)
		(void)err_sys(err, r, "the walk ended early");
	while (walk.n)
		pop(&walk);
	free(walk.frames);
	return r;
}

int tree_walk_name(struct tree_run *run, struct tree_dir *dir, const char *name, struct hufu_err *err)
{
	struct stat st;
	int r = look(dir, name, &st);

	if (r < 0)
		return err_sys(err, r, "cannot open");
	if (S_ISLNK(st.st_mode))
		return err_set(err, -ELOOP, "a symbolic link: name the file it leads to");
	if (S_ISDIR(st.st_mode))
		return err_set(err, -EISDIR, "became a directory");
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "a %s, not a regular file", tree_walk_type(st.st_mode));
	r = put_file(run, dir, name, &st);
	return r < 0 ? err_sys(err, r, "cannot begin") : 0;
}
