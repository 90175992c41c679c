/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-value.h"

static const struct tree_value_kind *kind_of(const struct tree_place *place)
{
	return place->flags & HUFU_TREE_SIDECAR ? &tree_value_sidecar : &tree_value_xattr;
}

int tree_value_read(const struct tree_place *place, uint8_t ret_value[HUFU_XATTR_MAX], size_t *ret_len,
		    struct hufu_err *err)
{
	return kind_of(place)->read(place, ret_value, ret_len, err);
}

int tree_value_write(const struct tree_place *place, const uint8_t *value, size_t len, struct hufu_err *err)
{
	return kind_of(place)->write(place, value, len, err);
}

int tree_value_remove(const struct tree_place *place, struct hufu_err *err)
{
	return kind_of(place)->remove(place, err);
}
