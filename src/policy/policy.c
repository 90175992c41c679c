/* SPDX-License-Identifier: Apache-2.0 */
/* The policy object: chunks of rules, shared by reference count, and what can come of each func. */
#include <errno.h>
#include <string.h>

#include "clean.h"
#include "rule.h"

static void chunk_unref(struct chunk *chunk)
{
	if (!chunk || atomic_fetch_sub(&chunk->refs, 1) != 1)
		return;
	free(chunk->rules);
	free(chunk->names);
	free(chunk);
}

DEFINE_AUTO(struct chunk, chunk_unref)

static struct chunk *chunk_new(struct rule *rules, unsigned n_rules, char *names)
{
	struct chunk *chunk = malloc(sizeof(*chunk));
	struct rule *exact = n_rules ? realloc(rules, n_rules * sizeof(*rules)) : NULL;

	if (exact) /* the array grew by doubling, and now it is there to stay */
		rules = exact;
	if (!chunk) {
		free(rules);
		free(names);
		return NULL;
	}
	*chunk = (struct chunk){.refs = 1, .n_rules = n_rules, .rules = rules, .names = names};
	return chunk;
}

static void add_scope(struct hufu_policy *policy, const struct chunk *chunk)
{
	for (unsigned i = 0; i < chunk->n_rules; i++) {
		const struct rule *rule = &chunk->rules[i];

		for (unsigned func = 0; func < HUFU_FUNC_COUNT; func++) {
			if (func != HUFU_FUNC_NONE && !(rule->funcs & 1U << func))
				continue;
			policy->scope[func].classes |= (uint8_t)(1U << rule->class);
			if (!rule->dont)
				policy->scope[func].actions |= (uint8_t)(1U << rule->class);
		}
	}
}

int policy_new(const struct hufu_policy *base, struct rule *rules, unsigned n_rules, char *names,
	       struct hufu_policy **ret_policy)
{
	autodone(chunk_unref) struct chunk *chunk = chunk_new(rules, n_rules, names);
	size_t n_shared = base ? base->n_chunks : 0;
	size_t n_chunks = n_shared + (n_rules > 0);
	struct hufu_policy *policy;

	if (!chunk)
		return -ENOMEM;
	policy = calloc(1, sizeof(*policy) + n_chunks * sizeof(policy->chunks[0]));
	if (!policy)
		return -ENOMEM;
	if (base) {
		policy->n_rules = base->n_rules;
		memcpy(policy->scope, base->scope, sizeof(policy->scope));
		for (size_t i = 0; i < n_shared; i++) {
			policy->chunks[i] = base->chunks[i];
			atomic_fetch_add(&policy->chunks[i]->refs, 1);
		}
	}
	policy->n_rules += n_rules;
	policy->n_chunks = n_chunks;
	add_scope(policy, chunk);
	if (n_rules)
		policy->chunks[n_shared] = take_ptr(chunk);
	*ret_policy = policy;
	return 0;
}

void hufu_policy_free(struct hufu_policy *policy)
{
	if (!policy)
		return;
	for (size_t i = 0; i < policy->n_chunks; i++)
		chunk_unref(policy->chunks[i]);
	free(policy);
}

unsigned hufu_policy_count(const struct hufu_policy *policy)
{
	return policy->n_rules;
}

unsigned hufu_policy_actions(const struct hufu_policy *policy, enum hufu_func func)
{
	return (unsigned)func < HUFU_FUNC_COUNT ? policy->scope[func].actions : 0;
}

uint32_t hufu_policy_setxattr_algos(const struct hufu_policy *policy)
{
	for (size_t c = 0; c < policy->n_chunks; c++)
		for (unsigned i = 0; i < policy->chunks[c]->n_rules; i++)
			if (policy->chunks[c]->rules[i].func == HUFU_FUNC_SETXATTR_CHECK)
				return policy->chunks[c]->rules[i].algos;
	return 0;
}

bool hufu_policy_wants_signed(const struct hufu_policy *policy)
{
	for (size_t c = 0; c < policy->n_chunks; c++)
		for (unsigned i = 0; i < policy->chunks[c]->n_rules; i++) {
			const struct rule *rule = &policy->chunks[c]->rules[i];

			if (rule->class == RULE_CLASS_APPRAISE && !rule->dont && rule_has(rule, RULE_FUNC) &&
			    rule->func == HUFU_FUNC_POLICY_CHECK)
				return true;
		}
	return false;
}
