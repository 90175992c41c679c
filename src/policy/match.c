/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules speak of an access: ima_match_rules() and ima_match_policy() of security/integrity/ima/ima_policy.c. */
#include <string.h>

#include "keyword.h"
#include "rule.h"

/* The three ids of a user or a group; `any`: the task may change them at will, so each of them counts for euid=. */
struct ids {
	uint32_t real, effective, saved;
	bool any;
};

struct query {
	uint32_t func; /* bit of enum hufu_func */
	unsigned mask;
	struct ids users, groups;
	const struct hufu_object *object;
	const char *label; /* of the task */
};

#define DATA_FUNCS (1U << HUFU_FUNC_KEY_CHECK | 1U << HUFU_FUNC_CRITICAL_DATA)

static bool id_matches(const struct id_test *test, uint32_t id)
{
	switch (test->op) {
	case '<':
		return id < test->id;
	case '>':
		return id > test->id;
	default:
		return id == test->id;
	}
}

static bool ids_match(const struct id_test *test, const struct ids *ids)
{
	if (!test->effective)
		return id_matches(test, ids->real);
	if (id_matches(test, ids->effective))
		return true;
	return ids->any && (id_matches(test, ids->saved) || id_matches(test, ids->real));
}

static bool object_matches(const struct rule *rule, const char *names, const struct hufu_object *object)
{
	if (rule_has(rule, RULE_FSMAGIC) && rule->fs_magic != object->fs_magic)
		return false;
	if (rule_has(rule, RULE_FSNAME) &&
	    (!object->fs_name || strcmp(rule_text(rule, RULE_FSNAME, names), object->fs_name) != 0))
		return false;
	if (rule_has(rule, RULE_FS_SUBTYPE) &&
	    (!object->fs_subtype || strcmp(rule_text(rule, RULE_FS_SUBTYPE, names), object->fs_subtype) != 0))
		return false;
	if (rule_has(rule, RULE_FSUUID) &&
	    (!object->has_fs_uuid || memcmp(rule->fs_uuid, object->fs_uuid, sizeof(rule->fs_uuid)) != 0))
		return false;
	if (rule_has(rule, RULE_FOWNER) && !id_matches(rule_id(rule, RULE_FOWNER), object->owner))
		return false;
	return !rule_has(rule, RULE_FGROUP) || id_matches(rule_id(rule, RULE_FGROUP), object->group);
}

static bool is_item(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (;;) {
		size_t n = strcspn(list, "|");

		if (n == len && memcmp(list, name, n) == 0)
			return true;
		if (!list[n])
			return false;
		list += n + 1;
	}
}

/* ima_match_rule_data(): of the user only the real id is looked at, of the group nothing. */
static bool data_matches(const struct rule *rule, const char *names, const struct query *query)
{
	const char *name = query->object->data_name;

	if (rule_has(rule, RULE_UID) && !id_matches(rule_id(rule, RULE_UID), query->users.real))
		return false;
	if (!(rule->has & (1U << RULE_KEYRINGS | 1U << RULE_LABEL)))
		return true;
	return name &&
	       is_item(rule_text(rule, rule_has(rule, RULE_KEYRINGS) ? RULE_KEYRINGS : RULE_LABEL, names), name);
}

/* `user:role:type...` of SELinux: part 0, 1 or 2. Labels of other modules are one part; AppArmor's has its mode behind it. */
static struct word label_part(const struct rule *rule, const char *label, unsigned part)
{
	if (rule->lsm != HUFU_LSM_SELINUX)
		return (struct word){label, strcspn(label, rule->lsm == HUFU_LSM_APPARMOR ? " " : "")};
	for (; part; part--) {
		label += strcspn(label, ":");
		label += *label == ':';
	}
	return (struct word){label, strcspn(label, ":")};
}

static bool labels_match(const struct rule *rule, const char *names, const struct query *query)
{
	for (enum rule_field field = RULE_OBJ_USER; field <= RULE_SUBJ_TYPE; field++) {
		const char *label = field < RULE_SUBJ_USER ? query->object->label : query->label;

		if (!rule_has(rule, field))
			continue;
		if (!label || !label[0])
			return false;
		if (!word_is(label_part(rule, label, (field - RULE_OBJ_USER) % 3), rule_text(rule, field, names)))
			return false;
	}
	return true;
}

static bool rule_matches(const struct rule *rule, const char *names, const struct query *query)
{
	if (!(rule->funcs & query->func) || rule->dormant)
		return false;
	if (query->func & DATA_FUNCS)
		return data_matches(rule, names, query);
	if (rule_has(rule, RULE_MASK) && !(rule->mask_within ? rule->mask & query->mask : rule->mask == query->mask))
		return false;
	if (rule_has(rule, RULE_UID) && !ids_match(rule_id(rule, RULE_UID), &query->users))
		return false;
	if (rule_has(rule, RULE_GID) && !ids_match(rule_id(rule, RULE_GID), &query->groups))
		return false;
	return object_matches(rule, names, query->object) && labels_match(rule, names, query);
}

static void apply(const struct rule *rule, unsigned number, struct hufu_decision *decision)
{
	unsigned *const by_class[RULE_CLASS_COUNT] = {
		[RULE_CLASS_MEASURE] = &decision->measure_rule,
		[RULE_CLASS_APPRAISE] = &decision->appraise_rule,
		[RULE_CLASS_AUDIT] = &decision->audit_rule,
		[RULE_CLASS_HASH] = &decision->hash_rule,
	};

	*by_class[rule->class] = number;
	if (!rule->dont)
		decision->actions |= 1U << rule->class;
	if (rule->class == RULE_CLASS_APPRAISE && !rule->dont) {
		/* what is appraised gets its hash where it has one, by the appraisal */
		decision->actions &= ~(unsigned)HUFU_POLICY_HASH;
		decision->file_class = !rule_has(rule, RULE_FUNC);
		if (rule->algos)
			decision->algos = rule->algos;
	}
	/* also of a dont_ rule: the kernel takes the option bits of every rule that matched */
	decision->require_sig |= rule->require_sig;
	decision->permit_modsig |= rule->permit_modsig;
	decision->require_verity |= rule->require_verity;
	decision->require_sigv3 |= rule->require_sigv3;
	decision->check_blacklist |= rule->check_blacklist;
	decision->permit_directio |= rule->permit_directio;
	if (rule_has(rule, RULE_PCR))
		decision->pcr = rule->pcr;
	if (rule_has(rule, RULE_TEMPLATE))
		decision->tmpl = (enum hufu_template)rule->template;
}

void hufu_policy_match(const struct hufu_policy *policy, enum hufu_func func, unsigned mask,
		       const struct hufu_subject *subject, const struct hufu_object *object,
		       struct hufu_decision *ret_decision)
{
	unsigned known = (unsigned)func < HUFU_FUNC_COUNT ? func : HUFU_FUNC_NONE;
	const struct query query = {
		.func = 1U << known,
		.mask = mask,
		.users = {subject->uid, subject->euid, subject->suid, subject->cap_setuid},
		.groups = {subject->gid, subject->egid, subject->sgid, subject->cap_setgid},
		.object = object,
		.label = subject->label,
	};
	struct hufu_decision decision = {.pcr = -1};
	unsigned open = policy->scope[known].classes; /* classes that are not closed yet */
	unsigned number = 0;

	for (size_t c = 0; c < policy->n_chunks && open; c++) {
		const struct chunk *chunk = policy->chunks[c];

		for (unsigned i = 0; i < chunk->n_rules && open; i++) {
			const struct rule *rule = &chunk->rules[i];

			number++;
			if (!(open & 1U << rule->class) || !rule_matches(rule, chunk->names, &query))
				continue;
			apply(rule, number, &decision);
			open &= ~(1U << rule->class);
		}
	}
	*ret_decision = decision;
}
