/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "clean.h"
#include "hex.h"

#define HEX_MAX (HUFU_XATTR_MAX + 64)

static size_t from_hex(const char *hex, uint8_t *ret_data)
{
	ssize_t n = hex_decode(hex, strlen(hex), ret_data, HEX_MAX);

	assert_true(n >= 0);
	return (size_t)n;
}

/* The value in memory of exactly its size, so that the sanitizer sees any read beyond it. */
static int decode(const uint8_t *data, size_t len, struct hufu_sig *ret_sig, struct hufu_err *err)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct hufu_sig before;
	int r;

	assert_non_null(copy);
	if (len)
		memcpy(copy, data, len);
	memset(ret_sig, 0xa5, sizeof(*ret_sig));
	memcpy(&before, ret_sig, sizeof(before));
	r = hufu_sig_decode(copy, len, ret_sig, err);
	if (r == 0) {
		assert_true(ret_sig->bytes >= copy && ret_sig->bytes + ret_sig->len <= copy + len);
		assert_non_null(hufu_hash_name(ret_sig->algo));
	} else {
		assert_memory_equal(&before, ret_sig, sizeof(before)); /* untouched on failure */
	}
	free(copy); /* ret_sig->bytes is gone with it: the callers look at the numbers only */
	return r;
}

#define SM3_ABC "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
#define SHA1	"a9993e364706816aba3e25717850c26c9cd0d89d"
#define MD5	"900150983cd24fb0d6963f7d28e17f72"

static const struct {
	const char *hex;
	uint8_t type, version, algo;
	uint32_t key_id;
	size_t offset, len; /* of the bytes */
} good[] = {
	{"0411" SM3_ABC, HUFU_SIG_HASH, 0, HUFU_HASH_SM3, 0, 2, 32},
	{"0411" SM3_ABC "00ff", HUFU_SIG_HASH, 0, HUFU_HASH_SM3, 0, 2, 32},
	{"0402" SHA1, HUFU_SIG_HASH, 0, HUFU_HASH_SHA1, 0, 2, 20},
	{"0401" MD5, HUFU_SIG_HASH, 0, HUFU_HASH_MD5, 0, 2, 16},
	{"0416" SM3_ABC SM3_ABC, HUFU_SIG_HASH, 0, HUFU_HASH_SHA3_512, 0, 2, 64},
	{"01" SHA1, HUFU_SIG_HASH_OLD, 0, HUFU_HASH_SHA1, 0, 1, 20},
	{"01" SHA1 "00", HUFU_SIG_HASH_OLD, 0, HUFU_HASH_SHA1, 0, 1, 20},
	{"01" MD5, HUFU_SIG_HASH_OLD, 0, HUFU_HASH_MD5, 0, 1, 16},
	{"01" MD5 "00000000", HUFU_SIG_HASH_OLD, 0, HUFU_HASH_MD5, 0, 1, 16},
	{"01" MD5 "00000001", HUFU_SIG_HASH_OLD, 0, HUFU_HASH_SHA1, 0, 1, 20},
	{"030211a47fc1150003300102", HUFU_SIG_SIGNATURE, 2, HUFU_HASH_SM3, 0xa47fc115, 9, 3},
	{"030204010203040001ff", HUFU_SIG_SIGNATURE, 2, HUFU_HASH_SHA256, 0x01020304, 9, 1},
	{"030304010203040001ff", HUFU_SIG_SIGNATURE, 3, HUFU_HASH_SHA256, 0x01020304, 9, 1},
	{"060311fffffffe0002aabb", HUFU_SIG_VERITY, 3, HUFU_HASH_SM3, 0xfffffffe, 9, 2},
	{"060211fffffffe0002aabb", HUFU_SIG_VERITY, 2, HUFU_HASH_SM3, 0xfffffffe, 9, 2},
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		uint8_t data[HEX_MAX];
		size_t len = from_hex(good[i].hex, data);
		struct hufu_sig sig;

		assert_int_equal(decode(data, len, &sig, NULL), 0);
		assert_int_equal(hufu_sig_decode(data, len, &sig, NULL), 0);
		assert_int_equal(sig.type, good[i].type);
		assert_int_equal(sig.version, good[i].version);
		assert_int_equal(sig.algo, good[i].algo);
		assert_int_equal(sig.key_id, good[i].key_id);
		assert_int_equal(sig.len, good[i].len);
		assert_ptr_equal(sig.bytes, data + good[i].offset);
	}
}

static const struct {
	const char *hex;
	int code;
	const char *text;
} bad[] = {
	{"", -ENODATA, "security.ima is empty"},
	{"00", -EPROTONOSUPPORT, "security.ima: type 0 is not known"},
	{"02" SHA1, -EPROTONOSUPPORT, "security.ima: type 2 is not known"},
	{"05020411223344000100", -EPROTONOSUPPORT, "security.ima: type 5 is not known"},
	{"07", -EPROTONOSUPPORT, "security.ima: type 7 is not known"},
	{"ff", -EPROTONOSUPPORT, "security.ima: type 255 is not known"},
	{"01", -EBADMSG, "security.ima: a digest of 0 bytes is neither MD5 (16) nor SHA-1 (20)"},
	{"01" MD5 "000000", -EBADMSG, "security.ima: a digest of 19 bytes is neither MD5 (16) nor SHA-1 (20)"},
	{"04", -EBADMSG, "security.ima: it ends before the hash algorithm"},
	{"0411", -EBADMSG, "security.ima: a sm3 digest has 32 bytes, here are 0"},
	{"0411" SHA1, -EBADMSG, "security.ima: a sm3 digest has 32 bytes, here are 20"},
	{"0417" SM3_ABC, -ENOPKG, "security.ima: hash algorithm number 23 is not known"},
	{"04ff" SM3_ABC, -ENOPKG, "security.ima: hash algorithm number 255 is not known"},
	{"03", -EBADMSG, "security.ima: it ends within the 9 byte signature header"},
	{"0302", -EBADMSG, "security.ima: it ends within the 9 byte signature header"},
	{"030211a47fc11500", -EBADMSG, "security.ima: it ends within the 9 byte signature header"},
	{"030211a47fc1150000", -EBADMSG, "security.ima: the signature is empty"},
	{"030211a47fc1150003ffff", -EBADMSG, "security.ima: the header says 3 bytes of signature, 2 follow"},
	{"030211a47fc1150003ffffffff", -EBADMSG, "security.ima: the header says 3 bytes of signature, 4 follow"},
	{"030211a47fc115ffff010203", -EBADMSG, "security.ima: the header says 65535 bytes of signature, 3 follow"},
	{"030217a47fc1150001ff", -ENOPKG, "security.ima: hash algorithm number 23 is not known"},
	{"0301000000000000000000000000000000", -EPROTONOSUPPORT, "security.ima: signature version 1 is not supported"},
	{"0301", -EPROTONOSUPPORT, "security.ima: signature version 1 is not supported"},
	{"030411a47fc1150001ff", -EPROTONOSUPPORT, "security.ima: signature version 4 is not supported"},
	{"060011a47fc1150001ff", -EPROTONOSUPPORT, "security.ima: signature version 0 is not supported"},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		uint8_t data[HEX_MAX];
		size_t len = from_hex(bad[i].hex, data);
		struct hufu_err err = {""};
		struct hufu_sig sig;

		assert_int_equal(decode(data, len, &sig, &err), bad[i].code);
		assert_string_equal(err.text, bad[i].text);
	}
}

static void test_size_limit(void **state)
{
	uint8_t data[HUFU_XATTR_MAX + 1] = {0x03, 0x02, 0x11};
	struct hufu_sig sig;

	(void)state;
	data[7] = (HUFU_XATTR_MAX - 9) >> 8;
	data[8] = (uint8_t)(HUFU_XATTR_MAX - 9);
	assert_int_equal(decode(data, HUFU_XATTR_MAX, &sig, NULL), 0);
	data[8]++;
	assert_int_equal(decode(data, HUFU_XATTR_MAX + 1, &sig, NULL), -EBADMSG);
}

/* Whatever is cut off a signature, it is not one any more; of a hash, only what is not digest may be missing. */
static void test_truncated(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		uint8_t data[HEX_MAX];
		size_t len = from_hex(good[i].hex, data);

		for (size_t cut = 0; cut < good[i].offset + good[i].len; cut++) {
			struct hufu_sig sig;
			int r = decode(data, cut, &sig, NULL);

			/* a cut SHA-1 of type 1 has the length of an MD5 once */
			if (good[i].type == HUFU_SIG_HASH_OLD && cut == 17)
				assert_int_equal(r, 0);
			else
				assert_int_equal(r, cut ? -EBADMSG : -ENODATA);
		}
		assert_true(len >= good[i].offset + good[i].len);
	}
}

static void test_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		uint8_t data[HEX_MAX], again[HEX_MAX];
		size_t len = from_hex(good[i].hex, data), again_len = 7777;
		size_t used = good[i].offset + good[i].len;
		bool writable = good[i].version == 0 || good[i].version == (good[i].type == HUFU_SIG_VERITY ? 3 : 2);
		struct hufu_sig sig;

		assert_int_equal(hufu_sig_decode(data, len, &sig, NULL), 0);
		if (!writable) {
			assert_int_equal(hufu_sig_encode(&sig, again, sizeof(again), &again_len), -EINVAL);
			continue;
		}
		assert_int_equal(hufu_sig_encode(&sig, again, used - 1, &again_len), -ENOSPC);
		assert_int_equal(again_len, 7777);
		assert_int_equal(hufu_sig_encode(&sig, again, used, &again_len), 0);
		assert_int_equal(again_len, used);
		assert_memory_equal(again, data, used);
	}
}

static void test_encode_refuses(void **state)
{
	static const uint8_t bytes[HUFU_XATTR_MAX];
	const struct hufu_sig refused[] = {
		{.type = 0, .algo = HUFU_HASH_SM3, .bytes = bytes, .len = 32},
		{.type = 2, .algo = HUFU_HASH_SHA1, .bytes = bytes, .len = 20},
		{.type = HUFU_SIG_HASH_OLD, .algo = HUFU_HASH_SM3, .bytes = bytes, .len = 32},
		{.type = HUFU_SIG_HASH_OLD, .algo = HUFU_HASH_SHA1, .bytes = bytes, .len = 16},
		{.type = HUFU_SIG_HASH, .algo = HUFU_HASH_SM3, .bytes = bytes, .len = 31},
		{.type = HUFU_SIG_HASH, .algo = HUFU_HASH_SM3, .bytes = bytes, .len = 33},
		{.type = HUFU_SIG_HASH, .algo = HUFU_HASH_COUNT, .bytes = bytes, .len = 32},
		{.type = HUFU_SIG_HASH, .algo = HUFU_HASH_SM3, .bytes = NULL, .len = 32},
		{.type = HUFU_SIG_SIGNATURE, .version = 2, .algo = HUFU_HASH_SM3, .bytes = bytes, .len = 0},
		{.type = HUFU_SIG_SIGNATURE, .version = 1, .algo = HUFU_HASH_SM3, .bytes = bytes, .len = 70},
		{.type = HUFU_SIG_SIGNATURE, .version = 3, .algo = HUFU_HASH_SM3, .bytes = bytes, .len = 70},
		{.type = HUFU_SIG_VERITY, .version = 2, .algo = HUFU_HASH_SM3, .bytes = bytes, .len = 70},
		{.type = HUFU_SIG_SIGNATURE, .version = 2, .algo = 200, .bytes = bytes, .len = 70},
		{.type = HUFU_SIG_SIGNATURE,
		 .version = 2,
		 .algo = HUFU_HASH_SM3,
		 .bytes = bytes,
		 .len = HUFU_XATTR_MAX - 8},
	};
	uint8_t out[HUFU_XATTR_MAX + 64];
	size_t len;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		assert_int_equal(hufu_sig_encode(&refused[i], out, sizeof(out), &len), -EINVAL);
}

/* Random values, most of them with a first byte that is known. What decodes encodes to the same bytes. */
static void test_random(void **state)
{
	static const uint8_t types[] = {1, 3, 4, 6};
	unsigned n_decoded = 0;

	(void)state;
	srandom(20250101);
	for (unsigned i = 0; i < 100000; i++) {
		uint8_t data[96], again[96];
		size_t len = (size_t)random() % sizeof(data), again_len;
		struct hufu_sig sig;
		int r;

		for (size_t k = 0; k < len; k++)
			data[k] = (uint8_t)random();
		if (len > 9 && random() % 8) {
			data[0] = types[random() % 4];
			data[1] = (uint8_t)(data[0] == 4 ? random() % 26 : random() % 5);
			data[2] = (uint8_t)(random() % 26);
			data[7] = 0;
			data[8] = (uint8_t)(len - 9 + (random() % 4 == 0));
		}
		r = decode(data, len, &sig, NULL);
		if (r < 0)
			continue;
		n_decoded++;
		assert_int_equal(hufu_sig_decode(data, len, &sig, NULL), 0);
		r = hufu_sig_encode(&sig, again, sizeof(again), &again_len);
		if (r == 0)
			assert_memory_equal(again, data, again_len);
		else
			assert_true(sig.version == 2 || sig.version == 3);
	}
	assert_true(n_decoded > 20000); /* else the values above are not worth the name */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	   cmocka_unit_test(test_bad),
		cmocka_unit_test(test_size_limit), cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_encode_refuses),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
