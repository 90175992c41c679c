/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEASURE_FIELDS_H
#define MEASURE_FIELDS_H

#include "content.h"
#include "mlog.h"

/* What a template says of a file beyond digest and path: read through the descriptor, if the template asks for it. */
struct measure_fields {
	struct mlog_inode inode;
	struct hufu_digest short_digest;
};

/*
 * Completes `event`, whose template, digest and name are set, for the file of `content`. What it points to lives in `fields` and
 * in `content`. `short_algo`: for template ima, SHA-1 or MD5. -EIO ...: the file could not be read.
 */
HUFU_MUST_USE int measure_fields_read(struct measure_fields *fields, const struct content *content, unsigned short_algo,
				      struct mlog_event *event);
void measure_fields_done(struct measure_fields *fields);

#endif
