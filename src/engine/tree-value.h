/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_VALUE_H
#define TREE_VALUE_H

#include "hufu.h"
#include "tree-dir.h"

#define TREE_VALUE_NONE 1 /* tree_value_read(): there is none */

/* Where the value of one open file is kept. */
struct tree_place {
	int fd; /* the file itself: an attribute goes to the inode that was hashed, whatever its name means by now */
	struct tree_dir *dir;
	const char *name;
	unsigned flags; /* of the job: SIDECAR, XATTR_USER; FORCE also replaces a sidecar that is something else */
};

/*
 * 0, TREE_VALUE_NONE, or a negative errno; -EBADMSG what is there cannot be one (longer than HUFU_XATTR_MAX, or a sidecar
 * that is no regular file), -EOPNOTSUPP the file system keeps none.
 */
HUFU_MUST_USE int tree_value_read(const struct tree_place *place, uint8_t ret_value[HUFU_XATTR_MAX], size_t *ret_len,
				  struct hufu_err *err);
/* Complete or not at all. */
HUFU_MUST_USE int tree_value_write(const struct tree_place *place, const uint8_t *value, size_t len,
				   struct hufu_err *err);
HUFU_MUST_USE int tree_value_remove(const struct tree_place *place, struct hufu_err *err);

/* The two kinds of places behind these. */
struct tree_value_kind {
	int (*read)(const struct tree_place *place, uint8_t ret_value[HUFU_XATTR_MAX], size_t *ret_len,
		    struct hufu_err *err);
	int (*write)(const struct tree_place *place, const uint8_t *value, size_t len, struct hufu_err *err);
	int (*remove)(const struct tree_place *place, struct hufu_err *err);
};
extern const struct tree_value_kind tree_value_xattr, tree_value_sidecar;

#endif
