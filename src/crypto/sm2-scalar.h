/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM2_SCALAR_H
#define SM2_SCALAR_H

#include <stdint.h>

/*
 * Numbers modulo the order n of SM2's group (GB/T 32918.5), always below n. In constant time. Results may be one of the
 * operands. What answers a question answers with all ones for yes and zero for no.
 */
struct sm2_scalar {
	uint64_t word[4]; /* the lowest first */
};

/* All ones if the bytes are a number below n, which is then in `ret`; else `ret` is that number less n. */
uint64_t sm2_scalar_from_bytes(struct sm2_scalar *ret, const uint8_t bytes[32]);
/* A number of 512 bits modulo n. */
void sm2_scalar_from_wide(struct sm2_scalar *ret, const uint8_t bytes[64]);
/* A number below 2^256 modulo n. All ones if it was below n. */
uint64_t sm2_scalar_from_words(struct sm2_scalar *ret, const uint64_t number[4]);
void sm2_scalar_to_bytes(uint8_t ret_bytes[32], const struct sm2_scalar *a);
void sm2_scalar_add(struct sm2_scalar *ret, const struct sm2_scalar *a, const struct sm2_scalar *b);
void sm2_scalar_sub(struct sm2_scalar *ret, const struct sm2_scalar *a, const struct sm2_scalar *b);
void sm2_scalar_mul(struct sm2_scalar *ret, const struct sm2_scalar *a, const struct sm2_scalar *b);
/* 1 / a; of 0 it is 0. */
void sm2_scalar_invert(struct sm2_scalar *ret, const struct sm2_scalar *a);
uint64_t sm2_scalar_zero(const struct sm2_scalar *a);
/* a + n as a plain number into `ret_number`. All ones if that is below the p of the field. */
uint64_t sm2_scalar_plus_n(uint64_t ret_number[4], const struct sm2_scalar *a);

#endif
