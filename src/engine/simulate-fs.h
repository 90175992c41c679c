/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_FS_H
#define SIMULATE_FS_H

#include <stdbool.h>
#include <sys/stat.h>

#include "hufu.h"

/* What a rule can ask of the file system a file lies on. */

struct simulate_fs_entry {
	dev_t dev;
	bool known; /* the entry is in use */
	bool local; /* hufud watches it without being told */
	char type[32]; /* "ext4", "fuse"; "": not to be found out */
	char subtype[32]; /* the part after a dot: "sshfs" of "fuse.sshfs"; "": none */
	uint64_t magic;
	bool has_uuid;
	uint8_t uuid[16];
};

enum { SIMULATE_FS_KEPT = 16 };

struct simulate_fs {
	struct simulate_fs_entry entries[SIMULATE_FS_KEPT];
	unsigned next; /* to be replaced */
};

/* Of the file or directory `fd`, whose st_dev is `dev`. Valid until the next call. */
const struct simulate_fs_entry *simulate_fs_find(struct simulate_fs *fs, int fd, dev_t dev);

#endif
