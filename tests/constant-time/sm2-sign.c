/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs with a key and a nonce that valgrind takes for undefined: it then reports each jump and each address that depends on
 * them. Linked twice: with the real sm2_select() and with that of leaky-select.c.
 */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "sm2-many.h"

/* In plain sight: the public point of `d` */
static struct sm2_affine point_of(const uint8_t d[32])
{
	struct sm2_jacobian sum = {0};
	struct sm2_affine point;
	struct sm2_scalar scalar;
	struct sm2_fe inverse, power;

	(void)sm2_scalar_from_bytes(&scalar, d);
	sm2_comb_add_multiple(&sum, &sm2_comb_g, &scalar);
	sm2_field_invert(&inverse, &sum.z);
	sm2_field_square(&power, &inverse);
	sm2_field_mul(&point.x, &sum.x, &power);
	sm2_field_mul(&power, &power, &inverse);
	sm2_field_mul(&point.y, &sum.y, &power);
	return point;
}

static int sign(uint8_t d[32], uint8_t nonce_bytes[64])
{
	static const uint8_t digest[32] = "the digest is known to everyone";
	struct sm2_affine point = point_of(d);
	struct sm2_secret secret;
	struct sm2_scalar nonce;
	struct sm2_sig sig;
	uint64_t good;

	(void)VALGRIND_MAKE_MEM_UNDEFINED(d, 32);
	(void)VALGRIND_MAKE_MEM_UNDEFINED(nonce_bytes, 64);
	good = sm2_secret_init(&secret, d);
	good &= sm2_secret_matches(&secret, &point);
	sm2_nonce(&nonce, nonce_bytes);
	good &= sm2_sign(&sig, &secret, digest, &nonce);
	sm2_secret_done(&secret);
	(void)VALGRIND_MAKE_MEM_DEFINED(&good, sizeof(good));
	(void)VALGRIND_MAKE_MEM_DEFINED(&sig, sizeof(sig));
	return good && sm2_verify(&point, NULL, digest, &sig) ? 0 : 1;
}

/* The same with several at once; only the check, which is of what everyone will see, is in plain sight. */
static int sign_many(uint8_t d[32], uint8_t nonce_bytes[64])
{
	struct sm2_affine point = point_of(d);
	struct sm2_one ones[3] = {{.multiplier = 0x123456789abcdef0}, {.multiplier = 77}, {.digest = {1}}};
	struct sm2_secret secret;
	uint64_t good;

	(void)VALGRIND_MAKE_MEM_UNDEFINED(d, 32);
	(void)VALGRIND_MAKE_MEM_UNDEFINED(nonce_bytes, 64);
	good = sm2_secret_init(&secret, d);
	for (unsigned i = 0; i < 3; i++) {
		nonce_bytes[63] = (uint8_t)(nonce_bytes[63] + i);
		sm2_nonce(&ones[i].nonce, nonce_bytes);
	}
	good &= sm2_sign_many(ones, 3, &secret);
	sm2_secret_done(&secret);
	(void)VALGRIND_MAKE_MEM_DEFINED(&good, sizeof(good));
	for (unsigned i = 0; i < 3; i++) {
		(void)VALGRIND_MAKE_MEM_DEFINED(&ones[i].sig, sizeof(ones[i].sig));
		(void)VALGRIND_MAKE_MEM_DEFINED(&ones[i].point, sizeof(ones[i].point));
	}
	return good && sm2_check_many(ones, 3, &point, NULL) ? 0 : 1;
}

int main(void)
{
	uint8_t d[32], nonce[64];
	int r;

	if (!RUNNING_ON_VALGRIND) {
		(void)fputs("this means nothing outside valgrind\n", stderr);
		return 2;
	}
	memset(d, 0x5a, sizeof(d));
	memset(nonce, 0xc3, sizeof(nonce));
	r = sign(d, nonce);
	/* many digits of zero */
	memset(d, 0, sizeof(d));
	(void)VALGRIND_MAKE_MEM_DEFINED(d, sizeof(d));
	d[31] = 1;
	memset(nonce, 0, sizeof(nonce));
	(void)VALGRIND_MAKE_MEM_DEFINED(nonce, sizeof(nonce));
	nonce[40] = 0x10;
	r |= sign(d, nonce);
	(void)VALGRIND_MAKE_MEM_DEFINED(d, sizeof(d));
	(void)VALGRIND_MAKE_MEM_DEFINED(nonce, sizeof(nonce));
	return r | sign_many(d, nonce);
}
