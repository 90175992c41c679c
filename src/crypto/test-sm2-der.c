/* SPDX-License-Identifier: Apache-2.0 */
#include "test-sm2.h"

#include "hex.h"

/* Whatever libcrypto encodes we encode and decode alike. */
static void as_libcrypto(void **state)
{
	autobn *n = order_plus(0);

	(void)state;
	for (unsigned i = 0; i < 600; i++) {
		ECDSA_SIG *theirs = ECDSA_SIG_new();
		BIGNUM *r = random_below(n), *s = random_below(n);
		unsigned char *der = NULL;
		uint8_t ours[SM2_DER_MAX];
		struct sm2_sig sig, again;
		int len;

		BN_rshift(r, r, (int)(i % 256));
		BN_rshift(s, s, (int)(i * 5 % 256));
		if (BN_is_zero(r))
			BN_one(r);
		if (BN_is_zero(s))
			BN_one(s);
		sig = (struct sm2_sig){to_scalar(r), to_scalar(s)};
		assert_int_equal(ECDSA_SIG_set0(theirs, r, s), 1);
		len = i2d_ECDSA_SIG(theirs, &der);
		assert_int_equal(sm2_der_encode(ours, &sig), len);
		assert_memory_equal(ours, der, len);
		assert_true(sm2_der_decode(&again, bytes_of(der, (size_t)len)));
		assert_memory_equal(&again, &sig, sizeof(sig));
		for (size_t cut = 0; cut < (size_t)len; cut++)
			assert_false(sm2_der_decode(&again, bytes_of(der, cut)));
		OPENSSL_free(der);
		ECDSA_SIG_free(theirs);
	}
}

#define N      "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"
#define N_LESS "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122"
#define ONES   "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static void borders(void **state)
{
	static const struct {
		const char *hex;
		bool fine;
	} rows[] = {
		{"3006020101020101", true},
		{"3026020101022100" N_LESS, true},
		{"3026022100" N_LESS "020101", true},
		{"3026020101022100" N, false},
		{"3026022100" N "020101", false},
		{"3026022100" ONES "020101", false},
		{"3006020100020101", false}, /* r = 0 */
		{"3006020101020100", false}, /* s = 0 */
		{"3006020181020101", false}, /* negative */
		{"30250201010220" N_LESS, false}, /* negative */
		{"300702020001020101", false}, /* a zero too much */
		{"30070201010202007f", false},
		{"30080202008002020080", true},
		{"300602010102010100", false}, /* something behind */
		{"3007020101020101", false}, /* too long for what is there */
		{"3005020101020101", false},
		{"300702010102010100", false}, /* something behind, inside */
		{"3009020101020101020101", false}, /* three numbers */
		{"3003020101", false},
		{"308106020101020101", false}, /* length not in its shortest form */
		{"30820006020101020101", false},
		{"3080020101020101", false}, /* indefinite length, and without its end */
		{"30800201010201010000", false},
		{"300702810101020101", false},
		{"30050200020101", false}, /* an empty number */
		{"3106020101020101", false}, /* a set */
		{"3006030101020101", false},
		{"3006020101030101", false},
		{"3000", false},
		{"30", false},
		{"", false},
		{"3027020101022201" N_LESS "00", false}, /* 34 bytes */
		{"302802010102230000" N_LESS "00", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t der[128];
		struct sm2_sig sig;
		ssize_t len = hex_decode(rows[i].hex, strlen(rows[i].hex), der, sizeof(der));

		if (len < 0)
			fail_msg("%s is no hex", rows[i].hex);
		if (sm2_der_decode(&sig, bytes_of(der, (size_t)len)) != rows[i].fine)
			fail_msg("%s", rows[i].hex);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_libcrypto),
		cmocka_unit_test(borders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
