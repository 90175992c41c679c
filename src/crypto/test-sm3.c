/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <openssl/evp.h>

#include "sm3.h"

enum { LONGEST = 1100 };

static void fill(uint8_t *data, size_t len)
{
	uint32_t x = 20260101;

	for (size_t i = 0; i < len; i++) {
		x = x * 1664525 + 1013904223;
		data[i] = (uint8_t)(x >> 24);
	}
}

static void assert_agrees(const uint8_t ours[SM3_LEN], const uint8_t *data, size_t len)
{
	uint8_t theirs[SM3_LEN];

	assert_int_equal(EVP_Digest(data, len, theirs, NULL, EVP_sm3(), NULL), 1);
	assert_memory_equal(ours, theirs, SM3_LEN);
}

/* Padding as in sm3_end(), with one of the ways of compressing and not the chosen one. */
static void hash_with(void (*blocks)(uint32_t state[SM3_WORDS], const uint8_t *data, size_t n_blocks),
		      const uint8_t *data, size_t len, uint8_t ret_digest[SM3_LEN])
{
	uint32_t state[SM3_WORDS];
	uint8_t last[2 * SM3_BLOCK];

	memcpy(state, sm3_start, sizeof(state));
	blocks(state, data, len / SM3_BLOCK);
	memcpy(last, data + len / SM3_BLOCK * SM3_BLOCK, len % SM3_BLOCK);
	blocks(state, last, sm3_pad(last, len));
	sm3_encode(state, ret_digest);
}

/* GM/T 0004 annex A: tests/vectors/sm3-gmt0004.txt, in each way. */
static void every_way_is_that_of_the_standard(void **state)
{
	autofree char *text = slurp(TEST_DATA "/vectors/sm3-gmt0004.txt", NULL);
	unsigned n = 0;

	(void)state;
	for (char *save = NULL, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		uint8_t message[128], wanted[SM3_LEN], digest[SM3_LEN];
		char *space = strchr(line, ' ');
		ssize_t len;

		if (line[0] == '#')
			continue;
		assert_non_null(space);
		len = hex_decode(line, (size_t)(space - line), message, sizeof(message));
		assert_true(len > 0);
		assert_int_equal(hex_decode(space + 1, strlen(space + 1), wanted, SM3_LEN), SM3_LEN);
		sm3_whole(message, (size_t)len, digest);
		assert_memory_equal(digest, wanted, SM3_LEN);
		hash_with(sm3_block_plain, message, (size_t)len, digest);
		assert_memory_equal(digest, wanted, SM3_LEN);
		if (sm3_block_has_fast()) {
			hash_with(sm3_block_fast, message, (size_t)len, digest);
			assert_memory_equal(digest, wanted, SM3_LEN);
		}
		n++;
	}
	assert_int_equal(n, 2);
}

static void every_length_agrees_with_libcrypto(void **state)
{
	(void)state;
	for (size_t len = 0; len <= LONGEST; len++) {
		/* Of its own size, so that a sanitizer sees a read beyond it */
		autofree uint8_t *data = malloc(len ? len : 1);
		uint8_t digest[SM3_LEN];

		assert_non_null(data);
		fill(data, len);
		sm3_whole(data, len, digest);
		assert_agrees(digest, data, len);
		hash_with(sm3_block_plain, data, len, digest);
		assert_agrees(digest, data, len);
		if (sm3_block_has_fast()) {
			hash_with(sm3_block_fast, data, len, digest);
			assert_agrees(digest, data, len);
		}
	}
}

static void pieces_of_random_size_are_the_whole(void **state)
{
	static uint8_t data[20000];

	(void)state;
	fill(data, sizeof(data));
	srandom(4);
	for (unsigned round = 0; round < 1000; round++) {
		size_t len = (size_t)random() % sizeof(data), most = 1 + (size_t)random() % 2000, n;
		uint8_t digest[SM3_LEN];
		struct sm3 sm3;

		sm3_init(&sm3);
		for (size_t at = 0; at < len; at += n) {
			n = (size_t)random() % (most + 1);
			n = n < len - at ? n : len - at;
			sm3_add(&sm3, data + at, n);
		}
		sm3_end(&sm3, digest);
		assert_agrees(digest, data, len);
	}
}

/* The length is counted in bits, and in 64 of them: more bytes than a test wants to hash. */
static void a_long_message_has_its_length(void **state)
{
	static const uint8_t wanted[8] = {0x09, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e, 0x6f, 0x78};
	uint8_t last[2 * SM3_BLOCK];

	(void)state;
	assert_int_equal(sm3_pad(last, 0x0123456789abcdefULL), 1);
	assert_int_equal(last[0x2f], 0x80);
	assert_memory_equal(last + SM3_BLOCK - 8, wanted, 8);
	assert_int_equal(sm3_pad(last, 0x0123456789abcdf8ULL), 2);
	assert_int_equal(last[0x38], 0x80);
	assert_int_equal(last[2 * SM3_BLOCK - 1], 0xc0);
}

static void wrong_in_long_ones(const void *data, size_t len, uint8_t ret_digest[SM3_LEN])
{
	sm3_whole(data, len, ret_digest);
	ret_digest[31] ^= len > 1000;
}

static void wrong_in_empty_ones(const void *data, size_t len, uint8_t ret_digest[SM3_LEN])
{
	sm3_whole(data, len, ret_digest);
	ret_digest[0] ^= len == 0;
}

static void a_wrong_one_is_found(void **state)
{
	(void)state;
	assert_int_equal(sm3_usable(), sm3_block_has_fast());
	assert_true(sm3_agrees(sm3_whole));
	assert_false(sm3_agrees(wrong_in_long_ones));
	assert_false(sm3_agrees(wrong_in_empty_ones));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_is_that_of_the_standard),
		cmocka_unit_test(every_length_agrees_with_libcrypto),
		cmocka_unit_test(pieces_of_random_size_are_the_whole),
		cmocka_unit_test(a_long_message_has_its_length),
		cmocka_unit_test(a_wrong_one_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
