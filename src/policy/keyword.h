/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYWORD_H
#define KEYWORD_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of the policy's text; not NUL-terminated. */
struct word {
	const char *at;
	size_t len;
};

bool word_is(struct word word, const char *text);

/* The words a value can be. */
struct keyword {
	const char *name; /* NULL ends a table */
	int value;
	unsigned since; /* the release it came with, as 603; 0: it was there in HUFU_KERNEL_OLDEST */
};

extern const struct keyword keyword_funcs[]; /* values: enum hufu_func; the canonical name comes before an alias */
extern const struct keyword keyword_masks[]; /* values: enum hufu_mask */
extern const struct keyword keyword_appraise_types[]; /* values: enum keyword_appraise_type */
enum keyword_appraise_type { APPRAISE_IMASIG, APPRAISE_MODSIG, APPRAISE_SIGV3 };

/* NULL if it is not in the table, whatever the release. */
const struct keyword *keyword_find(const struct keyword *table, struct word word);
/* The first name with this value, NULL if there is none. */
const char *keyword_name(const struct keyword *table, int value);

#endif
