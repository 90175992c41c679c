/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "clean.h"
#include "hex.h"
#include "mlog.h"

#define ZEROS_32 "0000000000000000000000000000000000000000000000000000000000000000"
#define SM3_ABC	 "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
#define BOOT                                                                                                           \
	"0f000000"                                                                                                     \
	"626f6f745f61676772656761746500"

/* Computed outside hufu from the kernel's rules; the first is that of every machine without a TPM. */
static const struct {
	const char *template_name, *data;
	const char *sha1, *sha256, *sm3; /* of the template data */
} vectors[] = {
	{"ima-ng",
	 "1a000000"
	 "736861313a00"
	 "0000000000000000000000000000000000000000" BOOT,
	 "1d8d532d463c9f8c205d0df7787669a85f93e260", "bba20e8b15e2f5948a181bc922fd1207b9d5ed549585ffa3ab6e44f8aaeb4b16",
	 "ebbcaef800e7aa08abf5189c493f25058f996a04212f667b1b3697f311ce1c11"},
	{"ima-ng",
	 "28000000"
	 "7368613235363a00" ZEROS_32 BOOT,
	 "0adefe762c149c7cec19da62f0da1297fcfbffff", "36f1cd67a730bc4137870c4d00dbc7430b51b1ebdaa130744297cf65339078a0",
	 "68c21044639a8677e8deaf8ca1fe3b84e872408a3d1a49beabe9917f4c097c20"},
	{"ima-ng",
	 "25000000"
	 "736d333a00" ZEROS_32 BOOT,
	 "a36c001ca568ef69205a092207453f4af2908f16", "3c39bb4b6979ac11823f027479be906aeef6be02c7cf0831e8fe0b1aab6f3d40",
	 "0d5ec2f83b8a7657704d9bc6658f619dda53b1dbf79cdca44ea731ad0045682e"},
	{"ima-ngv2",
	 "2c000000"
	 "696d613a7368613235363a00" ZEROS_32 BOOT,
	 "e14034aa902a65ec97eefad1b8594d2eb9056b5e", NULL, NULL},
	{"ima-sig",
	 "28000000"
	 "7368613235363a00" ZEROS_32 BOOT "00000000",
	 "4f38ef8f82bbc2a73f2169c57ff5c76e14ce353d", NULL, NULL},
	{"ima-ng",
	 "25000000"
	 "736d333a00" SM3_ABC "05000000"
	 "2f615f6200",
	 "e55eb45d27882154f86d4bdd1f869094d9a4ce05", NULL,
	 "7d6a67c790a278e33ce86d9b0065f16c324a8008016e9db72b10602372f1be50"},
};

static size_t from_hex(const char *hex, uint8_t *ret_data, size_t size)
{
	ssize_t n = hex_decode(hex, strlen(hex), ret_data, size);

	assert_true(n >= 0);
	return (size_t)n;
}

static void make_entry(size_t i, struct hufu_mlog_entry *ret_entry, uint8_t *data, size_t size)
{
	*ret_entry = (struct hufu_mlog_entry){.pcr = 10, .data = data};
	(void)from_hex(vectors[i].sha1, ret_entry->template_hash, sizeof(ret_entry->template_hash));
	(void)snprintf(ret_entry->template_name, sizeof(ret_entry->template_name), "%s", vectors[i].template_name);
	ret_entry->data_len = from_hex(vectors[i].data, data, size);
	assert_int_equal(mlog_split_data(ret_entry, NULL), 0);
}

static void check_digest(unsigned algo, const uint8_t *data, size_t len, const char *hex)
{
	uint8_t expected[HUFU_DIGEST_MAX];
	struct hufu_digest digest;

	if (!hex)
		return;
	assert_int_equal(hufu_digest_mem(algo, data, len, &digest, NULL), 0);
	assert_int_equal(digest.len, from_hex(hex, expected, sizeof(expected)));
	assert_memory_equal(digest.bytes, expected, digest.len);
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct hufu_mlog_entry entry;
		struct hufu_err err = {""};
		uint8_t data[256];

		make_entry(i, &entry, data, sizeof(data));
		if (hufu_mlog_check(&entry, &err) < 0)
			fail_msg("%zu: %s", i, err.text);
		check_digest(HUFU_HASH_SHA1, data, entry.data_len, vectors[i].sha1);
		check_digest(HUFU_HASH_SHA256, data, entry.data_len, vectors[i].sha256);
		check_digest(HUFU_HASH_SM3, data, entry.data_len, vectors[i].sm3);
	}
}

/* One bit anywhere in the data or in the hash. */
static void test_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct hufu_mlog_entry entry;
		uint8_t data[256];

		make_entry(i, &entry, data, sizeof(data));
		for (size_t k = 0; k < entry.data_len * 8; k++) {
			data[k / 8] ^= (uint8_t)(1U << k % 8);
			assert_int_equal(hufu_mlog_check(&entry, NULL), -EBADMSG);
			data[k / 8] ^= (uint8_t)(1U << k % 8);
		}
		for (size_t k = 0; k < sizeof(entry.template_hash) * 8; k++) {
			entry.template_hash[k / 8] ^= (uint8_t)(1U << k % 8);
			assert_int_equal(hufu_mlog_check(&entry, NULL), -EBADMSG);
			entry.template_hash[k / 8] ^= (uint8_t)(1U << k % 8);
		}
		assert_int_equal(hufu_mlog_check(&entry, NULL), 0);
	}
}

/* Template `ima`: the name is hashed padded with NUL to 256 bytes, and no length is. */
static void test_bare(void **state)
{
	uint8_t data[20 + 4 + 256 + 1] = {0}, name_len = 14;
	struct hufu_mlog_entry entry = {.pcr = 10, .template_name = "ima", .data = data, .data_len = 24 + 14};
	char text[2 * HUFU_DIGEST_MAX + 64];

	(void)state;
	(void)snprintf(text, sizeof(text), "%s", "boot_aggregate");
	data[20] = name_len;
	memcpy(data + 24, text, name_len);
	(void)from_hex("719de8e521439498e9b77f6ed41e230b9821111e", entry.template_hash, 20);
	assert_int_equal(mlog_split_data(&entry, NULL), 0);
	assert_string_equal(entry.name, "boot_aggregate");
	assert_int_equal(hufu_mlog_check(&entry, NULL), 0);
	data[20] = 13;
	entry.data_len = 24 + 13;
	assert_int_equal(hufu_mlog_check(&entry, NULL), -EBADMSG);
	data[20] = 0;
	data[21] = 1; /* 256 */
	entry.data_len = 24 + 256;
	assert_int_equal(hufu_mlog_check(&entry, NULL), -EBADMSG);
	data[21] = 0;
	/* the longest name leaves one NUL of padding */
	memset(data + 24, 'x', 255);
	data[20] = 255;
	entry.data_len = 24 + 255;
	assert_int_equal(mlog_split_data(&entry, NULL), 0);
	assert_int_equal(entry.name_len, 255);
	{
		uint8_t hashed[20 + 256] = {0};
		struct hufu_digest digest;

		memset(hashed + 20, 'x', 255);
		assert_int_equal(hufu_digest_mem(HUFU_HASH_SHA1, hashed, sizeof(hashed), &digest, NULL), 0);
		memcpy(entry.template_hash, digest.bytes, 20);
	}
	assert_int_equal(hufu_mlog_check(&entry, NULL), 0);
}

static void test_violation(void **state)
{
	struct hufu_mlog_entry entry;
	struct hufu_err err = {""};
	uint8_t data[256];

	(void)state;
	make_entry(1, &entry, data, sizeof(data));
	memset(entry.template_hash, 0, sizeof(entry.template_hash));
	assert_int_equal(hufu_mlog_check(&entry, &err), 0);
	/* an entry of a file whose template hash was wiped */
	make_entry(5, &entry, data, sizeof(data));
	memset(entry.template_hash, 0, sizeof(entry.template_hash));
	assert_int_equal(hufu_mlog_check(&entry, &err), -EBADMSG);
	assert_string_equal(err.text, "the template hash is zero, as of a violation, but the file digest is not");
}

static void test_messages(void **state)
{
	struct hufu_mlog_entry entry;
	struct hufu_err err = {""};
	uint8_t data[256];

	(void)state;
	make_entry(5, &entry, data, sizeof(data));
	entry.template_hash[0] = 0;
	assert_int_equal(hufu_mlog_check(&entry, &err), -EBADMSG);
	assert_string_equal(err.text,
			    "the template hash is 005eb45d27882154f86d4bdd1f869094d9a4ce05, the template data "
			    "give e55eb45d27882154f86d4bdd1f869094d9a4ce05");
	(void)snprintf(entry.template_name, sizeof(entry.template_name), "other");
	assert_int_equal(hufu_mlog_check(&entry, &err), -EPROTONOSUPPORT);
	assert_string_equal(err.text, "the fields of template 'other' are not known");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),	  cmocka_unit_test(test_changed),  cmocka_unit_test(test_bare),
		cmocka_unit_test(test_violation), cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
