/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARSE_H
#define PARSE_H

#include "keyword.h"
#include "rule.h"

/* One rule while it is read. */
struct parse {
	struct rule rule;
	struct word texts[RULE_TEXT_COUNT]; /* go into the chunk's names when the rule is complete */
	unsigned kernel; /* the release whose language it is */
	enum hufu_lsm lsm;
	bool first; /* no custom policy is in force: a label nobody knows is an error */
	unsigned column[RULE_FIELD_COUNT]; /* of the token that set the field; 0: not set */
	unsigned first_column; /* of the rule's first token */
	struct hufu_policy_where where; /* what is being looked at */
	struct hufu_err *err;
};

/* Says "line L, column C: ..." for parse->where; returns `code`. */
int parse_refuse(struct parse *parse, int code, const char *format, ...)
	__attribute__((nonnull(3), format(printf, 3, 4)));

/* As above, for what a release later than parse->kernel knows; says since which. */
int parse_refuse_later(struct parse *parse, unsigned since, const char *what);

/* A word as it may stand in a message: escaped, and cut so that the reason after it still fits. */
struct shown {
	char text[200];
};
struct shown parse_shown(struct word word);

/* token.c: takes one token into parse->rule. */
HUFU_MUST_USE int token_take(struct parse *parse, struct word token);
/* check.c: refuses combinations that say nothing or too much; after the last token of a rule. */
HUFU_MUST_USE int check_rule(struct parse *parse);

#endif
