/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "guess.h"

static const char *guess_of(const char *word)
{
	static const char *const candidates[] = {"sign", "verify", "hash", "show", "recursive", "passphrase-file"};
	struct guess guess = {.word = word, .len = strlen(word)};

	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++)
		guess_try(&guess, candidates[i]);
	return guess.best ? guess.best : "";
}

static void near_words_are_found(void **state)
{
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{"sgin", "sign"}, /* swapped */
		{"signn", "sign"}, /* one too many */
		{"sin", "sign"}, /* one missing */
		{"vefiry", "verify"}, /* two changed */
		{"recusrive", "recursive"},
		{"rec", "recursive"}, /* cut short */
		{"passphrase", "passphrase-file"},
		{"xyz", ""},
		{"s", ""}, /* everything is near a single letter */
		{"", ""},
		{"si", ""},
		{"a-word-that-is-longer-than-any-of-the-candidates-is", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(guess_of(rows[i].typed), rows[i].meant);
}

static void the_nearest_wins(void **state)
{
	struct guess guess = {.word = "showw", .len = 5};

	(void)state;
	guess_try(&guess, "shaww"); /* 1 */
	guess_try(&guess, "show"); /* 1: the first of equals stays */
	assert_string_equal(guess.best, "shaww");
	guess_try(&guess, "showw");
	assert_string_equal(guess.best, "showw");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_words_are_found),
		cmocka_unit_test(the_nearest_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
