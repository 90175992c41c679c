/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_H
#define OBJECT_H

#include <sys/stat.h>

#include "fstable.h"
#include "service.h"

/* What rules can ask of a file; `object` points into the rest. */
struct object {
	struct fstable_entry fs;
	char label[256]; /* of the security module; "" none */
	struct hufu_object object;
};

void object_read(const struct service *service, struct fstable *table, int fd, const struct stat *st,
		 struct object *ret_object);

#endif
