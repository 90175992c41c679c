/* SPDX-License-Identifier: Apache-2.0 */
#include "sm2-comb.h"

#include <stddef.h>

const struct sm2_comb sm2_comb_g = {{
#include "sm2-comb-table.h"
}};

/*
 * Digit `i` of a factor, after Booth: 6 bits and the one below them as a number from -32 to 32. In constant time. Its
 * absolute value; `ret_negative` is a mask.
 */
static uint64_t digit(const struct sm2_scalar *factor, unsigned i, uint64_t *ret_negative)
{
	unsigned at = i * SM2_COMB_WIDTH, word, shift;
	uint64_t bits, value;

	if (at == 0) {
		bits = factor->word[0] << 1;
	} else {
		word = (at - 1) / 64;
		shift = (at - 1) % 64;
		bits = factor->word[word] >> shift;
		if (shift > 64 - SM2_COMB_WIDTH - 1 && word < 3)
			bits |= factor->word[word + 1] << (64 - shift);
	}
	bits &= (1 << (SM2_COMB_WIDTH + 1)) - 1;
	*ret_negative = sm2_word_mask(bits >> SM2_COMB_WIDTH);
	value = sm2_word_choose(*ret_negative, (1 << (SM2_COMB_WIDTH + 1)) - 1 - bits, bits);
	return (value >> 1) + (value & 1);
}

/*
 * Sums from the lowest digit, and the addition never meets the sum itself or its negative: before row i the sum is a * G
 * with |a| <= 32 (64^i - 1) / 63 < 0.51 * 64^i, and the entry is m * 64^i * G with 1 <= m <= 32. So a + m 64^i and
 * a - m 64^i are not 0; and up to row 41 they are less than n in absolute value. In row 42, m <= 16 as the factor has 256
 * bits; a + m 64^42 is the factor, which is below n; and m 64^42 - a = n cannot be, as for m <= 15 it takes
 * a < -0.99 * 64^42, and for m = 16 a factor above n.
 */
void sm2_comb_secret(struct sm2_jacobian *ret, const struct sm2_scalar *factor)
{
	static const struct sm2_fe zero;
	struct sm2_jacobian sum = {0};

	for (unsigned i = 0; i < SM2_COMB_ROWS; i++) {
		struct sm2_affine term;
		struct sm2_fe minus;
		uint64_t negative, number = digit(factor, i, &negative);

		sm2_select(&term, sm2_comb_g.entry + (size_t)i * SM2_COMB_ENTRIES, number);
		sm2_field_sub(&minus, &zero, &term.y);
		sm2_field_choose(&term.y, negative, &minus, &term.y);
		sm2_point_add_secret(&sum, &term, sm2_word_zero(number));
	}
	*ret = sum;
}

void sm2_comb_add_multiple(struct sm2_jacobian *acc, const struct sm2_comb *comb, const struct sm2_scalar *factor)
{
	static const struct sm2_fe zero;

	for (unsigned i = 0; i < SM2_COMB_ROWS; i++) {
		struct sm2_affine term;
		uint64_t negative, number = digit(factor, i, &negative);

		if (number == 0)
			continue;
		term = comb->entry[i * SM2_COMB_ENTRIES + number - 1];
		if (negative)
			sm2_field_sub(&term.y, &zero, &term.y);
		sm2_point_add_affine(acc, &term);
	}
}

/* 2^(6i) times the point, which are the first of the rows. */
static void fill_first(struct sm2_affine ret[SM2_COMB_ROWS], const struct sm2_affine *a)
{
	struct sm2_jacobian first[SM2_COMB_ROWS], half;

	sm2_point_from_affine(&first[0], a);
	for (unsigned i = 1; i < SM2_COMB_ROWS; i++) {
		first[i] = first[i - 1];
		for (unsigned j = 0; j < SM2_COMB_WIDTH; j++) {
			half = first[i];
			sm2_point_double(&first[i], &half);
		}
	}
	sm2_point_to_affine(ret, first, SM2_COMB_ROWS);
}

void sm2_comb_fill(struct sm2_comb *ret, const struct sm2_affine *a)
{
	enum { ROWS_AT_ONCE = 4, MANY = ROWS_AT_ONCE * SM2_COMB_ENTRIES };
	struct sm2_affine first[SM2_COMB_ROWS];
	struct sm2_jacobian many[MANY]; /* a few rows, so that they share an inversion and still fit on the stack */
	unsigned n = 0;

	fill_first(first, a);
	for (unsigned i = 0; i < SM2_COMB_ROWS; i++) {
		sm2_point_from_affine(&many[n++], &first[i]);
		for (unsigned j = 1; j < SM2_COMB_ENTRIES; j++, n++) {
			many[n] = many[n - 1];
			sm2_point_add_affine(&many[n], &first[i]);
		}
		if (n == MANY || i + 1 == SM2_COMB_ROWS) {
			sm2_point_to_affine(ret->entry + (i + 1) * SM2_COMB_ENTRIES - n, many, n);
			n = 0;
		}
	}
}
