/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "tagset.h"

#define autotagset __attribute__((cleanup(tagset_done))) struct tagset

/* Spread evenly, as digests are; the same for the same number. */
static void make_tag(uint64_t number, uint8_t ret_tag[TAGSET_TAG])
{
	for (size_t i = 0; i < TAGSET_TAG; i++) {
		number = number * 6364136223846793005ULL + 1442695040888963407ULL;
		ret_tag[i] = (uint8_t)(number >> 56);
	}
}

static void add(struct tagset *set, const uint8_t tag[TAGSET_TAG])
{
	assert_int_equal(tagset_reserve(set), 0);
	tagset_add(set, tag);
}

static void test_many(void **state)
{
	const uint64_t n = 200000;
	uint8_t tag[TAGSET_TAG];
	autotagset set = {0};

	(void)state;
	for (uint64_t i = 0; i < n; i++) {
		make_tag(i, tag);
		assert_false(tagset_has(&set, tag));
		add(&set, tag);
		assert_true(tagset_has(&set, tag));
	}
	assert_int_equal(set.n_tags, n);
	assert_true(set.n_slots * TAGSET_TAG <= 43 * n);
	for (uint64_t i = 0; i < n; i++) {
		make_tag(i, tag);
		assert_true(tagset_has(&set, tag));
		add(&set, tag);
	}
	assert_int_equal(set.n_tags, n);
	for (uint64_t i = n; i < 2 * n; i++) {
		make_tag(i, tag);
		assert_false(tagset_has(&set, tag));
	}
}

/* All at one place: found all the same. */
static void test_crowded(void **state)
{
	uint8_t tag[TAGSET_TAG] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	autotagset set = {0};

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		tag[8] = (uint8_t)i;
		tag[9] = (uint8_t)(i >> 8);
		add(&set, tag);
	}
	assert_int_equal(set.n_tags, 2000);
	for (unsigned i = 0; i < 4000; i++) {
		tag[8] = (uint8_t)i;
		tag[9] = (uint8_t)(i >> 8);
		assert_int_equal(tagset_has(&set, tag), i < 2000);
	}
}

static void test_zero(void **state)
{
	static const uint8_t zero[TAGSET_TAG], one[TAGSET_TAG] = {1};
	autotagset set = {0};

	(void)state;
	assert_false(tagset_has(&set, zero));
	assert_int_equal(tagset_reserve(&set), 0);
	assert_false(tagset_has(&set, zero));
	add(&set, zero);
	assert_true(tagset_has(&set, zero));
	assert_true(tagset_has(&set, one));
	assert_int_equal(set.n_tags, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_crowded),
		cmocka_unit_test(test_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
