/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "err.h"

static void layers_put_their_words_in_front(void **state)
{
	struct hufu_err err = {""};

	(void)state;
	assert_int_equal(err_set(&err, -EINVAL, "unknown word '%s'", "mesure"), -EINVAL);
	assert_string_equal(err.text, "unknown word 'mesure'");
	assert_int_equal(err_prefix(&err, -EINVAL, "line %d", 3), -EINVAL);
	assert_int_equal(err_prefix(&err, -ENOKEY, "%s", "policy"), -ENOKEY);
	assert_string_equal(err.text, "policy: line 3: unknown word 'mesure'");
	err_clear(&err);
	assert_string_equal(err.text, "");
}

static void an_errno_is_said_in_words(void **state)
{
	struct hufu_err err = {""};

	(void)state;
	assert_int_equal(err_sys(&err, -ENOENT, "%s", "file"), -ENOENT);
	assert_string_equal(err.text, "file: No such file or directory");
	assert_int_equal(err_sys(&err, -9999, "file"), -9999);
	assert_non_null(strstr(err.text, "9999"));
}

static void nobody_has_to_listen(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, -EINVAL, "x"), -EINVAL);
	assert_int_equal(err_sys(NULL, -EIO, "x"), -EIO);
	assert_int_equal(err_prefix(NULL, -EIO, "x"), -EIO);
	err_clear(NULL);
}

static void what_is_too_long_is_cut(void **state)
{
	struct hufu_err err = {""};
	char long_text[2000];

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	err_set(&err, -EINVAL, "%s", long_text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	err_prefix(&err, -EINVAL, "%s", "before");
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_memory_equal(err.text, "before: xxx", 11);
	err_prefix(&err, -EINVAL, "%s", long_text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	err_sys(&err, -ENOENT, "%s", long_text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layers_put_their_words_in_front),
		cmocka_unit_test(an_errno_is_said_in_words),
		cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(what_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
