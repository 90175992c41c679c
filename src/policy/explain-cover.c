/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clean.h"
#include "explain.h"

static const char *fs_name(const struct explain_rule *rule)
{
	return rule->names + rule->rule->fs_name;
}

static bool same_magic(const struct explain_rule *a, const struct explain_rule *b)
{
	return a->rule->fs_magic == b->rule->fs_magic;
}

static bool same_name(const struct explain_rule *a, const struct explain_rule *b)
{
	return strcmp(fs_name(a), fs_name(b)) == 0;
}

static bool same_uuid(const struct explain_rule *a, const struct explain_rule *b)
{
	return memcmp(a->rule->fs_uuid, b->rule->fs_uuid, sizeof(a->rule->fs_uuid)) == 0;
}

/* Conditions that are equal or exclude each other. */
static const struct {
	enum rule_field field;
	bool (*same)(const struct explain_rule *a, const struct explain_rule *b);
} equals[] = {
	{RULE_FSMAGIC, same_magic},
	{RULE_FSNAME, same_name},
	{RULE_FSUUID, same_uuid},
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

		for (size_t i = 0; i < masks.n && narrow->funcs & 1U << func; i++)
			if (explain_mask_fits(narrow, masks.at[i]) &&
			    !(wide->funcs & 1U << func && explain_mask_fits(wide, masks.at[i])))
				return false;
	}
	return true;
}

static bool requests_overlap(const struct rule *a, const struct rule *b)
{
	for (unsigned func = HUFU_FUNC_NONE + 1; func < HUFU_FUNC_COUNT; func++) {
		struct explain_masks masks = explain_masks((enum hufu_func)func);

		for (size_t i = 0; i < masks.n && a->funcs & b->funcs & 1U << func; i++)
			if (explain_mask_fits(a, masks.at[i]) && explain_mask_fits(b, masks.at[i]))
				return true;
	}
	return false;
}

bool explain_covers(const struct explain_rule *wide, const struct explain_rule *narrow)
{
	for (size_t i = 0; i < ARRAY_SIZE(equals); i++)
		if (rule_has(wide->rule, equals[i].field) &&
		    (!rule_has(narrow->rule, equals[i].field) || !equals[i].same(wide, narrow)))
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
		if (rule_has(a->rule, equals[i].field) && rule_has(b->rule, equals[i].field) && !equals[i].same(a, b))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (rule_has(a->rule, ids[i]) && rule_has(b->rule, ids[i]) && !ids_overlap(a->rule, b->rule, ids[i]))
			return false;
	return requests_overlap(a->rule, b->rule);
}
