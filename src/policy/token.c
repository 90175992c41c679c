/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of a rule, one row each: policy_tokens and ima_parse_rule() of security/integrity/ima/ima_policy.c. */
#include "token.h"

#include <errno.h>
#include <string.h>

#include "take.h"

const struct token_row token_rows[] = {
	{"measure", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_MEASURE, 0},
	{"dont_measure", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_MEASURE | TAKE_DONT, 0},
	{"appraise", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_APPRAISE, 0},
	{"dont_appraise", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_APPRAISE | TAKE_DONT, 0},
	{"audit", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_AUDIT, 0},
	{"dont_audit", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_AUDIT | TAKE_DONT, 619},
	{"hash", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_HASH, 0},
	{"dont_hash", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_HASH | TAKE_DONT, 0},
	{"func", "=", RULE_FUNC, TOKEN_ONCE, take_func, 0, 0},
	{"mask", "=", RULE_MASK, TOKEN_ONCE, take_mask, 0, 0},
	{"fsmagic", "=", RULE_FSMAGIC, TOKEN_AFTER_ZERO, take_fsmagic, 0, 0},
	{"fsname", "=", RULE_FSNAME, TOKEN_LAST_COUNTS, take_text, 0, 0},
	{"fs_subtype", "=", RULE_FS_SUBTYPE, TOKEN_ONCE, take_text, 0, 619},
	{"fsuuid", "=", RULE_FSUUID, TOKEN_ONCE, take_fsuuid, 0, 0},
	{"uid", "=<>", RULE_UID, TOKEN_ONCE, take_id, 0, 0},
	{"euid", "=<>", RULE_UID, TOKEN_ONCE, take_id, TAKE_EFFECTIVE, 0},
	{"gid", "=<>", RULE_GID, TOKEN_ONCE, take_id, 0, 0},
	{"egid", "=<>", RULE_GID, TOKEN_ONCE, take_id, TAKE_EFFECTIVE, 0},
	{"fowner", "=<>", RULE_FOWNER, TOKEN_ONCE, take_id, 0, 0},
	{"fgroup", "=<>", RULE_FGROUP, TOKEN_ONCE, take_id, 0, 0},
	{"obj_user", "=", RULE_OBJ_USER, TOKEN_WHILE_DORMANT, take_lsm, 0, 0},
	{"obj_role", "=", RULE_OBJ_ROLE, TOKEN_WHILE_DORMANT, take_lsm, 0, 0},
	{"obj_type", "=", RULE_OBJ_TYPE, TOKEN_WHILE_DORMANT, take_lsm, 0, 0},
	{"subj_user", "=", RULE_SUBJ_USER, TOKEN_WHILE_DORMANT, take_lsm, 0, 0},
	{"subj_role", "=", RULE_SUBJ_ROLE, TOKEN_WHILE_DORMANT, take_lsm, 0, 0},
	{"subj_type", "=", RULE_SUBJ_TYPE, TOKEN_WHILE_DORMANT, take_lsm, 0, 0},
	{"keyrings", "=", RULE_KEYRINGS, TOKEN_ONCE, take_list, 0, 0},
	{"label", "=", RULE_LABEL, TOKEN_ONCE, take_list, 0, 0},
	{"pcr", "=", RULE_PCR, TOKEN_LAST_COUNTS, take_pcr, 0, 0},
	{"template", "=", RULE_TEMPLATE, TOKEN_ONCE, take_template, 0, 0},
	{"appraise_type", "=", RULE_APPRAISE_TYPE, TOKEN_LAST_COUNTS, take_appraise_type, 0, 0},
	{"digest_type", "=", RULE_DIGEST_TYPE, TOKEN_LAST_COUNTS, take_digest_type, 0, 0},
	{"appraise_flag", "=", RULE_APPRAISE_FLAG, TOKEN_LAST_COUNTS, take_appraise_flag, 0, 0},
	{"appraise_algos", "=", RULE_APPRAISE_ALGOS, TOKEN_ONCE, take_appraise_algos, 0, 0},
	{"permit_directio", "", RULE_PERMIT_DIRECTIO, TOKEN_LAST_COUNTS, take_permit_directio, 0, 0},
	{0},
};

/* As the error about a second one names them. */
static const char *const field_names[RULE_FIELD_COUNT] = {
	[RULE_ACTION] = "action",
	[RULE_FUNC] = "func=",
	[RULE_MASK] = "mask=",
	[RULE_FSMAGIC] = "fsmagic=",
	[RULE_FSNAME] = "fsname=",
	[RULE_FS_SUBTYPE] = "fs_subtype=",
	[RULE_KEYRINGS] = "keyrings=",
	[RULE_LABEL] = "label=",
	[RULE_PCR] = "pcr=",
	[RULE_FSUUID] = "fsuuid=",
	[RULE_UID] = "uid or euid",
	[RULE_GID] = "gid or egid",
	[RULE_FOWNER] = "fowner",
	[RULE_FGROUP] = "fgroup",
	[RULE_APPRAISE_ALGOS] = "appraise_algos=",
	[RULE_OBJ_USER] = "obj_user=",
	[RULE_OBJ_ROLE] = "obj_role=",
	[RULE_OBJ_TYPE] = "obj_type=",
	[RULE_SUBJ_USER] = "subj_user=",
	[RULE_SUBJ_ROLE] = "subj_role=",
	[RULE_SUBJ_TYPE] = "subj_type=",
	[RULE_TEMPLATE] = "template=",
	[RULE_APPRAISE_TYPE] = "appraise_type=",
	[RULE_DIGEST_TYPE] = "digest_type=",
	[RULE_APPRAISE_FLAG] = "appraise_flag=",
	[RULE_PERMIT_DIRECTIO] = "permit_directio",
};

/* Splits `text` as a token of this row. */
static bool is_of_row(const struct token_row *row, struct word text, struct token *ret_token)
{
	size_t len = strlen(row->name);

	if (text.len < len || memcmp(text.at, row->name, len) != 0)
		return false;
	if (!row->ops[0]) {
		if (text.len != len)
			return false;
		*ret_token = (struct token){.row = row};
		return true;
	}
	if (text.len < len + 2 || !memchr(row->ops, text.at[len], strlen(row->ops)))
		return false;
	*ret_token = (struct token){.row = row, .op = text.at[len], .value = {text.at + len + 1, text.len - len - 1}};
	return true;
}

bool token_find(struct word text, struct token *ret_token)
{
	for (const struct token_row *row = token_rows; row->name; row++)
		if (is_of_row(row, text, ret_token))
			return true;
	return false;
}

static bool is_repeat(const struct parse *parse, const struct token_row *row)
{
	if (!rule_has(&parse->rule, row->field) || row->repeat == TOKEN_LAST_COUNTS)
		return false;
	if (row->repeat == TOKEN_WHILE_DORMANT)
		return !parse->rule.dormant;
	return row->repeat == TOKEN_ONCE || parse->rule.fs_magic != 0;
}

int token_take(struct parse *parse, struct word text)
{
	const struct token_row *row;
	struct token token;
	int r;

	if (!token_find(text, &token))
		return unknown_refuse(parse, text);
	row = token.row;
	if (row->since > parse->kernel)
		return parse_refuse_later(parse, row->since, row->name);
	if (is_repeat(parse, row))
		return parse_refuse(parse, -EINVAL, "a second %s; the first is at column %u", field_names[row->field],
				    parse->column[row->field]);
	r = row->take(parse, &token);
	if (r < 0)
		return r;
	parse->rule.has |= 1U << row->field;
	parse->column[row->field] = parse->where.column;
	return 0;
}
