/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "hex.h"

static void every_byte_there_and_back(void **state)
{
	uint8_t data[256], back[256];
	char text[513];

	(void)state;
	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	hex_encode(data, sizeof(data), text);
	assert_int_equal(strlen(text), 512);
	assert_memory_equal(text, "000102", 6);
	assert_string_equal(text + 506, "fdfeff");
	assert_int_equal(hex_decode(text, 512, back, sizeof(back)), 256);
	assert_memory_equal(back, data, sizeof(data));
	hex_encode(data, 0, text);
	assert_string_equal(text, "");
}

static void both_cases_are_read(void **state)
{
	uint8_t data[4];

	(void)state;
	assert_int_equal(hex_decode("aAbBcCfF", 8, data, sizeof(data)), 4);
	assert_memory_equal(data, "\xaa\xbb\xcc\xff", 4);
	assert_int_equal(hex_decode("", 0, data, 0), 0);
}

static void anything_else_is_refused(void **state)
{
	static const char *const bad[] = {"0g", "g0", " 0", "0 ", "0x", "/0", ":0", "@0", "G0", "`0", "\xff\xff", "1-"};
	uint8_t data[4];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(hex_decode(bad[i], 2, data, sizeof(data)), -EINVAL);
	assert_int_equal(hex_decode("0\0", 2, data, sizeof(data)), -EINVAL);
	assert_int_equal(hex_decode("012", 3, data, sizeof(data)), -EINVAL);
	assert_int_equal(hex_decode("0011223344", 10, data, sizeof(data)), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_there_and_back),
		cmocka_unit_test(both_cases_are_read),
		cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
