/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_FIND_H
#define SIMULATE_FIND_H

#include <sys/stat.h>

#include "simulate-permit.h"

/*
 * Opens what `path` leads to for a user whose root directory is `root_fd`: links are followed and do not lead out, nor does "..".
 * Every directory on the way has to let the user in. Returns a descriptor of O_PATH of a regular file, -ENOENT, -ENOTDIR, -ELOOP,
 * -ENAMETOOLONG, -EACCES (also for what is no regular file, as with execve(2)) or what openat(2) says.
 */
HUFU_MUST_USE int simulate_find(int root_fd, const char *path, const struct simulate_user *user, struct stat *ret_stat);

#endif
