/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM2_WORD_H
#define SM2_WORD_H

#include <stdint.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

/*
 * Arithmetic on 64-bit words, and numbers of four of them, the lowest first, for SM2. Nothing branches on a value: what is
 * chosen is chosen with masks, all ones or all zeros. A value that a mask is made of goes through sm2_word_hide(), so that
 * the compiler, which could see that a mask has two values, makes no branch of it.
 */
__extension__ typedef unsigned __int128 sm2_wide;

/* gcc would rather call these than keep words in registers, at half the speed. */
#define SM2_INLINE static inline __attribute__((always_inline))

SM2_INLINE uint64_t sm2_word_hide(uint64_t word)
{
	__asm__("" : "+r"(word));
	return word;
}

/* All ones if `bit` is 1, zero if it is 0. */
SM2_INLINE uint64_t sm2_word_mask(uint64_t bit)
{
	return sm2_word_hide(0 - bit);
}

/* All ones if the word is zero. */
SM2_INLINE uint64_t sm2_word_zero(uint64_t word)
{
	return sm2_word_mask((~word & (word - 1)) >> 63);
}

SM2_INLINE uint64_t sm2_word_choose(uint64_t mask, uint64_t if_set, uint64_t if_clear)
{
	return if_clear ^ (mask & (if_set ^ if_clear));
}

#ifdef __x86_64__
/* gcc makes chains of adc of the intrinsic only. */
SM2_INLINE uint64_t sm2_word_add(unsigned char *carry, uint64_t a, uint64_t b)
{
	unsigned long long sum;

	*carry = _addcarry_u64(*carry, a, b, &sum);
	return sum;
}

SM2_INLINE uint64_t sm2_word_sub(unsigned char *borrow, uint64_t a, uint64_t b)
{
	unsigned long long difference;

	*borrow = _subborrow_u64(*borrow, a, b, &difference);
	return difference;
}
#else
SM2_INLINE uint64_t sm2_word_add(unsigned char *carry, uint64_t a, uint64_t b)
{
	sm2_wide sum = (sm2_wide)a + b + *carry;

	*carry = (unsigned char)(sum >> 64);
	return (uint64_t)sum;
}

SM2_INLINE uint64_t sm2_word_sub(unsigned char *borrow, uint64_t a, uint64_t b)
{
	sm2_wide difference = (sm2_wide)a - b - *borrow;

	*borrow = (unsigned char)(difference >> 64) & 1;
	return (uint64_t)difference;
}
#endif

/* The low half of a * b + addend + *carry; the high half is the new carry. */
SM2_INLINE uint64_t sm2_word_mul_add(uint64_t *carry, uint64_t a, uint64_t b, uint64_t addend)
{
	sm2_wide sum = (sm2_wide)a * b + addend + *carry;

	*carry = (uint64_t)(sum >> 64);
	return (uint64_t)sum;
}

/*
 * ret[0..4] = a * b + addend[0..3]. Low and high halves are summed in chains of carries of their own: so few other
 * instructions stand between the multiplications that gcc's code is a quarter faster than with sums of 128 bits.
 */
SM2_INLINE void sm2_word_row(uint64_t ret[5], const uint64_t a[4], uint64_t b, const uint64_t addend[4])
{
	sm2_wide product0 = (sm2_wide)a[0] * b, product1 = (sm2_wide)a[1] * b;
	sm2_wide product2 = (sm2_wide)a[2] * b, product3 = (sm2_wide)a[3] * b;
	unsigned char carry = 0;
	uint64_t x1 = sm2_word_add(&carry, (uint64_t)product1, (uint64_t)(product0 >> 64));
	uint64_t x2 = sm2_word_add(&carry, (uint64_t)product2, (uint64_t)(product1 >> 64));
	uint64_t x3 = sm2_word_add(&carry, (uint64_t)product3, (uint64_t)(product2 >> 64));
	uint64_t x4 = sm2_word_add(&carry, (uint64_t)(product3 >> 64), 0);

	carry = 0;
	ret[0] = sm2_word_add(&carry, (uint64_t)product0, addend[0]);
	ret[1] = sm2_word_add(&carry, x1, addend[1]);
	ret[2] = sm2_word_add(&carry, x2, addend[2]);
	ret[3] = sm2_word_add(&carry, x3, addend[3]);
	ret[4] = sm2_word_add(&carry, x4, 0);
}

/* product[0..7] = a * b */
SM2_INLINE void sm2_word_mul4(uint64_t product[8], const uint64_t a[4], const uint64_t b[4])
{
	const uint64_t copy_a[4] = {a[0], a[1], a[2], a[3]}, copy_b[4] = {b[0], b[1], b[2], b[3]}, none[4] = {0};

	sm2_word_row(product, copy_a, copy_b[0], none);
	sm2_word_row(product + 1, copy_a, copy_b[1], product + 1);
	sm2_word_row(product + 2, copy_a, copy_b[2], product + 2);
	sm2_word_row(product + 3, copy_a, copy_b[3], product + 3);
}

/* number = `top` * 2^256 + number, less `modulus` if it is not below it; it must be below twice the modulus. */
SM2_INLINE void sm2_word_reduce_once(uint64_t number[4], uint64_t top, const uint64_t modulus[4])
{
	unsigned char borrow = 0;
	uint64_t less0 = sm2_word_sub(&borrow, number[0], modulus[0]);
	uint64_t less1 = sm2_word_sub(&borrow, number[1], modulus[1]);
	uint64_t less2 = sm2_word_sub(&borrow, number[2], modulus[2]);
	uint64_t less3 = sm2_word_sub(&borrow, number[3], modulus[3]);
	uint64_t below;

	(void)sm2_word_sub(&borrow, top, 0);
	below = sm2_word_mask(borrow);
	number[0] = sm2_word_choose(below, number[0], less0);
	number[1] = sm2_word_choose(below, number[1], less1);
	number[2] = sm2_word_choose(below, number[2], less2);
	number[3] = sm2_word_choose(below, number[3], less3);
}

/* sum = a + b mod modulus, both below it */
SM2_INLINE void sm2_word_add4(uint64_t sum[4], const uint64_t a[4], const uint64_t b[4], const uint64_t modulus[4])
{
	unsigned char carry = 0;

	sum[0] = sm2_word_add(&carry, a[0], b[0]);
	sum[1] = sm2_word_add(&carry, a[1], b[1]);
	sum[2] = sm2_word_add(&carry, a[2], b[2]);
	sum[3] = sm2_word_add(&carry, a[3], b[3]);
	sm2_word_reduce_once(sum, carry, modulus);
}

/* difference = a - b mod modulus, both below it */
SM2_INLINE void sm2_word_sub4(uint64_t difference[4], const uint64_t a[4], const uint64_t b[4],
			      const uint64_t modulus[4])
{
	unsigned char borrow = 0, carry = 0;
	uint64_t d0 = sm2_word_sub(&borrow, a[0], b[0]);
	uint64_t d1 = sm2_word_sub(&borrow, a[1], b[1]);
	uint64_t d2 = sm2_word_sub(&borrow, a[2], b[2]);
	uint64_t d3 = sm2_word_sub(&borrow, a[3], b[3]);
	uint64_t negative = sm2_word_mask(borrow);

	difference[0] = sm2_word_add(&carry, d0, modulus[0] & negative);
	difference[1] = sm2_word_add(&carry, d1, modulus[1] & negative);
	difference[2] = sm2_word_add(&carry, d2, modulus[2] & negative);
	difference[3] = sm2_word_add(&carry, d3, modulus[3] & negative);
}

/* Big-endian bytes, as all of SM2 has them (GB/T 32918.1 clause 4.2). */
SM2_INLINE void sm2_word_load4(uint64_t number[4], const uint8_t bytes[32])
{
	for (unsigned i = 0; i < 4; i++) {
		uint64_t word = 0;

		for (unsigned j = 0; j < 8; j++)
			word = word << 8 | bytes[8 * (3 - i) + j];
		number[i] = word;
	}
}

SM2_INLINE void sm2_word_store4(uint8_t bytes[32], const uint64_t number[4])
{
	for (unsigned i = 0; i < 32; i++)
		bytes[31 - i] = (uint8_t)(number[i / 8] >> (8 * (i % 8)));
}

#endif
