/* SPDX-License-Identifier: Apache-2.0 */
#include "sm2-point.h"

#include <string.h>

static const struct sm2_fe one = SM2_FIELD_ONE;
/* b of the curve, plain */
static const uint64_t curve_b[4] = {0xddbcbd414d940e93, 0xf39789f515ab8f92, 0x4d5a9e4bcf6509a7, 0x28e9fa9e9d9f5e34};

uint64_t sm2_point_on_curve(const struct sm2_affine *a)
{
	struct sm2_fe left, right, b, x3;

	sm2_field_from_words(&b, curve_b);
	sm2_field_square(&left, &a->y);
	sm2_field_square(&right, &a->x);
	sm2_field_mul(&right, &right, &a->x);
	sm2_field_add(&x3, &a->x, &a->x);
	sm2_field_add(&x3, &x3, &a->x);
	sm2_field_sub(&right, &right, &x3);
	sm2_field_add(&right, &right, &b);
	sm2_field_sub(&left, &left, &right);
	return sm2_field_zero(&left);
}

bool sm2_point_from_bytes(struct sm2_affine *ret, const uint8_t bytes[64])
{
	struct sm2_affine point;
	uint64_t below = sm2_field_from_bytes(&point.x, bytes) & sm2_field_from_bytes(&point.y, bytes + 32);

	if (!below || !sm2_point_on_curve(&point))
		return false;
	*ret = point;
	return true;
}

void sm2_point_from_affine(struct sm2_jacobian *ret, const struct sm2_affine *a)
{
	ret->x = a->x;
	ret->y = a->y;
	ret->z = one;
}

/* The formulas of this file are those of Bernstein and Lange's database: dbl-2001-b, add-1998-cmo-2, madd of the same. */
void sm2_point_double(struct sm2_jacobian *ret, const struct sm2_jacobian *a)
{
	struct sm2_fe delta, gamma, beta, alpha, t, u;

	sm2_field_square(&delta, &a->z);
	sm2_field_square(&gamma, &a->y);
	sm2_field_mul(&beta, &a->x, &gamma);
	sm2_field_sub(&t, &a->x, &delta);
	sm2_field_add(&u, &a->x, &delta);
	sm2_field_mul(&t, &t, &u);
	sm2_field_add(&alpha, &t, &t);
	sm2_field_add(&alpha, &alpha, &t);
	/* z = (y + z)^2 - gamma - delta */
	sm2_field_add(&t, &a->y, &a->z);
	sm2_field_square(&t, &t);
	sm2_field_sub(&t, &t, &gamma);
	sm2_field_sub(&ret->z, &t, &delta);
	/* x = alpha^2 - 8 beta */
	sm2_field_add(&beta, &beta, &beta);
	sm2_field_add(&beta, &beta, &beta);
	sm2_field_add(&u, &beta, &beta);
	sm2_field_square(&t, &alpha);
	sm2_field_sub(&ret->x, &t, &u);
	/* y = alpha (4 beta - x) - 8 gamma^2 */
	sm2_field_sub(&t, &beta, &ret->x);
	sm2_field_mul(&t, &t, &alpha);
	sm2_field_add(&gamma, &gamma, &gamma);
	sm2_field_square(&gamma, &gamma);
	sm2_field_add(&gamma, &gamma, &gamma);
	sm2_field_sub(&ret->y, &t, &gamma);
}

/* The end of an addition: a = (u1, s1, z1 z2 in `z`), h = u2 - u1, r = s2 - s1. */
static inline void finish(struct sm2_jacobian *ret, const struct sm2_jacobian *a, const struct sm2_fe *h,
			  const struct sm2_fe *r)
{
	struct sm2_fe hh, hhh, v, t, u;

	sm2_field_square(&hh, h);
	sm2_field_mul(&hhh, &hh, h);
	sm2_field_mul(&v, &a->x, &hh);
	sm2_field_mul(&ret->z, &a->z, h);
	sm2_field_square(&t, r);
	sm2_field_sub(&t, &t, &hhh);
	sm2_field_add(&u, &v, &v);
	sm2_field_sub(&t, &t, &u);
	sm2_field_sub(&v, &v, &t);
	sm2_field_mul(&v, &v, r);
	sm2_field_mul(&u, &a->y, &hhh);
	sm2_field_sub(&ret->y, &v, &u);
	ret->x = t;
}

/* h and r of a + b with b's z = 1 */
static inline void differences(struct sm2_fe *h, struct sm2_fe *r, const struct sm2_jacobian *a,
			       const struct sm2_affine *b)
{
	struct sm2_fe zz, t;

	sm2_field_square(&zz, &a->z);
	sm2_field_mul(&t, &b->x, &zz);
	sm2_field_sub(h, &t, &a->x);
	sm2_field_mul(&zz, &zz, &a->z);
	sm2_field_mul(&t, &b->y, &zz);
	sm2_field_sub(r, &t, &a->y);
}

void sm2_point_add_secret(struct sm2_jacobian *acc, const struct sm2_affine *b, uint64_t skip)
{
	uint64_t infinite = sm2_field_zero(&acc->z);
	struct sm2_jacobian sum;
	struct sm2_fe h, r;

	differences(&h, &r, acc, b);
	finish(&sum, acc, &h, &r);
	sm2_field_choose(&sum.x, infinite, &b->x, &sum.x);
	sm2_field_choose(&sum.y, infinite, &b->y, &sum.y);
	sm2_field_choose(&sum.z, infinite, &one, &sum.z);
	sm2_field_choose(&acc->x, skip, &acc->x, &sum.x);
	sm2_field_choose(&acc->y, skip, &acc->y, &sum.y);
	sm2_field_choose(&acc->z, skip, &acc->z, &sum.z);
}

bool sm2_point_infinite(const struct sm2_jacobian *a)
{
	return sm2_field_zero(&a->z);
}

/* The x of both are equal (h = 0): they are the same point, or one is the other's negative. */
static void same_x(struct sm2_jacobian *acc, const struct sm2_fe *r)
{
	struct sm2_jacobian twice;

	if (!sm2_field_zero(r)) {
		memset(acc, 0, sizeof(*acc));
		return;
	}
	sm2_point_double(&twice, acc);
	*acc = twice;
}

void sm2_point_add_affine(struct sm2_jacobian *acc, const struct sm2_affine *b)
{
	struct sm2_fe h, r;

	if (sm2_point_infinite(acc)) {
		sm2_point_from_affine(acc, b);
		return;
	}
	differences(&h, &r, acc, b);
	if (sm2_field_zero(&h))
		same_x(acc, &r);
	else
		finish(acc, acc, &h, &r);
}

void sm2_point_add(struct sm2_jacobian *acc, const struct sm2_jacobian *b)
{
	struct sm2_fe zz1, zz2, h, r, t;
	struct sm2_jacobian a;

	if (sm2_point_infinite(b))
		return;
	if (sm2_point_infinite(acc)) {
		*acc = *b;
		return;
	}
	sm2_field_square(&zz1, &acc->z);
	sm2_field_square(&zz2, &b->z);
	sm2_field_mul(&a.x, &acc->x, &zz2);
	sm2_field_mul(&t, &b->x, &zz1);
	sm2_field_sub(&h, &t, &a.x);
	sm2_field_mul(&zz2, &zz2, &b->z);
	sm2_field_mul(&a.y, &acc->y, &zz2);
	sm2_field_mul(&zz1, &zz1, &acc->z);
	sm2_field_mul(&t, &b->y, &zz1);
	sm2_field_sub(&r, &t, &a.y);
	if (sm2_field_zero(&h)) {
		same_x(acc, &r);
		return;
	}
	sm2_field_mul(&a.z, &acc->z, &b->z);
	finish(acc, &a, &h, &r);
}

enum { NAF_WIDTH = 5, NAF_ODD = 1 << (NAF_WIDTH - 2), NAF_DIGITS = 257 };

/* Digits 0 or odd, of absolute value below 2^(NAF_WIDTH-1), with at least NAF_WIDTH - 1 zeros after each odd one. */
static void recode(int8_t ret_digits[NAF_DIGITS], const struct sm2_scalar *factor)
{
	unsigned carry = 0, skip = 0;

	for (unsigned i = 0; i < NAF_DIGITS; i++) {
		unsigned bits = 0;

		ret_digits[i] = 0;
		if (skip > 0) {
			skip--;
			continue;
		}
		for (unsigned j = 0; j < NAF_WIDTH && i + j < 256; j++)
			bits |= (factor->word[(i + j) / 64] >> ((i + j) % 64) & 1) << j;
		bits += carry;
		if (bits % 2 == 0)
			continue;
		carry = bits >> (NAF_WIDTH - 1) & 1;
		ret_digits[i] = (int8_t)((int)bits - (int)(carry << NAF_WIDTH));
		skip = NAF_WIDTH - 1;
	}
}

void sm2_point_add_multiple(struct sm2_jacobian *acc, const struct sm2_affine *a, const struct sm2_scalar *factor)
{
	static const struct sm2_fe zero;
	struct sm2_jacobian odd[NAF_ODD], twice, sum = {0};
	int8_t digits[NAF_DIGITS];

	recode(digits, factor);
	sm2_point_from_affine(&odd[0], a);
	sm2_point_double(&twice, &odd[0]);
	for (unsigned i = 1; i < NAF_ODD; i++) {
		odd[i] = odd[i - 1];
		sm2_point_add(&odd[i], &twice);
	}
	for (unsigned i = NAF_DIGITS; i-- > 0;) {
		struct sm2_jacobian term;

		twice = sum;
		sm2_point_double(&sum, &twice);
		if (digits[i] == 0)
			continue;
		term = odd[(digits[i] < 0 ? -digits[i] : digits[i]) / 2];
		if (digits[i] < 0)
			sm2_field_sub(&term.y, &zero, &term.y);
		sm2_point_add(&sum, &term);
	}
	sm2_point_add(acc, &sum);
}

void sm2_point_x(uint64_t ret_number[4], const struct sm2_jacobian *a)
{
	struct sm2_fe inverse, x;

	sm2_field_invert(&inverse, &a->z);
	sm2_field_square(&inverse, &inverse);
	sm2_field_mul(&x, &a->x, &inverse);
	sm2_field_to_words(ret_number, &x);
}

/*
 * Montgomery's trick. ret[i].x holds the product of the first i + 1 z until it gets its own value.
 */
void sm2_point_to_affine(struct sm2_affine *ret, const struct sm2_jacobian *a, unsigned n)
{
	struct sm2_fe rest, inverse, power;

	ret[0].x = a[0].z;
	for (unsigned i = 1; i < n; i++)
		sm2_field_mul(&ret[i].x, &ret[i - 1].x, &a[i].z);
	sm2_field_invert(&rest, &ret[n - 1].x);
	for (unsigned i = n; i-- > 0;) {
		inverse = rest;
		if (i > 0)
			sm2_field_mul(&inverse, &rest, &ret[i - 1].x);
		sm2_field_mul(&rest, &rest, &a[i].z);
		sm2_field_square(&power, &inverse);
		sm2_field_mul(&ret[i].x, &a[i].x, &power);
		sm2_field_mul(&power, &power, &inverse);
		sm2_field_mul(&ret[i].y, &a[i].y, &power);
	}
}

/* Is x / z^2 this number, which is below p? */
static bool x_is(const struct sm2_jacobian *a, const uint64_t number[4])
{
	struct sm2_fe zz, x;

	sm2_field_from_words(&x, number);
	sm2_field_square(&zz, &a->z);
	sm2_field_mul(&x, &x, &zz);
	sm2_field_sub(&x, &x, &a->x);
	return sm2_field_zero(&x);
}

bool sm2_point_x_is(const struct sm2_jacobian *a, const struct sm2_scalar *x)
{
	uint64_t other[4];

	if (x_is(a, x->word))
		return true;
	/* n < p: the few coordinates between them are seen modulo n as well. */
	return sm2_scalar_plus_n(other, x) && x_is(a, other);
}

uint64_t sm2_point_equal(const struct sm2_jacobian *a, const struct sm2_affine *b)
{
	struct sm2_fe h, r;

	differences(&h, &r, a, b);
	return sm2_field_zero(&h) & sm2_field_zero(&r) & ~sm2_field_zero(&a->z);
}
