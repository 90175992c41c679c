/* SPDX-License-Identifier: Apache-2.0 */
/* What to say of a token that is none: it is told apart from a near miss, a missing value and a wrong operator. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "suggest.h"
#include "token.h"

static const struct token_row *find_row(struct word name)
{
	for (const struct token_row *row = token_rows; row->name; row++)
		if (word_is(name, row->name))
			return row;
	return NULL;
}

/* The row is known, what follows its name does not fit. */
static int refuse_rest(struct parse *parse, const struct token_row *row, struct word rest)
{
	if (!row->ops[0])
		return parse_refuse(parse, -EINVAL, "'%s' stands alone: it takes no value", row->name);
	if (rest.len == 1 && strchr(row->ops, rest.at[0]))
		return parse_refuse(parse, -EINVAL, "'%s%c' without a value", row->name, rest.at[0]);
	if (rest.len == 0)
		return parse_refuse(parse, -EINVAL, "'%s' needs an operator and a value", row->name);
	return parse_refuse(parse, -EINVAL, "'%s' takes %s", row->name,
			    row->ops[1] ? "the operators =, < and > only" : "the operator = only");
}

/* `BPRM_CHECK` for `func=BPRM_CHECK`. */
static const char *find_key(struct word value)
{
	static const struct {
		const char *key;
		const struct keyword *table;
	} keys[] = {
		{"func=", keyword_funcs},
		{"mask=", keyword_masks},
		{"appraise_type=", keyword_appraise_types},
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct keyword *keyword = keyword_find(keys[i].table, value);

		if (keyword)
			return keys[i].key;
	}
	return NULL;
}

int unknown_refuse(struct parse *parse, struct word token)
{
	struct word name = token;
	struct suggest suggest = {0};
	const struct token_row *row;
	const char *key;

	for (size_t i = 0; i < token.len && name.len == token.len; i++)
		if (strchr("=<>!", token.at[i]))
			name.len = i;
	row = find_row(name);
	if (row)
		return refuse_rest(parse, row, (struct word){token.at + name.len, token.len - name.len});
	key = find_key(token);
	if (key)
		return parse_refuse(parse, -EINVAL, "unknown word '%s'; did you mean '%s%s'?", parse_shown(token).text,
				    key, parse_shown(token).text);
	suggest.word = name;
	for (row = token_rows; row->name; row++)
		if (row->since <= parse->kernel && (name.len == token.len || row->ops[0]))
			suggest_try(&suggest, row->name);
	if (!suggest.best)
		return parse_refuse(parse, -EINVAL, "unknown word '%s'", parse_shown(token).text);
	return parse_refuse(parse, -EINVAL, "unknown word '%s'; did you mean '%s%s'?", parse_shown(token).text,
			    suggest.best, name.len < token.len ? "=" : "");
}
