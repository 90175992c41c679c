/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random policies, always the same ones. Whatever is thrown at the parser, it refuses it with a place and a reason or
 * takes it; what it takes prints to something that parses to the same; and what the matcher says of it is what a plain
 * reading of the printed text says.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "hufu.h"

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)
#define autopolicy autodone(hufu_policy_free) struct hufu_policy

static uint64_t seed = 0x68756675;

/* xorshift64* */
static unsigned pick(unsigned n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (unsigned)((seed * 0x2545f4914f6cdd1d >> 33) % n);
}

#define UUID "01234567-89ab-cdef-0123-456789abcdef"

static const char *const actions[] = {"measure", "dont_measure", "appraise",  "dont_appraise",
				      "audit",	 "hash",	 "dont_hash", "dont_audit"};
/* Small ids, so that rules do match; one of a kind only sometimes meets another. */
static const char *const options[] = {
	"func=FILE_CHECK",
	"func=BPRM_CHECK",
	"func=FILE_MMAP",
	"func=PATH_CHECK",
	"mask=MAY_READ",
	"mask=^MAY_READ",
	"mask=MAY_EXEC",
	"mask=^MAY_WRITE",
	"fsmagic=0xef53",
	"fsmagic=9FA0",
	"fsname=ext4",
	"fsname=tmpfs",
	("fsuuid=" UUID),
	"fsuuid=11234567-89ab-cdef-0123-456789abcdef",
	"uid=0",
	"uid=1",
	"uid<2",
	"uid>0",
	"euid=1",
	"euid>1",
	"euid<1",
	"gid=0",
	"gid>1",
	"egid<2",
	"egid=2",
	"fowner=1",
	"fowner>0",
	"fowner<2",
	"fgroup=1",
	"fgroup<1",
	"fgroup>1",
	"pcr=11",
	"pcr=+12",
	"template=ima-sig",
	"template=d-ng|n-ng",
	"appraise_type=imasig",
	"appraise_type=sigv3",
	"appraise_algos=sm3,sha256",
	"fs_subtype=sshfs",
	"permit_directio",
	"permit_directio",
};
static const char *const junk[] = {
	"mesure",
	"uid=",
	"uid",
	"uid=4294967295",
	"uid=99999999999999999999",
	"fsmagic=fffffffffffffffff",
	"func=KEY_CHECK",
	"obj_type=x",
	"template=",
	"mask=^",
	"=",
	"<",
	"#",
	"# measure",
	"fsuuid=0",
	"\r",
	"\xff\xfe",
	"\x1b[2J",
	"measure",
	"pcr=64",
	"appraise_flag=",
};

/* A text of up to five lines; NUL bytes and other damage come in at the end. Returns its length. */
static size_t make_text(char *text, size_t size)
{
	unsigned n_lines = 1 + pick(5);
	size_t len = 0;

	for (unsigned line = 0; line < n_lines; line++) {
		unsigned n_options = pick(5);

		len += (size_t)snprintf(text + len, size - len, "%s", actions[pick(ARRAY_SIZE(actions))]);
		for (unsigned i = 0; i < n_options; i++)
			len += (size_t)snprintf(text + len, size - len, "%s%s", pick(8) ? " " : "\t ",
						options[pick(ARRAY_SIZE(options))]);
		if (pick(30) == 0)
			len += (size_t)snprintf(text + len, size - len, " %s", junk[pick(ARRAY_SIZE(junk))]);
		if (line + 1 < n_lines || pick(2))
			len += (size_t)snprintf(text + len, size - len, "\n");
	}
	for (unsigned damage = pick(40) == 0 ? 1 + pick(4) : 0; damage; damage--)
		text[pick((unsigned)len)] = (char)pick(256);
	return len;
}

static size_t print_all(const struct hufu_policy *policy, char *text, size_t size)
{
	size_t len = 0;

	for (unsigned i = 0; i < hufu_policy_count(policy); i++) {
		ssize_t n = hufu_policy_print(policy, i, false, text + len, size - len - 1);

		assert_true(n > 0);
		len += (size_t)n;
		text[len++] = '\n';
	}
	text[len] = '\0';
	return len;
}

/* ---- a plain reading of canonical text ---- */

struct access {
	enum hufu_func func;
	unsigned mask;
	struct hufu_subject subject;
	struct hufu_object object;
};

static bool compares(const char *value, char op, uint32_t id)
{
	uint32_t wanted = (uint32_t)strtoul(value, NULL, 10);

	return op == '=' ? id == wanted : op == '<' ? id < wanted : id > wanted;
}

static bool effective_compares(const char *value, char op, const uint32_t ids[3], bool any)
{
	return compares(value, op, ids[1]) || (any && (compares(value, op, ids[0]) || compares(value, op, ids[2])));
}

static unsigned mask_of(const char *name)
{
	return !strcmp(name, "MAY_EXEC") ? 1 : !strcmp(name, "MAY_WRITE") ? 2 : !strcmp(name, "MAY_READ") ? 4 : 8;
}

/* Does the condition `token` hold? Options hold always. */
static bool holds(const char *token, const struct access *access)
{
	size_t len = strcspn(token, "=<>");
	const char *value = token[len] ? token + len + 1 : "";
	const struct hufu_subject *s = &access->subject;
	char op = token[len];
	char key[32];

	(void)snprintf(key, sizeof(key), "%.*s", (int)len, token);
	if (!strcmp(key, "func"))
		return !strcmp(value, hufu_func_name(access->func));
	if (!strcmp(key, "mask"))
		return value[0] == '^' ? mask_of(value + 1) & access->mask : mask_of(value) == access->mask;
	if (!strcmp(key, "fsmagic"))
		return strtoull(value, NULL, 16) == access->object.fs_magic;
	if (!strcmp(key, "fsname"))
		return access->object.fs_name && !strcmp(value, access->object.fs_name);
	if (!strcmp(key, "fs_subtype"))
		return access->object.fs_subtype && !strcmp(value, access->object.fs_subtype);
	if (!strcmp(key, "fsuuid"))
		return access->object.has_fs_uuid && !strcmp(value, UUID);
	if (!strcmp(key, "uid"))
		return compares(value, op, s->uid);
	if (!strcmp(key, "gid"))
		return compares(value, op, s->gid);
	if (!strcmp(key, "euid"))
		return effective_compares(value, op, (uint32_t[]){s->uid, s->euid, s->suid}, s->cap_setuid);
	if (!strcmp(key, "egid"))
		return effective_compares(value, op, (uint32_t[]){s->gid, s->egid, s->sgid}, s->cap_setgid);
	if (!strcmp(key, "fowner"))
		return compares(value, op, access->object.owner);
	if (!strcmp(key, "fgroup"))
		return compares(value, op, access->object.group);
	return true;
}

static bool rule_holds(const char *line, const struct access *access)
{
	char token[100];
	int len;

	for (; sscanf(line, "%99s%n", token, &len) == 1; line += len)
		if (!holds(token, access))
			return false;
	return true;
}

static void read_plainly(const char *text, const struct access *access, struct hufu_decision *ret_decision)
{
	struct hufu_decision decision = {.pcr = -1};
	const char *at = text;

	for (unsigned number = 1; *at; number++) {
		char line[400];
		const char *word = line, *pcr;
		unsigned action, *rule;
		bool dont;

		(void)snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
		at += strlen(line) + 1;
		dont = !strncmp(word, "dont_", 5);
		word += dont ? 5 : 0;
		action = word[0] == 'm'	  ? HUFU_POLICY_MEASURE
			 : word[0] == 'h' ? HUFU_POLICY_HASH
			 : word[1] == 'p' ? HUFU_POLICY_APPRAISE
					  : HUFU_POLICY_AUDIT;
		rule = action == HUFU_POLICY_MEASURE	? &decision.measure_rule
		       : action == HUFU_POLICY_APPRAISE ? &decision.appraise_rule
		       : action == HUFU_POLICY_HASH	? &decision.hash_rule
							: &decision.audit_rule;
		if (*rule || !rule_holds(line, access))
			continue;
		*rule = number;
		decision.actions |= dont ? 0 : action;
		if (action == HUFU_POLICY_APPRAISE && !dont) {
			decision.actions &= ~(unsigned)HUFU_POLICY_HASH;
			decision.file_class = !strstr(line, "func=");
			if (strstr(line, "appraise_algos="))
				decision.algos = 1U << HUFU_HASH_SM3 | 1U << HUFU_HASH_SHA256;
		}
		decision.require_sig |= strstr(line, "appraise_type=") != NULL;
		decision.require_sigv3 |= strstr(line, "sigv3") != NULL;
		decision.permit_directio |= strstr(line, "permit_directio") != NULL;
		pcr = strstr(line, "pcr=");
		if (pcr)
			decision.pcr = (int)strtol(pcr + 4, NULL, 10);
		if (strstr(line, "template="))
			decision.tmpl = strstr(line, "ima-sig") ? HUFU_TEMPLATE_IMA_SIG : HUFU_TEMPLATE_IMA_NG;
	}
	*ret_decision = decision;
}

static void make_access(struct access *access)
{
	static const enum hufu_func funcs[] = {HUFU_FUNC_FILE_CHECK, HUFU_FUNC_MMAP_CHECK, HUFU_FUNC_BPRM_CHECK};
	static const uint8_t uuid[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
					 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
	bool is_ext4 = pick(2);

	*access = (struct access){
		.func = funcs[pick(3)],
		.mask = pick(8),
		.subject = {.uid = pick(3),
			    .euid = pick(3),
			    .suid = pick(3),
			    .gid = pick(3),
			    .egid = pick(3),
			    .sgid = pick(3),
			    .cap_setuid = pick(2),
			    .cap_setgid = pick(2)},
		.object = {.fs_magic = is_ext4 ? 0xef53 : 0x9fa0,
			   .fs_name = is_ext4 ? "ext4" : NULL,
			   .fs_subtype = pick(2) ? "sshfs" : NULL,
			   .has_fs_uuid = is_ext4,
			   .owner = pick(3),
			   .group = pick(3)},
	};
	if (is_ext4)
		memcpy(access->object.fs_uuid, uuid, sizeof(uuid));
}

static bool same(const struct hufu_decision *a, const struct hufu_decision *b)
{
	return a->actions == b->actions && a->require_sig == b->require_sig &&
	       a->permit_directio == b->permit_directio && a->pcr == b->pcr && a->tmpl == b->tmpl &&
	       a->measure_rule == b->measure_rule && a->appraise_rule == b->appraise_rule &&
	       a->audit_rule == b->audit_rule && a->hash_rule == b->hash_rule && a->file_class == b->file_class &&
	       a->algos == b->algos && a->require_sigv3 == b->require_sigv3;
}

/* Returns whether any rule of it matched. */
static bool check_taken(const struct hufu_policy *policy)
{
	autopolicy *again = NULL;
	struct hufu_decision decision, plain;
	struct access access;
	char printed[2000], reprinted[2000];
	size_t len = print_all(policy, printed, sizeof(printed));

	assert_int_equal(hufu_policy_parse(printed, len, NULL, &again, NULL, NULL), 0);
	assert_int_equal(print_all(again, reprinted, sizeof(reprinted)), len);
	assert_string_equal(printed, reprinted);
	make_access(&access);
	hufu_policy_match(policy, access.func, access.mask, &access.subject, &access.object, &decision);
	read_plainly(printed, &access, &plain);
	if (!same(&decision, &plain))
		fail_msg("func %d mask %u:\n%s", access.func, access.mask, printed);
	assert_int_equal(decision.actions & ~hufu_policy_actions(policy, access.func), 0);
	return decision.measure_rule || decision.appraise_rule || decision.audit_rule || decision.hash_rule;
}

static void digests_anything(void **state)
{
	unsigned n_taken = 0, n_matched = 0;

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		char text[2000];
		/* in a block of its own size: a sanitizer sees the first byte read beyond it */
		size_t len = make_text(text, sizeof(text));
		autofree char *exact = malloc(len);
		autopolicy *policy = NULL;
		struct hufu_policy_where where;
		struct hufu_err err = {""};
		int r;

		assert_non_null(exact);
		memcpy(exact, text, len);
		r = hufu_policy_parse(exact, len, NULL, &policy, &where, &err);
		if (r == 0) {
			n_taken++;
			n_matched += check_taken(policy);
			continue;
		}
		assert_true(r == -EINVAL || r == -ERANGE);
		assert_null(policy);
		assert_in_range(where.line, 1, 9);
		assert_in_range(where.column, 1, len);
		for (const char *at = err.text; *at; at++) /* nothing that moves a cursor */
			assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
	}
	/* the test is worth nothing if next to nothing was taken, or nothing refused */
	assert_in_range(n_taken, 40000, 160000);
	assert_in_range(n_matched, 20000, n_taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_anything),
	};

	return cmocka_run_group_tests_name("policy: soup", tests, NULL, NULL);
}
