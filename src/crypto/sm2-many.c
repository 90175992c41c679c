/* SPDX-License-Identifier: Apache-2.0 */
#include "sm2-many.h"

#include <openssl/crypto.h>

uint64_t sm2_sign_many(struct sm2_one *ones, unsigned n, const struct sm2_secret *secret)
{
	static const struct sm2_fe one = SM2_FIELD_ONE;
	struct sm2_jacobian points[SM2_MANY];
	struct sm2_affine affine[SM2_MANY];
	uint64_t good = UINT64_MAX;

	if (n == 0)
		return good;
	for (unsigned i = 0; i < n; i++) {
		sm2_comb_secret(&points[i], &ones[i].nonce);
		/* a nonce of 0 is refused below; until then it must not make the common product 0 */
		sm2_field_choose(&points[i].z, sm2_field_zero(&points[i].z), &one, &points[i].z);
	}
	sm2_point_to_affine(affine, points, n);
	for (unsigned i = 0; i < n; i++) {
		uint64_t x_number[4];

		ones[i].point = affine[i];
		sm2_field_to_words(x_number, &affine[i].x);
		good &= sm2_sign_with(&ones[i].sig, secret, ones[i].digest, &ones[i].nonce, x_number);
		OPENSSL_cleanse(&ones[i].nonce, sizeof(ones[i].nonce));
	}
	/* z tells some of the bits of k (Naccache, Smart, Stern 2004) */
	OPENSSL_cleanse(points, sizeof(points));
	return good;
}

/* What does not take the key: r is x + e, and nothing is what a signature must not be. */
static bool fits(const struct sm2_one *one, struct sm2_scalar *ret_t)
{
	struct sm2_scalar e, x;
	uint64_t x_number[4];

	(void)sm2_scalar_from_bytes(&e, one->digest);
	sm2_field_to_words(x_number, &one->point.x);
	(void)sm2_scalar_from_words(&x, x_number);
	sm2_scalar_add(&x, &x, &e);
	sm2_scalar_sub(&x, &x, &one->sig.r);
	sm2_scalar_add(ret_t, &one->sig.r, &one->sig.s);
	return sm2_scalar_zero(&x) && !sm2_scalar_zero(&one->sig.r) && !sm2_scalar_zero(&one->sig.s) &&
	       !sm2_scalar_zero(ret_t) && sm2_point_on_curve(&one->point);
}

/* 62 bits, so that the digits below fit into a word, and not 0 */
static uint64_t multiplier_of(const struct sm2_one *one)
{
	return one->multiplier >> 2 | 1;
}

/* -(c[0] R[0] + c[1] R[1] + ...): a third of the digits of a factor are not 0, and all share the doublings. */
static void sum_of_points(struct sm2_jacobian *ret, const struct sm2_one *ones, unsigned n)
{
	static const struct sm2_fe zero;
	uint64_t plus[SM2_MANY], minus[SM2_MANY];
	struct sm2_affine negative[SM2_MANY];
	struct sm2_jacobian sum = {0}, half;

	for (unsigned i = 0; i < n; i++) {
		/* the digits of c in non-adjacent form are those of 3c less those of c, halved (Reitwiesner 1960) */
		uint64_t c = multiplier_of(&ones[i]), c3 = 3 * c;

		plus[i] = (c3 & ~c) >> 1;
		minus[i] = (c & ~c3) >> 1;
		negative[i].x = ones[i].point.x;
		sm2_field_sub(&negative[i].y, &zero, &ones[i].point.y);
	}
	for (unsigned bit = 63; bit-- > 0;) {
		half = sum;
		sm2_point_double(&sum, &half);
		for (unsigned i = 0; i < n; i++)
			if (plus[i] >> bit & 1)
				sm2_point_add_affine(&sum, &negative[i]);
			else if (minus[i] >> bit & 1)
				sm2_point_add_affine(&sum, &ones[i].point);
	}
	*ret = sum;
}

/*
 * A signature is right if s G + t P is R, R being its point. With factors c that nobody could foresee, the sum of all
 * c (s G + t P - R) is 0 if all are right. The group has prime order: if one is wrong, then whatever the others are, there is
 * one c at most with which the sum is 0 (Bellare, Garay, Rabin 1998).
 */
bool sm2_check_many(const struct sm2_one *ones, unsigned n, const struct sm2_affine *key, const struct sm2_comb *comb)
{
	struct sm2_scalar of_g = {{0}}, of_key = {{0}}, t, product;
	struct sm2_jacobian sum;

	for (unsigned i = 0; i < n; i++) {
		const struct sm2_scalar c = {{multiplier_of(&ones[i]), 0, 0, 0}};

		if (!fits(&ones[i], &t))
			return false;
		sm2_scalar_mul(&product, &c, &ones[i].sig.s);
		sm2_scalar_add(&of_g, &of_g, &product);
		sm2_scalar_mul(&product, &c, &t);
		sm2_scalar_add(&of_key, &of_key, &product);
	}
	sum_of_points(&sum, ones, n);
	sm2_comb_add_multiple(&sum, &sm2_comb_g, &of_g);
	if (comb)
		sm2_comb_add_multiple(&sum, comb, &of_key);
	else
		sm2_point_add_multiple(&sum, key, &of_key);
	return sm2_point_infinite(&sum);
}
