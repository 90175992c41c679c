/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tbs.h"

/* SEQUENCE { SEQUENCE { INTEGER 1 }, SEQUENCE { NULL }, BIT STRING "" } */
static const uint8_t short_form[] = {0x30, 0x0c, 0x30, 0x03, 0x02, 0x01, 0x01,
				     0x30, 0x02, 0x05, 0x00, 0x03, 0x01, 0x00};

static void finds_it_with_its_header(void **state)
{
	struct bytes tbs;

	(void)state;
	assert_int_equal(tbs_find(short_form, sizeof(short_form), &tbs), 0);
	assert_ptr_equal(tbs.at, short_form + 2);
	assert_int_equal(tbs.left, 5);
}

/* SEQUENCE of SEQUENCE of `len` bytes, with lengths of two octets after 82. */
static size_t build(uint8_t *out, size_t len)
{
	size_t outer = len + 4;

	memset(out, 0, outer + 4);
	out[0] = out[4] = 0x30;
	out[1] = out[5] = 0x82;
	out[2] = (uint8_t)(outer >> 8);
	out[3] = (uint8_t)outer;
	out[6] = (uint8_t)(len >> 8);
	out[7] = (uint8_t)len;
	return outer + 4;
}

static void finds_it_with_long_lengths(void **state)
{
	static uint8_t der[70000];
	size_t len = build(der, 60000);
	struct bytes tbs;

	(void)state;
	assert_int_equal(tbs_find(der, len, &tbs), 0);
	assert_ptr_equal(tbs.at, der + 4);
	assert_int_equal(tbs.left, 60004);
}

static void refuses_every_truncation(void **state)
{
	struct bytes tbs = {.left = 77};

	(void)state;
	for (size_t len = 0; len < sizeof(short_form); len++)
		assert_int_equal(tbs_find(short_form, len, &tbs), -EBADMSG);
	assert_int_equal(tbs.left, 77);
}

static void refuses_what_is_no_der(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t len;
	} wrong[] = {
		{{0x31, 0x03, 0x30, 0x01, 0x00}, 5}, /* a SET */
		{{0x30, 0x03, 0x02, 0x01, 0x00}, 5}, /* no SEQUENCE in it */
		{{0x30, 0x80, 0x30, 0x01, 0x00, 0x00, 0x00}, 7}, /* indefinite length: BER */
		{{0x30, 0x81, 0x03, 0x30, 0x01, 0x00}, 6}, /* 3 takes no octet of its own */
		{{0x30, 0x82, 0x00, 0x03, 0x30, 0x01, 0x00}, 7}, /* a leading zero */
		{{0x30, 0x85, 0x00, 0x00, 0x00, 0x00, 0x03, 0x30}, 8}, /* five octets */
		{{0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30, 0x00}, 8}, /* 4 GiB */
		{{0x30, 0x03, 0x30, 0x02, 0x00}, 5}, /* the inner one is longer than the outer */
		{{0x30, 0x02, 0x30, 0x00}, 4}, /* nothing in it */
		{{0x30, 0x00}, 2},
	};
	struct bytes tbs;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(tbs_find(wrong[i].bytes, wrong[i].len, &tbs), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_it_with_its_header),
		cmocka_unit_test(finds_it_with_long_lengths),
		cmocka_unit_test(refuses_every_truncation),
		cmocka_unit_test(refuses_what_is_no_der),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
