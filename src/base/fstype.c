/* SPDX-License-Identifier: Apache-2.0 */
#include "fstype.h"

#include <string.h>

#include "clean.h"

static const char *const local_types[] = {
	"ext2",	 "ext3",  "ext4",    "xfs",	 "btrfs", "f2fs",    "bcachefs", "jfs",	 "reiserfs", "zfs",
	"tmpfs", "ramfs", "overlay", "squashfs", "erofs", "iso9660", "udf",	 "vfat", "exfat",    "ntfs3",
};

bool fstype_is_local(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(local_types); i++)
		if (strcmp(local_types[i], type) == 0)
			return true;
	return false;
}
