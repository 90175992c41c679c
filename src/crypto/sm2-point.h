/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM2_POINT_H
#define SM2_POINT_H

#include <stdbool.h>

#include "sm2-field.h"
#include "sm2-scalar.h"

/* Points of the curve y^2 = x^3 - 3x + b of SM2 (GB/T 32918.5). */

struct sm2_affine {
	struct sm2_fe x, y;
};

/* x / z^2, y / z^3. The point at infinity has z = 0. */
struct sm2_jacobian {
	struct sm2_fe x, y, z;
};

/* `bytes` are x and y, big-endian. False: not below p, or not on the curve. */
bool sm2_point_from_bytes(struct sm2_affine *ret, const uint8_t bytes[64]);
/* In constant time. All ones if it is on the curve. */
uint64_t sm2_point_on_curve(const struct sm2_affine *a);
void sm2_point_from_affine(struct sm2_jacobian *ret, const struct sm2_affine *a);
/* 2a */
void sm2_point_double(struct sm2_jacobian *ret, const struct sm2_jacobian *a);
/*
 * acc + b, or acc where `skip` is all ones. In constant time; for that, where acc is not at infinity and b is not skipped,
 * acc must not be b or -b.
 */
void sm2_point_add_secret(struct sm2_jacobian *acc, const struct sm2_affine *b, uint64_t skip);
/* acc + b, whatever they are. Not in constant time. */
void sm2_point_add_affine(struct sm2_jacobian *acc, const struct sm2_affine *b);
void sm2_point_add(struct sm2_jacobian *acc, const struct sm2_jacobian *b);
/* acc + factor * a. Not in constant time. */
void sm2_point_add_multiple(struct sm2_jacobian *acc, const struct sm2_affine *a, const struct sm2_scalar *factor);
/* In constant time. The x coordinate as a plain number below p; 0 for infinity. */
void sm2_point_x(uint64_t ret_number[4], const struct sm2_jacobian *a);
/* In constant time. Points divided by their z, all with one inversion; none may be at infinity. */
void sm2_point_to_affine(struct sm2_affine *ret, const struct sm2_jacobian *a, unsigned n);
bool sm2_point_infinite(const struct sm2_jacobian *a);
/* In constant time. All ones if they are the same point. */
uint64_t sm2_point_equal(const struct sm2_jacobian *a, const struct sm2_affine *b);
/* Is x modulo n this scalar? Takes no inversion, and is not in constant time. `a` is not at infinity. */
bool sm2_point_x_is(const struct sm2_jacobian *a, const struct sm2_scalar *x);

#endif
