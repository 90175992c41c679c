/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM2_DER_H
#define SM2_DER_H

#include "bytes.h"
#include "sm2-scalar.h"

/* SEQUENCE { INTEGER r, INTEGER s } of GM/T 0009, in DER. */

enum { SM2_DER_MAX = 72 };

struct sm2_sig {
	struct sm2_scalar r, s;
};

/* False: not DER, something stands behind it, or r or s is not from 1 to n - 1. */
HUFU_MUST_USE bool sm2_der_decode(struct sm2_sig *ret, struct bytes der);
/* How many bytes it wrote. */
size_t sm2_der_encode(uint8_t ret_der[SM2_DER_MAX], const struct sm2_sig *sig);

#endif
