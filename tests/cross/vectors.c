/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM3 and SM2 of our own without libcrypto, so that one file is enough to try them on another machine: the examples of
 * GM/T 0004 and GB/T 32918.5 and, of all lengths, whether the ways to compute SM3 agree. For scripts/check-aarch64.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sm2-many.h"
#include "sm3-lanes.h"

void OPENSSL_cleanse(void *data, size_t len)
{
	explicit_bzero(data, len);
}

static void must(bool so, const char *what)
{
	if (!so) {
		(void)fprintf(stderr, "%s: wrong\n", what);
		exit(1);
	}
}

static void from_hex(const char *hex, uint8_t ret[32])
{
	for (unsigned i = 0; i < 32; i++) {
		const char two[] = {hex[2 * i], hex[2 * i + 1], '\0'};

		ret[i] = (uint8_t)strtoul(two, NULL, 16);
	}
}

static void sm3_examples(void)
{
	uint8_t digest[SM3_LEN], expected[SM3_LEN];

	sm3_whole("abc", 3, digest);
	from_hex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", expected);
	must(memcmp(digest, expected, SM3_LEN) == 0, "SM3, example 1");
	sm3_whole("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd", 64, digest);
	from_hex("debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732", expected);
	must(memcmp(digest, expected, SM3_LEN) == 0, "SM3, example 2");
}

static void sm3_lengths(void)
{
	enum { N = 300 };
	static uint8_t data[N];
	struct sm3_piece pieces[N];
	struct sm3_job jobs[N];
	struct sm3_queue queue = sm3_queue_of(jobs, N);

	for (unsigned i = 0; i < N; i++) {
		data[i] = (uint8_t)(i * 167 ^ i >> 3);
		pieces[i] = (struct sm3_piece){data, i};
		jobs[i] = (struct sm3_job){.more = sm3_more_piece, .arg = &pieces[i]};
	}
	sm3_lanes_run(&queue);
	for (unsigned i = 0; i < N; i++) {
		uint8_t digest[SM3_LEN];

		sm3_whole(data, i, digest);
		must(jobs[i].result == 0 && memcmp(digest, jobs[i].digest, SM3_LEN) == 0, "SM3 in lanes");
	}
}

/* GB/T 32918.5, A.2, with e as it is there */
static void sm2_example(void)
{
	uint8_t d[32], wide[64] = {0}, expected[32], bytes[32], point_bytes[64];
	struct sm2_one ones[2] = {{.multiplier = 0x1234567890abcdef}, {.multiplier = 0xfedcba9876543210}};
	struct sm2_secret secret;
	struct sm2_affine point;

	from_hex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8", d);
	from_hex("09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020", point_bytes);
	from_hex("ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13", point_bytes + 32);
	from_hex("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21", wide + 32);
	must(sm2_point_from_bytes(&point, point_bytes), "SM2, the point");
	must(sm2_secret_init(&secret, d) && sm2_secret_matches(&secret, &point), "SM2, the key");
	for (unsigned i = 0; i < 2; i++) {
		from_hex("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640", ones[i].digest);
		wide[0] = (uint8_t)i; /* the second with another nonce */
		sm2_nonce(&ones[i].nonce, wide);
	}
	must(sm2_sign_many(ones, 2, &secret), "SM2, signing");
	from_hex("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3", expected);
	sm2_scalar_to_bytes(bytes, &ones[0].sig.r);
	must(memcmp(bytes, expected, 32) == 0, "SM2, r");
	from_hex("b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa", expected);
	sm2_scalar_to_bytes(bytes, &ones[0].sig.s);
	must(memcmp(bytes, expected, 32) == 0, "SM2, s");
	must(sm2_check_many(ones, 2, &point, NULL), "SM2, the check of two");
	must(sm2_verify(&point, NULL, ones[1].digest, &ones[1].sig), "SM2, verifying");
	ones[1].digest[31] ^= 1;
	must(!sm2_check_many(ones, 2, &point, NULL), "SM2, the check of a wrong one");
	must(!sm2_verify(&point, NULL, ones[1].digest, &ones[1].sig), "SM2, verifying a wrong one");
}

int main(void)
{
	sm3_examples();
	sm3_lengths();
	sm2_example();
	(void)puts("SM3 and SM2 compute what the standards say");
	return 0;
}
