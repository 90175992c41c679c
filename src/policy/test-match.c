/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "hufu.h"

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)

#define MEASURE	 HUFU_POLICY_MEASURE
#define APPRAISE HUFU_POLICY_APPRAISE
#define AUDIT	 HUFU_POLICY_AUDIT
#define FILE	 HUFU_FUNC_FILE_CHECK
#define MMAP	 HUFU_FUNC_MMAP_CHECK
#define BPRM	 HUFU_FUNC_BPRM_CHECK
#define EXEC	 HUFU_MAY_EXEC
#define READ	 HUFU_MAY_READ
#define WRITE	 HUFU_MAY_WRITE

#define UUID "01234567-89ab-cdef-0123-456789abcdef"

/* Ids that differ from one another, so that none is taken for another. */
#define IDS .uid = 1001, .euid = 1002, .suid = 1003, .gid = 2001, .egid = 2002, .sgid = 2003

static const struct hufu_subject user = {IDS};
static const struct hufu_subject user_setuid = {IDS, .cap_setuid = true};
static const struct hufu_subject user_setgid = {IDS, .cap_setgid = true};
static const struct hufu_subject root = {.uid = 0};

static const struct hufu_object ext4 = {
	.fs_magic = 0xef53,
	.fs_name = "ext4",
	.has_fs_uuid = true,
	.fs_uuid = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef},
	.owner = 3001,
	.group = 4001,
};
/* what is in fs_uuid does not count without has_fs_uuid */
static const struct hufu_object unknown = {
	.fs_uuid = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef},
};
static const struct hufu_object nameless = {.fs_magic = 0, .fs_name = NULL};

/* ---- one rule, one access ---- */

static const struct {
	const char *rule;
	enum hufu_func func;
	unsigned mask;
	const struct hufu_subject *subject;
	const struct hufu_object *object;
	bool matches;
} single[] = {
	{"audit", FILE, READ, &user, &ext4, true},
	{"audit", HUFU_FUNC_POLICY_CHECK, READ, &root, &nameless, true},
	{"audit func=FILE_CHECK", FILE, READ, &user, &ext4, true},
	{"audit func=PATH_CHECK", FILE, READ, &user, &ext4, true},
	{"audit func=FILE_CHECK", MMAP, READ, &user, &ext4, false},
	{"audit func=FILE_MMAP", MMAP, EXEC, &user, &ext4, true},
	{"audit func=MMAP_CHECK", HUFU_FUNC_MMAP_CHECK_REQPROT, EXEC, &user, &ext4, false},
	{"audit func=MMAP_CHECK_REQPROT", HUFU_FUNC_MMAP_CHECK_REQPROT, EXEC, &user, &ext4, true},
	{"audit func=BPRM_CHECK", BPRM, EXEC, &user, &ext4, true},
	{"audit func=BPRM_CHECK", HUFU_FUNC_CREDS_CHECK, EXEC, &user, &ext4, false},
	/* what names no func is for a rule that names none */
	{"audit", HUFU_FUNC_NONE, 0, &user, &ext4, true},
	{"audit func=BPRM_CHECK", HUFU_FUNC_NONE, EXEC, &user, &ext4, false},
	{"audit", (enum hufu_func)99, 0, &user, &ext4, true},
	{"audit func=BPRM_CHECK", (enum hufu_func)99, EXEC, &user, &ext4, false},
	/* a mask is the whole request, unless ^ */
	{"audit mask=MAY_READ", FILE, READ, &user, &ext4, true},
	{"audit mask=MAY_READ", FILE, READ | WRITE, &user, &ext4, false},
	{"audit mask=^MAY_READ", FILE, READ, &user, &ext4, true},
	{"audit mask=^MAY_READ", FILE, READ | WRITE, &user, &ext4, true},
	{"audit mask=^MAY_READ", FILE, WRITE | EXEC, &user, &ext4, false},
	{"audit mask=^MAY_READ", FILE, 0, &user, &ext4, false},
	{"audit mask=MAY_READ", FILE, 0, &user, &ext4, false},
	{"audit mask=^MAY_READ", FILE, EXEC, &user, &ext4, false}, /* an exec opens with EXEC alone */
	{"audit mask=^MAY_APPEND", FILE, WRITE | HUFU_MAY_APPEND, &user, &ext4, true},
	/* uid is the real one */
	{"audit uid=1001", FILE, READ, &user, &ext4, true},
	{"audit uid=1002", FILE, READ, &user, &ext4, false},
	{"audit uid=1003", FILE, READ, &user, &ext4, false},
	{"audit uid=1002", FILE, READ, &user_setuid, &ext4, false},
	{"audit uid>1000", FILE, READ, &user, &ext4, true},
	{"audit uid>1001", FILE, READ, &user, &ext4, false},
	{"audit uid<1001", FILE, READ, &user, &ext4, false},
	{"audit uid<1002", FILE, READ, &user, &ext4, true},
	{"audit uid=0", FILE, READ, &root, &ext4, true},
	{"audit uid<0", FILE, READ, &root, &ext4, false},
	/* euid is the effective one, or any of the three of a task that may change them */
	{"audit euid=1002", FILE, READ, &user, &ext4, true},
	{"audit euid=1001", FILE, READ, &user, &ext4, false},
	{"audit euid=1003", FILE, READ, &user, &ext4, false},
	{"audit euid=1001", FILE, READ, &user_setuid, &ext4, true},
	{"audit euid=1002", FILE, READ, &user_setuid, &ext4, true},
	{"audit euid=1003", FILE, READ, &user_setuid, &ext4, true},
	{"audit euid=1004", FILE, READ, &user_setuid, &ext4, false},
	{"audit euid>1002", FILE, READ, &user, &ext4, false},
	{"audit euid>1002", FILE, READ, &user_setuid, &ext4, true},
	{"audit euid<1002", FILE, READ, &user_setuid, &ext4, true},
	{"audit euid=1001", FILE, READ, &user_setgid, &ext4, false},
	/* the same for groups */
	{"audit gid=2001", FILE, READ, &user, &ext4, true},
	{"audit gid=2002", FILE, READ, &user_setgid, &ext4, false},
	{"audit egid=2002", FILE, READ, &user, &ext4, true},
	{"audit egid=2001", FILE, READ, &user, &ext4, false},
	{"audit egid=2003", FILE, READ, &user_setuid, &ext4, false},
	{"audit egid=2003", FILE, READ, &user_setgid, &ext4, true},
	{"audit egid=2001", FILE, READ, &user_setgid, &ext4, true},
	{"audit egid>2002", FILE, READ, &user_setgid, &ext4, true},
	{"audit egid>2003", FILE, READ, &user_setgid, &ext4, false},
	/* owner and group of the file */
	{"audit fowner=3001", FILE, READ, &user, &ext4, true},
	{"audit fowner=4001", FILE, READ, &user, &ext4, false},
	{"audit fowner<3001", FILE, READ, &user, &ext4, false},
	{"audit fowner>3000", FILE, READ, &user, &ext4, true},
	{"audit fgroup=4001", FILE, READ, &user, &ext4, true},
	{"audit fgroup<4002", FILE, READ, &user, &ext4, true},
	{"audit fgroup>4001", FILE, READ, &user, &ext4, false},
	/* file systems; what is not known matches no name and no UUID */
	{"audit fsmagic=0xef53", FILE, READ, &user, &ext4, true},
	{"audit fsmagic=0x9fa0", FILE, READ, &user, &ext4, false},
	{"audit fsmagic=0", FILE, READ, &user, &ext4, false},
	{"audit fsmagic=0", FILE, READ, &user, &nameless, true},
	{"audit fsname=ext4", FILE, READ, &user, &ext4, true},
	{"audit fsname=ext", FILE, READ, &user, &ext4, false},
	{"audit fsname=ext44", FILE, READ, &user, &ext4, false},
	{"audit fsname=xfs fsname=ext4", FILE, READ, &user, &ext4, true},
	{"audit fsname=ext4", FILE, READ, &user, &nameless, false},
	{"audit fsuuid=" UUID, FILE, READ, &user, &ext4, true},
	{"audit fsuuid=11234567-89ab-cdef-0123-456789abcdef", FILE, READ, &user, &ext4, false},
	{"audit fsuuid=" UUID, FILE, READ, &user, &nameless, false},
	{"audit fsuuid=" UUID, FILE, READ, &user, &unknown, false},
	/* every condition has to hold */
	{"audit func=FILE_CHECK mask=^MAY_READ uid=1001 egid=2002 fowner=3001 fgroup=4001 fsname=ext4 fsuuid=" UUID,
	 FILE, READ, &user, &ext4, true},
	{"audit func=FILE_CHECK mask=^MAY_READ uid=1001 egid=2002 fowner=3001 fgroup=4000 fsname=ext4 fsuuid=" UUID,
	 FILE, READ, &user, &ext4, false},
};

static struct hufu_policy *parsed(const char *text)
{
	struct hufu_policy *policy = NULL;
	struct hufu_err err = {""};

	if (hufu_policy_parse(text, strlen(text), NULL, &policy, NULL, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return policy;
}

static void compares_conditions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(single); i++) {
		autodone(hufu_policy_free) struct hufu_policy *policy = parsed(single[i].rule);
		struct hufu_decision decision;

		hufu_policy_match(policy, single[i].func, single[i].mask, single[i].subject, single[i].object,
				  &decision);
		if ((decision.audit_rule == 1) != single[i].matches)
			fail_msg("row %zu: %s", i, single[i].rule);
		assert_int_equal(decision.actions, single[i].matches ? AUDIT : 0);
		assert_int_equal(decision.pcr, -1);
	}
}

/* ---- several rules; the access is a FILE_CHECK of `user` on `ext4` for reading ---- */

static const struct {
	const char *rules;
	struct hufu_decision decision;
} several[] = {
	{"", {.pcr = -1}},
	{"measure uid=0\nappraise uid=0\naudit uid=0\n", {.pcr = -1}},
	/* classes are independent */
	{"measure\nappraise\naudit\n",
	 {.actions = MEASURE | APPRAISE | AUDIT, .pcr = -1, .measure_rule = 1, .appraise_rule = 2, .audit_rule = 3}},
	{"dont_measure\nappraise\n", {.actions = APPRAISE, .pcr = -1, .measure_rule = 1, .appraise_rule = 2}},
	/* the first that matches closes its class */
	{"dont_measure\nmeasure\n", {.pcr = -1, .measure_rule = 1}},
	{"measure\ndont_measure\n", {.actions = MEASURE, .pcr = -1, .measure_rule = 1}},
	{"dont_appraise fsname=ext4\nappraise\n", {.pcr = -1, .appraise_rule = 1}},
	{"dont_appraise fsname=tmpfs\nappraise\n", {.actions = APPRAISE, .pcr = -1, .appraise_rule = 2}},
	{"measure pcr=11\nmeasure pcr=12 template=ima-sig\n", {.actions = MEASURE, .pcr = 11, .measure_rule = 1}},
	{"appraise\nappraise appraise_type=imasig\n", {.actions = APPRAISE, .pcr = -1, .appraise_rule = 1}},
	{"audit\naudit permit_directio\n", {.actions = AUDIT, .pcr = -1, .audit_rule = 1}},
	/* rules that do not match are passed over */
	{"# a\nmeasure uid=1\n\nmeasure uid=2\nmeasure uid=1001\n", {.actions = MEASURE, .pcr = -1, .measure_rule = 3}},
	/* options */
	{"measure pcr=0 template=ima-buf\n",
	 {.actions = MEASURE, .pcr = 0, .tmpl = HUFU_TEMPLATE_IMA_BUF, .measure_rule = 1}},
	{"measure template=d-ng|n-ng|sig\n",
	 {.actions = MEASURE, .pcr = -1, .tmpl = HUFU_TEMPLATE_IMA_SIG, .measure_rule = 1}},
	{"appraise appraise_type=imasig\nmeasure\n",
	 {.actions = MEASURE | APPRAISE, .require_sig = true, .pcr = -1, .measure_rule = 2, .appraise_rule = 1}},
	{"appraise uid=0 appraise_type=imasig permit_directio\nmeasure uid=0 pcr=11 template=ima-ng\nappraise\n",
	 {.actions = APPRAISE, .pcr = -1, .appraise_rule = 3}},
	/* permit_directio of any rule that matched, as in the kernel; also of one that does not */
	{"audit permit_directio\nappraise\n",
	 {.actions = AUDIT | APPRAISE, .permit_directio = true, .pcr = -1, .appraise_rule = 2, .audit_rule = 1}},
	{"dont_measure permit_directio\nappraise\n",
	 {.actions = APPRAISE, .permit_directio = true, .pcr = -1, .measure_rule = 1, .appraise_rule = 2}},
};

static void closes_classes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(several); i++) {
		autodone(hufu_policy_free) struct hufu_policy *policy = parsed(several[i].rules);
		const struct hufu_decision *want = &several[i].decision;
		struct hufu_decision got;

		memset(&got, 0xff, sizeof(got));
		hufu_policy_match(policy, FILE, READ, &user, &ext4, &got);
		if (got.actions != want->actions || got.require_sig != want->require_sig ||
		    got.permit_directio != want->permit_directio || got.pcr != want->pcr || got.tmpl != want->tmpl ||
		    got.measure_rule != want->measure_rule || got.appraise_rule != want->appraise_rule ||
		    got.audit_rule != want->audit_rule)
			fail_msg("row %zu:\n%s", i, several[i].rules);
	}
}

/* Numbers go on over what was loaded before. */
static void numbers_rules_across_loads(void **state)
{
	autodone(hufu_policy_free) struct hufu_policy *first = parsed("measure uid=7\nmeasure uid=8\n");
	autodone(hufu_policy_free) struct hufu_policy *both = NULL;
	static const char more[] = "appraise uid=7\nmeasure fsname=ext4\n";
	struct hufu_decision decision;

	(void)state;
	assert_int_equal(hufu_policy_parse(more, strlen(more), first, &both, NULL, NULL), 0);
	hufu_policy_match(both, FILE, READ, &user, &ext4, &decision);
	assert_int_equal(decision.measure_rule, 4);
	assert_int_equal(decision.appraise_rule, 0);
	hufu_policy_match(first, FILE, READ, &user, &ext4, &decision);
	assert_int_equal(decision.measure_rule, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_conditions),
		cmocka_unit_test(closes_classes),
		cmocka_unit_test(numbers_rules_across_loads),
	};

	return cmocka_run_group_tests_name("policy: match", tests, NULL, NULL);
}
