/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "tree-walk.h"

int tree_walk_excluded(const struct hufu_tree_job *job, const struct tree_dir *dir, const char *name)
{
	autofree char *path = NULL;

	for (size_t i = 0; i < job->n_excludes; i++) {
		const char *pattern = job->excludes[i];
		bool of_path = strchr(pattern, '/');

		if (of_path && !path)
			path = tree_dir_path(dir, name);
		if (of_path && !path)
			return -ENOMEM;
		if (fnmatch(pattern, of_path ? path : name, FNM_PATHNAME) == 0)
			return 1;
	}
	return 0;
}
