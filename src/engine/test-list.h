/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_LIST_H
#define TEST_LIST_H

/* For tests: a directory with a measurement list, looked at from outside. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bytes.h"
#include "clean.h"
#include "file.h"
#include "record.h"

DEFINE_AUTO(struct record, record_close)
#define autorecord autodone(record_close) struct record

#define BINARY_LIST "binary_runtime_measurements"
#define ASCII_LIST  "ascii_runtime_measurements"
#define BOOT_ID	    "boot_id"

#define ZEROS_20  "0000000000000000000000000000000000000000"
#define ZEROS_32  "0000000000000000000000000000000000000000000000000000000000000000"
#define BOOT_LINE "10 0adefe762c149c7cec19da62f0da1297fcfbffff ima-ng sha256:" ZEROS_32 " boot_aggregate\n"

static char test_dir[] = "/tmp/hufu-list.XXXXXX";

static inline char *test_path(const char *name)
{
	static char paths[2][256];
	static unsigned next;
	char *path = paths[next++ % 2];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", test_dir, name);
	return path;
}

/* -1: there is no such file. */
static inline ssize_t test_read(const char *name, char **ret_data)
{
	size_t len;

	if (file_read(test_path(name), 1 << 24, ret_data, &len, NULL) < 0)
		return -1;
	return (ssize_t)len;
}

static inline void test_write(const char *name, const void *data, size_t len)
{
	assert_int_equal(file_write_atomic(test_path(name), data, len, 0440, true, NULL), 0);
}

static inline void test_is(const char *name, const void *expected, size_t expected_len)
{
	autofree char *data = NULL;
	ssize_t len = test_read(name, &data);

	assert_int_equal(len, expected_len);
	assert_memory_equal(data, expected, expected_len);
}

static inline void test_is_text(const char *name, const char *expected)
{
	test_is(name, expected, strlen(expected));
}

static inline int test_setup(void **state)
{
	(void)state;
	memcpy(test_dir + sizeof(test_dir) - 7, "XXXXXX", 6);
	return mkdtemp(test_dir) ? 0 : -1;
}

static inline int test_teardown(void **state)
{
	static const char *const names[] = {BINARY_LIST, ASCII_LIST, BOOT_ID, BINARY_LIST ".previous",
					    ASCII_LIST ".previous"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (unlink(test_path(names[i])) < 0 && errno == EISDIR)
			(void)rmdir(test_path(names[i]));
	return rmdir(test_dir); /* fails if hufu left another file behind */
}

/* Files of mode 0440 are opened for writing again. */
static inline void test_needs_root(void)
{
	if (geteuid() != 0) {
		print_message("needs root: to continue a list of mode 0440\n");
		skip();
	}
}

static inline struct record *test_open(void)
{
	struct record *record = NULL;
	struct hufu_err err = {""};

	if (record_open(test_dir, HUFU_HASH_SHA256, HUFU_TEMPLATE_IMA_NG, &record, &err) < 0)
		fail_msg("%s", err.text);
	return record;
}

static inline int test_add_as(struct record *record, enum hufu_template as, uint32_t pcr, const char *name,
			      bool *ret_added)
{
	struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = 32, .bytes = {0x66, 0xc7}};
	struct mlog_event event = {
		.template = as,
		.digest = &digest,
		.name = name,
		.extra = (const uint8_t *)"\x03\x02\x11",
		.extra_len = 3,
	};

	return record_add(record, pcr, &event, ret_added, NULL);
}

static inline bool test_add(struct record *record, const char *name)
{
	bool added = false;

	assert_int_equal(test_add_as(record, HUFU_TEMPLATE_NONE, 10, name, &added), 0);
	return added;
}

#define list_test(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

#endif
