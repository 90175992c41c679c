/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical form: ima_policy_show() of security/integrity/ima/ima_policy.c. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "bytes.h"
#include "keyword.h"
#include "rule.h"

struct printer {
	const struct rule *rule;
	const char *names;
	enum rule_field field; /* the one whose turn it is */
	struct buf out;
};

static void print_action(struct printer *p)
{
	static const char *const names[RULE_CLASS_COUNT] = {"measure", "appraise", "audit", "hash"};

	buf_printf(&p->out, "%s%s", p->rule->dont ? "dont_" : "", names[p->rule->class]);
}

static void print_func(struct printer *p)
{
	buf_printf(&p->out, "func=%s", hufu_func_name((enum hufu_func)p->rule->func));
}

static void print_mask(struct printer *p)
{
	buf_printf(&p->out, "mask=%s%s", p->rule->mask_within ? "^" : "", keyword_name(keyword_masks, p->rule->mask));
}

static void print_fsmagic(struct printer *p)
{
	buf_printf(&p->out, "fsmagic=0x%" PRIx64, p->rule->fs_magic);
}

static void print_text(struct printer *p)
{
	static const char *const names[RULE_TEXT_COUNT] = {"fsname",	"fs_subtype", "keyrings", "label",
							   "obj_user",	"obj_role",   "obj_type", "subj_user",
							   "subj_role", "subj_type"};

	buf_printf(&p->out, "%s=%s", names[rule_text_of(p->field)], rule_text(p->rule, p->field, p->names));
}

static void print_pcr(struct printer *p)
{
	buf_printf(&p->out, "pcr=%u", p->rule->pcr);
}

static void print_fsuuid(struct printer *p)
{
	buf_str(&p->out, "fsuuid=");
	for (size_t i = 0; i < sizeof(p->rule->fs_uuid); i++)
		buf_printf(&p->out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", p->rule->fs_uuid[i]);
}

/* Unsigned, where the kernel prints %d: what is printed has to be a rule again. */
static void print_id(struct printer *p)
{
	static const char *const names[] = {"uid", "gid", "fowner", "fgroup"};
	const struct id_test *test = rule_id(p->rule, p->field);

	buf_printf(&p->out, "%s%s%c%" PRIu32, test->effective ? "e" : "", names[p->field - RULE_UID], test->op,
		   test->id);
}

static void print_template(struct printer *p)
{
	buf_printf(&p->out, "template=%s", hufu_template_name((enum hufu_template)p->rule->template));
}

/* In the order of their numbers. */
static void print_appraise_algos(struct printer *p)
{
	const char *comma = "";

	buf_str(&p->out, "appraise_algos=");
	for (unsigned algo = 0; algo < HUFU_HASH_COUNT; algo++) {
		if (!(p->rule->algos & 1U << algo))
			continue;
		buf_printf(&p->out, "%s%s", comma, hufu_hash_name(algo));
		comma = ",";
	}
}

static void print_appraise_type(struct printer *p)
{
	buf_printf(&p->out, "appraise_type=%s",
		   p->rule->require_sigv3   ? "sigv3"
		   : p->rule->permit_modsig ? "imasig|modsig"
					    : "imasig");
}

static void print_digest_type(struct printer *p)
{
	buf_str(&p->out, "digest_type=verity");
}

static void print_appraise_flag(struct printer *p)
{
	buf_str(&p->out, "appraise_flag=check_blacklist");
}

static void print_permit_directio(struct printer *p)
{
	buf_str(&p->out, "permit_directio");
}

static void (*const print[RULE_FIELD_COUNT])(struct printer *p) = {
	[RULE_ACTION] = print_action,
	[RULE_FUNC] = print_func,
	[RULE_MASK] = print_mask,
	[RULE_FSMAGIC] = print_fsmagic,
	[RULE_FSNAME] = print_text,
	[RULE_FS_SUBTYPE] = print_text,
	[RULE_KEYRINGS] = print_text,
	[RULE_LABEL] = print_text,
	[RULE_PCR] = print_pcr,
	[RULE_FSUUID] = print_fsuuid,
	[RULE_UID] = print_id,
	[RULE_GID] = print_id,
	[RULE_FOWNER] = print_id,
	[RULE_FGROUP] = print_id,
	[RULE_APPRAISE_ALGOS] = print_appraise_algos,
	[RULE_OBJ_USER] = print_text,
	[RULE_OBJ_ROLE] = print_text,
	[RULE_OBJ_TYPE] = print_text,
	[RULE_SUBJ_USER] = print_text,
	[RULE_SUBJ_ROLE] = print_text,
	[RULE_SUBJ_TYPE] = print_text,
	[RULE_TEMPLATE] = print_template,
	[RULE_APPRAISE_TYPE] = print_appraise_type,
	[RULE_DIGEST_TYPE] = print_digest_type,
	[RULE_APPRAISE_FLAG] = print_appraise_flag,
	[RULE_PERMIT_DIRECTIO] = print_permit_directio,
};

static const struct rule *find(const struct hufu_policy *policy, unsigned index, const char **ret_names)
{
	for (size_t c = 0; c < policy->n_chunks; c++) {
		const struct chunk *chunk = policy->chunks[c];

		if (index < chunk->n_rules) {
			*ret_names = chunk->names;
			return &chunk->rules[index];
		}
		index -= chunk->n_rules;
	}
	return NULL;
}

static bool is_shown(const struct rule *rule, enum rule_field field)
{
	return rule_has(rule, field) && (field != RULE_APPRAISE_FLAG || rule->check_blacklist);
}

static void printer_done(struct printer *p)
{
	buf_done(&p->out);
}

ssize_t hufu_policy_print(const struct hufu_policy *policy, unsigned index, bool kernel_form, char *ret_text,
			  size_t size)
{
	__attribute__((cleanup(printer_done))) struct printer p = {0};

	p.rule = find(policy, index, &p.names);
	if (!p.rule)
		return -EINVAL;
	for (p.field = 0; p.field < RULE_FIELD_COUNT && !p.rule->dormant; p.field++) {
		if (!is_shown(p.rule, p.field))
			continue;
		if (p.out.len && !kernel_form)
			buf_u8(&p.out, ' ');
		print[p.field](&p);
		if (kernel_form)
			buf_u8(&p.out, ' ');
	}
	if (p.out.error)
		return p.out.error;
	if (p.out.len >= size)
		return -ENOSPC;
	if (p.out.len)
		memcpy(ret_text, p.out.data, p.out.len);
	ret_text[p.out.len] = '\0';
	return (ssize_t)p.out.len;
}
