/* SPDX-License-Identifier: Apache-2.0 */
#include "mlog-line.h"
#include "test-lists.h"

static void fill_entry(struct hufu_mlog_entry *entry, size_t i, uint8_t *data, size_t size)
{
	*entry = (struct hufu_mlog_entry){.pcr = 10, .data = data};
	(void)test_hex(SHA1_ABC, entry->template_hash, sizeof(entry->template_hash));
	(void)snprintf(entry->template_name, sizeof(entry->template_name), "%s", test_list[i].name);
	entry->data_len = test_hex(test_list[i].data, data, size);
}

/* Every template as the kernel prints it, and back to the same data. */
static void test_every_template(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(test_list); i++) {
		autofree char *line = NULL, *expected = NULL, *copy = NULL;
		struct hufu_mlog_entry entry, back;
		struct hufu_err err = {""};
		autobuf built = {0};
		uint8_t data[512];

		fill_entry(&entry, i, data, sizeof(data));
		assert_true(asprintf(&expected, "10 " SHA1_ABC " %s %s", test_list[i].name, test_list[i].text) > 0);
		assert_int_equal(hufu_mlog_ascii(&entry, &line), 0);
		assert_string_equal(line, expected);

		copy = malloc(strlen(line)); /* without the NUL: the parser goes by the length */
		assert_non_null(copy);
		memcpy(copy, line, strlen(line));
		if (mlog_line_parse(copy, strlen(line), &built, &back, &err) < 0)
			fail_msg("%zu: %s", i, err.text);
		assert_int_equal(back.pcr, 10);
		assert_memory_equal(back.template_hash, entry.template_hash, sizeof(entry.template_hash));
		test_entry(&back, i);
	}
}

static void test_pcr(void **state)
{
	static const struct {
		uint32_t pcr;
		const char *text;
	} cases[] = {{0, " 0 "}, {9, " 9 "}, {10, "10 "}, {63, "63 "}, {100, "100 "}, {UINT32_MAX, "4294967295 "}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autofree char *line = NULL;
		struct hufu_mlog_entry entry, back;
		autobuf built = {0};
		uint8_t data[512];

		fill_entry(&entry, 0, data, sizeof(data));
		entry.pcr = cases[i].pcr;
		assert_int_equal(hufu_mlog_ascii(&entry, &line), 0);
		assert_memory_equal(line, cases[i].text, strlen(cases[i].text));
		assert_memory_equal(line + strlen(cases[i].text), SHA1_ABC, 40);
		assert_int_equal(mlog_line_parse(line, strlen(line), &built, &back, NULL), 0);
		assert_int_equal(back.pcr, cases[i].pcr);
	}
}

static void test_refused(void **state)
{
	struct hufu_mlog_entry entry;
	char *line = (char *)state;
	uint8_t data[512];

	fill_entry(&entry, 0, data, sizeof(data));
	entry.data_len--;
	assert_int_equal(hufu_mlog_ascii(&entry, &line), -EBADMSG);
	entry.data_len++;
	(void)snprintf(entry.template_name, sizeof(entry.template_name), "ima-other");
	assert_int_equal(hufu_mlog_ascii(&entry, &line), -EPROTONOSUPPORT);
	assert_ptr_equal(line, state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_template),
		cmocka_unit_test(test_pcr),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
