/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "out.h"

static void numbers_are_grouped(void **state)
{
	(void)state;
	assert_string_equal(out_thousands(0).text, "0");
	assert_string_equal(out_thousands(999).text, "999");
	assert_string_equal(out_thousands(1000).text, "1,000");
	assert_string_equal(out_thousands(1234567).text, "1,234,567");
	assert_string_equal(out_thousands(UINT64_MAX).text, "18,446,744,073,709,551,615");
}

static void sizes_have_few_digits(void **state)
{
	(void)state;
	assert_string_equal(out_size(0).text, "0 bytes");
	assert_string_equal(out_size(999).text, "999 bytes");
	assert_string_equal(out_size(1000).text, "1.0 kB");
	assert_string_equal(out_size(9949).text, "9.9 kB");
	assert_string_equal(out_size(9999).text, "10 kB");
	assert_string_equal(out_size(20480000).text, "20 MB");
	assert_string_equal(out_size(999999).text, "1.0 MB");
	assert_string_equal(out_size(UINT64_MAX).text, "18 EB");
}

static void names_survive_json(void **state)
{
	json_t *object = json_object();

	(void)state;
	out_json_set_path(object, "path", "a\nb \\ \xe8\x99\x8e");
	assert_string_equal(json_string_value(json_object_get(object, "path")), "a\nb \\ \xe8\x99\x8e");
	assert_null(json_object_get(object, "path_hex"));
	out_json_set_path(object, "name", "x\xff\n");
	assert_string_equal(json_string_value(json_object_get(object, "name")), "x\\xff\\n");
	assert_string_equal(json_string_value(json_object_get(object, "name_hex")), "78ff0a");
	json_decref(object);
}

static void digests_are_named(void **state)
{
	struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = 2, .bytes = {0xab, 0x01}};
	json_t *value = out_json_digest(&digest);

	(void)state;
	assert_string_equal(json_string_value(value), "sm3:ab01");
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_grouped),
		cmocka_unit_test(sizes_have_few_digits),
		cmocka_unit_test(names_survive_json),
		cmocka_unit_test(digests_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
