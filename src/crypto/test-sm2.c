/* SPDX-License-Identifier: Apache-2.0 */
#include "test-sm2.h"

#include "hex.h"

/* GM/T 0003.5-2012 annex A.2 (GB/T 32918.5-2017): as in tests/vectors/sm2-gmt0003-5.txt. */
static void example_of_the_standard(void **state)
{
	static const char *const hex[] = {
		"3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8",
		"59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21",
		"f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640",
		"f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
		"b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
	};
	static const char public[] = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
				     "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
	uint8_t parts[5][32], xy[64], out[32]; /* d, k, e, r, s */
	struct sm2_secret secret;
	struct sm2_scalar k;
	struct sm2_affine point;
	struct sm2_sig sig;
	struct sm2_comb *comb = malloc(sizeof(*comb));

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(hex_decode(hex[i], 64, parts[i], 32), 32);
	assert_int_equal(hex_decode(public, 128, xy, 64), 64);
	assert_true(sm2_point_from_bytes(&point, xy));
	assert_true(sm2_secret_init(&secret, parts[0]) == UINT64_MAX);
	assert_true(sm2_secret_matches(&secret, &point) == UINT64_MAX);
	assert_true(sm2_scalar_from_bytes(&k, parts[1]) == UINT64_MAX);
	assert_true(sm2_sign(&sig, &secret, parts[2], &k) == UINT64_MAX);
	sm2_scalar_to_bytes(out, &sig.r);
	assert_memory_equal(out, parts[3], 32);
	sm2_scalar_to_bytes(out, &sig.s);
	assert_memory_equal(out, parts[4], 32);
	sm2_comb_fill(comb, &point);
	assert_true(sm2_verify(&point, NULL, parts[2], &sig));
	assert_true(sm2_verify(&point, comb, parts[2], &sig));
	parts[2][31] ^= 1;
	assert_false(sm2_verify(&point, NULL, parts[2], &sig));
	assert_false(sm2_verify(&point, comb, parts[2], &sig));
	free(comb);
}

/* 1 to n - 2 are private keys; 0, n - 1 (for which 1 + d has no inverse) and more are not. */
static void private_keys(void **state)
{
	static const struct {
		int below_order, value;
		bool fine;
	} rows[] = {
		{0, 0, false}, {0, 1, true},   {0, 2, true},  {1, -3, true},
		{1, -2, true}, {1, -1, false}, {1, 0, false}, {1, 1, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autobn *d = rows[i].below_order ? order_plus(rows[i].value) : small((unsigned)rows[i].value);
		struct sm2_secret secret;
		uint8_t bytes[32];

		to_bytes(d, bytes);
		assert_int_equal(sm2_secret_init(&secret, bytes) == UINT64_MAX, rows[i].fine);
		assert_int_equal(sm2_secret_init(&secret, bytes) == 0, !rows[i].fine);
	}
}

static struct sm2_secret secret_of(const BIGNUM *d)
{
	struct sm2_secret secret;
	uint8_t bytes[32];

	to_bytes(d, bytes);
	assert_true(sm2_secret_init(&secret, bytes));
	return secret;
}

/* e = r - x */
static void digest_for(const BIGNUM *r, const BIGNUM *x, uint8_t ret_digest[32])
{
	autobn *n = order_plus(0), *e = BN_new();
	autodone(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();

	assert_int_equal(BN_mod_sub(e, r, x, n, ctx), 1);
	to_bytes(e, ret_digest);
}

/* Nonces that will not do: k = 0, r = 0, r + k = n, s = 0. */
static void refuses_nonces(void **state)
{
	autobn *n = order_plus(0), *d = random_below(n), *k = random_below(n), *x = NULL, *r = BN_new();
	autodone(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	struct sm2_secret secret = secret_of(d);
	struct sm2_scalar nonce = to_scalar(k), zero = {{0}}, x_scalar;
	struct sm2_jacobian point;
	struct sm2_sig sig;
	uint8_t digest[32] = {1};
	uint64_t x_number[4];

	(void)state;
	assert_true(sm2_sign(&sig, &secret, digest, &nonce) == UINT64_MAX);
	assert_true(sm2_sign(&sig, &secret, digest, &zero) == 0);
	sm2_comb_secret(&point, &nonce);
	sm2_point_x(x_number, &point);
	(void)sm2_scalar_from_words(&x_scalar, x_number);
	x = of_scalar(&x_scalar);
	BN_zero(r);
	digest_for(r, x, digest);
	assert_true(sm2_sign(&sig, &secret, digest, &nonce) == 0);
	assert_int_equal(BN_sub(r, n, k), 1);
	digest_for(r, x, digest);
	assert_true(sm2_sign(&sig, &secret, digest, &nonce) == 0);
	/* s = 0: r = k / d */
	assert_non_null(BN_mod_inverse(r, d, n, ctx));
	assert_int_equal(BN_mod_mul(r, r, k, n, ctx), 1);
	digest_for(r, x, digest);
	assert_true(sm2_sign(&sig, &secret, digest, &nonce) == 0);
	sm2_secret_done(&secret);
}

static void both_ways(const struct sm2_affine *point, const uint8_t digest[32], const struct sm2_sig *sig, bool good)
{
	struct sm2_comb *comb = malloc(sizeof(*comb));

	sm2_comb_fill(comb, point);
	assert_int_equal(sm2_verify(point, NULL, digest, sig), good);
	assert_int_equal(sm2_verify(point, comb, digest, sig), good);
	free(comb);
}

/* s G + t P is infinity, or both are the same point: what the formulas of an addition cannot do. */
static void meeting_points(void **state)
{
	autogroup *group = curve();
	autobn *n = order_plus(0), *d = random_below(n), *t = random_below(n), *s = BN_new(), *r = BN_new(),
	       *x = BN_new();
	autodone(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	autopoint *p = EC_POINT_new(group), *sum = EC_POINT_new(group);
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = pair_of(d);
	struct sm2_affine point;
	struct sm2_sig sig;
	uint8_t digest[32], der[SM2_DER_MAX];

	(void)state;
	EC_POINT_mul(group, p, d, NULL, NULL, NULL);
	point = to_affine(group, p);
	BN_mod_mul(s, t, d, n, ctx); /* s G = t P */
	BN_mod_sub(r, t, s, n, ctx);
	EC_POINT_mul(group, sum, s, p, t, ctx);
	EC_POINT_get_affine_coordinates(group, sum, x, NULL, ctx);
	digest_for(r, x, digest);
	sig = (struct sm2_sig){to_scalar(r), to_scalar(s)};
	both_ways(&point, digest, &sig, true);
	assert_true(ssl_verifies(pkey, digest, der, sm2_der_encode(der, &sig)));
	BN_sub(s, n, s); /* s G = -t P */
	BN_mod_sub(r, t, s, n, ctx);
	sig = (struct sm2_sig){to_scalar(r), to_scalar(s)};
	to_bytes(r, digest); /* fits if the x of infinity were taken for 0 */
	both_ways(&point, digest, &sig, false);
	assert_false(ssl_verifies(pkey, digest, der, sm2_der_encode(der, &sig)));
}

/*
 * An x from n to p - 1 is x - n in the signature. Nobody finds such a signature by chance; but there is a key for which one
 * can be made: with R the point of that x, P = (R - s G) / t.
 */
static void x_above_n(void **state)
{
	autogroup *group = curve();
	autobn *n = order_plus(0), *x = order_plus(0), *t = random_below(n), *s = random_below(n), *r = BN_new();
	autobn *minus_s = BN_new(), *inverse = BN_new();
	autodone(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	autopoint *big = EC_POINT_new(group), *p = EC_POINT_new(group);
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = NULL;
	struct sm2_affine point;
	struct sm2_sig sig;
	uint8_t digest[32], der[SM2_DER_MAX];

	(void)state;
	while (EC_POINT_set_compressed_coordinates(group, big, x, 0, ctx) != 1)
		BN_add_word(x, 1);
	BN_sub(minus_s, n, s);
	BN_mod_inverse(inverse, t, n, ctx);
	BN_mod_mul(minus_s, minus_s, inverse, n, ctx);
	EC_POINT_mul(group, p, minus_s, big, inverse, ctx);
	BN_mod_sub(r, t, s, n, ctx);
	digest_for(r, x, digest);
	point = to_affine(group, p);
	pkey = to_pkey(group, p, NULL);
	sig = (struct sm2_sig){to_scalar(r), to_scalar(s)};
	both_ways(&point, digest, &sig, true);
	assert_true(ssl_verifies(pkey, digest, der, sm2_der_encode(der, &sig)));
	digest[31] ^= 1;
	both_ways(&point, digest, &sig, false);
}

/* sm2_verify() itself refuses r = 0, s = 0 and r + s = n, whatever the caller let pass. */
static void refuses_zeros(void **state)
{
	autogroup *group = curve();
	autobn *n = order_plus(0), *d = random_below(n), *r = random_below(n), *s = BN_new();
	struct sm2_affine point = to_affine(group, EC_GROUP_get0_generator(group));
	struct sm2_scalar zero = {{0}};
	uint8_t digest[32] = {7};

	(void)state;
	(void)d;
	BN_sub(s, n, r);
	both_ways(&point, digest, &(struct sm2_sig){zero, to_scalar(s)}, false);
	both_ways(&point, digest, &(struct sm2_sig){to_scalar(r), zero}, false);
	both_ways(&point, digest, &(struct sm2_sig){to_scalar(r), to_scalar(s)}, false);
	/* with t = 0 the sum is s G, whose x can be fitted */
	{
		autopoint *sum = EC_POINT_new(group);
		autobn *x = BN_new();

		EC_POINT_mul(group, sum, s, NULL, NULL, NULL);
		EC_POINT_get_affine_coordinates(group, sum, x, NULL, NULL);
		digest_for(r, x, digest);
	}
	both_ways(&point, digest, &(struct sm2_sig){to_scalar(r), to_scalar(s)}, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_of_the_standard),
		cmocka_unit_test(private_keys),
		cmocka_unit_test(refuses_nonces),
		cmocka_unit_test(meeting_points),
		cmocka_unit_test(x_above_n),
		cmocka_unit_test(refuses_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
