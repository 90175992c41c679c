/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

/* Every bit, every length. */
static void refuses_altered_signatures(void **state)
{
	static const struct {
		const char *word;
		unsigned algo;
	} rows[] = {{"sm2", HUFU_HASH_SM3}, {"rsa:2048", HUFU_HASH_SHA256}, {"ecdsa-p256", HUFU_HASH_SHA256}};

	(void)state;
	for (size_t row = 0; row < ARRAY_SIZE(rows); row++) {
		struct hufu_digest digest = digest_of(rows[row].algo, "x");
		autokey key = new_key(rows[row].word);
		autocert cert = self_signed(key);
		struct signature sig = sign(key, &digest);

		for (size_t i = 0; i < 8 * sig.len; i++) {
			sig.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
			assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
			sig.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
		}
		for (size_t len = 0; len <= HUFU_SIG_MAX + 1; len++)
			assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, len, NULL),
					 len == sig.len ? 0 : -EKEYREJECTED);
	}
}

/* Numbers at the edges of the range: GM/T 0003.2 clause 7.1, B1 to B5. */
static void refuses_numbers_out_of_range(void **state)
{
	static const char *const numbers[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
		"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54124",
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	};
	/* n - 5: with 5 it makes r + s = n, so that t = 0 */
	static const char minus_five[] = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d5411e";
	struct hufu_digest digest = digest_of(HUFU_HASH_SM3, "x");
	autokey key = new_key("sm2");
	autocert cert = self_signed(key);
	uint8_t edge[32], five[32] = {[31] = 5};
	struct signature sig;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		assert_int_equal(hex_decode(numbers[i], 64, edge, 32), 32);
		sig = encode(edge, five);
		assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
		sig = encode(five, edge);
		assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
	}
	assert_int_equal(hex_decode(minus_five, 64, edge, 32), 32);
	sig = encode(five, edge);
	assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
}

/* PKCS#1 v1.5 needs the DigestInfo of the algorithm that is named: the same bytes under another name are no signature. */
static void rsa_names_its_hash(void **state)
{
	autokey key = new_key("rsa:2048");
	autocert cert = self_signed(key);
	struct hufu_digest digest = digest_of(HUFU_HASH_SHA256, "x");
	struct signature sig = sign(key, &digest);
	autofree char *bare = NULL;
	size_t len;

	(void)state;
	digest.algo = HUFU_HASH_SHA3_256;
	assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
	digest.algo = HUFU_HASH_SHA256;
	assert_int_equal(hufu_key_save(key, "key", NULL, true, NULL), 0);
	put("digest", digest.bytes, digest.len);
	openssl("pkeyutl -sign -inkey key -in digest -out sig");
	bare = slurp("sig", &len);
	assert_int_equal(hufu_cert_verify(cert, &digest, (uint8_t *)bare, len, NULL), -EKEYREJECTED);
	openssl("pkeyutl -sign -inkey key -in digest -out sig -pkeyopt digest:sha256 -pkeyopt rsa_padding_mode:pss");
	free(bare);
	bare = slurp("sig", &len);
	assert_int_equal(hufu_cert_verify(cert, &digest, (uint8_t *)bare, len, NULL), -EKEYREJECTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_altered_signatures),
		cmocka_unit_test(refuses_numbers_out_of_range),
		cmocka_unit_test(rsa_names_its_hash),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
