/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hufu.h"

static enum hufu_template by_name(const char *name)
{
	return hufu_template_by_name(name, strlen(name));
}

static void names_and_formats_are_known(void **state)
{
	(void)state;
	assert_int_equal(by_name("ima-ng"), HUFU_TEMPLATE_IMA_NG);
	assert_int_equal(by_name("ima-sig"), HUFU_TEMPLATE_IMA_SIG);
	assert_int_equal(by_name("ima-buf"), HUFU_TEMPLATE_IMA_BUF);
	assert_int_equal(by_name("ima"), HUFU_TEMPLATE_IMA);
	assert_int_equal(by_name("d|n"), HUFU_TEMPLATE_IMA);
	assert_int_equal(by_name("d-ngv2|n-ng|sig"), HUFU_TEMPLATE_IMA_SIGV2);
	assert_int_equal(by_name("evm-sig"), HUFU_TEMPLATE_EVM_SIG);
	assert_int_equal(by_name("d-ng|n-ng"), HUFU_TEMPLATE_IMA_NG);
	assert_int_equal(by_name("d-ng|n-ng|sig"), HUFU_TEMPLATE_IMA_SIG);
	for (unsigned i = HUFU_TEMPLATE_NONE + 1; i < HUFU_TEMPLATE_COUNT; i++)
		assert_int_equal(by_name(hufu_template_name((enum hufu_template)i)), i);
}

static void nothing_else_is(void **state)
{
	(void)state;
	assert_int_equal(by_name(""), HUFU_TEMPLATE_NONE);
	assert_int_equal(by_name("ima-sigv3"), HUFU_TEMPLATE_NONE);
	assert_int_equal(by_name("d-ng|n-ng|"), HUFU_TEMPLATE_NONE);
	assert_int_equal(hufu_template_by_name("ima-sig", 6), HUFU_TEMPLATE_NONE);
	assert_null(hufu_template_name(HUFU_TEMPLATE_NONE));
	assert_null(hufu_template_name(HUFU_TEMPLATE_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_formats_are_known),
		cmocka_unit_test(nothing_else_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
