/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of sm2-field.h and sm2-scalar.h against libcrypto's numbers. */
#include "test-sm2.h"

enum { ROUNDS = 3000 };

/* Random, or near 0, the modulus and the borders of words, where carries are lost. */
static BIGNUM *interesting(unsigned i, const BIGNUM *modulus)
{
	BIGNUM *number = random_below(modulus);

	switch (i % 6) {
	case 0:
		BN_set_word(number, i / 6 % 5);
		break;
	case 1:
		BN_copy(number, modulus);
		BN_sub_word(number, 1 + i / 6 % 5);
		break;
	case 2:
		BN_one(number);
		BN_lshift(number, number, (int)(32 * (i / 6 % 8)));
		BN_sub_word(number, i / 48 % 2);
		break;
	case 3:
		BN_rshift(number, number, (int)(32 * (i / 6 % 8)));
		BN_lshift(number, number, (int)(32 * (i / 6 % 8)));
		break;
	default:
		break;
	}
	return number;
}

static struct sm2_fe to_field(const BIGNUM *number)
{
	struct sm2_fe fe;
	uint8_t bytes[32];

	to_bytes(number, bytes);
	assert_true(sm2_field_from_bytes(&fe, bytes) == UINT64_MAX);
	return fe;
}

static void field_is(const struct sm2_fe *fe, const BIGNUM *number)
{
	uint8_t bytes[32], wanted[32];
	uint64_t words[4];

	to_bytes(number, wanted);
	sm2_field_to_words(words, fe);
	sm2_word_store4(bytes, words);
	assert_memory_equal(bytes, wanted, 32);
}

static void field(void **state)
{
	autogroup *group = curve();
	const BIGNUM *p = EC_GROUP_get0_field(group);
	autodone(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	autobn *want = BN_new();

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		autobn *a = interesting(i, p), *b = interesting(i * 7 + i / 36, p);
		struct sm2_fe x = to_field(a), y = to_field(b), z;

		field_is(&x, a);
		BN_mod_add(want, a, b, p, ctx);
		sm2_field_add(&z, &x, &y);
		field_is(&z, want);
		BN_mod_sub(want, a, b, p, ctx);
		sm2_field_sub(&z, &x, &y);
		field_is(&z, want);
		BN_mod_mul(want, a, b, p, ctx);
		sm2_field_mul(&z, &x, &y);
		field_is(&z, want);
		BN_mod_sqr(want, a, p, ctx);
		sm2_field_square(&z, &x);
		field_is(&z, want);
		if (BN_is_zero(a))
			BN_zero(want);
		else
			assert_non_null(BN_mod_inverse(want, a, p, ctx));
		sm2_field_invert(&z, &x);
		field_is(&z, want);
		assert_true(sm2_field_zero(&x) == (BN_is_zero(a) ? UINT64_MAX : 0));
	}
}

/* The bare words of a product, not only those that belong to small numbers: Montgomery's form hides where they lie. */
static void field_words(void **state)
{
	autogroup *group = curve();
	const BIGNUM *p = EC_GROUP_get0_field(group);
	autodone(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	autobn *want = BN_new(), *r = BN_new();

	(void)state;
	BN_set_bit(r, 256);
	assert_non_null(BN_mod_inverse(r, r, p, ctx));
	for (unsigned i = 0; i < ROUNDS; i++) {
		autobn *a = interesting(i, p), *b = interesting(i * 5 + i / 36, p);
		struct sm2_fe x, y, z;
		uint8_t bytes[32], wanted[32];

		to_bytes(a, bytes);
		sm2_word_load4(x.word, bytes);
		to_bytes(b, bytes);
		sm2_word_load4(y.word, bytes);
		sm2_field_mul(&z, &x, &y);
		BN_mod_mul(want, a, b, p, ctx);
		BN_mod_mul(want, want, r, p, ctx);
		to_bytes(want, wanted);
		sm2_word_store4(bytes, z.word);
		assert_memory_equal(bytes, wanted, 32);
		sm2_field_square(&z, &x);
		BN_mod_sqr(want, a, p, ctx);
		BN_mod_mul(want, want, r, p, ctx);
		to_bytes(want, wanted);
		sm2_word_store4(bytes, z.word);
		assert_memory_equal(bytes, wanted, 32);
	}
}

static void scalar_is(const struct sm2_scalar *scalar, const BIGNUM *number)
{
	uint8_t bytes[32], wanted[32];

	to_bytes(number, wanted);
	sm2_scalar_to_bytes(bytes, scalar);
	assert_memory_equal(bytes, wanted, 32);
}

static void scalars(void **state)
{
	autobn *n = order_plus(0), *want = BN_new(), *all = BN_new();
	autodone(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();

	(void)state;
	BN_set_bit(all, 256);
	for (unsigned i = 0; i < ROUNDS; i++) {
		autobn *a = interesting(i, n), *b = interesting(i * 7 + i / 36, n), *any = interesting(i, all);
		struct sm2_scalar x = to_scalar(a), y = to_scalar(b), z;
		uint8_t bytes[64];

		BN_mod_add(want, a, b, n, ctx);
		sm2_scalar_add(&z, &x, &y);
		scalar_is(&z, want);
		BN_mod_sub(want, a, b, n, ctx);
		sm2_scalar_sub(&z, &x, &y);
		scalar_is(&z, want);
		BN_mod_mul(want, a, b, n, ctx);
		sm2_scalar_mul(&z, &x, &y);
		scalar_is(&z, want);
		to_bytes(any, bytes);
		assert_true(sm2_scalar_from_bytes(&z, bytes) == (BN_cmp(any, n) < 0 ? UINT64_MAX : 0));
		BN_nnmod(want, any, n, ctx);
		scalar_is(&z, want);
		to_bytes(b, bytes + 32);
		sm2_scalar_from_wide(&z, bytes);
		BN_bin2bn(bytes, 64, want);
		BN_nnmod(want, want, n, ctx);
		scalar_is(&z, want);
		if (i % 8 > 0)
			continue;
		if (BN_is_zero(a))
			BN_zero(want);
		else
			assert_non_null(BN_mod_inverse(want, a, n, ctx));
		sm2_scalar_invert(&z, &x);
		scalar_is(&z, want);
	}
}

/* Two numbers that are not below the modulus */
static void too_big(void **state)
{
	autogroup *group = curve();
	autobn *n = order_plus(0);
	struct sm2_scalar scalar;
	struct sm2_fe fe;
	uint8_t bytes[64];

	(void)state;
	to_bytes(EC_GROUP_get0_field(group), bytes);
	assert_true(sm2_field_from_bytes(&fe, bytes) == 0);
	to_bytes(n, bytes);
	assert_true(sm2_scalar_from_bytes(&scalar, bytes) == 0);
	assert_true(sm2_scalar_zero(&scalar) == UINT64_MAX);
	memset(bytes, 0xff, sizeof(bytes));
	assert_true(sm2_field_from_bytes(&fe, bytes) == 0);
	assert_true(sm2_scalar_from_bytes(&scalar, bytes) == 0);
	sm2_scalar_from_wide(&scalar, bytes);
	{
		autobn *want = BN_bin2bn(bytes, 64, NULL);
		autodone(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();

		BN_nnmod(want, want, n, ctx);
		scalar_is(&scalar, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field),
		cmocka_unit_test(field_words),
		cmocka_unit_test(scalars),
		cmocka_unit_test(too_big),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
