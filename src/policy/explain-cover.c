/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clean.h"
#include "explain.h"

static bool same_text(const struct explain_rule *a, const struct explain_rule *b, enum rule_field field)
{
	return strcmp(rule_text(a->rule, field, a->names), rule_text(b->rule, field, b->names)) == 0;
}

static bool same_magic(const struct explain_rule *a, const struct explain_rule *b, enum rule_field field)
{
	(void)field;
	return a->rule->fs_magic == b->rule->fs_magic;
}

static bool same_uuid(const struct explain_rule *a, const struct explain_rule *b, enum rule_field field)
{
	(void)field;
	return memcmp(a->rule->fs_uuid, b->rule->fs_uuid, sizeof(a->rule->fs_uuid)) == 0;
}

static const struct {
	enum rule_field field;
	bool excludes; /* different values cannot both be true */
	bool (*same)(const struct explain_rule *a, const struct explain_rule *b, enum rule_field field);
} equals[] = {
	{RULE_FSMAGIC, true, same_magic},   {RULE_FSNAME, true, same_text},	{RULE_FS_SUBTYPE, true, same_text},
	{RULE_FSUUID, true, same_uuid},	    {RULE_KEYRINGS, false, same_text},	{RULE_LABEL, false, same_text},
	{RULE_OBJ_USER, false, same_text},  {RULE_OBJ_ROLE, false, same_text},	{RULE_OBJ_TYPE, false, same_text},
	{RULE_SUBJ_USER, false, same_text}, {RULE_SUBJ_ROLE, false, same_text}, {RULE_SUBJ_TYPE, false, same_text},
};

static const enum rule_field ids[] = {RULE_UID, RULE_GID, RULE_FOWNER, RULE_FGROUP};

static bool ids_cover(const struct rule *wide, const struct rule *narrow, enum rule_field field)
{
	const struct id_test *outer = rule_id(wide, field), *inner = rule_id(narrow, field);
	struct explain_range out = explain_range(outer), in = explain_range(inner);

	/* uid and euid look at different ids */
	return outer->effective == inner->effective && out.low <= in.low && in.high <= out.high;
}

static bool ids_overlap(const struct rule *a, const struct rule *b, enum rule_field field)
{
	const struct id_test *one = rule_id(a, field), *other = rule_id(b, field);
	struct explain_range left = explain_range(one), right = explain_range(other);

	/* euid may look at three ids at once, which differ */
	return one->effective || other->effective || (left.low <= right.high && right.low <= left.high);
}

/* Every access of a func and mask that the narrow one matches, or any that both do. */
static bool requests_cover(const struct rule *wide, const struct rule *narrow)
{
	for (unsigned func = HUFU_FUNC_NONE + 1; func < HUFU_FUNC_COUNT; func++) {
		struct explain_masks masks = explain_masks((enum hufu_func)func);

		for (size_t i = 0; i < masks.n && explain_is_about(narrow, (enum hufu_func)func); i++)
			if (explain_mask_fits(narrow, masks.at[i]) &&
			    !(explain_is_about(wide, (enum hufu_func)func) && explain_mask_fits(wide, masks.at[i])))
				return false;
	}
	return true;
}

static bool requests_overlap(const struct rule *a, const struct rule *b)
{
	for (unsigned func = HUFU_FUNC_NONE + 1; func < HUFU_FUNC_COUNT; func++) {
		struct explain_masks masks = explain_masks((enum hufu_func)func);

		for (size_t i = 0; i < masks.n; i++)
			if (explain_is_about(a, (enum hufu_func)func) && explain_is_about(b, (enum hufu_func)func) &&
			    explain_mask_fits(a, masks.at[i]) && explain_mask_fits(b, masks.at[i]))
				return true;
	}
	return false;
}

bool explain_covers(const struct explain_rule *wide, const struct explain_rule *narrow)
{
	if (wide->rule->dormant)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(equals); i++)
		if (rule_has(wide->rule, equals[i].field) &&
		    (!rule_has(narrow->rule, equals[i].field) || !equals[i].same(wide, narrow, equals[i].field)))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (rule_has(wide->rule, ids[i]) &&
		    (!rule_has(narrow->rule, ids[i]) || !ids_cover(wide->rule, narrow->rule, ids[i])))
			return false;
	return requests_cover(wide->rule, narrow->rule);
}

bool explain_overlaps(const struct explain_rule *a, const struct explain_rule *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(equals); i++)
		if (equals[i].excludes && rule_has(a->rule, equals[i].field) && rule_has(b->rule, equals[i].field) &&
		    !equals[i].same(a, b, equals[i].field))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (rule_has(a->rule, ids[i]) && rule_has(b->rule, ids[i]) && !ids_overlap(a->rule, b->rule, ids[i]))
			return false;
	return requests_overlap(a->rule, b->rule);
}
