/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "explain.h"

/* What a trap is looked for in. */
struct view {
	const struct explain_rules *rules;
	const struct explain_rule *rule;
};

static bool appraises(const struct rule *rule)
{
	/* func=SETXATTR_CHECK appraises nothing: it says what may be set */
	return rule->class == RULE_CLASS_APPRAISE && !rule->dont &&
	       !(rule_has(rule, RULE_FUNC) && rule->func == HUFU_FUNC_SETXATTR_CHECK);
}

/* Is it one of the rules by which something may be refused? */
static bool counts(const struct explain_rule *rule)
{
	return appraises(rule->rule) && !rule->never;
}

static bool matches_opening(const struct rule *rule, unsigned bit)
{
	struct explain_masks masks = explain_masks(HUFU_FUNC_FILE_CHECK);

	for (size_t i = 0; i < masks.n && explain_is_about(rule, HUFU_FUNC_FILE_CHECK); i++)
		if (masks.at[i] & bit && explain_mask_fits(rule, masks.at[i]))
			return true;
	return false;
}

/* A file system that any user can put a program on. */
static bool is_anybodys(const struct explain_rule *rule)
{
	static const char *const types[] = {"tmpfs", "ramfs", "fuse", "vfat"};
	const char *magic = rule_has(rule->rule, RULE_FSMAGIC) ? explain_magic(rule->rule->fs_magic) : NULL;
	const char *name = rule_has(rule->rule, RULE_FSNAME) ? rule_text(rule->rule, RULE_FSNAME, rule->names) : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if ((magic && strcmp(magic, types[i]) == 0) || (name && strcmp(name, types[i]) == 0))
			return true;
	return false;
}

/* ---- the traps ------------------------------------------------------------------------------------------------ */

static bool reads_alone(const struct view *view)
{
	const struct rule *rule = view->rule->rule;

	return rule_has(rule, RULE_MASK) && !rule->mask_within && rule->mask == HUFU_MAY_READ &&
	       explain_is_about(rule, HUFU_FUNC_FILE_CHECK);
}

static bool writes_alone(const struct view *view)
{
	const struct rule *rule = view->rule->rule;

	return rule_has(rule, RULE_MASK) && !rule->mask_within && rule->mask == HUFU_MAY_WRITE &&
	       explain_is_about(rule, HUFU_FUNC_FILE_CHECK);
}

static bool takes_hashes(const struct view *view)
{
	return appraises(view->rule->rule) && !view->rule->rule->require_sig;
}

static bool hinders_writing(const struct view *view)
{
	return appraises(view->rule->rule) && matches_opening(view->rule->rule, HUFU_MAY_WRITE);
}

static bool hits_everybody(const struct view *view)
{
	const uint32_t open = 1U << RULE_ACTION | 1U << RULE_MASK | 1U << RULE_APPRAISE_ALGOS |
			      1U << RULE_APPRAISE_TYPE | 1U << RULE_DIGEST_TYPE | 1U << RULE_APPRAISE_FLAG |
			      1U << RULE_PERMIT_DIRECTIO;

	return appraises(view->rule->rule) && !(view->rule->rule->has & ~open);
}

static bool misses_set_user_id(const struct view *view)
{
	const struct rule *rule = view->rule->rule;
	struct explain_range range;

	if (!rule_has(rule, RULE_UID) || rule_id(rule, RULE_UID)->effective || rule->dont)
		return false;
	range = explain_range(rule_id(rule, RULE_UID));
	return range.low == 0 && range.high < 1000;
}

static bool leaves_libraries(const struct view *view)
{
	const struct rule *rule = view->rule->rule;

	if (!appraises(rule) || !rule_has(rule, RULE_FUNC) || rule->func != HUFU_FUNC_BPRM_CHECK)
		return false;
	for (unsigned i = 0; i < view->rules->n; i++)
		if (counts(&view->rules->at[i]) && explain_is_about(view->rules->at[i].rule, HUFU_FUNC_MMAP_CHECK))
			return false;
	return true;
}

static bool opens_a_hole(const struct view *view)
{
	return view->rule->rule->dont && view->rule->rule->class == RULE_CLASS_APPRAISE && is_anybodys(view->rule);
}

static bool leaks_directio(const struct view *view)
{
	const struct rule *rule = view->rule->rule;

	return rule->permit_directio && (rule->dont || rule->class == RULE_CLASS_AUDIT);
}

static bool sticks(const struct view *view)
{
	if (!appraises(view->rule->rule) || !view->rule->rule->require_sig)
		return false;
	for (unsigned i = 0; i < view->rules->n; i++)
		if (counts(&view->rules->at[i]) && !view->rules->at[i].rule->require_sig)
			return true;
	return false;
}

/* ima_match_rule_data() looks at the user only. */
static bool ignores_group(const struct view *view)
{
	const struct rule *rule = view->rule->rule;

	return rule_has(rule, RULE_GID) && rule_has(rule, RULE_FUNC) &&
	       (rule->func == HUFU_FUNC_KEY_CHECK || rule->func == HUFU_FUNC_CRITICAL_DATA);
}

static bool holds_until_boot(const struct view *view)
{
	return rule_has(view->rule->rule, RULE_FUNC) && view->rule->rule->func == HUFU_FUNC_SETXATTR_CHECK;
}

static bool loses_to_appraisal(const struct view *view)
{
	if (view->rule->rule->class != RULE_CLASS_HASH || view->rule->rule->dont)
		return false;
	for (unsigned i = 0; i < view->rules->n; i++)
		if (counts(&view->rules->at[i]) && explain_overlaps(&view->rules->at[i], view->rule))
			return true;
	return false;
}

static bool takes_firmware_pcr(const struct view *view)
{
	return rule_has(view->rule->rule, RULE_PCR) && view->rule->rule->pcr < 8;
}

static const struct {
	bool (*is)(const struct view *view);
	const char *text;
} traps[] = {
	{reads_alone,
	 "mask=MAY_READ is exact: a file opened for reading and writing (O_RDWR) is not meant, nor is one opened "
	 "to be executed. mask=^MAY_READ means both ways of reading."},
	{writes_alone,
	 "mask=MAY_WRITE is exact: opening for reading and writing (O_RDWR), or for appending (O_APPEND), is not "
	 "meant. mask=^MAY_WRITE means every writing."},
	{takes_hashes,
	 "Without appraise_type=imasig a hash in security.ima is enough, which whoever may set it can make: it tells "
	 "damage, not the origin. It is written when a file that was changed under this rule is closed."},
	{hinders_writing,
	 "A signed file cannot be opened for writing then, by whom the rule is about: not by its package "
	 "manager either, unless it puts a new file in its place."},
	{hits_everybody,
	 "This is about everybody, root and init too: a machine with one unsigned program or library that it "
	 "needs does not start."},
	{misses_set_user_id,
	 "uid= is the real user: a set-user-id program that another user starts is not meant. euid= looks at "
	 "whose rights it has."},
	{leaves_libraries,
	 "Programs are appraised, but no rule appraises MMAP_CHECK: libraries, plugins and the ELF interpreter "
	 "are not looked at, and a user can preload one."},
	{opens_a_hole, "Any user can put a program on such a file system (as in /dev/shm) and run it unappraised."},
	{leaks_directio,
	 "permit_directio counts for other actions on the same access too, though this rule does nothing with it."},
	{sticks, "In the kernel the demand for a signature stays with a file once this rule has matched: a later "
		 "access that another "
		 "rule would pass with a hash needs the signature as well."},
	{ignores_group, "gid= is taken here, but looked at it is not: the rule is about every group."},
	{holds_until_boot,
	 "The first such rule that is ever loaded holds until the next boot: later ones neither widen nor replace "
	 "it."},
	{loses_to_appraisal, "Where a rule appraises the same access, no hash is written: appraising goes before."},
	{takes_firmware_pcr, "PCRs 0 to 7 are the firmware's: entries of this rule make its values unpredictable."},
};

void explain_traps(const struct explain_rules *rules, unsigned index, void (*put)(void *ctx, const char *text),
		   void *ctx)
{
	const struct view view = {rules, &rules->at[index]};

	for (size_t i = 0; i < ARRAY_SIZE(traps); i++)
		if (traps[i].is(&view))
			put(ctx, traps[i].text);
}
