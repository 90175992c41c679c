/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM2_COMB_H
#define SM2_COMB_H

#include "sm2-point.h"

/*
 * Multiplication of a point known beforehand: row i of its table has 1 to 32 times 2^(6i) times the point. A factor is
 * written with 43 digits from -32 to 32, so it takes 43 additions and no doubling. With rows of 64 there would be 37, but
 * in constant time every entry of a row is read, and in 88 KiB two tables stay in most caches.
 */
enum { SM2_COMB_WIDTH = 6, SM2_COMB_ROWS = 43, SM2_COMB_ENTRIES = 1 << (SM2_COMB_WIDTH - 1) };

struct sm2_comb {
	struct sm2_affine entry[SM2_COMB_ROWS * SM2_COMB_ENTRIES]; /* row after row */
};

/* That of the generator; made by scripts/sm2-comb at build time. */
extern const struct sm2_comb sm2_comb_g;

/* Fills the table of a point. Not in constant time. */
void sm2_comb_fill(struct sm2_comb *ret, const struct sm2_affine *a);
/* factor * G, in constant time. */
void sm2_comb_secret(struct sm2_jacobian *ret, const struct sm2_scalar *factor);
/* acc + factor * the point. Not in constant time. */
void sm2_comb_add_multiple(struct sm2_jacobian *acc, const struct sm2_comb *comb, const struct sm2_scalar *factor);

/*
 * sm2-select.c: entry `number` of 1 to 32 of a row, zeros for 0, without the number deciding what is read. A file of its
 * own, because the test of constant time puts a leaking one in its place.
 */
void sm2_select(struct sm2_affine *ret, const struct sm2_affine row[SM2_COMB_ENTRIES], uint64_t number);

#endif
