/* SPDX-License-Identifier: Apache-2.0 */
/* Actions and conditions, token by token: ima_parse_rule() of security/integrity/ima/ima_policy.c. */
#include "take.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "suggest.h"
#include "value.h"

#define PCR_MAX 63 /* kernel: as many as integrity_iint_cache.measured_pcrs has bits */

int take_action(struct parse *parse, const struct token *token)
{
	parse->rule.class = (uint8_t)(token->row->arg & ~TAKE_DONT);
	parse->rule.dont = token->row->arg & TAKE_DONT;
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
		if (table->since <= parse->kernel)
			buf_printf(&known, "%s%s", known.len ? ", " : "", table->name);
	buf_u8(&known, 0);
	return parse_refuse(parse, -EINVAL, "unknown %s '%s'; known: %s", token->row->name, parse_shown(value).text,
			    known.error ? "others" : (const char *)known.data);
}

int take_keyword(struct parse *parse, const struct token *token, const struct keyword *table, struct word value,
		 int *ret_value)
{
	const struct keyword *keyword = keyword_find(table, value);

	if (!keyword)
		return refuse_keyword(parse, token, table, value);
	if (keyword->since > parse->kernel)
		return parse_refuse_later(parse, keyword->since, keyword->name);
	*ret_value = keyword->value;
	return 0;
}

int take_func(struct parse *parse, const struct token *token)
{
	int func = 0;
	int r = take_keyword(parse, token, keyword_funcs, token->value, &func);

	if (r < 0)
		return r;
	parse->rule.func = (uint8_t)func;
	parse->rule.funcs = 1U << func;
	return 0;
}

int take_mask(struct parse *parse, const struct token *token)
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

int take_fsmagic(struct parse *parse, const struct token *token)
{
	int r = value_number(token->value, 16, &parse->rule.fs_magic);

	if (r == -ERANGE)
		return parse_refuse(parse, r, "fsmagic '%s' is too large a number", parse_shown(token->value).text);
	if (r < 0)
		return parse_refuse(parse, r, "fsmagic '%s' is not a hexadecimal number",
				    parse_shown(token->value).text);
	return 0;
}

int take_fsuuid(struct parse *parse, const struct token *token)
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

int take_pcr(struct parse *parse, const struct token *token)
{
	struct word value = token->value;
	uint64_t pcr = 0;
	bool minus = value.at[0] == '-';
	int r;

	if (minus) { /* kstrtoint() reads a sign: -0 is a number from 0 to 63 */
		value.at++;
		value.len--;
	}
	/* -EINVAL also for what overflows: the kernel overwrites the code here */
	r = minus && value.len && value.at[0] == '+' ? -EINVAL : value_number(value, 10, &pcr);
	if (r < 0 || pcr > (minus ? 0 : PCR_MAX))
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

int take_id(struct parse *parse, const struct token *token)
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
		(struct id_test){.id = (uint32_t)id, .op = token->op, .effective = token->row->arg == TAKE_EFFECTIVE};
	return 0;
}

/* The kernel takes any byte. A rule is printed as it is, and has to be a rule again, and no command to a terminal. */
static int take_printable(struct parse *parse, const struct token *token, const char *what)
{
	for (size_t i = 0; i < token->value.len; i++)
		if (!isascii(token->value.at[i]) || !isgraph(token->value.at[i]))
			return parse_refuse(parse, -EINVAL, "%s '%s' is not %s", token->row->name,
					    parse_shown(token->value).text, what);
	parse->texts[rule_text_of(token->row->field)] = token->value;
	return 0;
}

int take_text(struct parse *parse, const struct token *token)
{
	return take_printable(parse, token, "the name of a file system type");
}

/* ima_alloc_rule_opt_list() */
int take_list(struct parse *parse, const struct token *token)
{
	struct word value = token->value;

	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] == '|' && (i == 0 || i + 1 == value.len || value.at[i - 1] == '|'))
			return parse_refuse(parse, -EINVAL, "%s has an empty item; items are separated by one `|`",
					    token->row->name);
	return take_printable(parse, token,
			      token->row->field == RULE_KEYRINGS ? "the name of a keyring"
								 : "the name of a piece of data");
}

/* Which labels a module has: its audit_rule_init hook. */
static bool lsm_has(enum hufu_lsm lsm, enum rule_field field)
{
	switch (lsm) {
	case HUFU_LSM_SELINUX:
		return true;
	case HUFU_LSM_SMACK:
		return field == RULE_OBJ_USER || field == RULE_SUBJ_USER;
	case HUFU_LSM_APPARMOR:
		return field == RULE_SUBJ_ROLE;
	case HUFU_LSM_NONE:
	default:
		return false;
	}
}

int take_lsm(struct parse *parse, const struct token *token)
{
	static const char *const names[] = {
		[HUFU_LSM_NONE] = "no security module that has labels",
		[HUFU_LSM_SELINUX] = "SELinux",
		[HUFU_LSM_SMACK] = "Smack",
		[HUFU_LSM_APPARMOR] = "AppArmor",
	};

	if (!lsm_has(parse->lsm, token->row->field)) {
		if (parse->first)
			return parse_refuse(parse, -EINVAL, "%s asks for a label that there is not: %s is active",
					    token->row->name, names[parse->lsm]);
		parse->rule.dormant = true;
	}
	parse->rule.lsm = (uint8_t)parse->lsm;
	return take_printable(parse, token, "a label");
}
