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

/*
 * The words a value can be. `value` is ours; KEYWORD_LATER marks what the kernel knows and hufu does not do yet, so that it
 * is refused as that and not as a typing error.
 */
#define KEYWORD_LATER (-1)

struct keyword {
	const char *name; /* NULL ends a table */
	int value;
};

extern const struct keyword keyword_funcs[]; /* values: enum hufu_func; the canonical name comes before an alias */
extern const struct keyword keyword_masks[]; /* values: enum hufu_mask */
extern const struct keyword keyword_appraise_types[];
extern const struct keyword keyword_templates[]; /* only those hufu does not have; see hufu_template_by_name() */

/* NULL if it is not in the table. */
const struct keyword *keyword_find(const struct keyword *table, struct word word);
/* The first name with this value, NULL if there is none. */
const char *keyword_name(const struct keyword *table, int value);

#endif
