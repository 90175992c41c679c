/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "certwords.h"
#include "clean.h"

static const uint8_t skid[] = {1, 2, 3, 4};

/* A leaf nothing is odd about. */
static struct hufu_cert_info leaf(void)
{
	return (struct hufu_cert_info){
		.not_before = "2001-01-01 00:00:00Z",
		.not_after = "9999-12-31 23:59:59Z",
		.skid = skid,
		.skid_len = sizeof(skid),
		.usage = HUFU_USAGE_PRESENT | HUFU_USAGE_DIGITAL_SIGNATURE,
	};
}

static void expect_only(const struct hufu_cert_info *info, const char *words)
{
	unsigned at = 0;
	const char *warning = certwords_warning(info, &at);

	if (!words) {
		assert_null(warning);
		return;
	}
	assert_non_null(warning);
	assert_non_null(strstr(warning, words));
	assert_null(certwords_warning(info, &at));
}

static void a_good_leaf_and_a_good_root_are_not_odd(void **state)
{
	struct hufu_cert_info info = leaf();

	(void)state;
	expect_only(&info, NULL);
	info.is_ca = true;
	info.self_signed = true;
	info.usage = HUFU_USAGE_PRESENT | HUFU_USAGE_CERT_SIGN;
	expect_only(&info, NULL);
	info.usage = 0; /* RFC 5280: without the extension every use is fine */
	expect_only(&info, NULL);
}

static void each_oddity_is_said(void **state)
{
	struct hufu_cert_info info = leaf();

	(void)state;
	info.skid = NULL;
	expect_only(&info, "no subjectKeyIdentifier");
	info = leaf();
	info.usage = HUFU_USAGE_PRESENT;
	expect_only(&info, "no digitalSignature");
	info.usage = 0;
	expect_only(&info, "no digitalSignature");
	info = leaf();
	info.self_signed = true; /* the well-known recipe's CA */
	expect_only(&info, "CA:FALSE");
	info.akid = skid;
	info.akid_len = sizeof(skid);
	expect_only(&info, "CA:FALSE");
	info.akid_len--; /* signed by another key of the same name */
	expect_only(&info, NULL);
	info = leaf();
	info.is_ca = true;
	expect_only(&info, "keyCertSign");
	info = leaf();
	info.not_after = "2001-01-01 00:00:01Z";
	expect_only(&info, "expired");
	info = leaf();
	info.not_before = "9999-01-01 00:00:00Z";
	expect_only(&info, "not valid yet");
}

static void all_oddities_are_said(void **state)
{
	struct hufu_cert_info info = {
		.not_before = "9999-01-01 00:00:00Z", .not_after = "2001-01-01 00:00:00Z", .self_signed = true};
	unsigned at = 0, n = 0;

	(void)state;
	while (certwords_warning(&info, &at))
		n++;
	assert_int_equal(n, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_leaf_and_a_good_root_are_not_odd),
		cmocka_unit_test(each_oddity_is_said),
		cmocka_unit_test(all_oddities_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
