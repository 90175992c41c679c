/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "hufu.h"

static void numbers_are_the_kernels(void **state)
{
	static const struct {
		unsigned algo;
		const char *name;
		size_t size;
	} rows[] = {
		{0, "md4", 16},		 {1, "md5", 16},	  {2, "sha1", 20},	{3, "rmd160", 20},
		{4, "sha256", 32},	 {5, "sha384", 48},	  {6, "sha512", 64},	{7, "sha224", 28},
		{17, "sm3", 32},	 {18, "streebog256", 32}, {10, "rmd320", 40},	{16, "tgr192", 24},
		{19, "streebog512", 64}, {20, "sha3-256", 32},	  {22, "sha3-512", 64},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(hufu_hash_name(rows[i].algo), rows[i].name);
		assert_int_equal(hufu_hash_size(rows[i].algo), rows[i].size);
		assert_int_equal(hufu_hash_by_name(rows[i].name, strlen(rows[i].name)), rows[i].algo);
	}
}

static void every_number_has_a_name_and_a_size(void **state)
{
	(void)state;
	for (unsigned algo = 0; algo < HUFU_HASH_COUNT; algo++) {
		assert_non_null(hufu_hash_name(algo));
		assert_in_range(hufu_hash_size(algo), 16, HUFU_DIGEST_MAX);
		assert_int_equal(hufu_hash_by_name(hufu_hash_name(algo), strlen(hufu_hash_name(algo))), algo);
	}
	assert_null(hufu_hash_name(HUFU_HASH_COUNT));
	assert_null(hufu_hash_name(UINT32_MAX));
	assert_int_equal(hufu_hash_size(HUFU_HASH_COUNT), 0);
	assert_int_equal(hufu_hash_size(UINT32_MAX), 0);
}

static void formats_take_the_exact_name_only(void **state)
{
	static const char *const bad[] = {"SM3", "sm3-256", "sm", "sm33", "", "sha-256", "sha3_256"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(hufu_hash_by_name(bad[i], strlen(bad[i])), -ENOENT);
	assert_int_equal(hufu_hash_by_name("sm3:00", 3), HUFU_HASH_SM3);
}

static void people_may_write_it_their_way(void **state)
{
	(void)state;
	assert_int_equal(hufu_hash_by_alias("SM3"), HUFU_HASH_SM3);
	assert_int_equal(hufu_hash_by_alias("sm3-256"), HUFU_HASH_SM3);
	assert_int_equal(hufu_hash_by_alias("SM3256"), HUFU_HASH_SM3);
	assert_int_equal(hufu_hash_by_alias("Sha-256"), HUFU_HASH_SHA256);
	assert_int_equal(hufu_hash_by_alias("sha3-256"), HUFU_HASH_SHA3_256);
	assert_int_equal(hufu_hash_by_alias("sm4"), -ENOENT);
	assert_int_equal(hufu_hash_by_alias(""), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_the_kernels),
		cmocka_unit_test(every_number_has_a_name_and_a_size),
		cmocka_unit_test(formats_take_the_exact_name_only),
		cmocka_unit_test(people_may_write_it_their_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
