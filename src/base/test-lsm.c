/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "lsm.h"

static void finds_the_one_with_labels(void **state)
{
	(void)state;
	assert_int_equal(lsm_of_list("lockdown,capability,landlock,yama,apparmor,bpf\n"), HUFU_LSM_APPARMOR);
	assert_int_equal(lsm_of_list("capability,smack,integrity"), HUFU_LSM_SMACK);
	assert_int_equal(lsm_of_list("selinux"), HUFU_LSM_SELINUX);
	assert_int_equal(lsm_of_list("capability,integrity\n"), HUFU_LSM_NONE);
	assert_int_equal(lsm_of_list("apparmorx,none"), HUFU_LSM_NONE);
	assert_int_equal(lsm_of_list(""), HUFU_LSM_NONE);
}

static void knows_names(void **state)
{
	(void)state;
	assert_int_equal(lsm_by_name("smack"), HUFU_LSM_SMACK);
	assert_int_equal(lsm_by_name("none"), HUFU_LSM_NONE);
	assert_int_equal(lsm_by_name("Smack"), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_one_with_labels),
		cmocka_unit_test(knows_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
