/* SPDX-License-Identifier: Apache-2.0 */
/* Whose list it is: seen through record_open(). */
#include "test-list.h"

#define OTHER_BOOT "01234567-89ab-cdef-0123-456789abcdef\n"

static void make_list(const char *name)
{
	struct record *record = test_open();

	(void)test_add(record, name);
	record_close(record);
}

static void refuses(int code, const char *part)
{
	struct record *record = NULL;
	struct hufu_err err = {""};

	assert_int_equal(record_open(test_dir, HUFU_HASH_SHA256, HUFU_TEMPLATE_IMA_NG, &record, &err), code);
	if (!strstr(err.text, part))
		fail_msg("'%s' is not in '%s'", part, err.text);
	assert_null(record);
}

/* A list of another boot goes away as it is, an older one of that name is replaced. */
static void test_other_boot(void **state)
{
	autofree char *now = NULL;
	ssize_t now_len;

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		autofree char *binary = NULL, *ascii = NULL;
		ssize_t binary_len, ascii_len;
		autorecord *record = NULL;

		if (round == 0)
			make_list("/of-the-other-boot");
		if (!now) {
			now_len = test_read(BOOT_ID, &now);
			assert_int_equal(now_len, 37);
		}
		binary_len = test_read(BINARY_LIST, &binary);
		ascii_len = test_read(ASCII_LIST, &ascii);
		test_write(BOOT_ID, OTHER_BOOT, strlen(OTHER_BOOT));
		record = test_open();
		assert_string_equal(record_note(record), "");
		test_is(BINARY_LIST ".previous", binary, (size_t)binary_len);
		test_is(ASCII_LIST ".previous", ascii, (size_t)ascii_len);
		test_is_text(ASCII_LIST, BOOT_LINE);
		test_is_text(BOOT_ID, now);
		assert_int_equal(record_count(record), 1);
		assert_true(test_add(record, "/of-the-other-boot")); /* nothing is remembered of it */
	}
}

static void test_no_boot_id(void **state)
{
	(void)state;
	make_list("/a");
	assert_int_equal(unlink(test_path(BOOT_ID)), 0);
	refuses(-EBADMSG, BINARY_LIST " is there but boot_id is not: which boot is the list from?");
	assert_int_equal(unlink(test_path(BINARY_LIST)), 0);
	refuses(-EBADMSG, ASCII_LIST " is there but boot_id is not");
	assert_int_equal(unlink(test_path(ASCII_LIST)), 0);
	make_list("/a");
}

static void test_bad_boot_id(void **state)
{
	static const char *const bad[] = {"", "\n", "0123", OTHER_BOOT "\n", OTHER_BOOT OTHER_BOOT};
	autofree char *binary = NULL;
	ssize_t len;

	(void)state;
	make_list("/a");
	len = test_read(BINARY_LIST, &binary);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		test_write(BOOT_ID, bad[i], strlen(bad[i]));
		refuses(-EBADMSG, "boot_id");
	}
	test_write(BOOT_ID, "01234567-89ab-cdef\0000123-456789abcdef", 36);
	refuses(-EBADMSG, "boot_id: not the id of a boot");
	assert_int_equal(unlink(test_path(BOOT_ID)), 0);
	assert_int_equal(symlink("/proc/sys/kernel/random/boot_id", test_path(BOOT_ID)), 0);
	refuses(-ELOOP, "boot_id");
	test_is(BINARY_LIST, binary, (size_t)len);
}

/* A list of this boot that is not there any more is never begun anew without a word. */
static void test_gone(void **state)
{
	autorecord *record = NULL;

	(void)state;
	make_list("/a");
	assert_int_equal(unlink(test_path(BINARY_LIST)), 0);
	refuses(-EBADMSG, BINARY_LIST " of this boot is gone, " ASCII_LIST " is there");
	assert_int_equal(unlink(test_path(ASCII_LIST)), 0);
	record = test_open();
	assert_string_equal(record_note(record), BINARY_LIST " of this boot is gone: begun anew");
	test_is_text(ASCII_LIST, BOOT_LINE);
}

/* Died between two of the steps that put away another boot's list and begin one. */
static void test_interrupted(void **state)
{
	autorecord *record = NULL;

	(void)state;
	make_list("/a");
	test_write(BOOT_ID, OTHER_BOOT, strlen(OTHER_BOOT));
	assert_int_equal(rename(test_path(BINARY_LIST), test_path(BINARY_LIST ".previous")), 0);
	record = test_open();
	assert_string_equal(record_note(record), "");
	test_is_text(ASCII_LIST, BOOT_LINE);
	record_close(take_ptr(record));
	assert_int_equal(unlink(test_path(BINARY_LIST)), 0);
	assert_int_equal(unlink(test_path(ASCII_LIST)), 0);
	test_write("boot_id.tmp", "0123", 4); /* what was left of writing it */
	test_write(BOOT_ID, OTHER_BOOT, strlen(OTHER_BOOT));
	record = test_open();
	assert_int_equal(record_count(record), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		list_test(test_other_boot), list_test(test_no_boot_id),	 list_test(test_bad_boot_id),
		list_test(test_gone),	    list_test(test_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
