/* SPDX-License-Identifier: Apache-2.0 */
#include "test-certs.h"

#include <pthread.h>
#include <stdatomic.h>

#include "hex.h"

static struct hufu_trust *trust;
static struct hufu_err note, err;
static uint32_t serial;

static int make_trust(void **state)
{
	(void)state;
	return hufu_trust_new(&trust);
}

static int drop_trust(void **state)
{
	(void)state;
	hufu_trust_free(trust);
	trust = NULL;
	return 0;
}

static int add(enum hufu_ring ring, const struct hufu_cert *cert)
{
	struct der der = der_of(cert);

	note.text[0] = err.text[0] = '\0';
	return hufu_trust_add(trust, ring, der.data, der.len, &serial, &note, &err);
}

static void count_line(void *ctx, const char *line)
{
	assert_non_null(line);
	(*(unsigned *)ctx)++;
}

static unsigned count(enum hufu_ring ring)
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

static void sign_abc(const struct hufu_key *key, unsigned algo, struct signed_abc *ret)
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

static int verify(const struct signed_abc *abc)
{
	err.text[0] = '\0';
	return hufu_trust_verify(trust, &abc->sig, &abc->digest, &err);
}

/* `tbs:` and the hash of what openssl takes for the TBS part. */
static void tbs_entry(const struct hufu_cert *cert, char ret_text[4 + 2 * HUFU_DIGEST_MAX + 1])
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

static void verifies(void **state)
{
	static const struct {
		const char *type;
		enum hufu_hash algo;
	} cases[] = {
		{"sm2", HUFU_HASH_SM3},
		{"rsa:2048", HUFU_HASH_SHA256},
		{"ecdsa-p256", HUFU_HASH_SHA256},
		{"ecdsa-p384", HUFU_HASH_SHA384},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, cases[i].type, "leaf");
		struct signed_abc abc;

		assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
		sign_abc(leaf.key, cases[i].algo, &abc);
		assert_int_equal(verify(&abc), -ENOKEY);
		assert_non_null(strstr(err.text, "hufu keyring add %:.ima"));
		assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
		assert_int_equal(verify(&abc), 0);
		abc.digest.bytes[0] ^= 1;
		assert_int_equal(verify(&abc), -EKEYREJECTED);
		abc.digest.bytes[0] ^= 1;
		abc.bytes[abc.sig.len - 1] ^= 1;
		assert_int_equal(verify(&abc), -EKEYREJECTED);
		abc.bytes[abc.sig.len - 1] ^= 1;
		abc.sig.len--;
		assert_int_equal(verify(&abc), -EKEYREJECTED);
		abc.sig.len++;
		abc.sig.algo = HUFU_HASH_SHA1; /* not that of the digest */
		assert_int_equal(verify(&abc), -EINVAL);
	}
}

/* A key id is four bytes: two keys can share one, and a root is no key for files. */
static void tries_all_keys_with_that_id(void **state)
{
	autopair ca = make_ca("sm2", "CA"), wrong = {0}, right = {0};
	struct der der = der_of(ca.cert);
	struct signed_abc abc;

	(void)state;
	put_file("ca.der", der.data, der.len);
	assert_int_equal(hufu_key_save(ca.key, in_scratch("ca.key"), NULL, true, NULL), 0);
	openssl("x509 -inform DER -in @ca.der -out @ca.pem");
	put_file("ext", "keyUsage=digitalSignature\nsubjectKeyIdentifier=00:01:02:03:04:05:06:07\n", 73);
	for (unsigned i = 0; i < 2; i++) {
		struct pair *pair = i ? &right : &wrong;

		openssl("ecparam -genkey -name SM2 -noout -out @leaf.key");
		openssl(i ? "req -new -sm3 -sigopt distid:1 -subj /CN=right -key @leaf.key -out @csr"
			  : "req -new -sm3 -sigopt distid:1 -subj /CN=wrong -key @leaf.key -out @csr");
		openssl("x509 -req -sm3 -in @csr -vfyopt distid:1 -sigopt distid:1234567812345678 -CA @ca.pem "
			"-CAkey @ca.key -CAcreateserial -extfile @ext -out @leaf.pem");
		*pair = load_pair("leaf.key", "leaf.pem");
	}
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	sign_abc(right.key, HUFU_HASH_SM3, &abc);
	abc.sig.key_id = 0x04050607;
	assert_int_equal(verify(&abc), -ENOKEY);
	assert_int_equal(add(HUFU_RING_IMA, wrong.cert), 0);
	assert_int_equal(verify(&abc), -EKEYREJECTED);
	assert_int_equal(add(HUFU_RING_IMA, right.cert), 0);
	assert_int_equal(verify(&abc), 0);
	assert_int_equal(count(HUFU_RING_IMA), 2);
	sign_abc(ca.key, HUFU_HASH_SM3, &abc);
	assert_int_equal(verify(&abc), -ENOKEY);
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

struct crowd {
	struct signed_abc abc;
	const struct hufu_cert *leaf;
	atomic_bool stop;
	atomic_uint n_good, n_unknown, n_wrong;
};

static void *keep_verifying(void *ctx)
{
	struct crowd *crowd = ctx;
	unsigned lines = 0;

	while (!atomic_load(&crowd->stop)) {
		int r = hufu_trust_verify(trust, &crowd->abc.sig, &crowd->abc.digest, NULL);

		atomic_fetch_add(r == 0 ? &crowd->n_good : r == -ENOKEY ? &crowd->n_unknown : &crowd->n_wrong, 1);
		if (hufu_trust_list(trust, HUFU_RING_IMA, count_line, &lines) < 0)
			atomic_fetch_add(&crowd->n_wrong, 1);
		(void)hufu_trust_generation(trust);
		(void)hufu_trust_is_blacklisted(trust, &crowd->abc.digest);
	}
	return NULL;
}

static void serves_threads(void **state)
{
	autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, "sm2", "leaf");
	struct crowd crowd = {.leaf = leaf.cert};
	pthread_t threads[4];

	(void)state;
	assert_int_equal(add(HUFU_RING_BUILTIN, ca.cert), 0);
	sign_abc(leaf.key, HUFU_HASH_SM3, &crowd.abc);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, keep_verifying, &crowd), 0);
	for (unsigned i = 0; i < 50; i++) {
		char id[9];

		assert_int_equal(add(HUFU_RING_IMA, leaf.cert), 0);
		(void)usleep(1000);
		(void)snprintf(id, sizeof(id), "%08x", serial);
		assert_int_equal(hufu_trust_remove(trust, HUFU_RING_IMA, id, NULL), 0);
	}
	atomic_store(&crowd.stop, true);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_true(atomic_load(&crowd.n_good) > 0);
	assert_int_equal(atomic_load(&crowd.n_wrong), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_trust, drop_trust)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_rings),
		TEST(adds_and_counts_generations),
		TEST(refuses_what_is_no_certificate),
		TEST(wants_der_and_gets_pem),
		TEST(refuses_every_flipped_bit),
		TEST(verifies),
		TEST(tries_all_keys_with_that_id),
		TEST(removes),
		TEST(blacklists_a_certificate),
		TEST(blacklists_a_ca),
		TEST(blacklists_a_file),
		TEST(serves_threads),
	};

	return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
