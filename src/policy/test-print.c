/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "hufu.h"

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)
#define autopolicy autodone(hufu_policy_free) struct hufu_policy

static struct hufu_policy *parsed(const char *text)
{
	struct hufu_policy *policy = NULL;

	assert_int_equal(hufu_policy_parse(text, strlen(text), NULL, &policy, NULL, NULL), 0);
	return policy;
}

/* The kernel puts a space after every token, so that each line of its file ends in one. */
static void has_the_kernels_blanks(void **state)
{
	static const char want[] = "appraise func=BPRM_CHECK uid=1001 appraise_type=imasig ";
	autopolicy *policy = parsed("appraise appraise_type=imasig uid=1001 func=BPRM_CHECK");
	char text[100];

	(void)state;
	assert_int_equal(hufu_policy_print(policy, 0, true, text, sizeof(text)), strlen(want));
	assert_string_equal(text, want);
	assert_int_equal(hufu_policy_print(policy, 0, false, text, sizeof(text)), strlen(want) - 1);
	assert_memory_equal(text, want, strlen(want) - 1);
	assert_int_equal(text[strlen(want) - 1], '\0');
}

static void has_the_kernels_order(void **state)
{
	static const char uuid[] = "01234567-89ab-cdef-0123-456789abcdef";
	autopolicy *policy = NULL;
	char rule[400], want[400], text[400];

	(void)state;
	(void)snprintf(rule, sizeof(rule),
		       "measure permit_directio template=ima-sig fgroup>4 fowner<3 egid=2 uid=1 fsuuid=%s pcr=11 "
		       "fsname=ext4 fsmagic=ef53 mask=^MAY_READ func=PATH_CHECK",
		       uuid);
	(void)snprintf(
		want, sizeof(want),
		"measure func=FILE_CHECK mask=^MAY_READ fsmagic=0xef53 fsname=ext4 pcr=11 fsuuid=%s uid=1 egid=2 "
		"fowner<3 fgroup>4 template=ima-sig permit_directio",
		uuid);
	policy = parsed(rule);
	assert_int_equal(hufu_policy_print(policy, 0, false, text, sizeof(text)), strlen(want));
	assert_string_equal(text, want);
}

/* The kernel prints 4294967294 as -2, which it would not take back. */
static void prints_large_ids_as_they_are(void **state)
{
	autopolicy *policy = parsed("audit uid<4294967294 fgroup=2147483648");
	char text[100];

	(void)state;
	assert_true(hufu_policy_print(policy, 0, false, text, sizeof(text)) > 0);
	assert_string_equal(text, "audit uid<4294967294 fgroup=2147483648");
}

static void says_when_there_is_no_room(void **state)
{
	autopolicy *policy = parsed("audit uid=0");
	char text[] = "................";

	(void)state;
	assert_int_equal(hufu_policy_print(policy, 0, false, text, 11), -ENOSPC);
	assert_int_equal(hufu_policy_print(policy, 0, false, text, 0), -ENOSPC);
	assert_int_equal(hufu_policy_print(policy, 0, true, text, 12), -ENOSPC);
	assert_int_equal(hufu_policy_print(policy, 1, false, text, sizeof(text)), -EINVAL);
	assert_string_equal(text, "................");
	assert_int_equal(hufu_policy_print(policy, 0, false, text, 12), 11);
	assert_string_equal(text, "audit uid=0");
	assert_int_equal(text[12], '.');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_kernels_blanks),
		cmocka_unit_test(has_the_kernels_order),
		cmocka_unit_test(prints_large_ids_as_they_are),
		cmocka_unit_test(says_when_there_is_no_room),
	};

	return cmocka_run_group_tests_name("policy: print", tests, NULL, NULL);
}
