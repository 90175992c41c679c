/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SM2_H
#define TEST_SM2_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "sm2.h"
#include "ssl.h"

DEFINE_AUTO(BN_CTX, BN_CTX_free)
DEFINE_AUTO(EC_GROUP, EC_GROUP_free)
DEFINE_AUTO(EC_POINT, EC_POINT_free)
#define autobn	  autodone(BN_clear_free) BIGNUM
#define autogroup autodone(EC_GROUP_free) EC_GROUP
#define autopoint autodone(EC_POINT_free) EC_POINT

/* libcrypto's curve, numbers and keys as the witness of ours. */

static inline EC_GROUP *curve(void)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);

	assert_non_null(group);
	return group;
}

/* n, plus a small number */
static inline BIGNUM *order_plus(int more)
{
	autogroup *group = curve();
	BIGNUM *n = BN_dup(EC_GROUP_get0_order(group));

	assert_int_equal(more < 0 ? BN_sub_word(n, (BN_ULONG)-more) : BN_add_word(n, (BN_ULONG)more), 1);
	return n;
}

static inline BIGNUM *small(unsigned value)
{
	BIGNUM *number = BN_new();

	assert_int_equal(BN_set_word(number, value), 1);
	return number;
}

static inline void to_bytes(const BIGNUM *number, uint8_t ret[32])
{
	assert_int_equal(BN_bn2binpad(number, ret, 32), 32);
}

static inline struct sm2_scalar to_scalar(const BIGNUM *number)
{
	struct sm2_scalar scalar;
	uint8_t bytes[32];

	to_bytes(number, bytes);
	(void)sm2_scalar_from_bytes(&scalar, bytes);
	return scalar;
}

static inline BIGNUM *of_scalar(const struct sm2_scalar *scalar)
{
	uint8_t bytes[32];

	sm2_scalar_to_bytes(bytes, scalar);
	return BN_bin2bn(bytes, 32, NULL);
}

static inline BIGNUM *random_below(const BIGNUM *limit)
{
	BIGNUM *number = BN_new();

	assert_int_equal(BN_rand_range(number, limit), 1);
	return number;
}

static inline void point_bytes(const EC_GROUP *group, const EC_POINT *point, uint8_t ret[64])
{
	uint8_t bytes[65];

	assert_int_equal(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, bytes, 65, NULL), 65);
	memcpy(ret, bytes + 1, 64);
}

static inline struct sm2_affine to_affine(const EC_GROUP *group, const EC_POINT *point)
{
	struct sm2_affine affine;
	uint8_t bytes[64];

	point_bytes(group, point, bytes);
	assert_true(sm2_point_from_bytes(&affine, bytes));
	return affine;
}

/* The key of a point, and of `d` unless that is NULL. */
static inline EVP_PKEY *to_pkey(const EC_GROUP *group, const EC_POINT *point, const BIGNUM *d)
{
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	uint8_t bytes[65] = {4}, secret[32] = {0};
	EVP_PKEY *pkey = NULL;
	OSSL_PARAM params[4];

	point_bytes(group, point, bytes + 1);
	if (d)
		assert_int_equal(BN_bn2nativepad(d, secret, 32), 32);
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"SM2", 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, bytes, 65);
	params[2] = d ? OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, secret, 32) : OSSL_PARAM_construct_end();
	params[3] = OSSL_PARAM_construct_end();
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &pkey, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params), 1);
	return pkey;
}

/* The key pair of `d`. */
static inline EVP_PKEY *pair_of(const BIGNUM *d)
{
	autogroup *group = curve();
	autopoint *point = EC_POINT_new(group);

	assert_int_equal(EC_POINT_mul(group, point, d, NULL, NULL, NULL), 1);
	return to_pkey(group, point, d);
}

static inline bool ssl_verifies(EVP_PKEY *pkey, const uint8_t digest[32], const uint8_t *der, size_t len)
{
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);

	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	return EVP_PKEY_verify(ctx, der, len, digest, 32) == 1;
}

static inline size_t ssl_signs(EVP_PKEY *pkey, const uint8_t digest[32], uint8_t ret_der[SM2_DER_MAX])
{
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	size_t len = SM2_DER_MAX;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, ret_der, &len, digest, 32), 1);
	return len;
}

#endif
