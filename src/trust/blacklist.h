/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BLACKLIST_H
#define BLACKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hufu.h"

/*
 * What .blacklist holds (kernel: certs/blacklist.c): hashes of the TBS part of certificates (`tbs:`) and of files (`bin:`). An
 * entry does not say of which algorithm it is: a certificate is hashed with each that has the entry's length.
 */
enum { BLACKLIST_MAX = 65536 }; /* entries */

enum blacklist_kind { BLACKLIST_TBS, BLACKLIST_BIN };

struct blacklist_entry {
	uint8_t kind; /* enum blacklist_kind */
	uint8_t len;
	uint8_t bytes[HUFU_DIGEST_MAX];
	uint32_t serial;
};

struct blacklist {
	struct blacklist_entry *entries; /* sorted by kind, length and bytes */
	size_t n_entries;
	bool has_tbs[HUFU_DIGEST_MAX + 1]; /* by length */
};

void blacklist_done(struct blacklist *list);
/* -EINVAL: neither `tbs:` nor `bin:` and the hex digits of a whole digest. */
HUFU_MUST_USE int blacklist_parse(const char *text, struct blacklist_entry *ret_entry, struct hufu_err *err);
/* 1: added; 0: it is there already; -EDQUOT: the list is full. */
HUFU_MUST_USE int blacklist_add(struct blacklist *list, const struct blacklist_entry *entry);
bool blacklist_has_serial(const struct blacklist *list, uint32_t serial);
bool blacklist_has_file(const struct blacklist *list, const struct hufu_digest *digest);
/* 1: the certificate is on the list; 0: it is not; negative: that could not be found out. */
HUFU_MUST_USE int blacklist_has_cert(const struct blacklist *list, const struct hufu_cert *cert, struct hufu_err *err);

#endif
