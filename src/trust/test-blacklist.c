/* SPDX-License-Identifier: Apache-2.0 */
#include "test-certs.h"

#include "blacklist.h"
#include "hex.h"

#define SM3_ABC "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

static struct blacklist list;
static struct hufu_err err;

static int empty(void **state)
{
	(void)state;
	blacklist_done(&list);
	return 0;
}

static int add(const char *text)
{
	struct blacklist_entry entry;
	int r = blacklist_parse(text, &entry, &err);

	return r < 0 ? r : blacklist_add(&list, &entry);
}

static void finds_files(void **state)
{
	struct hufu_digest digest;

	(void)state;
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, "abc", 3, &digest, NULL), 0);
	assert_false(blacklist_has_file(&list, &digest));
	assert_int_equal(add("tbs:" SM3_ABC), 1); /* the same digest, but of a certificate */
	assert_false(blacklist_has_file(&list, &digest));
	assert_int_equal(add("bin:" SM3_ABC), 1);
	assert_true(blacklist_has_file(&list, &digest));
	assert_int_equal(add("bin:" SM3_ABC), 0);
	assert_int_equal(add("bin:66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0"), 0);
	digest.bytes[31] ^= 1;
	assert_false(blacklist_has_file(&list, &digest));
	digest.len = 0;
	assert_false(blacklist_has_file(&list, &digest));
}

static void refuses_what_forbids_nothing(void **state)
{
	static const char *const wrong[] = {
		"",
		"bin",
		"bin:",
		"tbs:",
		"bin:66",
		SM3_ABC,
		"BIN:" SM3_ABC,
		" bin:" SM3_ABC,
		"bin: " SM3_ABC,
		"bin:" SM3_ABC " ",
		"bin:" SM3_ABC "0",
		"bin:" SM3_ABC "00",
		"bin:" SM3_ABC SM3_ABC "00",
		"tbs:66c7f0f462eeedd9d1f2d46bdc10e4e24167c487", /* SHA-1 */
		"bin:6gc7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		err.text[0] = '\0';
		assert_int_equal(add(wrong[i]), -EINVAL);
		assert_true(strlen(err.text) > 40);
	}
	assert_int_equal(list.n_entries, 0);
}

/* Many, in any order: each is found, and nothing else. */
static void stays_sorted(void **state)
{
	enum { COUNT = 500 };
	struct hufu_digest digest;

	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		char text[4 + 2 * HUFU_DIGEST_MAX + 1] = "bin:";

		assert_int_equal(
			hufu_digest_mem(i % 2 ? HUFU_HASH_SHA256 : HUFU_HASH_SHA1, &i, sizeof(i), &digest, NULL), 0);
		hex_encode(digest.bytes, digest.len, text + 4);
		assert_int_equal(add(text), 1);
	}
	for (unsigned i = 0; i < 2 * COUNT; i++) {
		assert_int_equal(
			hufu_digest_mem(i % 2 ? HUFU_HASH_SHA256 : HUFU_HASH_SHA1, &i, sizeof(i), &digest, NULL), 0);
		assert_int_equal(blacklist_has_file(&list, &digest), i < COUNT);
	}
}

/* openssl cuts the TBS part out, so that this does not only agree with itself. */
static void finds_certificates(void **state)
{
	static const enum hufu_hash algos[] = {HUFU_HASH_SM3, HUFU_HASH_SHA256, HUFU_HASH_SHA384, HUFU_HASH_SHA512};
	autopair ca = make_ca("sm2", "CA"), other = make_ca("sm2", "CA");
	struct der der = der_of(ca.cert);
	autofree char *tbs = NULL;
	size_t tbs_len;

	(void)state;
	put_file("ca.der", der.data, der.len);
	openssl("asn1parse -inform DER -in @ca.der -strparse 4 -noout -out @tbs");
	assert_int_equal(file_read(in_scratch("tbs"), 65536, &tbs, &tbs_len, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(algos); i++) {
		char text[4 + 2 * HUFU_DIGEST_MAX + 1] = "tbs:";
		struct hufu_digest digest;

		assert_int_equal(blacklist_has_cert(&list, ca.cert, NULL), 0);
		assert_int_equal(hufu_digest_mem(algos[i], tbs, tbs_len, &digest, NULL), 0);
		hex_encode(digest.bytes, digest.len, text + 4);
		assert_int_equal(add(text), 1);
		assert_int_equal(blacklist_has_cert(&list, ca.cert, NULL), 1);
		assert_int_equal(blacklist_has_cert(&list, other.cert, NULL), 0);
		blacklist_done(&list);
	}
}

static void has_an_end(void **state)
{
	(void)state;
	assert_int_equal(add("bin:" SM3_ABC), 1);
	list.n_entries = BLACKLIST_MAX;
	list.entries = reallocarray(list.entries, BLACKLIST_MAX, sizeof(*list.entries));
	assert_non_null(list.entries);
	for (size_t i = 1; i < BLACKLIST_MAX; i++)
		list.entries[i] = list.entries[0];
	assert_int_equal(add("bin:" SM3_ABC), 0);
	assert_int_equal(add("bin:00c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"), -EDQUOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(finds_files, empty),
		cmocka_unit_test_teardown(refuses_what_forbids_nothing, empty),
		cmocka_unit_test_teardown(stays_sorted, empty),
		cmocka_unit_test_teardown(finds_certificates, empty),
		cmocka_unit_test_teardown(has_an_end, empty),
	};

	return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
