/* SPDX-License-Identifier: Apache-2.0 */
#include "object.h"

#include <string.h>
#include <sys/xattr.h>

/* AppArmor has no labels of files. */
static const char *label_name(enum hufu_lsm lsm)
{
	return lsm == HUFU_LSM_SELINUX ? "security.selinux" : lsm == HUFU_LSM_SMACK ? "security.SMACK64" : NULL;
}

static void read_label(const struct service *service, int fd, struct object *object)
{
	const char *name = label_name(service->lsm);
	ssize_t len = name ? fgetxattr(fd, name, object->label, sizeof(object->label) - 1) : -1;

	object->label[len > 0 ? len : 0] = '\0';
	if (object->label[0])
		object->object.label = object->label;
}

void object_read(const struct service *service, struct fstable *table, int fd, const struct stat *st,
		 struct object *ret_object)
{
	struct fstable_entry *fs = &ret_object->fs;

	fstable_find(table, fd, st->st_dev, fs);
	ret_object->object = (struct hufu_object){
		.fs_magic = fs->magic,
		.fs_name = fs->type[0] ? fs->type : NULL,
		.fs_subtype = fs->subtype[0] ? fs->subtype : NULL,
		.has_fs_uuid = fs->has_uuid,
		.owner = st->st_uid,
		.group = st->st_gid,
	};
	memcpy(ret_object->object.fs_uuid, fs->uuid, sizeof(fs->uuid));
	read_label(service, fd, ret_object);
}
