/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "clean.h"
#include "pcrvalues.h"

#define HEX40 "00112233445566778899aabbccddeeff00112233"
#define HEX64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static int parse(const char *text, struct pcrvalues *ret_values, struct hufu_err *err)
{
	return pcrvalues_parse(text, strlen(text), ret_values, err);
}

static void reads_both_forms(void **state)
{
	static const char *const texts[] = {
		"# of the quote\nsha256 10 " HEX64 "\n\nsha1 10 " HEX40,
		"  sha1:\n    10: 0x" HEX40 "\n  sha256:\n    10: 0x" HEX64 "\n",
		"/sys/class/tpm/tpm0/pcr-sha1/10:" HEX40 "\n/sys/class/tpm/tpm0/pcr-sha256/10:" HEX64 "\n",
		"sha1:\r\n  10 : 0x" HEX40 "\r\nSHA256:\r\n  10 : 0X" HEX64 "\r\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct pcrvalues values;
		struct hufu_err err = {0};

		assert_int_equal(parse(texts[i], &values, &err), 0);
		assert_int_equal(values.n, 2);
		assert_int_equal(pcrvalues_find(&values, HUFU_HASH_SHA256, 10)->bytes[1], 0x11);
		assert_int_equal(pcrvalues_find(&values, HUFU_HASH_SHA1, 10)->len, 20);
		assert_null(pcrvalues_find(&values, HUFU_HASH_SHA1, 11));
		assert_null(pcrvalues_find(&values, HUFU_HASH_SM3, 10));
	}
}

static void knows_how_tools_write_a_bank(void **state)
{
	struct pcrvalues values;

	(void)state;
	assert_int_equal(parse("sm3_256:\n 10: 0x" HEX64, &values, NULL), 0);
	assert_non_null(pcrvalues_find(&values, HUFU_HASH_SM3, 10));
	assert_int_equal(parse("sm3 10 " HEX64, &values, NULL), 0);
	assert_non_null(pcrvalues_find(&values, HUFU_HASH_SM3, 10));
}

static void refuses_and_names_the_line(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"", "no register in it"},
		{"\n# nothing\n", "no register in it"},
		{"sha256 10", "line 1: neither"},
		{"sha256 10 " HEX64 " more", "line 1: neither"},
		{"sha256 10 a b c", "line 1: too many words"},
		{"\nsha256 24 " HEX64, "line 2: no TPM has"},
		{"sha256 -1 " HEX64, "line 1: no number"},
		{"sha256 100 " HEX64, "line 1: no number"},
		{"sha256 10 " HEX40, "line 1: the value has not the length"},
		{"sha1 10 zz112233445566778899aabbccddeeff00112233", "line 1: the value is not hex"},
		{"sha999 10 " HEX64, "line 1: a bank"},
		{"sha999:", "line 1: a bank"},
		{"/10:" HEX64, "line 1: no path as"},
		{"/sys/class/tpm/tpm0/10:" HEX64, "line 1: no path as"},
		{"/sys/class/tpm/tpm0/pcr-sha999/10:" HEX64, "line 1: no path as"},
		{"/sys/class/tpm/tpm0/pcr-sha256/:" HEX64, "line 1: no number"},
		{"/sys/class/tpm/tpm0/pcr-sha1/10:" HEX64, "line 1: the value has not the length"},
		{"10: 0x" HEX64, "line 1: a register before any bank"},
		{"sha1 10 " HEX40 "\nsha1 10 " HEX40, "line 2: this register was there before"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pcrvalues values;
		struct hufu_err err = {0};

		assert_int_equal(parse(rows[i].text, &values, &err), -EBADMSG);
		assert_non_null(strstr(err.text, rows[i].said));
	}
	assert_int_equal(pcrvalues_parse("sha1\0", 5, &(struct pcrvalues){0}, NULL), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_forms),
		cmocka_unit_test(knows_how_tools_write_a_bank),
		cmocka_unit_test(refuses_and_names_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
