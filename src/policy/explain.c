/* SPDX-License-Identifier: Apache-2.0 */
/* One rule as a sentence: on which accesses, by whom, of what: what is done. */
#include "explain.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "clean.h"
#include "keyword.h"

struct sentence {
	const struct rule *rule;
	const char *names;
	enum rule_field field; /* the one whose turn it is */
	struct buf out;
};

/* ---- on which accesses ---------------------------------------------------------------------------------------- */

static const char *const occasions[HUFU_FUNC_COUNT] = {
	[HUFU_FUNC_NONE] = "Any access that IMA sees",
	[HUFU_FUNC_FILE_CHECK] = "A file is opened",
	[HUFU_FUNC_MMAP_CHECK] = "A file is mapped to be executed, as a library or a program's segments are",
	[HUFU_FUNC_MMAP_CHECK_REQPROT] = "A mapping of a file to be executed is asked for",
	[HUFU_FUNC_BPRM_CHECK] = "A program, a script or a script's interpreter is executed",
	[HUFU_FUNC_CREDS_CHECK] = "A program is executed, seen with the ids it will have",
	[HUFU_FUNC_MODULE_CHECK] = "A kernel module is loaded",
	[HUFU_FUNC_FIRMWARE_CHECK] = "Firmware is loaded",
	[HUFU_FUNC_KEXEC_KERNEL_CHECK] = "A kernel is loaded for kexec",
	[HUFU_FUNC_KEXEC_INITRAMFS_CHECK] = "An initramfs is loaded for kexec",
	[HUFU_FUNC_POLICY_CHECK] = "A policy is loaded by its path",
	[HUFU_FUNC_KEXEC_CMDLINE] = "The command line of a kernel for kexec is handed over",
	[HUFU_FUNC_KEY_CHECK] = "A key is put into a keyring",
	[HUFU_FUNC_CRITICAL_DATA] = "A part of the kernel reports data of its own",
	[HUFU_FUNC_SETXATTR_CHECK] = "Somebody sets security.ima",
};

/* How a file is opened; one row for each mask, alone and among others. */
static const struct {
	enum hufu_mask mask;
	const char *alone, *among;
} openings[] = {
	{HUFU_MAY_READ, "for reading and nothing else", "for reading, maybe for writing too"},
	{HUFU_MAY_WRITE, "for writing and nothing else, not even appending", "for writing, maybe for reading too"},
	{HUFU_MAY_APPEND, "for appending and nothing else", "for appending"},
	{HUFU_MAY_EXEC, "to be executed", "to be executed"},
};

static void put_mask(struct sentence *s)
{
	const struct rule *rule = s->rule;

	if (rule->func == HUFU_FUNC_FILE_CHECK) {
		for (size_t i = 0; i < ARRAY_SIZE(openings); i++)
			if (openings[i].mask == rule->mask)
				buf_printf(&s->out, " %s", rule->mask_within ? openings[i].among : openings[i].alone);
		return;
	}
	buf_printf(&s->out, rule->mask_within ? ", with %s in its mask" : ", with %s and nothing else in its mask",
		   keyword_name(keyword_masks, rule->mask));
}

/* ---- by whom, of what ----------------------------------------------------------------------------------------- */

static void put_id(struct sentence *s)
{
	static const struct {
		const char *real, *effective, *none;
	} words[] = {
		{", by user id ", ", by effective user id ", "user"},
		{", by group id ", ", by effective group id ", "group"},
		{", of a file owned by user id ", "", "owner"},
		{", of a file of group id ", "", "group"},
	};
	const struct id_test *test = rule_id(s->rule, s->field);
	size_t row = (size_t)(s->field - RULE_UID);

	buf_str(&s->out, test->effective ? words[row].effective : words[row].real);
	if (test->op != '=')
		buf_str(&s->out, test->op == '<' ? "below " : "above ");
	buf_printf(&s->out, "%" PRIu32, test->id);
	if (test->op == '=' && test->id == 0 && s->field != RULE_GID && s->field != RULE_FGROUP)
		buf_str(&s->out, " (root)");
	if (test->effective)
		buf_str(&s->out, " (any of its three ids, if it may change them)");
}

static void put_fsmagic(struct sentence *s)
{
	const char *type = explain_magic(s->rule->fs_magic);

	buf_printf(&s->out, ", on a file system with the number 0x%" PRIx64 "%s%s%s", s->rule->fs_magic,
		   type ? " (" : "", type ? type : "", type ? ")" : "");
}

/* Conditions that are a text. A list is written a|b. */
static void put_text(struct sentence *s)
{
	static const char *const words[RULE_TEXT_COUNT] = {
		[RULE_TEXT_FSNAME] = "on a file system of type",
		[RULE_TEXT_FS_SUBTYPE] = "on a file system of subtype",
		[RULE_TEXT_KEYRINGS] = "namely into",
		[RULE_TEXT_LABEL] = "labelled",
		[RULE_TEXT_LSM] = "of a file whose label has the user",
		"of a file whose label has the role",
		"of a file whose label has the type",
		"by a task whose label has the user",
		"by a task whose label has the role",
		"by a task whose label has the type",
	};

	buf_printf(&s->out, ", %s ", words[rule_text_of(s->field)]);
	for (const char *at = rule_text(s->rule, s->field, s->names); *at; at++) {
		if (*at == '|')
			buf_str(&s->out, " or ");
		else
			buf_u8(&s->out, (uint8_t)*at);
	}
}

static void put_fsuuid(struct sentence *s)
{
	buf_str(&s->out, ", on the file system with UUID ");
	for (size_t i = 0; i < sizeof(s->rule->fs_uuid); i++)
		buf_printf(&s->out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", s->rule->fs_uuid[i]);
}

/* Conditions only; what is done comes after all of them. */
static void (*const conditions[RULE_FIELD_COUNT])(struct sentence *s) = {
	[RULE_MASK] = put_mask,	      [RULE_FSMAGIC] = put_fsmagic, [RULE_FSNAME] = put_text,
	[RULE_FS_SUBTYPE] = put_text, [RULE_KEYRINGS] = put_text,   [RULE_LABEL] = put_text,
	[RULE_FSUUID] = put_fsuuid,   [RULE_UID] = put_id,	    [RULE_GID] = put_id,
	[RULE_FOWNER] = put_id,	      [RULE_FGROUP] = put_id,	    [RULE_OBJ_USER] = put_text,
	[RULE_OBJ_ROLE] = put_text,   [RULE_OBJ_TYPE] = put_text,   [RULE_SUBJ_USER] = put_text,
	[RULE_SUBJ_ROLE] = put_text,  [RULE_SUBJ_TYPE] = put_text,
};

/* ---- what is done --------------------------------------------------------------------------------------------- */

static void put_measure(struct sentence *s)
{
	const struct rule *rule = s->rule;
	const char *what = "the file's digest goes into the measurement list, once for each content";

	if (rule_has(rule, RULE_FUNC) && rule->func >= HUFU_FUNC_KEXEC_CMDLINE)
		what = "it goes into the measurement list";
	buf_printf(&s->out, "%s, and into PCR %u", what, rule_has(rule, RULE_PCR) ? rule->pcr : HUFU_PCR_DEFAULT);
	if (rule_has(rule, RULE_TEMPLATE))
		buf_printf(&s->out, "; the entry has the form %s",
			   hufu_template_name((enum hufu_template)rule->template));
}

static void put_algos(struct sentence *s)
{
	const char *lead = "";

	for (unsigned algo = 0; algo < HUFU_HASH_COUNT; algo++) {
		if (!(s->rule->algos & 1U << algo))
			continue;
		buf_printf(&s->out, "%s%s", lead, hufu_hash_name(algo));
		lead = " or ";
	}
}

static void put_appraise(struct sentence *s)
{
	const struct rule *rule = s->rule;

	if (rule_has(rule, RULE_FUNC) && rule->func == HUFU_FUNC_SETXATTR_CHECK) {
		buf_str(&s->out, "it is refused unless the value is of the algorithm ");
		put_algos(s);
		return;
	}
	buf_printf(&s->out, "it is refused unless security.ima holds a signature of the %s by a key in .ima",
		   rule->require_verity ? "fs-verity digest" : "content");
	if (rule->require_sigv3)
		buf_str(&s->out, " (version 3)");
	if (rule->permit_modsig)
		buf_str(&s->out, ", or one is appended to the file");
	if (!rule->require_sig)
		buf_str(&s->out, ", or the right hash of it");
	if (rule->algos) {
		buf_str(&s->out, ", and the algorithm is ");
		put_algos(s);
	}
}

static void put_hash(struct sentence *s)
{
	buf_str(&s->out, "if it is written, its hash is put into security.ima when it is closed");
}

static void put_audit(struct sentence *s)
{
	buf_str(&s->out, "an audit record with the file's digest is written (INTEGRITY_RULE)");
}

static void put_dont(struct sentence *s)
{
	static const char *const words[RULE_CLASS_COUNT] = {
		[RULE_CLASS_MEASURE] = "nothing is measured",
		[RULE_CLASS_APPRAISE] = "nothing is appraised",
		[RULE_CLASS_AUDIT] = "no audit record is written",
		[RULE_CLASS_HASH] = "no hash is put into security.ima",
	};

	buf_printf(&s->out, "%s, whatever later rules say", words[s->rule->class]);
}

static void (*const actions[RULE_CLASS_COUNT])(struct sentence *s) = {
	[RULE_CLASS_MEASURE] = put_measure,
	[RULE_CLASS_APPRAISE] = put_appraise,
	[RULE_CLASS_AUDIT] = put_audit,
	[RULE_CLASS_HASH] = put_hash,
};

static void put_sentence(struct sentence *s)
{
	buf_str(&s->out, occasions[rule_has(s->rule, RULE_FUNC) ? s->rule->func : HUFU_FUNC_NONE]);
	for (s->field = 0; s->field < RULE_FIELD_COUNT; s->field++)
		if (rule_has(s->rule, s->field) && conditions[s->field])
			conditions[s->field](s);
	buf_str(&s->out, ": ");
	(s->rule->dont ? put_dont : actions[s->rule->class])(s);
	if (s->rule->permit_directio)
		buf_str(&s->out, "; files opened with O_DIRECT are let pass");
	buf_u8(&s->out, '.');
}

/* ---- rules in a row ------------------------------------------------------------------------------------------- */

int explain_rules_init(struct explain_rules *rules, const struct hufu_policy *policy)
{
	struct explain_rule *at = calloc(policy->n_rules + 1u, sizeof(*at));
	unsigned n = 0;

	if (!at)
		return -ENOMEM;
	for (size_t c = 0; c < policy->n_chunks; c++)
		for (unsigned i = 0; i < policy->chunks[c]->n_rules; i++)
			at[n++] = (struct explain_rule){.rule = &policy->chunks[c]->rules[i],
							.names = policy->chunks[c]->names};
	*rules = (struct explain_rules){at, n};
	return 0;
}

void explain_rules_done(struct explain_rules *rules)
{
	free(rules->at);
}

static void sentence_done(struct sentence *s)
{
	buf_done(&s->out);
}

int hufu_policy_explain(const struct hufu_policy *policy, unsigned index, char **ret_text)
{
	__attribute__((cleanup(sentence_done))) struct sentence s = {0};
	char *text;

	for (size_t c = 0; c < policy->n_chunks && !s.rule; c++) {
		const struct chunk *chunk = policy->chunks[c];

		if (index < chunk->n_rules) {
			s.rule = &chunk->rules[index];
			s.names = chunk->names;
		} else {
			index -= chunk->n_rules;
		}
	}
	if (!s.rule)
		return -EINVAL;
	put_sentence(&s);
	text = buf_take_str(&s.out);
	if (!text)
		return -ENOMEM;
	*ret_text = text;
	return 0;
}
