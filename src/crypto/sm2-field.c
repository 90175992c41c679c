/* SPDX-License-Identifier: Apache-2.0 */
#include "sm2-field.h"

static const struct sm2_fe p = SM2_FIELD_P;
/* 2^512 mod p */
static const struct sm2_fe r_squared = {
	{0x0000000200000003, 0x00000002ffffffff, 0x0000000100000001, 0x0000000400000002}};

static void square_times(struct sm2_fe *ret, const struct sm2_fe *a, unsigned times)
{
	sm2_field_square(ret, a);
	while (--times > 0)
		sm2_field_square(ret, ret);
}

/* ret = a^(2^times) * b */
static void shift_and_mul(struct sm2_fe *ret, const struct sm2_fe *a, unsigned times, const struct sm2_fe *b)
{
	struct sm2_fe power;

	square_times(&power, a, times);
	sm2_field_mul(ret, &power, b);
}

/*
 * a^(p-2), Fermat. With n ones of binary written as xn, the exponent is x31 0 x128 (32 zeros) x32 x30 01: the same steps
 * for every a.
 */
void sm2_field_invert(struct sm2_fe *ret, const struct sm2_fe *a)
{
	struct sm2_fe x3, x6, x12, x24, x30, x31, x32, acc, one = *a;

	shift_and_mul(&acc, a, 1, a);
	shift_and_mul(&x3, &acc, 1, a);
	shift_and_mul(&x6, &x3, 3, &x3);
	shift_and_mul(&x12, &x6, 6, &x6);
	shift_and_mul(&x24, &x12, 12, &x12);
	shift_and_mul(&x30, &x24, 6, &x6);
	shift_and_mul(&x31, &x30, 1, a);
	shift_and_mul(&x32, &x31, 1, a);
	shift_and_mul(&acc, &x31, 33, &x32);
	for (unsigned i = 0; i < 3; i++)
		shift_and_mul(&acc, &acc, 32, &x32);
	shift_and_mul(&acc, &acc, 64, &x32);
	shift_and_mul(&acc, &acc, 30, &x30);
	shift_and_mul(ret, &acc, 2, &one);
}

void sm2_field_from_words(struct sm2_fe *ret, const uint64_t number[4])
{
	struct sm2_fe plain = {{number[0], number[1], number[2], number[3]}};

	sm2_field_mul(ret, &plain, &r_squared);
}

void sm2_field_to_words(uint64_t ret_number[4], const struct sm2_fe *a)
{
	const uint64_t product[8] = {a->word[0], a->word[1], a->word[2], a->word[3]};
	struct sm2_fe plain;

	sm2_field_reduce(&plain, product);
	for (unsigned i = 0; i < 4; i++)
		ret_number[i] = plain.word[i];
}

uint64_t sm2_field_from_bytes(struct sm2_fe *ret, const uint8_t bytes[32])
{
	uint64_t number[4];
	unsigned char borrow = 0;

	sm2_word_load4(number, bytes);
	sm2_field_from_words(ret, number);
	for (unsigned i = 0; i < 4; i++)
		(void)sm2_word_sub(&borrow, number[i], p.word[i]);
	return sm2_word_mask(borrow);
}
