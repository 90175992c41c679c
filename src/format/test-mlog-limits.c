/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader refuses: lengths that lie, entries beyond the limits, files that are no list. */
#include "test-lists.h"

DEFINE_AUTO(struct hufu_mlog_reader, hufu_mlog_close)

static int read_first(const void *data, size_t len, struct hufu_err *ret_err)
{
	autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
	struct hufu_mlog_entry entry;
	int r = test_open_bytes(data, len, &reader, ret_err);

	return r < 0 ? r : hufu_mlog_next(reader, &entry, ret_err);
}

/* Lengths in a record that lie. */
static const struct {
	const char *hex;
	const char *text;
} lengths[] = {
	{"0a000000" SHA1_ABC "00000000"
	 "00000000",
	 "a template name of 0 bytes; only lists with SHA-1 template hashes are read"},
	{"0a000000" SHA1_ABC "00010000"
	 "00000000",
	 "a template name of 256 bytes; only lists with SHA-1 template hashes are read"},
	{"0a000000" SHA1_ABC "ffffffff"
	 "00000000",
	 "a template name of 4294967295 bytes; only lists with SHA-1 template hashes are read"},
	{"0000000a" SHA1_ABC "00000006"
	 "696d612d6e67",
	 "a template name of 100663296 bytes: it looks like a list of a big-endian machine, which is not read"},
	{"0a000000" SHA1_ABC "06000000"
	 "696d610a6e67"
	 "00000000",
	 "the template name is not text"},
	{"0a000000" SHA1_ABC "06000000"
	 "696d61006e67"
	 "00000000",
	 "the template name is not text"},
	{"0a000000" SHA1_ABC "06000000"
	 "696d612d6e67"
	 "01001000"
	 "00",
	 "template data of 1048577 bytes, more than 1048576"},
	{"0a000000" SHA1_ABC "06000000"
	 "696d612d6e67"
	 "ffffffff"
	 "00",
	 "template data of 4294967295 bytes, more than 1048576"},
	{"0a000000" SHA1_ABC "06000000"
	 "696d612d6e67"
	 "00001000"
	 "00",
	 "the list ends within this entry, 39 bytes after its begin"},
	{"0a000000" SHA1_ABC "03000000"
	 "696d61" SHA1_ABC "00010000"
	 "2f2f2f2f",
	 "a name of more than 255 bytes"},
	{"0a000000" SHA1_ABC "06000000"
	 "696d612d6e67"
	 "04000000"
	 "ffffffff",
	 "template ima-ng: field d-ng goes beyond the template data"},
};

static void test_lengths(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct hufu_err err = {""};
		uint8_t data[512];
		size_t len = test_hex(lengths[i].hex, data, sizeof(data));

		assert_int_equal(read_first(data, len, &err), -EBADMSG);
		assert_string_equal(err.text + strlen("list: entry 1 at byte 0: "), lengths[i].text);
	}
}

static void test_not_a_list(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{"10 hello world, this is no list at all and long enough\n",
		 "list: entry 1 at byte 0: it does not begin with a PCR number and a template hash"},
		{"10 " SM3_ABC " ima-ng sm3:" SM3_ABC " /x\n", "list: entry 1 at byte 0: a template hash of 64 digits; "
							       "only lists with SHA-1 template hashes (40) are read"},
		{"#!/bin/sh\nexec something with enough text in it to be a whole header\n",
		 "list: entry 1 at byte 0: a template name of 1953068832 bytes; only lists with SHA-1 template hashes "
		 "are read"},
		{"1", "list: entry 1 at byte 0: the list ends within this entry, 1 bytes after its begin"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct hufu_err err = {""};

		assert_int_equal(read_first(cases[i].text, strlen(cases[i].text), &err), -EBADMSG);
		assert_string_equal(err.text, cases[i].message);
	}
}

static void put_big(struct buf *out, size_t extra_len)
{
	const struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = 32};
	autofree uint8_t *extra = calloc(1, extra_len);
	static const uint8_t hash[20];
	autobuf data = {0};

	assert_non_null(extra);
	buf_le32(&data, 37);
	buf_add(&data, "sm3:", 5);
	buf_add(&data, digest.bytes, 32);
	buf_le32(&data, 2);
	buf_add(&data, "x", 2);
	buf_le32(&data, (uint32_t)extra_len);
	buf_add(&data, extra, extra_len);
	assert_int_equal(data.error, 0);
	mlog_put_record(out, 10, hash, "ima-buf", data.data, data.len);
}

/* Entries of every size up to the limit and one byte more, with small ones around, in both forms. */
static void test_big(void **state)
{
	static const size_t sizes[] = {65000, 65536, 500000, MLOG_DATA_MAX - 51};
	autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
	autodone(hufu_mlog_close) struct hufu_mlog_reader *ascii_reader = NULL;
	struct hufu_mlog_entry entry, back;
	struct hufu_err err = {""};
	autobuf list = {0}, ascii = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		test_put_entry(&list, BINARY, 0);
		put_big(&list, sizes[i]);
	}
	put_big(&list, MLOG_DATA_MAX - 50);
	assert_int_equal(test_open_bytes(list.data, list.len, &reader, &err), 0);
	for (size_t i = 0; i < 2 * ARRAY_SIZE(sizes); i++) {
		autofree char *line = NULL;

		assert_int_equal(hufu_mlog_next(reader, &entry, &err), 1);
		if (i % 2)
			assert_int_equal(entry.extra_len, sizes[i / 2]);
		else
			test_entry(&entry, 0);
		assert_int_equal(hufu_mlog_ascii(&entry, &line), 0);
		buf_str(&ascii, line);
		buf_u8(&ascii, '\n');
	}
	assert_int_equal(hufu_mlog_next(reader, &entry, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "template data of 1048577 bytes, more than 1048576"));

	assert_int_equal(test_open_bytes(ascii.data, ascii.len, &ascii_reader, &err), 0);
	for (size_t i = 0; i < 2 * ARRAY_SIZE(sizes); i++) {
		assert_int_equal(hufu_mlog_next(ascii_reader, &back, &err), 1);
		if (i % 2)
			assert_int_equal(back.extra_len, sizes[i / 2]);
	}
	assert_int_equal(hufu_mlog_next(ascii_reader, &back, &err), 0);
}

static void test_long_line(void **state)
{
	autobuf list = {0};
	struct hufu_err err = {""};
	const size_t len = 3 << 20;

	(void)state;
	buf_printf(&list, "10 " SHA1_ABC " ima-ng sm3:" SM3_ABC " /");
	while (list.len < len)
		buf_add(&list, ZEROS_32, 64);
	assert_int_equal(read_first(list.data, list.len, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "a line of more than"));
	/* the same of newlines: none of them ends the entry */
	memset(list.data + 200, '\n', list.len - 200);
	list.data[list.len - 1] = 'x';
	assert_int_equal(read_first(list.data, list.len, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "a line of more than"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_not_a_list),
		cmocka_unit_test(test_big),
		cmocka_unit_test(test_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
