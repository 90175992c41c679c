/* SPDX-License-Identifier: Apache-2.0 */
#include "sm2-scalar.h"

#include "sm2-field.h"

static const uint64_t n[4] = {0x53bbf40939d54123, 0x7203df6b21c6052b, UINT64_MAX, 0xfffffffeffffffff};
/* n - 2, for Fermat */
static const uint64_t n_less_2[4] = {0x53bbf40939d54121, 0x7203df6b21c6052b, UINT64_MAX, 0xfffffffeffffffff};
/* 2^256 mod n and 2^512 mod n: 1 in Montgomery's form, and what takes a number there */
static const struct sm2_scalar one = {{0xac440bf6c62abedd, 0x8dfc2094de39fad4, 0, 0x100000000}};
static const struct sm2_scalar r_squared = {
	{0x901192af7c114f20, 0x3464504ade6fa2fa, 0x620fc84c3affe0d4, 0x1eb5e412a22b3d3b}};
/* -1 / n mod 2^64 */
static const uint64_t n_inverse = 0x327f9e8872350975;

/* a * b / 2^256 mod n; one of them may be any number below 2^256. */
static void montgomery(struct sm2_scalar *ret, const struct sm2_scalar *a, const struct sm2_scalar *b)
{
	uint64_t x[8], top = 0;

	sm2_word_mul4(x, a->word, b->word);
	for (unsigned i = 0; i < 4; i++) {
		uint64_t factor = x[i] * n_inverse, carry = 0;
		unsigned char c = 0;

		for (unsigned j = 0; j < 4; j++)
			x[i + j] = sm2_word_mul_add(&carry, factor, n[j], x[i + j]);
		/* the carry of the step before belongs to the same word */
		x[i + 4] = sm2_word_add(&c, x[i + 4], carry);
		carry = c;
		c = 0;
		x[i + 4] = sm2_word_add(&c, x[i + 4], top);
		top = carry + c;
	}
	for (unsigned i = 0; i < 4; i++)
		ret->word[i] = x[i + 4];
	sm2_word_reduce_once(ret->word, top, n);
}

uint64_t sm2_scalar_from_words(struct sm2_scalar *ret, const uint64_t number[4])
{
	unsigned char borrow = 0;

	for (unsigned i = 0; i < 4; i++) {
		(void)sm2_word_sub(&borrow, number[i], n[i]);
		ret->word[i] = number[i];
	}
	sm2_word_reduce_once(ret->word, 0, n);
	return sm2_word_mask(borrow);
}

uint64_t sm2_scalar_from_bytes(struct sm2_scalar *ret, const uint8_t bytes[32])
{
	uint64_t number[4];

	sm2_word_load4(number, bytes);
	return sm2_scalar_from_words(ret, number);
}

void sm2_scalar_from_wide(struct sm2_scalar *ret, const uint8_t bytes[64])
{
	struct sm2_scalar high, low;

	sm2_word_load4(high.word, bytes);
	sm2_word_load4(low.word, bytes + 32);
	montgomery(&high, &high, &r_squared); /* high * 2^256 */
	sm2_word_reduce_once(low.word, 0, n);
	sm2_scalar_add(ret, &high, &low);
}

void sm2_scalar_to_bytes(uint8_t ret_bytes[32], const struct sm2_scalar *a)
{
	sm2_word_store4(ret_bytes, a->word);
}

void sm2_scalar_add(struct sm2_scalar *ret, const struct sm2_scalar *a, const struct sm2_scalar *b)
{
	sm2_word_add4(ret->word, a->word, b->word, n);
}

void sm2_scalar_sub(struct sm2_scalar *ret, const struct sm2_scalar *a, const struct sm2_scalar *b)
{
	sm2_word_sub4(ret->word, a->word, b->word, n);
}

void sm2_scalar_mul(struct sm2_scalar *ret, const struct sm2_scalar *a, const struct sm2_scalar *b)
{
	struct sm2_scalar product;

	montgomery(&product, a, b);
	montgomery(ret, &product, &r_squared);
}

/* Fermat. The exponent is no secret, so its bits may be branched on. */
void sm2_scalar_invert(struct sm2_scalar *ret, const struct sm2_scalar *a)
{
	static const struct sm2_scalar plain_one = {{1, 0, 0, 0}};
	struct sm2_scalar base, power = one;

	montgomery(&base, a, &r_squared);
	for (unsigned i = 256; i-- > 0;) {
		montgomery(&power, &power, &power);
		if (n_less_2[i / 64] >> (i % 64) & 1)
			montgomery(&power, &power, &base);
	}
	montgomery(ret, &power, &plain_one);
}

uint64_t sm2_scalar_zero(const struct sm2_scalar *a)
{
	return sm2_word_zero(a->word[0] | a->word[1] | a->word[2] | a->word[3]);
}

uint64_t sm2_scalar_plus_n(uint64_t ret_number[4], const struct sm2_scalar *a)
{
	static const struct sm2_fe p = SM2_FIELD_P;
	unsigned char carry = 0, borrow = 0;

	for (unsigned i = 0; i < 4; i++)
		ret_number[i] = sm2_word_add(&carry, a->word[i], n[i]);
	for (unsigned i = 0; i < 4; i++)
		(void)sm2_word_sub(&borrow, ret_number[i], p.word[i]);
	return sm2_word_mask(borrow & (1 ^ carry));
}
