/* SPDX-License-Identifier: Apache-2.0 */
#include "sm2.h"

#include <openssl/crypto.h>

uint64_t sm2_secret_init(struct sm2_secret *ret, const uint8_t d[32])
{
	static const struct sm2_scalar one = {{1, 0, 0, 0}};
	uint64_t below = sm2_scalar_from_bytes(&ret->d, d);
	struct sm2_scalar next;
	uint64_t bad;

	sm2_scalar_add(&next, &ret->d, &one);
	bad = sm2_scalar_zero(&ret->d) | sm2_scalar_zero(&next);
	sm2_scalar_invert(&ret->inverse, &next);
	OPENSSL_cleanse(&next, sizeof(next));
	return below & ~bad;
}

uint64_t sm2_secret_matches(const struct sm2_secret *secret, const struct sm2_affine *point)
{
	struct sm2_jacobian own;

	sm2_comb_secret(&own, &secret->d);
	return sm2_point_equal(&own, point);
}

void sm2_secret_done(struct sm2_secret *secret)
{
	OPENSSL_cleanse(secret, sizeof(*secret));
}

void sm2_nonce(struct sm2_scalar *ret, const uint8_t bytes[64])
{
	sm2_scalar_from_wide(ret, bytes);
}

/* e of a digest, modulo n */
static struct sm2_scalar number_of(const uint8_t digest[32])
{
	struct sm2_scalar e;

	(void)sm2_scalar_from_bytes(&e, digest);
	return e;
}

/* GB/T 32918.2 clause 6.1, with s = (k + r) / (1 + d) - r, which is (k - r d) / (1 + d). */
uint64_t sm2_sign_with(struct sm2_sig *ret, const struct sm2_secret *secret, const uint8_t digest[32],
		       const struct sm2_scalar *nonce, const uint64_t x_number[4])
{
	struct sm2_scalar e = number_of(digest), x, sum;
	uint64_t bad;

	(void)sm2_scalar_from_words(&x, x_number);
	sm2_scalar_add(&ret->r, &e, &x);
	sm2_scalar_add(&sum, nonce, &ret->r);
	bad = sm2_scalar_zero(nonce) | sm2_scalar_zero(&ret->r) | sm2_scalar_zero(&sum);
	sm2_scalar_mul(&ret->s, &secret->inverse, &sum);
	sm2_scalar_sub(&ret->s, &ret->s, &ret->r);
	bad |= sm2_scalar_zero(&ret->s);
	/* r and s tell k as soon as d is known */
	OPENSSL_cleanse(&sum, sizeof(sum));
	return ~bad;
}

uint64_t sm2_sign(struct sm2_sig *ret, const struct sm2_secret *secret, const uint8_t digest[32],
		  const struct sm2_scalar *nonce)
{
	struct sm2_jacobian point;
	uint64_t x_number[4];

	sm2_comb_secret(&point, nonce);
	sm2_point_x(x_number, &point);
	/* z tells some of the bits of k (Naccache, Smart, Stern 2004) */
	OPENSSL_cleanse(&point, sizeof(point));
	return sm2_sign_with(ret, secret, digest, nonce, x_number);
}

/* GB/T 32918.2 clause 7.1: r is x + e, where x is that of s G + (r + s) P. */
bool sm2_verify(const struct sm2_affine *point, const struct sm2_comb *comb, const uint8_t digest[32],
		const struct sm2_sig *sig)
{
	struct sm2_scalar e = number_of(digest), t, x;
	struct sm2_jacobian sum = {0};

	if (sm2_scalar_zero(&sig->r) || sm2_scalar_zero(&sig->s))
		return false;
	sm2_scalar_add(&t, &sig->r, &sig->s);
	if (sm2_scalar_zero(&t))
		return false;
	sm2_comb_add_multiple(&sum, &sm2_comb_g, &sig->s);
	if (comb)
		sm2_comb_add_multiple(&sum, comb, &t);
	else
		sm2_point_add_multiple(&sum, point, &t);
	if (sm2_point_infinite(&sum))
		return false;
	sm2_scalar_sub(&x, &sig->r, &e);
	return sm2_point_x_is(&sum, &x);
}
