/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean.h"
#include "digest.h"
#include "err.h"
#include "hufu.h"
#include "tree-action.h"
#include "tree-run.h"
#include "tree-walk.h"

DEFINE_AUTO(struct tree_dir, tree_dir_unref)

/* What would fail for each file in the same way is said once, before the first. */
static int check_job(const struct hufu_tree_job *job, struct hufu_err *err)
{
	if (!tree_action_of(job->action))
		return err_set(err, -EINVAL, "no such action");
	if (job->action != HUFU_TREE_SIGN && job->action != HUFU_TREE_HASH)
		return 0;
	if (!hufu_hash_name(job->algo))
		return err_set(err, -EINVAL, "hash algorithm number %u is not known", job->algo);
	if (!digest_available(job->algo))
		return err_set(err, -ENOPKG, "%s is not available here", hufu_hash_name(job->algo));
	if (job->action == HUFU_TREE_HASH)
		return 0;
	if (!job->key)
		return err_set(err, -EINVAL, "no key to sign with");
	if ((strcmp(hufu_key_type(job->key), "sm2") == 0) != (job->algo == HUFU_HASH_SM3))
		return err_set(err, -EINVAL, "a key of type %s does not sign %s: SM2 and SM3 go together",
			       hufu_key_type(job->key), hufu_hash_name(job->algo));
	return 0;
}

/* The operand as it stands before the names in it: "tree//" is "tree/", "/" stays. */
static char *prefix_of(const char *path)
{
	size_t len = strlen(path);
	char *prefix;

	while (len && path[len - 1] == '/')
		len--;
	return asprintf(&prefix, "%.*s/", (int)len, path) < 0 ? NULL : prefix;
}

/* Opens a directory to be walked. */
static int open_tree(struct tree_run *run, const char *path, struct tree_dir **ret_root)
{
	autofree char *prefix = prefix_of(path);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (!prefix) {
		(void)close(fd);
		return -ENOMEM;
	}
	return tree_dir_root(&run->dirs, fd, prefix, ret_root);
}

/* Opens the directory of a single file. The way there may go over links: it is the caller's. */
static int open_parent(struct tree_run *run, const char *path, struct tree_dir **ret_root)
{
	const char *slash = strrchr(path, '/');
	autofree char *prefix = strndup(path, slash ? (size_t)(slash + 1 - path) : 0);
	int fd;

	if (!prefix)
		return -ENOMEM;
	fd = open(*prefix ? prefix : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : tree_dir_root(&run->dirs, fd, prefix, ret_root);
}

/* 1 a directory to be walked, 0 a file; or why it is neither, without the path. */
static int look(const struct hufu_tree_job *job, const char *path, struct hufu_err *err)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return err_set(err, -errno, "%s", strerrordesc_np(errno));
	if (S_ISLNK(st.st_mode))
		return err_set(err, -ELOOP, "a symbolic link: name what it leads to, or put a slash behind it");
	if (S_ISDIR(st.st_mode) && !(job->flags & HUFU_TREE_RECURSIVE))
		return err_set(err, -EISDIR, "a directory: give --recursive for all files in it");
	return S_ISDIR(st.st_mode);
}

/* NULL for a directory: all of it. */
static const char *name_of(const char *path, bool is_dir)
{
	const char *slash = strrchr(path, '/');

	return is_dir ? NULL : slash ? slash + 1 : path;
}

static int open_root(struct tree_run *run, const char *path, bool is_dir, struct tree_dir **ret_root,
		     struct hufu_err *err)
{
	int r = is_dir ? open_tree(run, path, ret_root) : open_parent(run, path, ret_root);

	return r < 0 ? err_sys(err, r, "cannot open") : 0;
}

static int go(struct tree_run *run, const char *path, bool is_dir, struct hufu_err *err)
{
	autodone(tree_dir_unref) struct tree_dir *root = NULL;
	int r = open_root(run, path, is_dir, &root, err);

	return r < 0 ? r : tree_run_go(run, root, name_of(path, is_dir), err);
}

int hufu_tree_run(const struct hufu_tree_job *job, const char *path, struct hufu_tree_count *count,
		  struct hufu_err *err)
{
	struct tree_run run;
	int is_dir, r = check_job(job, err);

	if (r < 0)
		return r;
	is_dir = look(job, path, err);
	if (is_dir < 0)
		return err_prefix(err, is_dir, "%s", path);
	r = tree_run_init(&run, job, !is_dir, count);
	if (r < 0)
		return err_sys(err, r, "%s", path);
	r = go(&run, path, is_dir, err);
	tree_run_done(&run);
	return r < 0 ? err_prefix(err, r, "%s", path) : 0;
}

/* Paths that share one run. */
struct many {
	const struct hufu_tree_operands *operands;
	struct tree_dir *parent; /* of the last file, for the next one; NULL: none */
	char *parent_path;
	unsigned n_roots; /* directories opened since everything was reported: each may still be in use */
};

static void drop_parent(struct many *many)
{
	tree_dir_unref(many->parent);
	many->parent = NULL;
	free(many->parent_path);
	many->parent_path = NULL;
}

/* Tops stay open while their files are worked on, so there must not be any number of them. */
static void make_room(struct tree_run *run, struct many *many)
{
	if (many->n_roots++ < run->dirs.limit)
		return;
	drop_parent(many);
	tree_run_drain(run);
	many->n_roots = 1;
}

static int walk_dir(struct tree_run *run, struct many *many, const char *path, struct hufu_err *err)
{
	autodone(tree_dir_unref) struct tree_dir *root = NULL;
	int r;

	make_room(run, many);
	r = open_root(run, path, true, &root, err);
	return r < 0 ? r : tree_walk(run, root, err);
}

static int walk_file(struct tree_run *run, struct many *many, const char *path, struct hufu_err *err)
{
	const char *name = name_of(path, false);
	size_t len = (size_t)(name - path);
	int r;

	if (!many->parent || strncmp(many->parent_path, path, len) != 0 || many->parent_path[len]) {
		drop_parent(many);
		make_room(run, many);
		many->parent_path = strndup(path, len);
		if (!many->parent_path)
			return err_sys(err, -ENOMEM, "cannot open");
		r = open_root(run, path, false, &many->parent, err);
		if (r < 0)
			return r;
	}
	return tree_walk_name(run, many->parent, name, err);
}

static int put_failed(struct tree_run *run, const char *path, int error, const struct hufu_err *err)
{
	struct tree_item *item = tree_run_next(run);

	if (!item)
		return -ECANCELED;
	item->name = strdup(path);
	if (!item->name)
		return -ENOMEM;
	item->state = HUFU_FILE_FAILED;
	item->error = error;
	item->text = strdup(err->text);
	tree_run_put(run, item, TREE_ITEM_DONE);
	return 0;
}

static int walk_path(struct tree_run *run, struct many *many, const char *path)
{
	struct hufu_err err = {0};
	int r;

	if (!tree_run_alive(run))
		return -ECANCELED;
	r = look(run->job, path, &err);
	if (r >= 0)
		r = r ? walk_dir(run, many, path, &err) : walk_file(run, many, path, &err);
	if (r == 0 || r == -ECANCELED || r == -ENOMEM)
		return r;
	return put_failed(run, path, r, &err);
}

static int walk_many(struct tree_run *run, void *arg, struct hufu_err *err)
{
	struct many *many = arg;
	const char *path;
	int r;

	while ((r = many->operands->next(many->operands->ctx, &path, err)) > 0) {
		r = walk_path(run, many, path);
		if (r < 0) {
			(void)err_sys(err, r, "the walk ended early");
			break;
		}
	}
	drop_parent(many);
	return r;
}

int hufu_tree_run_all(const struct hufu_tree_job *job, const struct hufu_tree_operands *operands,
		      struct hufu_tree_count *count, struct hufu_err *err)
{
	struct many many = {.operands = operands};
	struct tree_run run;
	int r = check_job(job, err);

	if (r < 0)
		return r;
	r = tree_run_init(&run, job, false, count);
	if (r < 0)
		return err_sys(err, r, "cannot begin");
	r = tree_run_go_over(&run, &(struct tree_run_walk){walk_many, &many}, err);
	tree_run_done(&run);
	return r;
}
