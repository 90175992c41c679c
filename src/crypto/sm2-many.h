/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM2_MANY_H
#define SM2_MANY_H

#include "sm2.h"

/*
 * Several signatures with one key. They share an inversion, and they are checked together: where one verification takes
 * 86 additions of points, each of sixteen takes less than 30.
 */

enum { SM2_MANY = 16 };

struct sm2_one {
	uint8_t digest[32];
	struct sm2_scalar nonce; /* as for sm2_sign(); wiped by it */
	uint64_t multiplier; /* for the check; unforeseeable, but no secret afterwards */
	struct sm2_sig sig;
	struct sm2_affine point; /* nonce * G: whoever has the signature can compute it */
};

/* Signs each digest. In constant time. No: one of the nonces will not do, and none of the signatures is worth anything. */
uint64_t sm2_sign_many(struct sm2_one *ones, unsigned n, const struct sm2_secret *secret);
/*
 * Is each of them a signature under this key? No as well if `point` is not what belongs to the signature. A wrong one passes
 * with a probability of 2^-61. Not in constant time. `comb` is the table of `key`, or NULL: slower.
 */
HUFU_MUST_USE bool sm2_check_many(const struct sm2_one *ones, unsigned n, const struct sm2_affine *key,
				  const struct sm2_comb *comb);

#endif
