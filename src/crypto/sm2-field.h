/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM2_FIELD_H
#define SM2_FIELD_H

#include "sm2-word.h"

/*
 * The field of SM2: numbers modulo p = 2^256 - 2^224 - 2^96 + 2^64 - 1 (GB/T 32918.5), held times 2^256 (Montgomery's form)
 * and always below p, so that two are equal if their words are. In constant time. Results may be one of the operands.
 */
struct sm2_fe {
	uint64_t word[4];
};

#define SM2_FIELD_P                                                                                                    \
	{                                                                                                              \
		{                                                                                                      \
			UINT64_MAX, 0xffffffff00000000, UINT64_MAX, 0xfffffffeffffffff                                 \
		}                                                                                                      \
	}
/* 1 in Montgomery's form: 2^256 - p */
#define SM2_FIELD_ONE                                                                                                  \
	{                                                                                                              \
		{                                                                                                      \
			1, 0xffffffff, 0, 0x100000000                                                                  \
		}                                                                                                      \
	}

static inline void sm2_field_add(struct sm2_fe *ret, const struct sm2_fe *a, const struct sm2_fe *b)
{
	static const struct sm2_fe p = SM2_FIELD_P;

	sm2_word_add4(ret->word, a->word, b->word, p.word);
}

static inline void sm2_field_sub(struct sm2_fe *ret, const struct sm2_fe *a, const struct sm2_fe *b)
{
	static const struct sm2_fe p = SM2_FIELD_P;

	sm2_word_sub4(ret->word, a->word, b->word, p.word);
}

/*
 * One step of Montgomery's reduction. p is -1 modulo 2^64, so the multiple of p that clears the lowest word is that word
 * itself, and w * p = w * (2^256 - 2^224 - 2^96 + 2^64) - w takes no multiplication. Instead of moving down by a word, the
 * new top word takes the place of the cleared one.
 */
SM2_INLINE void sm2_field_step(uint64_t *x0, uint64_t *x1, uint64_t *x2, uint64_t *x3)
{
	unsigned char borrow = 0, carry = 0;
	uint64_t low = *x0 << 32, high = *x0 >> 32;
	uint64_t t0 = sm2_word_sub(&borrow, *x0, low);
	uint64_t t1 = sm2_word_sub(&borrow, 0, high);
	uint64_t t2 = sm2_word_sub(&borrow, 0, low);
	uint64_t t3 = sm2_word_sub(&borrow, *x0, high);

	*x1 = sm2_word_add(&carry, *x1, t0);
	*x2 = sm2_word_add(&carry, *x2, t1);
	*x3 = sm2_word_add(&carry, *x3, t2);
	*x0 = sm2_word_add(&carry, 0, t3);
}

/* product / 2^256. The low half becomes a number of at most p, as w * p < 2^64 * p in each step; no top word overflows. */
SM2_INLINE void sm2_field_reduce(struct sm2_fe *ret, const uint64_t product[8])
{
	static const struct sm2_fe p = SM2_FIELD_P;
	uint64_t x0 = product[0], x1 = product[1], x2 = product[2], x3 = product[3];
	unsigned char carry = 0;

	sm2_field_step(&x0, &x1, &x2, &x3);
	sm2_field_step(&x1, &x2, &x3, &x0);
	sm2_field_step(&x2, &x3, &x0, &x1);
	sm2_field_step(&x3, &x0, &x1, &x2);
	ret->word[0] = sm2_word_add(&carry, product[4], x0);
	ret->word[1] = sm2_word_add(&carry, product[5], x1);
	ret->word[2] = sm2_word_add(&carry, product[6], x2);
	ret->word[3] = sm2_word_add(&carry, product[7], x3);
	sm2_word_reduce_once(ret->word, carry, p.word);
}

static inline void sm2_field_mul(struct sm2_fe *ret, const struct sm2_fe *a, const struct sm2_fe *b)
{
	uint64_t product[8];

	sm2_word_mul4(product, a->word, b->word);
	sm2_field_reduce(ret, product);
}

static inline void sm2_field_square(struct sm2_fe *ret, const struct sm2_fe *a)
{
	uint64_t a0 = a->word[0], a1 = a->word[1], a2 = a->word[2], a3 = a->word[3], x[8], carry = 0;
	sm2_wide square0 = (sm2_wide)a0 * a0, square1 = (sm2_wide)a1 * a1;
	sm2_wide square2 = (sm2_wide)a2 * a2, square3 = (sm2_wide)a3 * a3;
	unsigned char c = 0;

	x[1] = sm2_word_mul_add(&carry, a0, a1, 0);
	x[2] = sm2_word_mul_add(&carry, a0, a2, 0);
	x[3] = sm2_word_mul_add(&carry, a0, a3, 0);
	x[4] = carry;
	carry = 0;
	x[3] = sm2_word_mul_add(&carry, a1, a2, x[3]);
	x[4] = sm2_word_mul_add(&carry, a1, a3, x[4]);
	x[5] = carry;
	carry = 0;
	x[5] = sm2_word_mul_add(&carry, a2, a3, x[5]);
	x[6] = carry;
	x[7] = x[6] >> 63;
	x[6] = x[6] << 1 | x[5] >> 63;
	x[5] = x[5] << 1 | x[4] >> 63;
	x[4] = x[4] << 1 | x[3] >> 63;
	x[3] = x[3] << 1 | x[2] >> 63;
	x[2] = x[2] << 1 | x[1] >> 63;
	x[1] = x[1] << 1;
	x[0] = (uint64_t)square0;
	x[1] = sm2_word_add(&c, x[1], (uint64_t)(square0 >> 64));
	x[2] = sm2_word_add(&c, x[2], (uint64_t)square1);
	x[3] = sm2_word_add(&c, x[3], (uint64_t)(square1 >> 64));
	x[4] = sm2_word_add(&c, x[4], (uint64_t)square2);
	x[5] = sm2_word_add(&c, x[5], (uint64_t)(square2 >> 64));
	x[6] = sm2_word_add(&c, x[6], (uint64_t)square3);
	x[7] = sm2_word_add(&c, x[7], (uint64_t)(square3 >> 64));
	sm2_field_reduce(ret, x);
}

/* All ones if it is 0. */
static inline uint64_t sm2_field_zero(const struct sm2_fe *a)
{
	return sm2_word_zero(a->word[0] | a->word[1] | a->word[2] | a->word[3]);
}

static inline void sm2_field_choose(struct sm2_fe *ret, uint64_t mask, const struct sm2_fe *if_set,
				    const struct sm2_fe *if_clear)
{
	for (unsigned i = 0; i < 4; i++)
		ret->word[i] = sm2_word_choose(mask, if_set->word[i], if_clear->word[i]);
}

/* 1 / a; of 0 it is 0. */
void sm2_field_invert(struct sm2_fe *ret, const struct sm2_fe *a);
/* Between a plain number below p and Montgomery's form. */
void sm2_field_from_words(struct sm2_fe *ret, const uint64_t number[4]);
void sm2_field_to_words(uint64_t ret_number[4], const struct sm2_fe *a);
/* All ones if the bytes are a number below p, which is then in `ret`. */
uint64_t sm2_field_from_bytes(struct sm2_fe *ret, const uint8_t bytes[32]);

#endif
