/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>

#include "quote.h"

struct row {
	const char *in, *out;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *text = quote(rows[i].in);

		assert_non_null(text);
		assert_string_equal(text, rows[i].out);
		free(text);
	}
}

static void plain_text_stays(void **state)
{
	static const struct row rows[] = {
		{"", ""},
		{"/usr/bin/id", "/usr/bin/id"},
		{"a b~!\"'$", "a b~!\"'$"},
		{"虎符 é 🐯", "虎符 é 🐯"},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_moves_a_cursor_is_escaped(void **state)
{
	static const struct row rows[] = {
		{"a\nb", "a\\nb"},
		{"\t\r", "\\t\\x0d"},
		{"\033[2J", "\\x1b[2J"},
		{"\x7f", "\\x7f"},
		{"back\\slash", "back\\\\slash"},
		{"\xc2\x9b", "\\xc2\\x9b"}, /* C1: CSI */
		{"\xe2\x80\xae"
		 "evil",
		 "\\xe2\\x80\\xaeevil"}, /* right-to-left override */
		{"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_is_no_utf8_is_escaped(void **state)
{
	static const struct row rows[] = {
		{"\xff", "\\xff"},
		{"\x80", "\\x80"},
		{"\xc0\xaf", "\\xc0\\xaf"}, /* overlong */
		{"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
		{"\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf"},
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"}, /* surrogate */
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* above U+10FFFF */
		{"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},
		{"\xe8\x99", "\\xe8\\x99"}, /* cut */
		{"\xe8\x99x", "\\xe8\\x99x"},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_nul_is_a_byte_like_any_other(void **state)
{
	char *text = quote_len("a\0b", 3);

	(void)state;
	assert_string_equal(text, "a\\x00b");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(what_moves_a_cursor_is_escaped),
		cmocka_unit_test(what_is_no_utf8_is_escaped),
		cmocka_unit_test(a_nul_is_a_byte_like_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
