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
	RULE_FS_SUBTYPE,
	RULE_KEYRINGS,
	RULE_LABEL,
	RULE_PCR,
	RULE_FSUUID,
	RULE_UID, /* or euid */
	RULE_GID, /* or egid */
	RULE_FOWNER,
	RULE_FGROUP,
	RULE_APPRAISE_ALGOS,
	RULE_OBJ_USER,
	RULE_OBJ_ROLE,
	RULE_OBJ_TYPE,
	RULE_SUBJ_USER,
	RULE_SUBJ_ROLE,
	RULE_SUBJ_TYPE,
	RULE_TEMPLATE,
	RULE_APPRAISE_TYPE,
	RULE_DIGEST_TYPE,
	RULE_APPRAISE_FLAG,
	RULE_PERMIT_DIRECTIO,
	RULE_FIELD_COUNT,
};

/* A class is closed by the first rule of it that matches, be it one that does or one that does not (dont_). */
enum rule_class {
	RULE_CLASS_MEASURE = 0,
	RULE_CLASS_APPRAISE,
	RULE_CLASS_AUDIT,
	RULE_CLASS_HASH,
	RULE_CLASS_COUNT,
};
_Static_assert(HUFU_POLICY_MEASURE == 1 << RULE_CLASS_MEASURE && HUFU_POLICY_APPRAISE == 1 << RULE_CLASS_APPRAISE &&
		       HUFU_POLICY_AUDIT == 1 << RULE_CLASS_AUDIT && HUFU_POLICY_HASH == 1 << RULE_CLASS_HASH,
	       "an action is the bit of its class");

struct id_test {
	uint32_t id;
	char op; /* '=', '<' or '>' */
	bool effective; /* euid, egid */
};

/* Fields whose value is text: offsets in the chunk's names. Of lists the text is the list, `a|b`. */
enum rule_text {
	RULE_TEXT_FSNAME = 0,
	RULE_TEXT_FS_SUBTYPE,
	RULE_TEXT_KEYRINGS,
	RULE_TEXT_LABEL,
	RULE_TEXT_LSM, /* RULE_OBJ_USER ... RULE_SUBJ_TYPE */
	RULE_TEXT_COUNT = RULE_TEXT_LSM + RULE_SUBJ_TYPE - RULE_OBJ_USER + 1,
};

static inline enum rule_text rule_text_of(enum rule_field field)
{
	return field >= RULE_OBJ_USER ? (enum rule_text)(RULE_TEXT_LSM + (field - RULE_OBJ_USER))
				      : (enum rule_text)(field - RULE_FSNAME);
}

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
	bool require_sig, permit_modsig, require_verity, require_sigv3, check_blacklist;
	bool permit_directio;
	uint8_t lsm; /* enum hufu_lsm: whose labels these are */
	bool dormant; /* a label that no module knows */
	uint32_t algos; /* bit for each enum hufu_hash */
	uint32_t texts[RULE_TEXT_COUNT];
	uint64_t fs_magic;
	uint8_t fs_uuid[16];
	struct id_test ids[RULE_FGROUP - RULE_UID + 1]; /* RULE_UID ... RULE_FGROUP: see rule_id() */
};

static inline bool rule_has(const struct rule *rule, enum rule_field field)
{
	return rule->has & 1U << field;
}

static inline const char *rule_text(const struct rule *rule, enum rule_field field, const char *names)
{
	return names + rule->texts[rule_text_of(field)];
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
