/* SPDX-License-Identifier: Apache-2.0 */
#include "test-lists.h"

static const struct hufu_digest sm3_abc = {
	.algo = HUFU_HASH_SM3,
	.len = 32,
	.bytes = {0x66, 0xc7, 0xf0, 0xf4, 0x62, 0xee, 0xed, 0xd9, 0xd1, 0xf2, 0xd4, 0x6b, 0xdc, 0x10, 0xe4, 0xe2,
		  0x41, 0x67, 0xc4, 0x87, 0x5c, 0xf2, 0xf7, 0xa2, 0x29, 0x7d, 0xa0, 0x2b, 0x8f, 0x4b, 0xa8, 0xe0},
};

static void assert_bytes(const struct buf *out, const char *hex)
{
	uint8_t expected[512];
	size_t len = test_hex(hex, expected, sizeof(expected));

	assert_int_equal(out->error, 0);
	assert_int_equal(out->len, len);
	assert_memory_equal(out->data, expected, len);
}

static void test_put_data(void **state)
{
	struct mlog_event event = {.template = HUFU_TEMPLATE_IMA_NG, .digest = &sm3_abc, .name = "/a b"};
	autobuf out = {0};

	(void)state;
	mlog_put_data(&out, &event);
	assert_bytes(&out, D_SM3 "05000000"
				 "2f615f6200");
	out.len = 0;
	event.name = " \n\xff\t\"_ ";
	mlog_put_data(&out, &event);
	assert_bytes(&out, D_SM3 "08000000"
				 "5f0aff09225f5f00"); /* nothing but blanks is changed */
	out.len = 0;
	event.template = HUFU_TEMPLATE_IMA_SIG;
	event.name = "/bin/a";
	mlog_put_data(&out, &event);
	assert_bytes(&out, D_SM3 N_A NONE);
	out.len = 0;
	event.template = HUFU_TEMPLATE_IMA_BUF;
	event.extra = (const uint8_t *)"a b";
	event.extra_len = 3;
	mlog_put_data(&out, &event);
	assert_bytes(&out, D_SM3 N_A "03000000"
				     "612062"); /* blanks in a buffer stay */
	out.len = 0;
	event.template = HUFU_TEMPLATE_IMA_NG;
	mlog_put_data(&out, &event);
	assert_bytes(&out, D_SM3 N_A);
}

static void test_put_data_refuses(void **state)
{
	const struct hufu_digest unknown = {.algo = 99, .len = 32}, short_one = {.algo = HUFU_HASH_SM3, .len = 31};
	autofree char *long_name = calloc(1, MLOG_DATA_MAX + 2);
	autofree uint8_t *extra = calloc(1, MLOG_DATA_MAX);
	struct {
		struct mlog_event event;
		int error;
	} cases[] = {
		{{.template = HUFU_TEMPLATE_NONE, .digest = &sm3_abc, .name = "x"}, -EINVAL},
		{{.template = HUFU_TEMPLATE_COUNT, .digest = &sm3_abc, .name = "x"}, -EINVAL},
		{{.template = HUFU_TEMPLATE_IMA_NG, .digest = &sm3_abc, .name = NULL}, -EINVAL},
		{{.template = HUFU_TEMPLATE_IMA_NG, .digest = &unknown, .name = "x"}, -EINVAL},
		{{.template = HUFU_TEMPLATE_IMA_NG, .digest = &short_one, .name = "x"}, -EINVAL},
		{{.template = HUFU_TEMPLATE_IMA_NG, .digest = &sm3_abc, .name = long_name}, -EFBIG},
		{{.template = HUFU_TEMPLATE_IMA_BUF,
		  .digest = &sm3_abc,
		  .name = "x",
		  .extra = extra,
		  .extra_len = MLOG_DATA_MAX},
		 -EFBIG},
		{{.template = HUFU_TEMPLATE_IMA_BUF,
		  .digest = &sm3_abc,
		  .name = "x",
		  .extra = extra,
		  .extra_len = SIZE_MAX},
		 -EFBIG},
	};

	(void)state;
	assert_non_null(long_name);
	assert_non_null(extra);
	memset(long_name, 'x', MLOG_DATA_MAX + 1);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autobuf out = {0};

		mlog_put_data(&out, &cases[i].event);
		assert_int_equal(out.error, cases[i].error);
	}
}

/* The record in full of boot_aggregate under ima-ng with SHA-256. */
static void test_put_record(void **state)
{
	const struct hufu_digest zeros = {.algo = HUFU_HASH_SHA256, .len = 32};
	const struct mlog_event event = {.template = HUFU_TEMPLATE_IMA_NG, .digest = &zeros, .name = "boot_aggregate"};
	autobuf data = {0}, out = {0};
	uint8_t hash[20];

	(void)state;
	(void)test_hex("0adefe762c149c7cec19da62f0da1297fcfbffff", hash, sizeof(hash));
	mlog_put_data(&data, &event);
	assert_int_equal(data.error, 0);
	assert_int_equal(data.len, 63);
	mlog_put_record(&out, 10, hash, "ima-ng", data.data, data.len);
	assert_int_equal(out.len, 101);
	assert_bytes(&out, "0a0000000adefe762c149c7cec19da62f0da1297fcfbffff06000000696d612d6e673f000000"
			   "28000000"
			   "7368613235363a00" ZEROS_32 "0f000000"
			   "626f6f745f61676772656761746500");
	out.len = 0;
	mlog_put_record(&out, 0xfffffffe, hash, "ima", "x", 1); /* this template has no length */
	assert_bytes(&out, "feffffff0adefe762c149c7cec19da62f0da1297fcfbffff03000000696d6178");
}

/*
 * Splits a copy that has exactly the size (and the NUL that template `ima` asks for), so that the sanitizer sees reads
 * beyond it. The copy is entry->data, and the caller's to free.
 */
static int split(struct hufu_mlog_entry *entry, const char *name, const uint8_t *data, size_t len, struct hufu_err *err)
{
	bool bare = strcmp(name, "ima") == 0;
	uint8_t *copy = calloc(1, len + bare + !len);
	struct hufu_mlog_entry before;
	int r;

	assert_non_null(copy);
	if (len)
		memcpy(copy, data, len);
	memset(entry, 0x5a, sizeof(*entry));
	(void)snprintf(entry->template_name, sizeof(entry->template_name), "%s", name);
	entry->data = copy;
	entry->data_len = len;
	before = *entry;
	r = mlog_split_data(entry, err);
	if (r < 0)
		assert_memory_equal(&before, entry, sizeof(before));
	return r;
}

static void test_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(test_list); i++) {
		struct hufu_mlog_entry entry;
		struct hufu_err err = {""};
		uint8_t data[512];
		size_t len = test_hex(test_list[i].data, data, sizeof(data));

		if (split(&entry, test_list[i].name, data, len, &err) < 0)
			fail_msg("%zu: %s", i, err.text);
		test_entry(&entry, i);
		free((void *)entry.data);
	}
}

static const struct {
	const char *name, *data;
	int code;
	const char *text;
} bad[] = {
	{"ima-ngv3", D_SM3 N_A, -EPROTONOSUPPORT, "the fields of template 'ima-ngv3' are not known"},
	{"", "", -EPROTONOSUPPORT, "the fields of template '' are not known"},
	{"d-ng|", D_SM3, -EPROTONOSUPPORT, "the fields of template 'd-ng|' are not known"},
	{"|d-ng", D_SM3, -EPROTONOSUPPORT, "the fields of template '|d-ng' are not known"},
	{"d-ng|n-n", D_SM3, -EPROTONOSUPPORT, "the fields of template 'd-ng|n-n' are not known"},
	{"d|d|d|d|d|d|d|d|d|d|d|d|d|d|d|d", "", -EPROTONOSUPPORT,
	 "the fields of template 'd|d|d|d|d|d|d|d|d|d|d|d|d|d|d|d' are not known"},
	{"ima-ng", "", -EBADMSG, "template ima-ng: field d-ng goes beyond the template data"},
	{"ima-ng", D_SM3, -EBADMSG, "template ima-ng: field n-ng goes beyond the template data"},
	{"ima-ng", D_SM3 N_A NONE, -EBADMSG, "template ima-ng: 4 bytes after the last field"},
	{"ima-ng", D_SM3 N_A "00", -EBADMSG, "template ima-ng: 1 bytes after the last field"},
	{"ima-ng", "ffffffff736d333a00" SM3_ABC N_A, -EBADMSG,
	 "template ima-ng: field d-ng goes beyond the template data"},
	{"ima-ng", NONE N_A, -EBADMSG, "template ima-ng: field d-ng: it is empty"},
	{"ima-ng", D_SM3 NONE, -EBADMSG, "template ima-ng: field n-ng: it is empty"},
	{"ima-ng",
	 D_SM3 "02000000"
	       "2f61",
	 -EBADMSG, "template ima-ng: field n-ng: the text has not one NUL, at its end"},
	{"ima-ng",
	 D_SM3 "04000000"
	       "2f006100",
	 -EBADMSG, "template ima-ng: field n-ng: the text has not one NUL, at its end"},
	{"ima-ng", "20000000" SM3_ABC N_A, -EBADMSG,
	 "template ima-ng: field d-ng: the digest has no algorithm before it"},
	{"ima-ng",
	 "05000000"
	 "736d333a00" N_A,
	 -EBADMSG, "template ima-ng: field d-ng: a digest of 0 bytes"},
	{"ima-ng",
	 "02000000"
	 "3a00" N_A,
	 -EBADMSG, "template ima-ng: field d-ng: the digest has no algorithm before it"},
	{"ima-ng",
	 "06000000"
	 "7320333a0011" N_A,
	 -EBADMSG, "template ima-ng: field d-ng: the digest has no algorithm before it"},
	{"ima-ng",
	 "06000000"
	 "736d333a0011" N_A,
	 -EBADMSG, "template ima-ng: field d-ng: a sm3 digest of 1 bytes"},
	{"ima-ng",
	 "19000000"
	 "736d333a00" SHA1_ABC N_A,
	 -EBADMSG, "template ima-ng: field d-ng: a sm3 digest of 20 bytes"},
	{"ima-ng",
	 "46000000"
	 "78783a3a00" SM3_ABC SM3_ABC "11" N_A,
	 -EBADMSG, "template ima-ng: field d-ng: a digest of 65 bytes"},
	{"evm-sig",
	 D_SM3 N_A NONE NONE NONE NONE "02000000"
				       "e803" NONE NONE,
	 -EBADMSG, "template evm-sig: field iuid: a number of 2 bytes, not 4"},
	{"evm-sig",
	 D_SM3 N_A NONE NONE NONE NONE NONE NONE "04000000"
						 "ed810000",
	 -EBADMSG, "template evm-sig: field imode: a number of 4 bytes, not 2"},
	{"d|n", "20000000" SM3_ABC N_A, -EBADMSG,
	 "template d|n: field d: a digest of 32 bytes is neither SHA-1 nor MD5"},
	{"ima", SHA1_ABC, -EBADMSG, "template ima: 20 bytes are not a digest and a name"},
	{"ima", SHA1_ABC "0700000061", -EBADMSG, "template ima: 25 bytes are not a digest and a name"},
	{"ima", SHA1_ABC "0000000061", -EBADMSG, "template ima: 25 bytes are not a digest and a name"},
	{"ima", SHA1_ABC "03000000610062", -EBADMSG, "template ima: a NUL within the name"},
};

static void test_split_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct hufu_mlog_entry entry;
		struct hufu_err err = {""};
		uint8_t data[512];
		size_t len = test_hex(bad[i].data, data, sizeof(data));

		assert_int_equal(split(&entry, bad[i].name, data, len, &err), bad[i].code);
		assert_string_equal(err.text, bad[i].text);
		free((void *)entry.data);
	}
}

/* Cut at every byte, and every byte changed: refused, or an entry that is inside its data. */
static void test_split_damaged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(test_list); i++) {
		uint8_t data[512];
		size_t len = test_hex(test_list[i].data, data, sizeof(data));
		struct hufu_mlog_entry entry;

		for (size_t cut = 0; cut < len; cut++) {
			assert_int_equal(split(&entry, test_list[i].name, data, cut, NULL), -EBADMSG);
			free((void *)entry.data);
		}
		for (size_t k = 0; k < len * 8; k++) {
			int r;

			data[k / 8] ^= (uint8_t)(1U << k % 8);
			r = split(&entry, test_list[i].name, data, len, NULL);
			assert_true(r == 0 || r == -EBADMSG);
			if (r == 0)
				assert_int_equal(strlen(entry.name), entry.name_len);
			free((void *)entry.data);
			data[k / 8] ^= (uint8_t)(1U << k % 8);
		}
	}
}

static void test_split_random(void **state)
{
	(void)state;
	srandom(20250102);
	for (unsigned n = 0; n < 100000; n++) {
		size_t i = (size_t)random() % ARRAY_SIZE(test_list);
		struct hufu_mlog_entry entry;
		uint8_t data[512];
		size_t len = test_hex(test_list[i].data, data, sizeof(data));
		int r;

		for (long k = random() % 4; k >= 0; k--)
			data[(size_t)random() % len] = (uint8_t)random();
		if (random() % 4 == 0)
			len = (size_t)random() % (len + 1);
		r = split(&entry, test_list[i].name, data, len, NULL);
		assert_true(r == 0 || r == -EBADMSG);
		if (r == 0) {
			assert_int_equal(strlen(entry.name), entry.name_len);
			assert_true(!entry.extra || entry.extra + entry.extra_len <= entry.data + len);
		}
		free((void *)entry.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_data),     cmocka_unit_test(test_put_data_refuses),
		cmocka_unit_test(test_put_record),   cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_bad),    cmocka_unit_test(test_split_damaged),
		cmocka_unit_test(test_split_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
