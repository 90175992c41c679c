/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "bytes.h"

static void reads_numbers_of_both_orders(void **state)
{
	static const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21};
	struct bytes in = bytes_of(data, sizeof(data));

	(void)state;
	assert_int_equal(bytes_u8(&in), 1);
	assert_int_equal(bytes_be16(&in), 0x0203);
	assert_int_equal(bytes_be32(&in), 0x04050607);
	assert_int_equal(bytes_le16(&in), 0x0908);
	assert_int_equal(bytes_le32(&in), 0x0d0c0b0a);
	assert_int_equal(bytes_le64(&in), 0x1514131211100f0e);
	assert_true(bytes_end(&in));
}

static void a_read_beyond_the_end_sticks(void **state)
{
	static const uint8_t data[] = {1, 2, 3};
	struct bytes in = bytes_of(data, sizeof(data));

	(void)state;
	assert_int_equal(bytes_be32(&in), 0);
	assert_false(bytes_ok(&in));
	assert_int_equal(bytes_u8(&in), 0); /* though there were three bytes */
	assert_null(bytes_take(&in, 0));
	assert_false(bytes_end(&in));
}

static void nothing_and_everything_can_be_taken(void **state)
{
	static const uint8_t data[] = {1, 2, 3};
	struct bytes in = bytes_of(data, sizeof(data));
	struct bytes empty = bytes_of(NULL, 0);

	(void)state;
	(void)bytes_take(&empty, 0);
	assert_true(bytes_end(&empty));
	assert_ptr_equal(bytes_take(&in, 0), data);
	assert_ptr_equal(bytes_take(&in, 3), data);
	assert_true(bytes_end(&in));
	assert_null(bytes_take(&in, 1));
	assert_false(bytes_ok(&in));
}

static void a_length_that_lies_is_refused(void **state)
{
	static const uint8_t data[] = {1, 2, 3};
	struct bytes in = bytes_of(data, sizeof(data));

	(void)state;
	assert_null(bytes_take(&in, SIZE_MAX));
	assert_false(bytes_ok(&in));
}

static void a_part_is_a_cursor_of_its_own(void **state)
{
	static const uint8_t data[] = {1, 2, 3, 4};
	struct bytes in = bytes_of(data, sizeof(data));
	struct bytes part = bytes_sub(&in, 2), beyond;

	(void)state;
	assert_int_equal(bytes_be16(&part), 0x0102);
	assert_int_equal(bytes_u8(&part), 0);
	assert_false(bytes_ok(&part));
	assert_true(bytes_ok(&in)); /* the whole does not suffer from it */
	beyond = bytes_sub(&in, 3);
	assert_false(bytes_ok(&beyond));
	assert_false(bytes_ok(&in));
	assert_int_equal(bytes_u8(&beyond), 0);
}

static void a_buffer_grows(void **state)
{
	static const uint8_t head[] = {0xab, 0x12, 0x34, 0x01, 0x02, 0x03, 0x04, 0x04, 0x03, 0x02, 0x01, 'x', '7'};
	struct buf buf = {0};

	(void)state;
	buf_u8(&buf, 0xab);
	buf_be16(&buf, 0x1234);
	buf_be32(&buf, 0x01020304);
	buf_le32(&buf, 0x01020304);
	buf_str(&buf, "x");
	buf_printf(&buf, "%d", 7);
	assert_int_equal(buf.error, 0);
	assert_int_equal(buf.len, sizeof(head));
	assert_memory_equal(buf.data, head, sizeof(head));
	for (unsigned i = 0; i < 100000; i++)
		buf_u8(&buf, (uint8_t)i);
	assert_int_equal(buf.error, 0);
	assert_int_equal(buf.len, sizeof(head) + 100000);
	assert_int_equal(buf.data[sizeof(head) + 99999], (uint8_t)99999);
	buf_done(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.len, 0);
	buf_hex(&buf, head, 3);
	assert_memory_equal(buf.data, "ab1234", 6);
	assert_int_equal(buf.len, 6);
	buf_done(&buf);
}

static void a_limit_holds_and_sticks(void **state)
{
	struct buf buf = {.limit = 4};

	(void)state;
	buf_str(&buf, "abcd");
	assert_int_equal(buf.error, 0);
	buf_u8(&buf, 'e');
	assert_int_equal(buf.error, -EFBIG);
	assert_int_equal(buf.len, 4);
	buf_add(&buf, "", 0);
	buf_printf(&buf, "%s", "more");
	assert_int_equal(buf.error, -EFBIG);
	assert_memory_equal(buf.data, "abcd", 4);
	assert_null(buf_take_str(&buf));
	assert_null(buf.data); /* nothing is left to be freed */
	assert_int_equal(buf.error, -EFBIG);
	buf_done(&buf);
	assert_int_equal(buf.error, 0);
	buf_str(&buf, "abcd"); /* usable again, under the same limit */
	assert_int_equal(buf.error, 0);
	buf_hex(&buf, "", 1);
	assert_int_equal(buf.error, -EFBIG);
	buf_done(&buf);
	buf = (struct buf){0};
	buf_str(&buf, "a");
	buf_add(&buf, "b", SIZE_MAX); /* a sum that overflows */
	assert_int_equal(buf.error, -EFBIG);
	buf_done(&buf);
	buf_hex(&buf, "b", SIZE_MAX / 2 + 1);
	assert_int_equal(buf.error, -EFBIG);
	buf_done(&buf);
}

/* The limit is of bytes; the NUL that digits are written with is none of them. */
static void hex_fills_a_limit_to_the_brim(void **state)
{
	struct buf buf = {.limit = 4};
	char *text;

	(void)state;
	buf_hex(&buf, "\x12\xef", 2);
	assert_int_equal(buf.error, 0);
	text = buf_take_str(&buf);
	assert_string_equal(text, "12ef");
	free(text);
}

static void text_is_taken_once(void **state)
{
	struct buf buf = {.limit = 3};
	char *text;

	(void)state;
	buf_str(&buf, "abc"); /* the limit counts bytes, not the NUL */
	text = buf_take_str(&buf);
	assert_string_equal(text, "abc");
	free(text);
	text = buf_take_str(&buf);
	assert_string_equal(text, "");
	free(text);
	buf_str(&buf, "abcd"); /* the limit is still there */
	assert_int_equal(buf.error, -EFBIG);
	buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numbers_of_both_orders),
		cmocka_unit_test(a_read_beyond_the_end_sticks),
		cmocka_unit_test(nothing_and_everything_can_be_taken),
		cmocka_unit_test(a_length_that_lies_is_refused),
		cmocka_unit_test(a_part_is_a_cursor_of_its_own),
		cmocka_unit_test(a_buffer_grows),
		cmocka_unit_test(a_limit_holds_and_sticks),
		cmocka_unit_test(hex_fills_a_limit_to_the_brim),
		cmocka_unit_test(text_is_taken_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
