/* SPDX-License-Identifier: Apache-2.0 */
/* Remarks on policies written for them; and on random ones, where the matcher is asked if what they say is true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "clean.h"
#include "hufu.h"

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)
#define autopolicy autodone(hufu_policy_free) struct hufu_policy

static struct hufu_policy *parse(const char *text)
{
	struct hufu_policy *policy = NULL;
	struct hufu_err err = {0};

	if (hufu_policy_parse(text, strlen(text), NULL, &policy, NULL, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return policy;
}

static void note(void *ctx, const struct hufu_policy_remark *remark)
{
	struct buf *out = ctx;

	buf_printf(out, "%u %s", remark->rule, hufu_remark_name(remark->kind));
	if (remark->other)
		buf_printf(out, " %u", remark->other);
	buf_printf(out, ": %.20s\n", remark->text);
}

static const struct {
	const char *policy, *remarks;
} rows[] = {
	{"", ""},
	{"measure func=BPRM_CHECK\nmeasure func=MMAP_CHECK uid>0\n", ""},
	/* never: the rule by itself */
	{"measure func=BPRM_CHECK mask=MAY_READ\n", "1 never: It can never match: \n"},
	{"measure func=MMAP_CHECK mask=^MAY_WRITE\n", "1 never: It can never match: \n"},
	{"measure func=FILE_CHECK mask=MAY_APPEND\n", "1 never: It can never match: \n"},
	{"measure func=FILE_CHECK mask=^MAY_APPEND\n", ""},
	{"measure mask=MAY_APPEND\n", "1 never: It can never match: \n"},
	{"measure mask=MAY_EXEC\n", ""},
	{"measure uid<0\n", "1 never: It can never match: \n"},
	{"measure fgroup>4294967294\n", "1 never: It can never match: \n"},
	{"measure fsmagic=0xef53 fsname=tmpfs\n", "1 never: It can never match: \n"},
	{"measure fsmagic=0xef53 fsname=ext2\nmeasure fsmagic=0xef53 fsname=own\nmeasure fsmagic=1 fsname=ext4\n", ""},
	/* never: an earlier one */
	{"measure func=BPRM_CHECK\nmeasure func=BPRM_CHECK uid=1\n", "2 never 1: It can never match: \n"},
	{"dont_measure\nmeasure func=BPRM_CHECK\n", "2 never 1: It can never match: \n"},
	{"measure func=FILE_CHECK mask=^MAY_READ\nmeasure func=FILE_CHECK mask=^MAY_EXEC\n", ""},
	{"measure mask=^MAY_EXEC\nmeasure func=BPRM_CHECK\n", "2 never 1: It can never match: \n"},
	{"measure uid<2000\nmeasure uid=1999\nmeasure uid=2000\nmeasure euid=5\n", "2 never 1: It can never match: \n"},
	{"measure fowner>5\nmeasure fowner>5 uid=1\nmeasure fowner>4\n", "2 never 1: It can never match: \n"},
	{"measure fsname=ext4\nmeasure fsname=ext4 uid=7\nmeasure fsname=xfs\n", "2 never 1: It can never match: \n"},
	{"measure fsname=ext4\nmeasure fsmagic=0xef53\n", ""},
	{"measure\naudit\n", ""}, /* another class */
	/* what hufud does not see */
	{"measure func=MODULE_CHECK\nmeasure func=FIRMWARE_CHECK\n", ""},
	/* to no effect */
	{"dont_measure uid=1\n", "1 idle: It changes nothing: \n"},
	{"dont_measure uid=1\nmeasure uid=2\n", "1 idle: It changes nothing: \n"},
	{"dont_measure uid=1\nmeasure uid<2000\n", ""},
	{"dont_measure func=BPRM_CHECK\nmeasure func=MMAP_CHECK\n", "1 idle: It changes nothing: \n"},
	{"dont_measure uid=1\nmeasure euid=2\n", ""},
	{"measure\ndont_appraise\n", "2 idle: It changes nothing: \n"},
	{"measure func=KEXEC_CMDLINE\n", "1 unseen: hufud does not see t\n"},
	{"measure func=KEY_CHECK gid=5\n", "1 trap: gid= is taken here, \n"},
	{"measure\nmeasure func=KEY_CHECK\nmeasure func=KEXEC_CMDLINE\n", "3 never 1: It can never match: \n"},
	{"measure func=KEY_CHECK keyrings=.ima\nmeasure func=KEY_CHECK keyrings=.ima uid=1\nmeasure func=KEY_CHECK\n",
	 "2 never 1: It can never match: \n"},
	{"appraise func=SETXATTR_CHECK appraise_algos=sm3\nappraise func=SETXATTR_CHECK appraise_algos=sha256\n",
	 "1 unseen: hufud does not see t\n1 trap: The first such rule \n2 never 1: It can never match: \n"},
	{"measure fs_subtype=a\nmeasure fs_subtype=b\nmeasure fs_subtype=b uid=7\n",
	 "3 never 2: It can never match: \n"},
	/* traps */
	{"hash func=FILE_CHECK\n", ""},
	{"hash func=FILE_CHECK uid=8\nappraise func=FILE_CHECK mask=^MAY_READ appraise_type=imasig uid=8\n",
	 "1 trap: Where a rule apprais\n2 trap: A signed file cannot\n"},
	{"appraise func=MMAP_CHECK digest_type=verity appraise_type=sigv3 uid=9\n", ""},
	{"measure func=FILE_CHECK mask=MAY_READ\n", "1 trap: mask=MAY_READ is exa\n"},
	{"measure func=FILE_CHECK mask=MAY_WRITE\n", "1 trap: mask=MAY_WRITE is ex\n"},
	{"measure func=FILE_CHECK mask=^MAY_READ\n", ""},
	{"measure uid=0\n", "1 trap: uid= is the real use\n"},
	{"measure uid<1000\n", "1 trap: uid= is the real use\n"},
	{"measure euid=0\n", ""},
	{"measure pcr=7 uid=5\n", "1 trap: PCRs 0 to 7 are the \n"},
	{"audit permit_directio\n", "1 trap: permit_directio coun\n"},
	{"appraise func=MMAP_CHECK uid=9\n", "1 trap: Without appraise_typ\n"},
	{"appraise func=MMAP_CHECK uid=9 appraise_type=imasig\n", ""},
	{"appraise func=BPRM_CHECK uid=9 appraise_type=imasig\n", "1 trap: Programs are apprais\n"},
	{"appraise func=BPRM_CHECK uid=9 appraise_type=imasig\nappraise func=MMAP_CHECK uid=9 appraise_type=imasig\n",
	 ""},
	{"appraise func=FILE_CHECK uid=9 appraise_type=imasig\n", "1 trap: A signed file cannot\n"},
	{"appraise func=FILE_CHECK mask=MAY_READ fowner=9 appraise_type=imasig\n", "1 trap: mask=MAY_READ is exa\n"},
	{"appraise appraise_type=imasig\n", "1 trap: A signed file cannot\n1 trap: This is about everyb\n"},
	{"dont_appraise fsname=tmpfs\nappraise func=MMAP_CHECK uid=9 appraise_type=imasig\n",
	 "1 trap: Any user can put a p\n"},
	{"dont_appraise fsmagic=0x1021994\nappraise func=MMAP_CHECK uid=9 appraise_type=imasig\n",
	 "1 trap: Any user can put a p\n"},
	{"dont_appraise fsname=proc\nappraise func=MMAP_CHECK uid=9 appraise_type=imasig\n", ""},
	{"appraise func=MMAP_CHECK uid=9 appraise_type=imasig\nappraise func=FILE_CHECK mask=^MAY_EXEC uid=9\n",
	 "1 trap: In the kernel the de\n2 trap: Without appraise_typ\n"},
};

/* A label rule that comes on top of a policy, where no module knows the label: it is kept, and hides nothing. */
static void sleeping_rules(void **state)
{
	static const char text[] = "measure obj_user=x\nmeasure obj_user=x uid=1\n";
	autopolicy *base = parse("audit func=BPRM_CHECK\n"), *policy = NULL, *awake = NULL;
	const struct hufu_policy_opts none = {.base = base}, smack = {.base = base, .lsm = HUFU_LSM_SMACK};
	autofree char *said = NULL, *said_awake = NULL;
	autobuf out = {0}, out_awake = {0};

	(void)state;
	assert_int_equal(hufu_policy_parse_as(text, strlen(text), &none, &policy, NULL, NULL), 0);
	assert_int_equal(hufu_policy_remarks(policy, note, &out), 0);
	said = buf_take_str(&out);
	assert_string_equal(said, "2 never: It can never match: \n3 never: It can never match: \n");
	assert_int_equal(hufu_policy_parse_as(text, strlen(text), &smack, &awake, NULL, NULL), 0);
	assert_int_equal(hufu_policy_remarks(awake, note, &out_awake), 0);
	said_awake = buf_take_str(&out_awake);
	assert_string_equal(said_awake, "3 never 2: It can never match: \n");
}

static void written_for_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autopolicy *policy = parse(rows[i].policy);
		autofree char *text = NULL;
		autobuf out = {0};

		assert_int_equal(hufu_policy_remarks(policy, note, &out), 0);
		text = buf_take_str(&out);
		if (strcmp(text ? text : "", rows[i].remarks) != 0)
			fail_msg("%s\nremarks:\n%s\nnot:\n%s", rows[i].policy, text, rows[i].remarks);
	}
}

/* ---- random ones ---------------------------------------------------------------------------------------------- */

static uint64_t seed = 0x68756675;

/* xorshift64* */
static unsigned pick(unsigned n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (unsigned)((seed * 0x2545f4914f6cdd1d >> 33) % n);
}

static void put_rule(struct buf *out)
{
	static const char *const actions[] = {"measure", "dont_measure", "appraise", "dont_appraise",
					      "audit",	 "dont_audit",	 "hash",     "dont_hash"};
	static const char *const options[][6] = {
		{"func=FILE_CHECK", "func=BPRM_CHECK", "func=MMAP_CHECK", "func=FILE_CHECK", "", ""},
		{"mask=MAY_READ", "mask=^MAY_READ", "mask=^MAY_EXEC", "mask=MAY_APPEND", "mask=^MAY_WRITE", ""},
		{"fsname=ext4", "fsname=tmpfs", "", "", "", ""},
		{"fsmagic=0xef53", "fsmagic=0x1021994", "", "", "", ""},
		{"uid=0", "uid<2", "uid>0", "euid=1", "euid>1", ""},
		{"gid=1", "egid<1", "", "", "", ""},
		{"fowner=1", "fowner<2", "fowner>1", "", "", ""},
		{"fgroup=0", "fgroup>0", "", "", "", ""},
	};

	buf_str(out, actions[pick(ARRAY_SIZE(actions))]);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (pick(3) == 0)
			buf_printf(out, " %s", options[i][pick(6)]);
	buf_u8(out, '\n');
}

struct access {
	enum hufu_func func;
	unsigned mask;
	struct hufu_subject subject;
	struct hufu_object object;
};

static struct access pick_access(void)
{
	static const struct {
		enum hufu_func func;
		unsigned mask;
	} requests[] = {
		{HUFU_FUNC_FILE_CHECK, 1},   {HUFU_FUNC_FILE_CHECK, 2},	 {HUFU_FUNC_FILE_CHECK, 4},
		{HUFU_FUNC_FILE_CHECK, 6},   {HUFU_FUNC_FILE_CHECK, 10}, {HUFU_FUNC_FILE_CHECK, 12},
		{HUFU_FUNC_BPRM_CHECK, 1},   {HUFU_FUNC_MMAP_CHECK, 1},	 {HUFU_FUNC_CREDS_CHECK, 1},
		{HUFU_FUNC_MODULE_CHECK, 4},
	};
	unsigned request = pick(ARRAY_SIZE(requests));
	bool is_ext4 = pick(2);

	return (struct access){
		.func = requests[request].func,
		.mask = requests[request].mask,
		.subject = {.uid = pick(3),
			    .euid = pick(3),
			    .suid = pick(3),
			    .gid = pick(2),
			    .egid = pick(2),
			    .sgid = pick(2),
			    .cap_setuid = pick(2),
			    .cap_setgid = pick(2)},
		.object = {.fs_magic = is_ext4 ? 0xef53 : 0x1021994,
			   .fs_name = is_ext4 ? "ext4" : "tmpfs",
			   .owner = pick(3),
			   .group = pick(2)},
	};
}

static struct hufu_decision decide(const struct hufu_policy *policy, const struct access *access)
{
	struct hufu_decision decision;

	hufu_policy_match(policy, access->func, access->mask, &access->subject, &access->object, &decision);
	return decision;
}

struct claim {
	enum hufu_remark_kind kind;
	unsigned rule;
};

struct claims {
	struct claim at[32];
	size_t n;
};

static void claim(void *ctx, const struct hufu_policy_remark *remark)
{
	struct claims *claims = ctx;

	if (remark->kind == HUFU_REMARK_NEVER || remark->kind == HUFU_REMARK_IDLE)
		claims->at[claims->n++] = (struct claim){remark->kind, remark->rule};
}

/* `text` without its line `number`. */
static struct hufu_policy *without(const char *text, unsigned number)
{
	autobuf out = {0};
	autofree char *rest = NULL;

	for (unsigned line = 1; *text; line++) {
		size_t len = strcspn(text, "\n") + 1;

		if (line != number)
			buf_add(&out, text, len);
		text += len;
	}
	rest = buf_take_str(&out);
	return parse(rest ? rest : "");
}

static void check_claim(const char *text, const struct hufu_policy *policy, const struct claim *made)
{
	autopolicy *rest = without(text, made->rule);

	for (unsigned i = 0; i < 200; i++) {
		struct access access = pick_access();
		struct hufu_decision with = decide(policy, &access), less = decide(rest, &access);

		if (made->kind == HUFU_REMARK_NEVER &&
		    (with.measure_rule == made->rule || with.appraise_rule == made->rule ||
		     with.audit_rule == made->rule || with.hash_rule == made->rule))
			fail_msg("rule %u matches all the same:\n%s", made->rule, text);
		if (with.actions != less.actions)
			fail_msg("rule %u makes a difference all the same:\n%s", made->rule, text);
	}
}

static void random_ones(void **state)
{
	unsigned n_never = 0, n_idle = 0;

	(void)state;
	for (unsigned round = 0; round < 4000; round++) {
		struct claims claims = {0};
		autobuf out = {0};
		autofree char *text = NULL;
		autopolicy *policy = NULL;

		for (unsigned n = 1 + pick(6); n; n--)
			put_rule(&out);
		text = buf_take_str(&out);
		policy = parse(text);
		assert_int_equal(hufu_policy_remarks(policy, claim, &claims), 0);
		for (size_t i = 0; i < claims.n; i++) {
			check_claim(text, policy, &claims.at[i]);
			n_never += claims.at[i].kind == HUFU_REMARK_NEVER;
			n_idle += claims.at[i].kind == HUFU_REMARK_IDLE;
		}
	}
	assert_true(n_never > 500);
	assert_true(n_idle > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_for_them),
		cmocka_unit_test(sleeping_rules),
		cmocka_unit_test(random_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
