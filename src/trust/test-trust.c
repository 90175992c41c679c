/* SPDX-License-Identifier: Apache-2.0 */
/* What comes into the rings of trust.c, and how it goes. */
#include "test-trusts.h"

static void names_rings(void **state)
{
	(void)state;
	assert_string_equal(hufu_ring_name(HUFU_RING_IMA), ".ima");
	assert_null(hufu_ring_name(HUFU_RING_COUNT));
	assert_int_equal(hufu_ring_by_name("%:.ima"), HUFU_RING_IMA);
	assert_int_equal(hufu_ring_by_name(".ima"), HUFU_RING_IMA);
	assert_int_equal(hufu_ring_by_name("ima"), HUFU_RING_IMA);
	assert_int_equal(hufu_ring_by_name("%:.secondary_trusted_keys"), HUFU_RING_SECONDARY);
	assert_int_equal(hufu_ring_by_name("builtin_trusted_keys"), HUFU_RING_BUILTIN);
	assert_int_equal(hufu_ring_by_name(".blacklist"), HUFU_RING_BLACKLIST);
	assert_int_equal(hufu_ring_by_name(""), -ENOENT);
	assert_int_equal(hufu_ring_by_name("%:"), -ENOENT);
	assert_int_equal(hufu_ring_by_name("..ima"), -ENOENT);
	assert_int_equal(hufu_ring_by_name("_ima"), -ENOENT);
	assert_int_equal(hufu_ring_by_name("IMA"), -ENOENT);
}

static void adds_and_counts_generations(void **state)
{
	autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, "sm2", "leaf");
	uint64_t before = hufu_trust_generation(trust);
	uint32_t first;

	(void)state;
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), -ENOKEY);
	assert_int_equal(hufu_trust_generation(trust), before);
	assert_int_equal(count(HUFU_RING_IMA), 0);
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	first = serial;
	assert_true(first >= 3 && first <= 0x7fffffff);
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
	assert_int_not_equal(serial, first);
	assert_int_equal(hufu_trust_generation(trust), before + 2);
	/* again: replaced */
	first = serial;
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
	assert_int_not_equal(serial, first);
	assert_int_equal(count(HUFU_RING_IMA), 1);
	assert_int_equal(count(HUFU_RING_BUILTIN), 1);
	assert_int_equal(hufu_trust_generation(trust), before + 3);
}

static void refuses_what_is_no_certificate(void **state)
{
	autopair ca = make_ca("sm2", "CA");
	struct der der = der_of(ca.cert);
	autofree uint8_t *copy = malloc(der.len + 1);

	(void)state;
	assert_non_null(copy);
	serial = 4711;
	assert_int_equal(hufu_trust_add(trust, HUFU_RING_BLACKLIST, der.data, der.len, &serial, NULL, &err),
			 -EOPNOTSUPP);
	assert_string_equal(err.text, ".blacklist holds no certificates");
	assert_int_equal(hufu_trust_add(trust, HUFU_RING_COUNT, der.data, der.len, &serial, NULL, &err), -EOPNOTSUPP);
	for (size_t len = 0; len < der.len; len++) {
		uint8_t *cut = malloc(len ? len : 1); /* of its own, so that a sanitizer sees its end */

		assert_non_null(cut);
		memcpy(cut, der.data, len);
		assert_int_equal(hufu_trust_add(trust, HUFU_RING_BUILTIN, cut, len, &serial, NULL, &err), -EBADMSG);
		free(cut);
	}
	memcpy(copy, der.data, der.len);
	copy[der.len] = 0;
	assert_int_equal(hufu_trust_add(trust, HUFU_RING_BUILTIN, copy, der.len + 1, &serial, NULL, &err), -EBADMSG);
	assert_int_equal(serial, 4711);
	assert_int_equal(count(HUFU_RING_BUILTIN), 0);
}

static void wants_der_and_gets_pem(void **state)
{
	autopair ca = make_ca("sm2", "CA");
	autofree char *pem = NULL;
	size_t len;

	(void)state;
	assert_int_equal(hufu_cert_save(ca.cert, in_scratch("ca.pem"), HUFU_FORM_PEM, true, NULL), 0);
	assert_int_equal(file_read(in_scratch("ca.pem"), 65536, &pem, &len, NULL), 0);
	assert_int_equal(hufu_trust_add(trust, HUFU_RING_BUILTIN, (uint8_t *)pem, len, &serial, NULL, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "DER"));
}

/* Whatever bit is wrong in a certificate that somebody offers, it does not get into .ima. */
static void refuses_every_flipped_bit(void **state)
{
	autopair ca = make_ca("ecdsa-p256", "CA"), leaf = make_leaf(&ca, "ecdsa-p256", "leaf");
	struct der der = der_of(leaf.cert);
	autofree uint8_t *copy = malloc(der.len);

	(void)state;
	assert_non_null(copy);
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	memcpy(copy, der.data, der.len);
	for (size_t bit = 0; bit < 8 * der.len; bit++) {
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (hufu_trust_add(trust, HUFU_RING_IMA, copy, der.len, &serial, NULL, &err) == 0)
			fail_msg("bit %zu", bit);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(hufu_trust_add(trust, HUFU_RING_IMA, copy, der.len, &serial, NULL, &err), 0);
}

static void removes(void **state)
{
	autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, "sm2", "leaf");
	struct signed_abc abc;
	uint64_t before;
	char id[9];

	(void)state;
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
	sign_abc(leaf.key, HUFU_HASH_SM3, &abc);
	before = hufu_trust_generation(trust);
	assert_int_equal(hufu_trust_remove(trust, HUFU_RING_IMA, "leaf", &err), -ENOENT);
	assert_int_equal(hufu_trust_remove(trust, HUFU_RING_IMA, "00000000", &err), -ENOENT);
	(void)snprintf(id, sizeof(id), "%08x", hufu_key_id(ca.key));
	assert_int_equal(hufu_trust_remove(trust, HUFU_RING_BUILTIN, id, &err), -EPERM);
	assert_int_equal(hufu_trust_remove(trust, HUFU_RING_BLACKLIST, id, &err), -EPERM);
	assert_int_equal(hufu_trust_remove(trust, HUFU_RING_COUNT, id, &err), -ENOENT);
	assert_int_equal(hufu_trust_generation(trust), before);
	assert_int_equal(verify(&abc), 0);
	(void)snprintf(id, sizeof(id), "%08x", hufu_key_id(leaf.key));
	assert_int_equal(hufu_trust_remove(trust, HUFU_RING_IMA, id, &err), 0);
	assert_int_equal(hufu_trust_generation(trust), before + 1);
	assert_int_equal(verify(&abc), -ENOKEY);
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
	(void)snprintf(id, sizeof(id), "%08x", serial);
	assert_int_equal(hufu_trust_remove(trust, HUFU_RING_IMA, id, &err), 0);
	assert_int_equal(count(HUFU_RING_IMA), 0);
}

static void blacklists_a_certificate(void **state)
{
	autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, "sm2", "leaf"),
		 other = make_leaf(&ca, "sm2", "other");
	char entry[4 + 2 * HUFU_DIGEST_MAX + 1];

	(void)state;
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
	assert_int_equal(add(HUFU_RING_IMA, other.cert), 0);
	tbs_entry(leaf.cert, entry);
	assert_int_equal(hufu_trust_blacklist(trust, entry, &err), 0);
	assert_int_equal(count(HUFU_RING_IMA), 1);
	assert_int_equal(count(HUFU_RING_BLACKLIST), 1);
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), -EKEYREJECTED);
	assert_string_equal(err.text, "the certificate is on .blacklist");
	assert_int_equal(add(HUFU_RING_BUILTIN, leaf.cert), -EKEYREJECTED);
	assert_int_equal(add(HUFU_RING_IMA, other.cert), 0);
	assert_int_equal(hufu_trust_blacklist(trust, "tbs:00", &err), -EINVAL);
	assert_int_equal(count(HUFU_RING_BLACKLIST), 1);
}

/* A CA that is withdrawn takes with it what it alone has signed, as it would at the next start. */
static void blacklists_a_ca(void **state)
{
	autopair ca = make_ca("sm2", "CA"), root = make_ca("sm2", "root");
	autopair middle = make_leaf(&ca, "sm2", "middle"), leaf = make_leaf(&middle, "sm2", "leaf");
	autopair twin = {0}, other = make_leaf(&root, "sm2", "other"), kept = {0};
	const struct hufu_cert_params params = {.subject = "CA"};
	char entry[4 + 2 * HUFU_DIGEST_MAX + 1];

	(void)state;
	kept = make_leaf(&ca, "sm2", "kept");
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	assert_int_equal(add(HUFU_RING_BUILTIN, root.cert), 0);
	assert_int_equal(add(HUFU_RING_SECONDARY, middle.cert), 0);
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
	assert_int_equal(add(HUFU_RING_IMA, other.cert), 0);
	tbs_entry(ca.cert, entry);
	assert_int_equal(hufu_trust_blacklist(trust, entry, &err), 0);
	assert_int_equal(count(HUFU_RING_BUILTIN), 1);
	assert_int_equal(count(HUFU_RING_SECONDARY), 0);
	assert_int_equal(count(HUFU_RING_IMA), 1);
	/* another certificate of the same key is another certificate */
	assert_int_equal(hufu_cert_make_ca(ca.key, &params, &twin.cert, NULL), 0);
	assert_int_equal(add(HUFU_RING_BUILTIN, twin.cert), 0);
	assert_int_equal(add(HUFU_RING_IMA, kept.cert), 0);
	assert_int_equal(count(HUFU_RING_IMA), 2);
}

static void blacklists_a_chain(void **state)
{
	autopair root = make_ca("sm2", "root"), first = make_leaf(&root, "sm2", "first");
	autopair second = make_leaf(&first, "sm2", "second"), leaf = make_leaf(&second, "sm2", "leaf");
	char entry[4 + 2 * HUFU_DIGEST_MAX + 1];

	(void)state;
	assert_int_equal(add(HUFU_RING_BUILTIN, root.cert), 0);
	assert_int_equal(add(HUFU_RING_SECONDARY, first.cert), 0);
	assert_int_equal(add(HUFU_RING_SECONDARY, second.cert), 0);
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
	tbs_entry(root.cert, entry);
	assert_int_equal(hufu_trust_blacklist(trust, entry, &err), 0);
	for (unsigned ring = 0; ring < HUFU_RING_BLACKLIST; ring++)
		assert_int_equal(count((enum hufu_ring)ring), 0);
}

/* One key, two certificates of it: what it has signed stays for the sake of the other. */
static void blacklists_one_of_two(void **state)
{
	const struct hufu_cert_params params = {.subject = "CA, renewed"};
	autopair ca = make_ca("sm2", "CA"), renewed = {0}, leaf = make_leaf(&ca, "sm2", "leaf");
	char entry[4 + 2 * HUFU_DIGEST_MAX + 1];

	(void)state;
	assert_int_equal(hufu_cert_make_ca(ca.key, &params, &renewed.cert, NULL), 0);
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	assert_int_equal(add(HUFU_RING_BUILTIN, renewed.cert), 0);
	assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
	tbs_entry(ca.cert, entry);
	assert_int_equal(hufu_trust_blacklist(trust, entry, &err), 0);
	assert_int_equal(count(HUFU_RING_BUILTIN), 1);
	assert_int_equal(count(HUFU_RING_IMA), 1);
	tbs_entry(renewed.cert, entry);
	assert_int_equal(hufu_trust_blacklist(trust, entry, &err), 0);
	assert_int_equal(count(HUFU_RING_IMA), 0);
}

static void blacklists_a_file(void **state)
{
	struct hufu_digest digest;
	uint64_t before = hufu_trust_generation(trust);

	(void)state;
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, "abc", 3, &digest, NULL), 0);
	assert_int_equal(hufu_trust_is_blacklisted(trust, &digest), 0);
	assert_int_equal(hufu_trust_blacklist(
				 trust, "bin:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", &err),
			 0);
	assert_int_equal(hufu_trust_is_blacklisted(trust, &digest), 1);
	assert_int_equal(hufu_trust_generation(trust), before + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_rings),
		TEST(adds_and_counts_generations),
		TEST(refuses_what_is_no_certificate),
		TEST(wants_der_and_gets_pem),
		TEST(refuses_every_flipped_bit),
		TEST(removes),
		TEST(blacklists_a_certificate),
		TEST(blacklists_a_ca),
		TEST(blacklists_a_chain),
		TEST(blacklists_one_of_two),
		TEST(blacklists_a_file),
	};

	return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
