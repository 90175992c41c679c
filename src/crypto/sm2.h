/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM2_H
#define SM2_H

#include <stddef.h>

#include "sm2-comb.h"
#include "sm2-der.h"

/*
 * Signatures with SM2 (GB/T 32918.2) over a digest that is e itself, as the kernel's IMA takes them: no Z, no id. What
 * answers a question with a mask answers with all ones for yes and zero for no, and is in constant time.
 */

/* A private key. */
struct sm2_secret {
	struct sm2_scalar d, inverse; /* inverse: 1 / (1 + d) */
};

/* Yes: d is from 1 to n - 2, and the key is ready. Wipe it afterwards, whatever the answer. */
uint64_t sm2_secret_init(struct sm2_secret *ret, const uint8_t d[32]);
/* Is this the key's public half? */
uint64_t sm2_secret_matches(const struct sm2_secret *secret, const struct sm2_affine *point);
void sm2_secret_done(struct sm2_secret *secret);

/* A number from 64 bytes that nobody can foresee: uniform but for 2^-256. */
void sm2_nonce(struct sm2_scalar *ret, const uint8_t bytes[64]);
/*
 * Signs with this nonce, which must be used once and be known to nobody. No: the nonce will not do (k = 0, r = 0, r + k = n
 * or s = 0), and `ret` is worth nothing.
 */
uint64_t sm2_sign(struct sm2_sig *ret, const struct sm2_secret *secret, const uint8_t digest[32],
		  const struct sm2_scalar *nonce);
/* The same for those who have computed the x coordinate of nonce * G themselves. */
uint64_t sm2_sign_with(struct sm2_sig *ret, const struct sm2_secret *secret, const uint8_t digest[32],
		       const struct sm2_scalar *nonce, const uint64_t x_number[4]);
/* `comb` is the table of `point`, or NULL: slower. Not in constant time: everything is public. */
HUFU_MUST_USE bool sm2_verify(const struct sm2_affine *point, const struct sm2_comb *comb, const uint8_t digest[32],
			      const struct sm2_sig *sig);

#endif
