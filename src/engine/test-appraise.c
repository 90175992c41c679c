/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of value against each kind of rule, without files: what is malformed, what is missing, what is nonsense. */
#include "test-engines.h"

#include "appraise.h"

static struct content content_with(const void *value, size_t len)
{
	struct content content = {.fd = -1, .xattr_len = len, .xattr_error = len ? 0 : -ENODATA};

	assert_true(len <= sizeof(content.xattr));
	if (len)
		memcpy(content.xattr, value, len);
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, "abc", 3, &content.digest, NULL), 0);
	return content;
}

static enum hufu_cause appraise(const struct content *content, bool require_sig)
{
	struct appraisal appraisal = {.require_sig = require_sig};

	if (!appraise_label(&appraisal, content))
		appraise_digest(&appraisal, content, trust);
	return appraisal.cause;
}

#define SM3_ABC                                                                                                        \
	"\x66\xc7\xf0\xf4\x62\xee\xed\xd9\xd1\xf2\xd4\x6b\xdc\x10\xe4\xe2\x41\x67\xc4\x87\x5c\xf2\xf7\xa2\x29\x7d\xa0" \
	"\x2b\x8f\x4b\xa8\xe0"
#define NONE	    HUFU_CAUSE_NONE
#define SIG	    HUFU_CAUSE_SIGNATURE_REQUIRED
#define HASH	    HUFU_CAUSE_INVALID_HASH
#define WRONG	    HUFU_CAUSE_INVALID_SIGNATURE
#define VALUE(text) (text), sizeof(text) - 1

static void each_kind_of_value(void **state)
{
	static const struct {
		const char *value;
		size_t len;
		enum hufu_cause plain, imasig;
	} cases[] = {
		{VALUE(""), HUFU_CAUSE_MISSING_HASH, SIG},
		/* hashes */
		{VALUE("\x04\x11" SM3_ABC), NONE, SIG},
		{VALUE("\x04\x11" SM3_ABC "tail"), NONE, SIG},
		{VALUE("\x04\x11\x67\xc7\xf0\xf4\x62\xee\xed\xd9\xd1\xf2\xd4\x6b\xdc\x10\xe4\xe2"
		       "\x41\x67\xc4\x87\x5c\xf2\xf7\xa2\x29\x7d\xa0\x2b\x8f\x4b\xa8\xe0"),
		 HASH, SIG},
		{VALUE("\x04"), HASH, SIG},
		{VALUE("\x04\x11"), HASH, SIG},
		{VALUE("\x04\x11\x66\xc7"), HASH, SIG},
		{VALUE("\x04\x04" SM3_ABC), HASH, SIG}, /* of another algorithm */
		{VALUE("\x04\xff" SM3_ABC), HASH,
		 SIG}, /* of one that is none, which the kernel would take for ima_hash */
		{VALUE("\x01"), HASH, SIG},
		{VALUE("\x01" SM3_ABC), HASH, SIG},
		/* signatures */
		{VALUE("\x03"), WRONG, WRONG},
		{VALUE("\x03\x02"), WRONG, WRONG},
		{VALUE("\x03\x02\x11\x01\x02\x03\x04"), WRONG, WRONG},
		{VALUE("\x03\x02\x11\x01\x02\x03\x04\x00\x00"), WRONG, WRONG},
		{VALUE("\x03\x02\x11\x01\x02\x03\x04\x00\x02\x30"), WRONG, WRONG}, /* one byte less than said */
		{VALUE("\x03\x02\x11\x01\x02\x03\x04\x00\x00\x30"), WRONG, WRONG}, /* one byte more */
		{VALUE("\x03\x02\x11\x01\x02\x03\x04\xff\xff\x30\x00"), WRONG, WRONG},
		{VALUE("\x03\x02\x11\x01\x02\x03\x04\x00\x02\x30\x00"), WRONG, WRONG}, /* no such key */
		{VALUE("\x03\x02\xff\x01\x02\x03\x04\x00\x02\x30\x00"), WRONG, WRONG}, /* no such algorithm */
		{VALUE("\x03\x01\x11\x01\x02\x03\x04\x00\x02\x30\x00"), WRONG, WRONG}, /* version 1 */
		{VALUE("\x03\x00\x11\x01\x02\x03\x04\x00\x02\x30\x00"), HUFU_CAUSE_UNKNOWN, HUFU_CAUSE_UNKNOWN},
		{VALUE("\x03\x03\x11\x01\x02\x03\x04\x00\x02\x30\x00"), HUFU_CAUSE_INVALID_SIGNATURE_VERSION,
		 HUFU_CAUSE_INVALID_SIGNATURE_VERSION},
		{VALUE("\x03\xff"), HUFU_CAUSE_INVALID_SIGNATURE_VERSION, HUFU_CAUSE_INVALID_SIGNATURE_VERSION},
		/* of an fs-verity digest: version 3, over type, algorithm and digest */
		{VALUE("\x06\x03\x11\x01\x02\x03\x04\x00\x02\x30\x00"), HUFU_CAUSE_INVALID_VERITY_SIGNATURE, SIG},
		{VALUE("\x06\x02\x11\x01\x02\x03\x04\x00\x02\x30\x00"), HUFU_CAUSE_INVALID_SIGNATURE_VERSION, SIG},
		{VALUE("\x06"), HUFU_CAUSE_INVALID_SIGNATURE_VERSION, SIG},
		/* others: an HMAC, a portable signature, nothing at all */
		{VALUE("\x02" SM3_ABC), HUFU_CAUSE_UNKNOWN_IMA_DATA, HUFU_CAUSE_UNKNOWN_IMA_DATA},
		{VALUE("\x05\x02\x11"), HUFU_CAUSE_UNKNOWN_IMA_DATA, HUFU_CAUSE_UNKNOWN_IMA_DATA},
		{VALUE("\x00"), HUFU_CAUSE_UNKNOWN_IMA_DATA, HUFU_CAUSE_UNKNOWN_IMA_DATA},
		{VALUE("\x07"), HUFU_CAUSE_UNKNOWN_IMA_DATA, HUFU_CAUSE_UNKNOWN_IMA_DATA},
		{VALUE("\xff\xff"), HUFU_CAUSE_UNKNOWN_IMA_DATA, HUFU_CAUSE_UNKNOWN_IMA_DATA},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct content content = content_with(cases[i].value, cases[i].len);

		if (appraise(&content, false) != cases[i].plain || appraise(&content, true) != cases[i].imasig)
			fail_msg("case %zu: '%s', with imasig '%s'", i, hufu_cause_name(appraise(&content, false)),
				 hufu_cause_name(appraise(&content, true)));
	}
}

static void sha1_and_md5(void **state)
{
	static const struct {
		enum hufu_hash algo;
		size_t len; /* of the value */
		enum hufu_cause cause;
	} cases[] = {
		{HUFU_HASH_SHA1, 21, NONE}, {HUFU_HASH_SHA1, 20, HASH}, {HUFU_HASH_MD5, 17, NONE},
		{HUFU_HASH_MD5, 21, NONE},  {HUFU_HASH_MD5, 16, HASH},	{HUFU_HASH_MD5, 22, HASH},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t value[64] = {HUFU_SIG_HASH_OLD};
		struct hufu_digest digest;
		struct content content;

		assert_int_equal(hufu_digest_mem(cases[i].algo, "abc", 3, &digest, NULL), 0);
		memcpy(value + 1, digest.bytes, digest.len);
		content = content_with(value, cases[i].len);
		content.digest = digest;
		assert_int_equal(appraise(&content, false), cases[i].cause);
		assert_int_equal(appraise(&content, true), SIG);
	}
}

static void unreadable_values(void **state)
{
	static const int errors[] = {-ERANGE, -E2BIG, -EIO, -EACCES, -EPERM, -ENOMEM, -ESTALE};
	struct content content = content_with("\x04\x11" SM3_ABC, 34);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		content.xattr_error = errors[i];
		assert_int_equal(appraise(&content, false), HUFU_CAUSE_UNKNOWN);
		assert_int_equal(appraise(&content, true), HUFU_CAUSE_UNKNOWN);
	}
	content.xattr_error = -EOPNOTSUPP;
	assert_int_equal(appraise(&content, false), HUFU_CAUSE_MISSING_HASH);
	assert_int_equal(appraise(&content, true), SIG);
}

/* A digest that was not made must not be compared, whatever it is: zeros, say. */
static void digest_that_failed(void **state)
{
	static const uint8_t zeros[34] = {0x04, 0x11};
	struct content content = content_with(zeros, sizeof(zeros));

	(void)state;
	memset(content.digest.bytes, 0, sizeof(content.digest.bytes));
	assert_int_equal(appraise(&content, false), NONE);
	content.digest_error = -ESTALE;
	assert_int_equal(appraise(&content, false), HUFU_CAUSE_FAILED);
	content.digest_error = -EAGAIN;
	assert_int_equal(appraise(&content, false), HUFU_CAUSE_FAILED);
}

static void new_files(void **state)
{
	struct content content = content_with("", 0);
	struct appraisal appraisal = {.require_sig = true, .is_new = true};

	(void)state;
	assert_true(appraise_label(&appraisal, &content));
	assert_int_equal(appraisal.cause, NONE);
	content = content_with("\x03\x02", 2); /* labelled, so not made just now */
	assert_true(appraise_label(&appraisal, &content));
	assert_int_equal(appraisal.cause, WRONG);
}

/* Seeded: the same every time. The first bytes are often right, so that it gets further. */
static void random_values(void **state)
{
	enum { ROUNDS = 200000 };
	uint8_t good[HUFU_XATTR_MAX];
	size_t good_len;
	unsigned n_accepted = 0;

	(void)state;
	put_file("abc", "abc", 3);
	good_len = make_value("abc", &leaf, good);
	srandom(20260131);
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint8_t value[HUFU_XATTR_MAX];
		size_t len = (size_t)random() % (i % 16 ? 100 : sizeof(value)) + 1;
		struct content content;

		for (size_t at = 0; at < len; at++)
			value[at] = (uint8_t)random();
		value[0] = i % 8 ? (uint8_t)(random() % 8) : value[0];
		memcpy(value + 1, good + 1, len - 1 < good_len - 1 ? (size_t)random() % len : 0);
		content = content_with(value, len);
		n_accepted += appraise(&content, i % 2) == NONE;
	}
	assert_int_equal(n_accepted, 0);
}

static void every_bit_of_a_signature_counts(void **state)
{
	uint8_t value[HUFU_XATTR_MAX];
	struct content content;
	size_t len;

	(void)state;
	put_file("abc", "abc", 3);
	len = make_value("abc", &leaf, value);
	content = content_with(value, len);
	assert_int_equal(appraise(&content, true), NONE);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		content.xattr[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(appraise(&content, true), NONE);
		content.xattr[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 1; cut < len; cut++) {
		content = content_with(value, cut);
		assert_int_equal(appraise(&content, true), WRONG);
	}
	content = content_with(value, len);
	content.digest.bytes[5] ^= 1;
	assert_int_equal(appraise(&content, true), WRONG);
}

static void names(void **state)
{
	(void)state;
	for (unsigned cause = HUFU_CAUSE_NONE + 1; cause < HUFU_CAUSE_COUNT; cause++)
		assert_true(strlen(hufu_cause_name((enum hufu_cause)cause)) > 3);
	assert_string_equal(hufu_cause_name(HUFU_CAUSE_NONE), "");
	assert_string_equal(hufu_cause_name(HUFU_CAUSE_COUNT), "");
	assert_string_equal(hufu_cause_name(HUFU_CAUSE_SIGNATURE_REQUIRED), "IMA-signature-required");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(each_kind_of_value),
		ENGINE_TEST(sha1_and_md5),
		ENGINE_TEST(unreadable_values),
		ENGINE_TEST(digest_that_failed),
		ENGINE_TEST(new_files),
		ENGINE_TEST(random_values),
		ENGINE_TEST(names),
		ENGINE_TEST(every_bit_of_a_signature_counts),
	};

	return cmocka_run_group_tests(tests, make_pairs, drop_pairs);
}
