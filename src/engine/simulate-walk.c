/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "clean.h"
#include "err.h"
#include "simulate.h"
#include "tree-names.h"

/* A directory that is being walked. A stack of these instead of recursion: depth must not be a matter of our stack. */
struct frame {
	struct tree_dir *dir;
	struct tree_names names;
	size_t next;
};

struct walk {
	struct simulate *simulate;
	struct frame *frames;
	size_t n, size;
};

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

/* Is it one where the user's accesses are judged? Counts one that lets nobody in. Negative: cannot be found out. */
static int is_walked(struct walk *walk, struct tree_dir *dir, const struct tree_dir *parent)
{
	struct simulate *simulate = walk->simulate;
	bool crosses = tree_dir_dev(dir) != tree_dir_dev(parent);
	int fd = tree_dir_pin(dir);
	struct stat st;
	int r = 1;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0) {
		r = -errno;
	} else if (!simulate_permit(&simulate->user, fd, &st, PERMIT_EXEC)) {
		simulate->count->closed++;
		r = 0;
	} else if (crosses) {
		r = !(simulate->job->flags & HUFU_SIMULATE_ONE_FS) &&
		    simulate_fs_find(&simulate->fs, fd, st.st_dev)->local;
	}
	tree_dir_unpin(dir);
	return r;
}

static int visit_dir(struct walk *walk, struct tree_dir *parent, const char *name)
{
	struct tree_dir *dir = NULL;
	int r;

	if (tree_dir_depth(parent) >= TREE_DEPTH_MAX)
		return simulate_file_failed(walk->simulate, parent, name, -ELOOP);
	r = tree_dir_enter(parent, name, &dir);
	if (r == 0)
		r = is_walked(walk, dir, parent);
	if (r > 0)
		r = push(walk, dir);
	tree_dir_unref(dir);
	return r < 0 ? simulate_file_failed(walk->simulate, parent, name, r) : 0;
}

static int look(struct tree_dir *dir, const char *name, struct stat *ret_stat)
{
	int fd = tree_dir_pin(dir);
	int r;

	if (fd < 0)
		return fd;
	r = fstatat(fd, name, ret_stat, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
	tree_dir_unpin(dir);
	return r;
}

/* Links lead to files that have names of their own here, or to none of this tree. */
static int visit(struct walk *walk, struct frame *frame)
{
	const char *name = frame->names.at[frame->next++];
	struct tree_dir *dir = frame->dir;
	unsigned char type = (unsigned char)name[-1];
	struct stat st;
	int r;

	if (type == DT_DIR)
		return visit_dir(walk, dir, name);
	if (type != DT_REG && type != DT_UNKNOWN)
		return 0;
	r = look(dir, name, &st);
	if (r == -ENOENT)
		return 0; /* gone: there is nothing to judge */
	if (r < 0)
		return simulate_file_failed(walk->simulate, dir, name, r);
	if (S_ISDIR(st.st_mode))
		return visit_dir(walk, dir, name);
	return S_ISREG(st.st_mode) ? simulate_file(walk->simulate, dir, name, &st) : 0;
}

int simulate_walk(struct simulate *simulate, struct tree_dir *root, struct hufu_err *err)
{
	struct walk walk = {.simulate = simulate};
	int r = push(&walk, root);

	if (r < 0)
		(void)err_sys(err, r, "cannot read the directory");
	while (r == 0 && walk.n) {
		struct frame *frame = &walk.frames[walk.n - 1];

		if (frame->next == frame->names.n)
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
