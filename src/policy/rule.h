/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_H
#define RULE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hufu.h"

/* What a rule can say, in the order of the canonical form of the kernel. */
enum rule_field {
	RULE_ACTION = 0,
	RULE_FUNC,
	RULE_MASK,
	RULE_FSMAGIC,
	RULE_FSNAME,
	RULE_PCR,
	RULE_FSUUID,
	RULE_UID, /* or euid */
	RULE_GID, /* or egid */
	RULE_FOWNER,
	RULE_FGROUP,
	RULE_TEMPLATE,
	RULE_APPRAISE_TYPE,
	RULE_PERMIT_DIRECTIO,
	RULE_FIELD_COUNT,
};

/* A class is closed by the first rule of it that matches, be it one that does or one that does not (dont_). */
enum rule_class {
	RULE_CLASS_MEASURE = 0,
	RULE_CLASS_APPRAISE,
	RULE_CLASS_AUDIT,
	RULE_CLASS_COUNT,
};
_Static_assert(HUFU_POLICY_MEASURE == 1 << RULE_CLASS_MEASURE && HUFU_POLICY_APPRAISE == 1 << RULE_CLASS_APPRAISE &&
		       HUFU_POLICY_AUDIT == 1 << RULE_CLASS_AUDIT,
	       "an action is the bit of its class");

struct id_test {
	uint32_t id;
	char op; /* '=', '<' or '>' */
	bool effective; /* euid, egid */
};

struct rule {
	uint32_t has; /* bit for each enum rule_field */
	uint32_t funcs; /* bit for each enum hufu_func the rule is for: all of them without func= */
	uint8_t class; /* enum rule_class */
	bool dont;
	uint8_t func; /* enum hufu_func */
	uint8_t mask; /* one bit of enum hufu_mask */
	bool mask_within; /* `^`: the bit among others; else the request is this bit and nothing else */
	uint8_t pcr;
	uint8_t template; /* enum hufu_template */
	bool require_sig;
	bool permit_directio;
	uint32_t fs_name; /* offset in the chunk's names */
	uint64_t fs_magic;
	uint8_t fs_uuid[16];
	struct id_test ids[RULE_FGROUP - RULE_UID + 1]; /* RULE_UID ... RULE_FGROUP: see rule_id() */
};

static inline bool rule_has(const struct rule *rule, enum rule_field field)
{
	return rule->has & 1U << field;
}

/* `field` is one of RULE_UID ... RULE_FGROUP. */
static inline const struct id_test *rule_id(const struct rule *rule, enum rule_field field)
{
	return &rule->ids[field - RULE_UID];
}

/* The rules of one text. Shared by every policy that was made from it or on top of it; unchanged from then on. */
struct chunk {
	_Atomic unsigned refs;
	unsigned n_rules;
	struct rule *rules;
	char *names; /* NUL-terminated strings, one after another; offset 0 is "" */
};

/* What can come of an access of one func: classes with any rule for it, and actions with a rule that asks for them. */
struct scope {
	uint8_t classes; /* bit for each enum rule_class */
	uint8_t actions; /* enum hufu_policy_action */
};

struct hufu_policy {
	unsigned n_rules;
	struct scope scope[HUFU_FUNC_COUNT]; /* [HUFU_FUNC_NONE]: of any func */
	size_t n_chunks;
	struct chunk *chunks[];
};

#define POLICY_RULES_MAX (1U << 20) /* rules of a policy that grows by appending; -EFBIG beyond */

/* Takes over `rules` and `names` whatever the result. `base` may be NULL; it is shared, not copied. */
HUFU_MUST_USE int policy_new(const struct hufu_policy *base, struct rule *rules, unsigned n_rules, char *names,
			     struct hufu_policy **ret_policy);

#endif
