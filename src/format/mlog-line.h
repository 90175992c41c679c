/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MLOG_LINE_H
#define MLOG_LINE_H

#include "bytes.h"
#include "hufu.h"
#include "mlog.h"

/* A line of the ascii list, read back. */

enum {
	/* Hex doubles the data; the rest is PCR, template hash, template name. */
	MLOG_LINE_MAX = 2 * MLOG_DATA_MAX + 512,
	MLOG_LINE_START = 160, /* bytes mlog_line_starts() wants to see, if there are as many */
};

/*
 * Do these bytes begin like an entry: PCR, 40 or more hex digits, and a blank after each? If fewer are there, they are an entry's
 * if none speaks against it.
 */
bool mlog_line_starts(const char *text, size_t len);

/*
 * Parses an entry without its newline and builds its template data in `data`, which is emptied first and has to live as
 * long as the entry. A template that is not known gives an entry without data, digest and name. -EBADMSG malformed.
 */
HUFU_MUST_USE int mlog_line_parse(const char *line, size_t len, struct buf *data, struct hufu_mlog_entry *ret_entry,
				  struct hufu_err *err);

#endif
