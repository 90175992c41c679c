/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a policy that parses: rules that never match, or do nothing, and traps. */
#include <stdarg.h>
#include <stdio.h>

#include "bytes.h"
#include "clean.h"
#include "explain.h"

struct remarks {
	struct explain_rules rules;
	unsigned at; /* the rule that is looked at, from 0 */
	bool muted;
	void (*on_remark)(void *ctx, const struct hufu_policy_remark *remark);
	void *ctx;
};

static __attribute__((format(printf, 4, 5))) void put(struct remarks *remarks, enum hufu_remark_kind kind,
						      unsigned other, const char *format, ...)
{
	struct hufu_policy_remark remark = {.kind = kind, .rule = remarks->at + 1, .other = other};
	char text[512];
	va_list args;

	if (remarks->muted)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	remark.text = text;
	remarks->on_remark(remarks->ctx, &remark);
}

static const struct explain_rule *here(const struct remarks *remarks)
{
	return &remarks->rules.at[remarks->at];
}

/* ---- never ---------------------------------------------------------------------------------------------------- */

static bool has_empty_range(struct remarks *remarks)
{
	static const struct {
		enum rule_field field;
		const char *name;
	} ids[] = {{RULE_UID, "uid"}, {RULE_GID, "gid"}, {RULE_FOWNER, "fowner"}, {RULE_FGROUP, "fgroup"}};
	const struct rule *rule = here(remarks)->rule;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		const struct id_test *test = rule_has(rule, ids[i].field) ? rule_id(rule, ids[i].field) : NULL;
		struct explain_range range;

		if (!test)
			continue;
		range = explain_range(test);
		if (range.low <= range.high)
			continue;
		put(remarks, HUFU_REMARK_NEVER, 0, "It can never match: there is no id that is %s%s%c%u.",
		    test->effective ? "e" : "", ids[i].name, test->op, test->id);
		return true;
	}
	return false;
}

static bool has_impossible_mask(struct remarks *remarks)
{
	const struct rule *rule = here(remarks)->rule;

	if (explain_reaches(rule))
		return false;
	if (rule_has(rule, RULE_FUNC) && rule->func != HUFU_FUNC_FILE_CHECK)
		put(remarks, HUFU_REMARK_NEVER, 0,
		    "It can never match: an access of %s has the mask %s and nothing else.",
		    hufu_func_name((enum hufu_func)rule->func),
		    explain_masks((enum hufu_func)rule->func).at[0] == HUFU_MAY_READ ? "MAY_READ" : "MAY_EXEC");
	else
		put(remarks, HUFU_REMARK_NEVER, 0,
		    "It can never match: who appends also writes or reads, so MAY_APPEND never comes alone. "
		    "mask=^MAY_APPEND means every appending.");
	return true;
}

static bool has_two_file_systems(struct remarks *remarks)
{
	const struct explain_rule *rule = here(remarks);
	const char *name, *type;

	if (!rule_has(rule->rule, RULE_FSMAGIC) || !rule_has(rule->rule, RULE_FSNAME))
		return false;
	name = rule_text(rule->rule, RULE_FSNAME, rule->names);
	if (explain_magic_fits(rule->rule->fs_magic, name))
		return false;
	type = explain_magic(rule->rule->fs_magic);
	put(remarks, HUFU_REMARK_NEVER, 0, "It can never match: the magic number is that of %s, not of %.64s.",
	    type ? type : "another type", name);
	return true;
}

static bool is_shadowed(struct remarks *remarks)
{
	const struct explain_rule *rule = here(remarks);

	for (unsigned i = 0; i < remarks->at; i++) {
		const struct explain_rule *before = &remarks->rules.at[i];

		if (before->rule->class != rule->rule->class || !explain_covers(before, rule))
			continue;
		put(remarks, HUFU_REMARK_NEVER, i + 1,
		    "It can never match: rule %u comes before it, is of the same class and matches all of that.",
		    i + 1);
		return true;
	}
	return false;
}

static bool is_dormant(struct remarks *remarks)
{
	if (!here(remarks)->rule->dormant)
		return false;
	put(remarks, HUFU_REMARK_NEVER, 0,
	    "It can never match: no security module that is active has such a label. It sleeps until one does.");
	return true;
}

static bool never_matches(struct remarks *remarks)
{
	return is_dormant(remarks) || has_empty_range(remarks) || has_impossible_mask(remarks) ||
	       has_two_file_systems(remarks) || is_shadowed(remarks);
}

/* ---- to no effect --------------------------------------------------------------------------------------------- */

static void look_if_seen(struct remarks *remarks)
{
	const struct rule *rule = here(remarks)->rule;

	if (rule_has(rule, RULE_FUNC) && !explain_is_seen((enum hufu_func)rule->func))
		put(remarks, HUFU_REMARK_UNSEEN, 0,
		    "hufud does not see this: no fanotify event tells of %s. Only the kernel's own IMA acts on it.",
		    hufu_func_name((enum hufu_func)rule->func));
}

/* A dont_ rule is there to keep something from a later one. */
static bool is_idle(struct remarks *remarks)
{
	const struct explain_rule *rule = here(remarks);

	if (!rule->rule->dont)
		return false;
	for (unsigned i = remarks->at + 1; i < remarks->rules.n; i++) {
		const struct explain_rule *after = &remarks->rules.at[i];

		if (after->rule->class == rule->rule->class && !after->rule->dont && explain_overlaps(rule, after))
			return false;
	}
	put(remarks, HUFU_REMARK_IDLE, 0,
	    "It changes nothing: no rule after it would do what it forbids, unless one is appended.");
	return true;
}

static void put_trap(void *ctx, const char *text)
{
	put(ctx, HUFU_REMARK_TRAP, 0, "%s", text);
}

static void remark_one(struct remarks *remarks)
{
	if (here(remarks)->never) {
		(void)never_matches(remarks);
		return;
	}
	look_if_seen(remarks);
	if (!is_idle(remarks))
		explain_traps(&remarks->rules, remarks->at, put_trap, remarks);
}

const char *hufu_remark_name(enum hufu_remark_kind kind)
{
	static const char *const names[HUFU_REMARK_KIND_COUNT] = {
		[HUFU_REMARK_NEVER] = "never",
		[HUFU_REMARK_UNSEEN] = "unseen",
		[HUFU_REMARK_IDLE] = "idle",
		[HUFU_REMARK_TRAP] = "trap",
	};

	return (unsigned)kind < HUFU_REMARK_KIND_COUNT ? names[kind] : NULL;
}

int hufu_policy_remarks(const struct hufu_policy *policy,
			void (*on_remark)(void *ctx, const struct hufu_policy_remark *remark), void *ctx)
{
	struct remarks remarks = {.on_remark = on_remark, .ctx = ctx};
	int r = explain_rules_init(&remarks.rules, policy);

	if (r < 0)
		return r;
	/* First which rules do not count, since what is said of others depends on that */
	remarks.muted = true;
	for (remarks.at = 0; remarks.at < remarks.rules.n; remarks.at++)
		remarks.rules.at[remarks.at].never = never_matches(&remarks);
	remarks.muted = false;
	for (remarks.at = 0; remarks.at < remarks.rules.n; remarks.at++)
		remark_one(&remarks);
	explain_rules_done(&remarks.rules);
	return 0;
}
