/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOKEN_H
#define TOKEN_H

#include "parse.h"

enum token_repeat {
	TOKEN_ONCE = 0, /* twice in a rule is an error */
	TOKEN_LAST_COUNTS,
	TOKEN_WHILE_DORMANT, /* an error, unless the first label was one that no module knows */
	TOKEN_AFTER_ZERO, /* an error, unless the first value was 0: the kernel tells by the value */
};

struct token {
	const struct token_row *row;
	char op; /* 0: a word on its own */
	struct word value;
};

/* One kind of token. `uid<1000` is the row of `uid`, op '<', value `1000`. */
struct token_row {
	const char *name;
	const char *ops; /* one of these and a value follow; "": a word on its own */
	enum rule_field field;
	enum token_repeat repeat;
	int (*take)(struct parse *parse, const struct token *token);
	unsigned arg;
	unsigned since; /* as struct keyword's */
};

extern const struct token_row token_rows[]; /* a NULL name ends it */

/* Splits `text`; false if it is of no row. The value may still be a wrong one. */
bool token_find(struct word text, struct token *ret_token);

/* unknown.c: refuses a token of which no row is, with the likely reason. */
int unknown_refuse(struct parse *parse, struct word token);

#endif
