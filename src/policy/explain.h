/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "bytes.h"
#include "rule.h"

/* A rule with what it takes to read it. */
struct explain_rule {
	const struct rule *rule;
	const char *names; /* of its chunk */
	bool never; /* found out: it can never match */
};

/* All rules of a policy, one after another. */
struct explain_rules {
	struct explain_rule *at;
	unsigned n;
};

/* -ENOMEM. The rules stay those of the policy. */
HUFU_MUST_USE int explain_rules_init(struct explain_rules *rules, const struct hufu_policy *policy);
void explain_rules_done(struct explain_rules *rules);

/* ---- explain-reach.c: accesses that there can be, and which of them a rule speaks of ---- */

/* Masks that an access of this func can have: ima_file_check() and the other callers of process_measurement(). */
struct explain_masks {
	uint8_t at[8];
	size_t n;
};
struct explain_masks explain_masks(enum hufu_func func);
bool explain_mask_fits(const struct rule *rule, unsigned mask);
/* Is it a rule for accesses of this func? */
bool explain_is_about(const struct rule *rule, enum hufu_func func);
/* Is there an access of a func and a mask that the rule matches? */
bool explain_reaches(const struct rule *rule);
/* Does hufud see accesses of this func at all? */
bool explain_is_seen(enum hufu_func func);
/* The name of the type of file systems with this magic number; NULL: not known here. */
const char *explain_magic(uint64_t magic);
/* Can a file system be of this type and have this magic number, as far as it is known here? */
bool explain_magic_fits(uint64_t magic, const char *fs_name);

/* Ids that a test is true for; empty: low > high. */
struct explain_range {
	uint64_t low, high;
};
struct explain_range explain_range(const struct id_test *test);

/* ---- explain-cover.c: two rules compared by their conditions, whatever they do ---- */

/* Does every access that `narrow` matches match `wide`? False where it cannot be said. */
bool explain_covers(const struct explain_rule *wide, const struct explain_rule *narrow);
/* Can an access match both? True where it cannot be said. */
bool explain_overlaps(const struct explain_rule *a, const struct explain_rule *b);

/* ---- explain-trap.c: what a rule does and few would think of ---- */

/* Calls `put` for each trap in rule `index`. */
void explain_traps(const struct explain_rules *rules, unsigned index, void (*put)(void *ctx, const char *text),
		   void *ctx);

#endif
