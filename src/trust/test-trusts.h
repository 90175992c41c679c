/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_TRUSTS_H
#define TEST_TRUSTS_H

/* For the tests of trust.c: keyrings, and signatures to check with them. */

#include "test-certs.h"

#include "hex.h"

static struct hufu_trust *trust;
static struct hufu_err note, err;
static uint32_t serial;

MAYBE int make_trust(void **state)
{
	(void)state;
	return hufu_trust_new(&trust);
}

MAYBE int drop_trust(void **state)
{
	(void)state;
	hufu_trust_free(trust);
	trust = NULL;
	return 0;
}

MAYBE int add(enum hufu_ring ring, const struct hufu_cert *cert)
{
	struct der der = der_of(cert);

	note.text[0] = err.text[0] = '\0';
	return hufu_trust_add(trust, ring, der.data, der.len, &serial, &note, &err);
}

MAYBE void count_line(void *ctx, const char *line)
{
	assert_non_null(line);
	(*(unsigned *)ctx)++;
}

MAYBE unsigned count(enum hufu_ring ring)
{
	unsigned n = 0;

	assert_int_equal(hufu_trust_list(trust, ring, count_line, &n), 0);
	return n;
}

/* What signs the file content `abc`. */
struct signed_abc {
	struct hufu_digest digest;
	uint8_t bytes[HUFU_SIG_MAX];
	struct hufu_sig sig;
};

MAYBE void sign_abc(const struct hufu_key *key, unsigned algo, struct signed_abc *ret)
{
	size_t len;

	assert_int_equal(hufu_digest_mem(algo, "abc", 3, &ret->digest, NULL), 0);
	assert_int_equal(hufu_key_sign(key, &ret->digest, ret->bytes, &len, NULL), 0);
	ret->sig = (struct hufu_sig){.type = HUFU_SIG_SIGNATURE,
				     .version = 2,
				     .algo = (uint8_t)algo,
				     .key_id = hufu_key_id(key),
				     .bytes = ret->bytes,
				     .len = len};
}

MAYBE int verify(const struct signed_abc *abc)
{
	err.text[0] = '\0';
	return hufu_trust_verify(trust, &abc->sig, &abc->digest, &err);
}

/* `tbs:` and the hash of what openssl takes for the TBS part. */
MAYBE void tbs_entry(const struct hufu_cert *cert, char ret_text[4 + 2 * HUFU_DIGEST_MAX + 1])
{
	struct der der = der_of(cert);
	struct hufu_digest digest;
	autofree char *tbs = NULL;
	size_t len;

	put_file("cert.der", der.data, der.len);
	openssl("asn1parse -inform DER -in @cert.der -strparse 4 -noout -out @tbs");
	assert_int_equal(file_read(in_scratch("tbs"), 65536, &tbs, &len, NULL), 0);
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, tbs, len, &digest, NULL), 0);
	memcpy(ret_text, "tbs:", 4);
	hex_encode(digest.bytes, digest.len, ret_text + 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_trust, drop_trust)

#endif
