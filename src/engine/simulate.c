/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "engine.h"
#include "err.h"

#define DIRS_MAX 64 /* descriptors of directories kept open */

DEFINE_AUTO(struct tree_dir, tree_dir_unref)

const char *hufu_use_name(enum hufu_use use)
{
	static const char *const names[HUFU_USE_COUNT] = {
		[HUFU_USE_EXEC] = "exec",
		[HUFU_USE_MAP] = "map",
		[HUFU_USE_READ] = "read",
	};

	return (unsigned)use < HUFU_USE_COUNT ? names[use] : NULL;
}

static int walk_from(struct simulate *simulate, struct tree_dirs *dirs, const char *root, struct hufu_err *err)
{
	autodone(tree_dir_unref) struct tree_dir *top = NULL;
	autofree char *prefix = NULL;
	size_t len = strlen(root);
	int fd, r;

	while (len && root[len - 1] == '/')
		len--;
	if (asprintf(&prefix, "%.*s/", (int)len, root) < 0) {
		prefix = NULL;
		return err_sys(err, -ENOMEM, "cannot begin");
	}
	fd = fcntl(simulate->root_fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(err, -errno, "cannot begin");
	r = tree_dir_root(dirs, fd, prefix, &top);
	return r < 0 ? err_sys(err, r, "cannot begin") : simulate_walk(simulate, top, err);
}

int hufu_simulate_run(const struct hufu_simulate_job *job, const char *root, struct hufu_simulate_count *count,
		      struct hufu_err *err)
{
	autofree struct simulate *simulate = calloc(1, sizeof(*simulate));
	autoclose int fd = -1;
	struct tree_dirs dirs;
	int r;

	if (!job->engine || job->engine->record)
		return err_set(err, -EINVAL, "a simulation needs an engine that keeps no list");
	if (!simulate)
		return err_sys(err, -ENOMEM, "%s", root);
	fd = open(root, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, -errno, "%s", root);
	simulate->job = job;
	simulate->count = count;
	simulate->user = (struct simulate_user){
		.uid = job->uid, .gid = job->gid, .groups = job->groups, .n_groups = job->n_groups};
	simulate->root_fd = fd;
	r = tree_dirs_init(&dirs, DIRS_MAX);
	if (r < 0)
		return err_sys(err, r, "%s", root);
	r = walk_from(simulate, &dirs, root, err);
	tree_dirs_done(&dirs);
	return r < 0 ? err_prefix(err, r, "%s", root) : 0;
}
