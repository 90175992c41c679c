/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "rule.h"

#define MEASURE	 HUFU_POLICY_MEASURE
#define APPRAISE HUFU_POLICY_APPRAISE
#define AUDIT	 HUFU_POLICY_AUDIT

/* Appends `text` to `base` and lets go of `base`. */
static struct hufu_policy *append(struct hufu_policy *base, const char *text)
{
	struct hufu_policy *policy = NULL;

	assert_int_equal(hufu_policy_parse(text, strlen(text), base, &policy, NULL, NULL), 0);
	hufu_policy_free(base);
	return policy;
}

static void frees_nothing(void **state)
{
	(void)state;
	hufu_policy_free(NULL);
}

static void names_functions(void **state)
{
	static const char *const names[HUFU_FUNC_COUNT] = {
		NULL,		"FILE_CHECK",	 "MMAP_CHECK",	   "MMAP_CHECK_REQPROT", "BPRM_CHECK",
		"CREDS_CHECK",	"MODULE_CHECK",	 "FIRMWARE_CHECK", "KEXEC_KERNEL_CHECK", "KEXEC_INITRAMFS_CHECK",
		"POLICY_CHECK", "KEXEC_CMDLINE", "KEY_CHECK",	   "CRITICAL_DATA",	 "SETXATTR_CHECK",
	};

	(void)state;
	assert_null(hufu_func_name(HUFU_FUNC_NONE));
	for (int func = HUFU_FUNC_NONE + 1; func < HUFU_FUNC_COUNT; func++)
		assert_string_equal(hufu_func_name((enum hufu_func)func), names[func]);
	assert_null(hufu_func_name(HUFU_FUNC_COUNT));
	assert_null(hufu_func_name((enum hufu_func) - 1));
}

static void tells_possible_actions(void **state)
{
	struct hufu_policy *policy =
		append(NULL, "measure func=BPRM_CHECK uid=1001\nappraise func=MMAP_CHECK\ndont_appraise\n"
			     "dont_measure func=MODULE_CHECK\naudit func=FILE_CHECK\n");

	(void)state;
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_NONE), MEASURE | APPRAISE | AUDIT);
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_BPRM_CHECK), MEASURE);
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_MMAP_CHECK), APPRAISE);
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_MMAP_CHECK_REQPROT), 0);
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_MODULE_CHECK), 0);
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_FILE_CHECK), AUDIT);
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_COUNT), 0);
	assert_int_equal(hufu_policy_actions(policy, (enum hufu_func) - 1), 0);
	/* a rule without func is for every one */
	policy = append(policy, "measure uid=5\n");
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_MODULE_CHECK), MEASURE);
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_FILE_CHECK), MEASURE | AUDIT);
	hufu_policy_free(policy);
}

static void appends(void **state)
{
	struct hufu_policy *policy = append(NULL, "measure\n");
	char text[64];

	(void)state;
	policy = append(policy, "# nothing\n");
	assert_int_equal(hufu_policy_count(policy), 1);
	policy = append(policy, "audit fsname=ext4\ndont_measure\n");
	policy = append(policy, "audit fsname=xfs\n");
	assert_int_equal(hufu_policy_count(policy), 4);
	assert_int_equal(hufu_policy_print(policy, 0, false, text, sizeof(text)), 7);
	assert_string_equal(text, "measure");
	assert_int_equal(hufu_policy_print(policy, 1, false, text, sizeof(text)), 17);
	assert_string_equal(text, "audit fsname=ext4");
	assert_int_equal(hufu_policy_print(policy, 3, false, text, sizeof(text)), 16);
	assert_string_equal(text, "audit fsname=xfs");
	assert_int_equal(hufu_policy_print(policy, 4, false, text, sizeof(text)), -EINVAL);
	hufu_policy_free(policy);
}

/* What is appended to is neither copied nor changed, and may go first or last. */
static void shares_its_base(void **state)
{
	struct hufu_policy *base = append(NULL, "audit fsname=ext4\n");
	struct hufu_policy *one = NULL, *two = NULL;
	char text[64];

	(void)state;
	assert_int_equal(hufu_policy_parse("measure", 7, base, &one, NULL, NULL), 0);
	assert_int_equal(hufu_policy_parse("appraise", 8, base, &two, NULL, NULL), 0);
	assert_ptr_equal(one->chunks[0], base->chunks[0]);
	assert_ptr_equal(two->chunks[0], base->chunks[0]);
	assert_int_equal(hufu_policy_count(base), 1);
	hufu_policy_free(base);
	hufu_policy_free(one);
	assert_int_equal(hufu_policy_count(two), 2);
	assert_int_equal(hufu_policy_print(two, 0, false, text, sizeof(text)), 17);
	assert_string_equal(text, "audit fsname=ext4");
	assert_int_equal(hufu_policy_actions(two, HUFU_FUNC_NONE), APPRAISE | AUDIT);
	hufu_policy_free(two);
}

static void leaves_its_base_alone_on_error(void **state)
{
	struct hufu_policy *base = append(NULL, "audit\n"), *policy = NULL;

	(void)state;
	assert_int_equal(hufu_policy_parse("measure\nmesure\n", 15, base, &policy, NULL, NULL), -EINVAL);
	assert_null(policy);
	assert_int_equal(hufu_policy_count(base), 1);
	assert_int_equal(base->chunks[0]->refs, 1);
	hufu_policy_free(base);
}

/* A daemon that is sent rules for ever comes to an end, and one that is sent them one by one does not slow down. */
static void limits_the_number_of_rules(void **state)
{
	const size_t len = HUFU_POLICY_MAX - HUFU_POLICY_MAX % 6;
	autofree char *text = malloc(len);
	struct hufu_policy *policy = NULL, *next = NULL;
	struct hufu_policy_where where = {9, 9};
	struct hufu_err err = {""};
	int r;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = "audit\n"[i % 6];
	for (unsigned i = 0; i < 2000; i++)
		policy = append(policy, "audit\n");
	while ((r = hufu_policy_parse(text, len, policy, &next, &where, &err)) == 0) {
		hufu_policy_free(policy);
		policy = next;
	}
	assert_int_equal(r, -EFBIG);
	assert_string_equal(err.text, "the policy would have 1050572 rules; 1048576 are the most");
	assert_int_equal(where.line, 0);
	assert_int_equal(hufu_policy_count(policy), 2000 + 5 * (HUFU_POLICY_MAX / 6));
	hufu_policy_free(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frees_nothing),
		cmocka_unit_test(names_functions),
		cmocka_unit_test(tells_possible_actions),
		cmocka_unit_test(appends),
		cmocka_unit_test(shares_its_base),
		cmocka_unit_test(leaves_its_base_alone_on_error),
		cmocka_unit_test(limits_the_number_of_rules),
	};

	return cmocka_run_group_tests_name("policy: policy", tests, NULL, NULL);
}
