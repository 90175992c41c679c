/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LISTPAIR_H
#define LISTPAIR_H

#include "bytes.h"
#include "listfile.h"

/* The binary list, which counts, and the ascii list, which says the same. */
struct listpair {
	struct listfile binary, ascii;
	struct buf record; /* built here, to be written at once */
};

#define LISTPAIR_CLOSED ((struct listpair){.binary = LISTFILE_CLOSED, .ascii = LISTFILE_CLOSED})

/* Is given each entry of the list in turn; a negative errno ends the reading. */
struct listpair_visitor {
	int (*on_entry)(void *ctx, const struct hufu_mlog_entry *entry, struct hufu_err *err);
	void *ctx;
};

/*
 * Reads the binary list, checks each entry, and then makes the ascii list fit; a torn last record is cut off. `ret_note`
 * says what was repaired, "" if nothing. -EBADMSG: an entry is wrong, and neither file has been changed.
 */
HUFU_MUST_USE int listpair_load(struct listpair *pair, const struct listpair_visitor *visitor,
				struct hufu_err *ret_note, struct hufu_err *err);
/* Appends the entry to both, or to neither. */
HUFU_MUST_USE int listpair_append(struct listpair *pair, const struct hufu_mlog_entry *entry, struct hufu_err *err);
void listpair_close(struct listpair *pair);

#endif
