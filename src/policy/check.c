/* SPDX-License-Identifier: Apache-2.0 */
/* Combinations that are refused: ima_validate_rule() of security/integrity/ima/ima_policy.c. */
#include <errno.h>

#include "clean.h"
#include "parse.h"

#define F(field) (1U << RULE_##field)

/* What goes with any func that has an inode. */
#define BASE                                                                                                           \
	(F(ACTION) | F(FUNC) | F(MASK) | F(FSMAGIC) | F(FSNAME) | F(FS_SUBTYPE) | F(FSUUID) | F(UID) | F(GID) |        \
	 F(FOWNER) | F(FGROUP) | F(PCR) | F(TEMPLATE))
#define LABELS (F(OBJ_USER) | F(OBJ_ROLE) | F(OBJ_TYPE) | F(SUBJ_USER) | F(SUBJ_ROLE) | F(SUBJ_TYPE))
#define FILES  (BASE | LABELS | F(APPRAISE_TYPE) | F(APPRAISE_ALGOS) | F(PERMIT_DIRECTIO))
/* Hooks that have the file in a buffer: appended signatures, whose digest cannot be fs-verity's. */
#define BUFFERED (FILES | F(APPRAISE_FLAG))
#define MEASURED (F(ACTION) | F(FUNC) | F(UID) | F(GID) | F(PCR) | F(TEMPLATE))

static const uint32_t allowed[HUFU_FUNC_COUNT] = {
	[HUFU_FUNC_NONE] = FILES | F(DIGEST_TYPE),
	[HUFU_FUNC_FILE_CHECK] = FILES | F(DIGEST_TYPE),
	[HUFU_FUNC_MMAP_CHECK] = FILES | F(DIGEST_TYPE),
	[HUFU_FUNC_MMAP_CHECK_REQPROT] = FILES | F(DIGEST_TYPE),
	[HUFU_FUNC_BPRM_CHECK] = FILES | F(DIGEST_TYPE),
	[HUFU_FUNC_CREDS_CHECK] = FILES | F(DIGEST_TYPE),
	[HUFU_FUNC_FIRMWARE_CHECK] = FILES | F(DIGEST_TYPE),
	[HUFU_FUNC_POLICY_CHECK] = FILES | F(DIGEST_TYPE),
	[HUFU_FUNC_MODULE_CHECK] = BUFFERED,
	[HUFU_FUNC_KEXEC_KERNEL_CHECK] = BUFFERED,
	[HUFU_FUNC_KEXEC_INITRAMFS_CHECK] = BUFFERED,
	[HUFU_FUNC_KEXEC_CMDLINE] = (BASE | LABELS) & ~F(MASK),
	[HUFU_FUNC_KEY_CHECK] = MEASURED | F(KEYRINGS),
	[HUFU_FUNC_CRITICAL_DATA] = MEASURED | F(LABEL),
	[HUFU_FUNC_SETXATTR_CHECK] = F(ACTION) | F(FUNC) | F(APPRAISE_ALGOS) | LABELS,
};

/* Options of one action: any other, and the dont_ form of the same, is refused. */
static const struct {
	enum rule_field field;
	enum rule_class class;
	const char *reason;
} belongs[] = {
	{RULE_PCR, RULE_CLASS_MEASURE, "pcr= goes with measure only"},
	{RULE_APPRAISE_TYPE, RULE_CLASS_APPRAISE, "appraise_type= goes with appraise only"},
	{RULE_APPRAISE_FLAG, RULE_CLASS_APPRAISE, "appraise_flag= goes with appraise only"},
	{RULE_APPRAISE_ALGOS, RULE_CLASS_APPRAISE, "appraise_algos= goes with appraise only"},
};

static int refuse_at(struct parse *parse, enum rule_field field, const char *reason)
{
	parse->where.column = parse->column[field];
	return parse_refuse(parse, -EINVAL, "%s", reason);
}

static bool is_measured_only(enum hufu_func func)
{
	return func == HUFU_FUNC_KEXEC_CMDLINE || func == HUFU_FUNC_KEY_CHECK || func == HUFU_FUNC_CRITICAL_DATA;
}

static const char *reason_of(enum rule_field field)
{
	if (field == RULE_KEYRINGS)
		return "keyrings= goes with func=KEY_CHECK only";
	if (field == RULE_LABEL)
		return "label= goes with func=CRITICAL_DATA only";
	if (field == RULE_DIGEST_TYPE)
		return "digest_type= does not go with a func that reads into memory";
	return "this does not go with the func of the rule";
}

static int check_func(struct parse *parse)
{
	const struct rule *rule = &parse->rule;
	enum hufu_func func = (enum hufu_func)rule->func;
	uint32_t has = rule->has, wrong;

	/* accepted anywhere, and without effect, since the blacklist always counts */
	if (rule_has(rule, RULE_APPRAISE_FLAG) && !rule->check_blacklist)
		has &= ~F(APPRAISE_FLAG);
	/* euid= and egid= are conditions of their own to these */
	if ((func == HUFU_FUNC_KEY_CHECK || func == HUFU_FUNC_CRITICAL_DATA)) {
		if (rule_has(rule, RULE_UID) && rule_id(rule, RULE_UID)->effective)
			return refuse_at(parse, RULE_UID, "euid does not go with the func of the rule");
		if (rule_has(rule, RULE_GID) && rule_id(rule, RULE_GID)->effective)
			return refuse_at(parse, RULE_GID, "egid does not go with the func of the rule");
	}
	wrong = has & ~allowed[func];
	for (unsigned field = 0; field < RULE_FIELD_COUNT; field++)
		if (wrong & 1U << field)
			return refuse_at(parse, (enum rule_field)field, reason_of((enum rule_field)field));
	if (is_measured_only(func) && rule->class != RULE_CLASS_MEASURE)
		return refuse_at(parse, RULE_ACTION, "with this func there is measure and dont_measure only");
	if (func != HUFU_FUNC_SETXATTR_CHECK)
		return 0;
	if (rule->class != RULE_CLASS_APPRAISE || rule->dont)
		return refuse_at(parse, RULE_ACTION, "func=SETXATTR_CHECK goes with appraise only");
	if (!rule->algos)
		return refuse_at(parse, RULE_FUNC, "func=SETXATTR_CHECK needs appraise_algos=");
	return 0;
}

static int check_options(struct parse *parse)
{
	const struct rule *rule = &parse->rule;
	bool can_be_modsig = rule->func == HUFU_FUNC_MODULE_CHECK || rule->func == HUFU_FUNC_KEXEC_KERNEL_CHECK ||
			     rule->func == HUFU_FUNC_KEXEC_INITRAMFS_CHECK;

	if (rule->permit_modsig && !can_be_modsig)
		return refuse_at(parse, RULE_APPRAISE_TYPE,
				 "modsig goes with MODULE_CHECK, KEXEC_KERNEL_CHECK and KEXEC_INITRAMFS_CHECK only");
	if (rule->check_blacklist && !rule->permit_modsig)
		return refuse_at(parse, RULE_APPRAISE_FLAG, "check_blacklist needs appraise_type=imasig|modsig");
	if (rule->class == RULE_CLASS_APPRAISE && !rule->dont && rule->require_verity && !rule->require_sig)
		return refuse_at(parse, RULE_DIGEST_TYPE, "digest_type=verity needs appraise_type=sigv3 after it");
	return 0;
}

int check_rule(struct parse *parse)
{
	const struct rule *rule = &parse->rule;
	int r;

	if (!rule_has(rule, RULE_ACTION)) {
		parse->where.column = parse->first_column;
		return parse_refuse(
			parse, -EINVAL,
			"no action: a rule needs measure, appraise, audit or hash, or the dont_ form of one of them");
	}
	for (size_t i = 0; i < ARRAY_SIZE(belongs); i++) {
		if (!rule_has(rule, belongs[i].field) || (rule->class == belongs[i].class && !rule->dont))
			continue;
		if (belongs[i].field == RULE_APPRAISE_FLAG && !rule->check_blacklist)
			continue;
		return refuse_at(parse, belongs[i].field, belongs[i].reason);
	}
	r = check_func(parse);
	return r < 0 ? r : check_options(parse);
}
