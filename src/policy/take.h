/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TAKE_H
#define TAKE_H

#include "token.h"

/* What each token does to parse->rule. 0, or a negative errno after parse_refuse(). */

#define TAKE_DONT      0x10U /* beside an enum rule_class in token_row.arg */
#define TAKE_EFFECTIVE 1U

int take_action(struct parse *parse, const struct token *token);
int take_func(struct parse *parse, const struct token *token);
int take_mask(struct parse *parse, const struct token *token);
int take_fsmagic(struct parse *parse, const struct token *token);
int take_text(struct parse *parse, const struct token *token);
int take_list(struct parse *parse, const struct token *token);
int take_fsuuid(struct parse *parse, const struct token *token);
int take_id(struct parse *parse, const struct token *token);
int take_lsm(struct parse *parse, const struct token *token);
int take_pcr(struct parse *parse, const struct token *token);

int take_template(struct parse *parse, const struct token *token);
int take_appraise_type(struct parse *parse, const struct token *token);
int take_digest_type(struct parse *parse, const struct token *token);
int take_appraise_flag(struct parse *parse, const struct token *token);
int take_appraise_algos(struct parse *parse, const struct token *token);
int take_permit_directio(struct parse *parse, const struct token *token);

/* A value out of `table`; `value` is the token's, or the part of it that names the keyword. */
int take_keyword(struct parse *parse, const struct token *token, const struct keyword *table, struct word value,
		 int *ret_value);

#endif
