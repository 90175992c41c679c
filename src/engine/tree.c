/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean.h"
#include "digest.h"
#include "err.h"
#include "hufu.h"
#include "tree-action.h"
#include "tree-run.h"

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

static int go(struct tree_run *run, const char *path, bool is_dir, struct hufu_err *err)
{
	autodone(tree_dir_unref) struct tree_dir *root = NULL;
	const char *slash = strrchr(path, '/');
	int r = is_dir ? open_tree(run, path, &root) : open_parent(run, path, &root);

	if (r < 0)
		return err_sys(err, r, "cannot open");
	return tree_run_go(run, root, is_dir ? NULL : slash ? slash + 1 : path, err);
}

int hufu_tree_run(const struct hufu_tree_job *job, const char *path, struct hufu_tree_count *count,
		  struct hufu_err *err)
{
	struct tree_run run;
	struct stat st;
	int r = check_job(job, err);

	if (r < 0)
		return r;
	if (lstat(path, &st) < 0)
		return err_sys(err, -errno, "%s", path);
	if (S_ISLNK(st.st_mode))
		return err_set(err, -ELOOP, "%s: a symbolic link: name what it leads to, or put a slash behind it",
			       path);
	if (S_ISDIR(st.st_mode) && !(job->flags & HUFU_TREE_RECURSIVE))
		return err_set(err, -EISDIR, "%s: a directory: give --recursive for all files in it", path);
	r = tree_run_init(&run, job, !S_ISDIR(st.st_mode), count);
	if (r < 0)
		return err_sys(err, r, "%s", path);
	r = go(&run, path, S_ISDIR(st.st_mode), err);
	tree_run_done(&run);
	return r < 0 ? err_prefix(err, r, "%s", path) : 0;
}
