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

/* A path longer than the text must not push the reason out. */
static void the_reason_outlives_a_long_path(void **state)
{
	struct hufu_err err = {""};
	char path[4096];

	(void)state;
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	err_sys(&err, -ENOENT, "%s", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_string_equal(err.text + strlen(err.text) - 31, "p...: No such file or directory");
	err_set(&err, -EINVAL, "bad word");
	err_prefix(&err, -EINVAL, "%s", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_string_equal(err.text + strlen(err.text) - 14, "p...: bad word");
	/* both too long: each has its half */
	err_set(&err, -EINVAL, "%s", path);
	memset(path, 'q', sizeof(path) - 1);
	err_prefix(&err, -EINVAL, "%s", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_int_equal(strcspn(err.text, "p"), sizeof(err.text) / 2 + 1);
	assert_non_null(strstr(err.text, "qqq...: ppp"));
}

static void a_text_can_be_its_own_prefix(void **state)
{
	struct hufu_err err = {""};

	(void)state;
	err_set(&err, -EINVAL, "reason");
	err_prefix(&err, -EINVAL, "%s", err.text);
	assert_string_equal(err.text, "reason: reason");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layers_put_their_words_in_front),
		cmocka_unit_test(an_errno_is_said_in_words),
		cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(what_is_too_long_is_cut),
		cmocka_unit_test(the_reason_outlives_a_long_path),
		cmocka_unit_test(a_text_can_be_its_own_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
