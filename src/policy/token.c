/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of a rule, one row each: policy_tokens and ima_parse_rule() of security/integrity/ima/ima_policy.c. */
#include "token.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "suggest.h"
#include "value.h"

#define DONT	  0x10U /* beside an enum rule_class in token_row.arg */
#define EFFECTIVE 1U
#define PCR_MAX	  63 /* kernel: as many as integrity_iint_cache.measured_pcrs has bits */

static int take_action(struct parse *parse, const struct token *token)
{
	parse->rule.class = (uint8_t)(token->row->arg & ~DONT);
	parse->rule.dont = token->row->arg & DONT;
	return 0;
}

static int refuse_keyword(struct parse *parse, const struct token *token, const struct keyword *table,
			  struct word value)
{
	struct suggest suggest = {.word = value};
	autobuf known = {0};

	suggest_try_table(&suggest, table);
	if (suggest.best)
		return parse_refuse(parse, -EINVAL, "unknown %s '%s'; did you mean '%s'?", token->row->name,
				    parse_shown(value).text, suggest.best);
	for (; table->name; table++)
		if (table->value != KEYWORD_LATER)
			buf_printf(&known, "%s%s", known.len ? ", " : "", table->name);
	buf_u8(&known, 0);
	return parse_refuse(parse, -EINVAL, "unknown %s '%s'; known: %s", token->row->name, parse_shown(value).text,
			    known.error ? "others" : (const char *)known.data);
}

/* A value out of `table`; `value` is the token's, or the part of it that names the keyword. */
static int take_keyword(struct parse *parse, const struct token *token, const struct keyword *table, struct word value,
			int *ret_value)
{
	const struct keyword *keyword = keyword_find(table, value);

	if (!keyword)
		return refuse_keyword(parse, token, table, value);
	if (keyword->value == KEYWORD_LATER)
		return parse_refuse(parse, -EINVAL, "'%s=%s' is not supported by hufu yet", token->row->name,
				    keyword->name);
	*ret_value = keyword->value;
	return 0;
}

static int take_func(struct parse *parse, const struct token *token)
{
	int func = 0;
	int r = take_keyword(parse, token, keyword_funcs, token->value, &func);

	if (r < 0)
		return r;
	parse->rule.func = (uint8_t)func;
	parse->rule.funcs = 1U << func;
	return 0;
}

static int take_mask(struct parse *parse, const struct token *token)
{
	bool within = token->value.at[0] == '^';
	struct word name = {token->value.at + within, token->value.len - within};
	int mask = 0;
	int r = take_keyword(parse, token, keyword_masks, name, &mask);

	if (r < 0)
		return r;
	parse->rule.mask = (uint8_t)mask;
	parse->rule.mask_within = within;
	return 0;
}

static int take_fsmagic(struct parse *parse, const struct token *token)
{
	int r = value_number(token->value, 16, &parse->rule.fs_magic);

	if (r == -ERANGE)
		return parse_refuse(parse, r, "fsmagic '%s' is too large a number", parse_shown(token->value).text);
	if (r < 0)
		return parse_refuse(parse, r, "fsmagic '%s' is not a hexadecimal number",
				    parse_shown(token->value).text);
	return 0;
}

static int take_fsname(struct parse *parse, const struct token *token)
{
	for (size_t i = 0; i < token->value.len; i++)
		if (!isascii(token->value.at[i]) || !isgraph(token->value.at[i]))
			return parse_refuse(parse, -EINVAL, "fsname '%s' is not the name of a file system type",
					    parse_shown(token->value).text);
	parse->fs_name = token->value;
	return 0;
}

static int take_fsuuid(struct parse *parse, const struct token *token)
{
	static const uint8_t none[sizeof(parse->rule.fs_uuid)];

	if (value_uuid(token->value, parse->rule.fs_uuid) < 0)
		return parse_refuse(parse, -EINVAL, "fsuuid '%s' is not a UUID (8-4-4-4-12 hexadecimal digits)",
				    parse_shown(token->value).text);
	/* the kernel takes it for any file system without a UUID, which cannot be told from one whose UUID is not known */
	if (memcmp(parse->rule.fs_uuid, none, sizeof(none)) == 0)
		return parse_refuse(parse, -EINVAL, "the fsuuid of zeros names no file system");
	return 0;
}

static int take_pcr(struct parse *parse, const struct token *token)
{
	uint64_t pcr = 0;

	/* -EINVAL also for what overflows: the kernel overwrites the code here */
	if (value_number(token->value, 10, &pcr) < 0 || pcr > PCR_MAX)
		return parse_refuse(parse, -EINVAL, "pcr '%s' is not a decimal number from 0 to %d",
				    parse_shown(token->value).text, PCR_MAX);
	parse->rule.pcr = (uint8_t)pcr;
	return 0;
}

static bool looks_like_name(struct word value)
{
	if (!isalpha((unsigned char)value.at[0]) && value.at[0] != '_')
		return false;
	for (size_t i = 1; i < value.len; i++)
		if (!isalnum((unsigned char)value.at[i]) && !strchr("_.-", value.at[i]))
			return false;
	return true;
}

static int refuse_id(struct parse *parse, const struct token *token)
{
	const char *name = token->row->name;
	const struct shown shown = parse_shown(token->value);
	bool group = token->row->field == RULE_GID || token->row->field == RULE_FGROUP;

	if (token->value.at[0] == '=')
		return parse_refuse(parse, -EINVAL, "'%s' has no operator '%c='; it takes =, < and >", name, token->op);
	if (!looks_like_name(token->value))
		return parse_refuse(parse, -EINVAL, "%s '%s' is not a decimal number", name, shown.text);
	return parse_refuse(parse, -EINVAL, "%s takes a number, not the name '%s'; `%s %s` prints it", name, shown.text,
			    group ? "getent group" : "id -u", shown.text);
}

static int take_id(struct parse *parse, const struct token *token)
{
	uint64_t id = 0;
	int r = value_number(token->value, 10, &id);

	if (r == -ERANGE)
		return parse_refuse(parse, r, "%s '%s' is too large a number", token->row->name,
				    parse_shown(token->value).text);
	if (r < 0)
		return refuse_id(parse, token);
	if (id >= UINT32_MAX) /* the last one is INVALID_UID */
		return parse_refuse(parse, -EINVAL, "%s '%s' is no id; the largest is %u", token->row->name,
				    parse_shown(token->value).text, UINT32_MAX - 1);
	parse->rule.ids[token->row->field - RULE_UID] =
		(struct id_test){.id = (uint32_t)id, .op = token->op, .effective = token->row->arg == EFFECTIVE};
	return 0;
}

static int take_template(struct parse *parse, const struct token *token)
{
	enum hufu_template template = hufu_template_by_name(token->value.at, token->value.len);
	struct keyword ours[HUFU_TEMPLATE_COUNT] = {0};
	int unused;

	if (!rule_has(&parse->rule, RULE_ACTION))
		return parse_refuse(parse, -EINVAL, "template= has to come after the word measure");
	if (parse->rule.class != RULE_CLASS_MEASURE || parse->rule.dont)
		return parse_refuse(parse, -EINVAL, "template= goes with measure only");
	if (template != HUFU_TEMPLATE_NONE) {
		parse->rule.template = (uint8_t) template;
		return 0;
	}
	if (keyword_find(keyword_templates, token->value))
		return take_keyword(parse, token, keyword_templates, token->value, &unused);
	for (int i = HUFU_TEMPLATE_NONE + 1; i < HUFU_TEMPLATE_COUNT; i++)
		ours[i - 1] = (struct keyword){hufu_template_name((enum hufu_template)i), i};
	return refuse_keyword(parse, token, ours, token->value);
}

static int take_appraise_type(struct parse *parse, const struct token *token)
{
	int unused;
	int r = take_keyword(parse, token, keyword_appraise_types, token->value, &unused);

	if (r == 0)
		parse->rule.require_sig = true;
	return r;
}

static int take_permit_directio(struct parse *parse, const struct token *token)
{
	(void)token;
	parse->rule.permit_directio = true;
	return 0;
}

#define LATER(name, ops)                                                                                               \
	{                                                                                                              \
		(name), (ops), RULE_FIELD_COUNT, TOKEN_ONCE, NULL, 0                                                   \
	}

const struct token_row token_rows[] = {
	{"measure", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_MEASURE},
	{"dont_measure", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_MEASURE | DONT},
	{"appraise", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_APPRAISE},
	{"dont_appraise", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_APPRAISE | DONT},
	{"audit", "", RULE_ACTION, TOKEN_ONCE, take_action, RULE_CLASS_AUDIT},
	{"func", "=", RULE_FUNC, TOKEN_ONCE, take_func, 0},
	{"mask", "=", RULE_MASK, TOKEN_ONCE, take_mask, 0},
	{"fsmagic", "=", RULE_FSMAGIC, TOKEN_AFTER_ZERO, take_fsmagic, 0},
	{"fsname", "=", RULE_FSNAME, TOKEN_LAST_COUNTS, take_fsname, 0},
	{"fsuuid", "=", RULE_FSUUID, TOKEN_ONCE, take_fsuuid, 0},
	{"uid", "=<>", RULE_UID, TOKEN_ONCE, take_id, 0},
	{"euid", "=<>", RULE_UID, TOKEN_ONCE, take_id, EFFECTIVE},
	{"gid", "=<>", RULE_GID, TOKEN_ONCE, take_id, 0},
	{"egid", "=<>", RULE_GID, TOKEN_ONCE, take_id, EFFECTIVE},
	{"fowner", "=<>", RULE_FOWNER, TOKEN_ONCE, take_id, 0},
	{"fgroup", "=<>", RULE_FGROUP, TOKEN_ONCE, take_id, 0},
	{"pcr", "=", RULE_PCR, TOKEN_LAST_COUNTS, take_pcr, 0},
	{"template", "=", RULE_TEMPLATE, TOKEN_ONCE, take_template, 0},
	{"appraise_type", "=", RULE_APPRAISE_TYPE, TOKEN_LAST_COUNTS, take_appraise_type, 0},
	{"permit_directio", "", RULE_PERMIT_DIRECTIO, TOKEN_LAST_COUNTS, take_permit_directio, 0},
	LATER("hash", ""),
	LATER("dont_hash", ""),
	LATER("dont_audit", ""),
	LATER("fs_subtype", "="),
	LATER("obj_user", "="),
	LATER("obj_role", "="),
	LATER("obj_type", "="),
	LATER("subj_user", "="),
	LATER("subj_role", "="),
	LATER("subj_type", "="),
	LATER("keyrings", "="),
	LATER("label", "="),
	LATER("digest_type", "="),
	LATER("appraise_flag", "="),
	LATER("appraise_algos", "="),
	{0},
};

/* As the error about a second one names them. */
static const char *const field_names[RULE_FIELD_COUNT] = {
	[RULE_ACTION] = "action",
	[RULE_FUNC] = "func=",
	[RULE_MASK] = "mask=",
	[RULE_FSMAGIC] = "fsmagic=",
	[RULE_FSNAME] = "fsname=",
	[RULE_PCR] = "pcr=",
	[RULE_FSUUID] = "fsuuid=",
	[RULE_UID] = "uid or euid",
	[RULE_GID] = "gid or egid",
	[RULE_FOWNER] = "fowner",
	[RULE_FGROUP] = "fgroup",
	[RULE_TEMPLATE] = "template=",
	[RULE_APPRAISE_TYPE] = "appraise_type=",
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
	if (!row->take)
		return parse_refuse(parse, -EINVAL, "'%s%s' is not supported by hufu yet", row->name, row->ops);
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
