/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>

#include "test-lists.h"

DEFINE_AUTO(struct hufu_mlog_reader, hufu_mlog_close)

/* Both forms of a list with every template, read back. */
static void test_every_template(void **state)
{
	(void)state;
	for (enum test_form form = BINARY; form < FORM_COUNT; form++) {
		autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
		struct hufu_mlog_entry entry;
		struct hufu_err err = {""};
		autobuf list = {0};

		for (size_t i = 0; i < ARRAY_SIZE(test_list); i++)
			test_put_entry(&list, form, i);
		assert_int_equal(test_open_bytes(list.data, list.len, &reader, &err), 0);
		assert_int_equal(mlog_reader_is_ascii(reader), form == ASCII);
		assert_int_equal(hufu_mlog_index(reader), 0);
		for (size_t i = 0; i < ARRAY_SIZE(test_list); i++) {
			if (hufu_mlog_next(reader, &entry, &err) != 1)
				fail_msg("%zu: %s", i, err.text);
			assert_int_equal(hufu_mlog_index(reader), i + 1);
			assert_int_equal(entry.pcr, 10);
			test_entry(&entry, i);
		}
		assert_int_equal(hufu_mlog_next(reader, &entry, &err), 0);
		assert_int_equal(hufu_mlog_next(reader, &entry, &err), 0);
		assert_int_equal(mlog_reader_offset(reader), list.len);
		assert_false(mlog_reader_torn(reader));
	}
}

/* Cut anywhere: the entries before the cut, then an error that says where; at a border, the end. */
static void test_truncated(void **state)
{
	(void)state;
	for (enum test_form form = BINARY; form < FORM_COUNT; form++) {
		size_t ends[ARRAY_SIZE(test_list) + 1] = {0};
		autobuf list = {0};

		for (size_t i = 0; i < ARRAY_SIZE(test_list); i++) {
			test_put_entry(&list, form, i);
			ends[i + 1] = list.len;
		}
		for (size_t cut = 0; cut < list.len; cut++) {
			autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
			autofree char *where = NULL;
			struct hufu_mlog_entry entry;
			struct hufu_err err = {""}, again = {""};
			size_t n = 0;

			while (ends[n + 1] <= cut)
				n++;
			assert_int_equal(test_open_bytes(list.data, cut, &reader, &err), 0);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(hufu_mlog_next(reader, &entry, &err), 1);
			if (form == ASCII && cut > ends[n] && list.data[cut - 1] == '\n') {
				/* a name cut after its newline is a line like any other; its template hash is wrong */
				int r = hufu_mlog_next(reader, &entry, &err);

				assert_true(r == 1 || (r == -EBADMSG && !mlog_reader_torn(reader)));
				continue;
			}
			if (cut == ends[n]) {
				assert_int_equal(hufu_mlog_next(reader, &entry, &err), 0);
				continue;
			}
			assert_int_equal(hufu_mlog_next(reader, &entry, &err), -EBADMSG);
			assert_true(asprintf(&where,
					     "list: entry %zu at byte %zu: the list ends within this entry, %zu bytes "
					     "after its begin",
					     n + 1, ends[n], cut - ends[n]) > 0);
			assert_string_equal(err.text, where);
			assert_true(mlog_reader_torn(reader));
			assert_int_equal(mlog_reader_offset(reader), ends[n]);
			assert_int_equal(hufu_mlog_index(reader), n);
			/* and it stays so */
			assert_int_equal(hufu_mlog_next(reader, &entry, &again), -EBADMSG);
			assert_string_equal(again.text, err.text);
		}
	}
}

/* A name with newlines in an ascii list: read back, unless it pretends that an entry begins, which cannot be seen here. */
static void test_newlines(void **state)
{
	static const char list[] = "10 " SHA1_ABC " ima-ng sm3:" SM3_ABC " /a\n\nb\n"
				   "10 " SHA1_ABC " ima-ng sm3:" SM3_ABC " /a\n10 x\n"
				   "10 " SHA1_ABC " ima-ng sm3:" SM3_ABC " /a\n"
				   "10 " SHA1_ABC " ima-ng sm3:" SM3_ABC " /bin/su\n";
	static const char *const names[] = {"/a\n\nb", "/a\n10 x", "/a", "/bin/su"};
	autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
	struct hufu_mlog_entry entry;

	(void)state;
	assert_int_equal(test_open_bytes(list, sizeof(list) - 1, &reader, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(hufu_mlog_next(reader, &entry, NULL), 1);
		assert_string_equal(entry.name, names[i]);
	}
	assert_int_equal(hufu_mlog_next(reader, &entry, NULL), 0);
}

/* A template that is not known does not hinder the reading of others. */
static void test_unknown_template(void **state)
{
	(void)state;
	for (enum test_form form = BINARY; form < FORM_COUNT; form++) {
		autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
		static const uint8_t hash[20];
		struct hufu_mlog_entry entry;
		autobuf list = {0};

		if (form == BINARY)
			mlog_put_record(&list, 11, hash, "x|y", "raw", 3);
		else
			buf_str(&list, "11 " ZEROS_20 " x|y raw\n");
		test_put_entry(&list, form, 0);
		assert_int_equal(test_open_bytes(list.data, list.len, &reader, NULL), 0);
		assert_int_equal(hufu_mlog_next(reader, &entry, NULL), 1);
		assert_string_equal(entry.template_name, "x|y");
		assert_int_equal(entry.digest.len, 0);
		assert_string_equal(entry.name, "");
		assert_null(entry.extra);
		assert_int_equal(entry.data_len, form == BINARY ? 3 : 0);
		assert_int_equal(hufu_mlog_next(reader, &entry, NULL), 1);
		test_entry(&entry, 0);
	}
}

static void test_open(void **state)
{
	struct hufu_mlog_reader *reader = (struct hufu_mlog_reader *)state;
	struct hufu_mlog_entry entry;
	struct hufu_err err = {""};

	assert_int_equal(hufu_mlog_open("/nonexistent/list", &reader, &err), -ENOENT);
	assert_string_equal(err.text, "/nonexistent/list: No such file or directory");
	assert_int_equal(hufu_mlog_open("/", &reader, &err), -EISDIR);
	assert_string_equal(err.text, "/: cannot read: Is a directory");
	assert_ptr_equal(reader, state);
	assert_int_equal(hufu_mlog_open("/dev/null", &reader, &err), 0);
	assert_int_equal(hufu_mlog_next(reader, &entry, &err), 0);
	assert_int_equal(hufu_mlog_index(reader), 0);
	hufu_mlog_close(reader);
	hufu_mlog_close(NULL);
	assert_int_equal(mlog_reader_open_fd(-1, "list", &reader, &err), -EBADF);
}

/* A list that comes in small pieces, as from a pipe. */
static void test_pipe(void **state)
{
	(void)state;
	for (enum test_form form = BINARY; form < FORM_COUNT; form++) {
		autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
		struct hufu_mlog_entry entry;
		autobuf list = {0};
		int fds[2];

		for (size_t i = 0; i < ARRAY_SIZE(test_list); i++)
			test_put_entry(&list, form, i);
		/* O_DIRECT makes a packet of each write, which a read does not join */
		assert_int_equal(pipe2(fds, O_CLOEXEC | O_DIRECT), 0);
		assert_true(fcntl(fds[1], F_SETPIPE_SZ, 1 << 20) > 0); /* packets: one page holds one */
		for (size_t at = 0; at < list.len; at += 113)
			assert_int_equal(
				file_write_all(fds[1], list.data + at, list.len - at < 113 ? list.len - at : 113), 0);
		(void)close(fds[1]);
		assert_int_equal(mlog_reader_open_fd(fds[0], "pipe", &reader, NULL), 0);
		for (size_t i = 0; i < ARRAY_SIZE(test_list); i++) {
			assert_int_equal(hufu_mlog_next(reader, &entry, NULL), 1);
			test_entry(&entry, i);
		}
		assert_int_equal(hufu_mlog_next(reader, &entry, NULL), 0);
	}
}

/* Good lists with a few bytes changed, and noise: to the end or to a message, never beyond. */
static void test_random(void **state)
{
	uint64_t n_entries = 0;

	(void)state;
	srandom(20250104);
	for (unsigned n = 0; n < 100000; n++) {
		autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
		enum test_form form = random() % 2 ? BINARY : ASCII;
		struct hufu_mlog_entry entry;
		struct hufu_err err = {""};
		autobuf list = {0};
		int r;

		for (long k = random() % 4; k >= 0; k--)
			test_put_entry(&list, form, (size_t)random() % ARRAY_SIZE(test_list));
		for (long k = random() % 4; k > 0; k--)
			list.data[(size_t)random() % list.len] = (uint8_t)random();
		if (random() % 8 == 0)
			for (size_t k = 0; k < list.len; k++)
				list.data[k] = (uint8_t)random();
		assert_int_equal(test_open_bytes(list.data, list.len, &reader, &err), 0);
		while ((r = hufu_mlog_next(reader, &entry, &err)) == 1) {
			n_entries++;
			assert_int_equal(strlen(entry.name), entry.name_len);
			assert_true(entry.data_len <= 2 * list.len);
		}
		assert_true(r == 0 || (r == -EBADMSG && err.text[0]));
		assert_true(hufu_mlog_index(reader) <= list.len / 40 + 1);
		assert_true(mlog_reader_offset(reader) <= list.len);
	}
	assert_true(n_entries > 50000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_template), cmocka_unit_test(test_truncated),

		cmocka_unit_test(test_newlines),       cmocka_unit_test(test_unknown_template),
		cmocka_unit_test(test_open),	       cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
