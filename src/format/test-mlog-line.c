/* SPDX-License-Identifier: Apache-2.0 */
#include "mlog-line.h"
#include "test-lists.h"

#define HEAD "10 " SHA1_ABC " "

static int parse(const char *line, size_t len, struct buf *data, struct hufu_mlog_entry *ret_entry,
		 struct hufu_err *err)
{
	autofree char *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	if (len)
		memcpy(copy, line, len);
	return mlog_line_parse(copy, len, data, ret_entry, err);
}

static void test_starts(void **state)
{
	static const char *const yes[] = {
		"10 " SHA1_ABC " ima-ng ",
		" 9 " SHA1_ABC " x",
		"100 " SHA1_ABC " ",
		"10 " SM3_ABC " ima-ng",
		"4294967295 " SHA1_ABC " ",
		("10 " SHA1_ABC),
		"10 a",
		"10 ",
		"10",
		" ",
		"",
	};
	static const char *const no[] = {
		"a",
		"x10 " SHA1_ABC " ",
		"  1 " SHA1_ABC " ",
		"10  " SHA1_ABC " ",
		"10\t" SHA1_ABC " ",
		"10 A",
		"10 abc ima-ng",
		"10 " SHA1_ABC "\n",
		"-1 " SHA1_ABC " ",
		"10 " SHA1_ABC "x ",
		"/bin/x",
		"12345678901 ",
		" x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		assert_true(mlog_line_starts(yes[i], strlen(yes[i])));
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		assert_false(mlog_line_starts(no[i], strlen(no[i])));
}

static const struct {
	const char *line;
	const char *text;
} bad[] = {
	{"", "it does not begin with a PCR number"},
	{"x", "it does not begin with a PCR number"},
	{"99999999999 ", "it does not begin with a PCR number"},
	{"4294967296 " SHA1_ABC " ima-ng ", "it does not begin with a PCR number"},
	{"-1 " SHA1_ABC, "it does not begin with a PCR number"},
	{"10", "a template hash of 0 digits; only lists with SHA-1 template hashes (40) are read"},
	{"10 " SM3_ABC " ima-ng sm3:" SM3_ABC " /x",
	 "a template hash of 64 digits; only lists with SHA-1 template hashes (40) are read"},
	{"10 x999" ZEROS_20, "a template hash of 44 digits; only lists with SHA-1 template hashes (40) are read"},
	{"10 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ima-ng a b", "the template hash is not hex"},
	{("10 " SHA1_ABC), "a template name of 0 bytes"},
	{HEAD " sm3:" SM3_ABC " /x", "a template name of 0 bytes"},
	{HEAD "im\xe4 a b", "the template name is not text"},
	{HEAD "ima-ng", "1 fields, the template has 2"},
	{HEAD "ima-ng sm3:" SM3_ABC, "1 fields, the template has 2"},
	{HEAD "ima-sig sm3:" SM3_ABC " /bin/a", "2 fields, the template has 3"},
	{HEAD "ima-ng sm3:xyz /bin/a", "field d-ng cannot be read"},
	{HEAD "ima-ng sm3:abc /bin/a", "field d-ng cannot be read"},
	{HEAD "ima-ng " SM3_ABC " /bin/a", "field d-ng cannot be read"},
	{HEAD "ima-ng  /bin/a", "template ima-ng: field d-ng: it is empty"},
	{HEAD "ima-ng : /bin/a", "template ima-ng: field d-ng: the digest has no algorithm before it"},
	{HEAD "ima-ng sm3: /bin/a", "template ima-ng: field d-ng: a digest of 0 bytes"},
	{HEAD "ima-ng sm3:" SHA1_ABC " /bin/a", "template ima-ng: field d-ng: a sm3 digest of 20 bytes"},
	{HEAD "ima-sig sm3:" SM3_ABC " /bin/a 0302zz", "field sig cannot be read"},
	{HEAD "ima 66 /bin/a", "template ima: 11 bytes are not a digest and a name"},
	{HEAD "ima 6x /bin/a", "the digest is not hex"},
	{HEAD "n-ng|iuid /bin/a 4294967296", "field iuid cannot be read"},
	{HEAD "n-ng|iuid /bin/a -1", "field iuid cannot be read"},
	{HEAD "n-ng|imode /bin/a 65536", "field imode cannot be read"},
	{HEAD "iuid|igid 0 0 0", "field igid cannot be read"},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct hufu_mlog_entry entry = {.pcr = 77};
		struct hufu_err err = {""};
		autobuf data = {0};

		assert_int_equal(parse(bad[i].line, strlen(bad[i].line), &data, &entry, &err), -EBADMSG);
		assert_string_equal(err.text, bad[i].text);
		assert_int_equal(entry.pcr, 77);
	}
}

/* Other writers than the kernel leave blanks in names. One field can hold them: it gets them. */
static void test_blanks_in_name(void **state)
{
	static const struct {
		const char *line, *name;
	} cases[] = {
		{HEAD "ima-ng sm3:" SM3_ABC " /a b", "/a b"},
		{HEAD "ima-ng sm3:" SM3_ABC "  /a  b ", " /a  b "},
		{HEAD "ima-sig sm3:" SM3_ABC " /a b c " SIG_1, "/a b c"},
		{HEAD "ima-sig sm3:" SM3_ABC " /a b  ", "/a b "},
		{HEAD "ima " SHA1_ABC " /a b", "/a b"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct hufu_mlog_entry entry;
		autobuf data = {0};

		assert_int_equal(parse(cases[i].line, strlen(cases[i].line), &data, &entry, NULL), 0);
		assert_string_equal(entry.name, cases[i].name);
		assert_int_equal(entry.name_len, strlen(cases[i].name));
	}
}

static void test_unknown_template(void **state)
{
	const char *line = HEAD "my-own a b c";
	struct hufu_mlog_entry entry;
	autobuf data = {0};

	(void)state;
	assert_int_equal(parse(line, strlen(line), &data, &entry, NULL), 0);
	assert_string_equal(entry.template_name, "my-own");
	assert_int_equal(entry.data_len, 0);
	assert_string_equal(entry.name, "");
	assert_int_equal(entry.digest.len, 0);
}

/* Lines of random words, and good lines with random changes. */
static void test_random(void **state)
{
	static const char *const words[] = {"10", " ",	     "ima-ng", "ima", "ima-sig", SHA1_ABC, ("sm3:" SM3_ABC),
					    "/a", "evm-sig", ":",      "|",   "d-ng",	 "n",	   "\n"};
	unsigned n_good = 0;

	(void)state;
	srandom(20250103);
	for (unsigned n = 0; n < 100000; n++) {
		autobuf line = {0}, data = {0};
		struct hufu_mlog_entry entry;
		size_t i = (size_t)random() % ARRAY_SIZE(test_list);
		int r;

		if (random() % 2) {
			buf_printf(&line, HEAD "%s %s", test_list[i].name, test_list[i].text);
			for (long k = random() % 3; k > 0; k--)
				line.data[(size_t)random() % line.len] = (uint8_t)random();
		} else {
			for (long k = random() % 9; k >= 0; k--) {
				buf_str(&line, words[(size_t)random() % ARRAY_SIZE(words)]);
				buf_u8(&line, ' ');
			}
		}
		r = parse((const char *)line.data, line.len, &data, &entry, NULL);
		assert_true(r == 0 || r == -EBADMSG);
		n_good += r == 0;
		if (r == 0 && entry.data)
			assert_true(entry.data == data.data && entry.data_len <= data.len);
	}
	assert_true(n_good > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts),	       cmocka_unit_test(test_bad),
		cmocka_unit_test(test_blanks_in_name), cmocka_unit_test(test_unknown_template),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
