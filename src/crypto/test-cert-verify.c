/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

/* Every bit, every length. */
static void refuses_altered_signatures(void **state)
{
	static const struct {
		const char *word;
		unsigned algo;
	} rows[] = {{"sm2", HUFU_HASH_SM3}, {"rsa:2048", HUFU_HASH_SHA256}, {"ecdsa-p256", HUFU_HASH_SHA256}};

	(void)state;
	for (size_t row = 0; row < ARRAY_SIZE(rows); row++) {
		struct hufu_digest digest = digest_of(rows[row].algo, "x");
		autokey key = new_key(rows[row].word);
		autocert cert = self_signed(key);
		struct signature sig = sign(key, &digest);

		for (size_t i = 0; i < 8 * sig.len; i++) {
			sig.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
			assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
			sig.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
		}
		for (size_t len = 0; len <= HUFU_SIG_MAX + 1; len++)
			assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, len, NULL),
					 len == sig.len ? 0 : -EKEYREJECTED);
	}
}

/* Numbers at the edges of the range: GM/T 0003.2 clause 7.1, B1 to B5. */
static void refuses_numbers_out_of_range(void **state)
{
	static const char *const numbers[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
		"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54124",
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	};
	/* n - 5: with 5 it makes r + s = n, so that t = 0 */
	static const char minus_five[] = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d5411e";
	struct hufu_digest digest = digest_of(HUFU_HASH_SM3, "x");
	autokey key = new_key("sm2");
	autocert cert = self_signed(key);
	uint8_t edge[32], five[32] = {[31] = 5};
	struct signature sig;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		assert_int_equal(hex_decode(numbers[i], 64, edge, 32), 32);
		sig = encode(edge, five);
		assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
		sig = encode(five, edge);
		assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
	}
	assert_int_equal(hex_decode(minus_five, 64, edge, 32), 32);
	sig = encode(five, edge);
	assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
}

/* PKCS#1 v1.5 needs the DigestInfo of the algorithm that is named: the same bytes under another name are no signature. */
static void rsa_names_its_hash(void **state)
{
	autokey key = new_key("rsa:2048");
	autocert cert = self_signed(key);
	struct hufu_digest digest = digest_of(HUFU_HASH_SHA256, "x");
	struct signature sig = sign(key, &digest);
	autofree char *bare = NULL;
	size_t len;

	(void)state;
	digest.algo = HUFU_HASH_SHA3_256;
	assert_int_equal(hufu_cert_verify(cert, &digest, sig.bytes, sig.len, NULL), -EKEYREJECTED);
	digest.algo = HUFU_HASH_SHA256;
	assert_int_equal(hufu_key_save(key, "key", NULL, true, NULL), 0);
	put("digest", digest.bytes, digest.len);
	openssl("pkeyutl -sign -inkey key -in digest -out sig");
	bare = slurp("sig", &len);
	assert_int_equal(hufu_cert_verify(cert, &digest, (uint8_t *)bare, len, NULL), -EKEYREJECTED);
	openssl("pkeyutl -sign -inkey key -in digest -out sig -pkeyopt digest:sha256 -pkeyopt rsa_padding_mode:pss");
	free(bare);
	bare = slurp("sig", &len);
	assert_int_equal(hufu_cert_verify(cert, &digest, (uint8_t *)bare, len, NULL), -EKEYREJECTED);
}

/* The chain of the recipe, made by the openssl program with Z and the default id. */
static void knows_who_signed(void **state)
{
	autokey other_key = new_key("sm2");
	autocert other = self_signed(other_key);
	autocert ca = NULL;
	autocert leaf = NULL;
	struct hufu_err err = {""};

	(void)state;
	put_text("genkey.conf", "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nO=IMA\nCN=IMA CA\n"
				"[ext]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=digitalSignature\n"
				"subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
	openssl("ecparam -genkey -name SM2 -text -out ca.key");
	openssl("req -new -x509 -sm3 -sigopt distid:1234567812345678 -config genkey.conf -key ca.key -out ca.cert");
	openssl("ecparam -genkey -name SM2 -out sm2.key");
	openssl("req -new -sm3 -sigopt distid:1234567812345678 -subj /CN=leaf -key sm2.key -out sm2.csr");
	openssl("x509 -req -in sm2.csr -CA ca.cert -CAkey ca.key -CAcreateserial -sm3 -sigopt distid:1234567812345678 "
		"-vfyopt distid:1234567812345678 -extfile genkey.conf -extensions ext -days 365 -out sm2.cert");
	ca = load_cert("ca.cert");
	leaf = load_cert("sm2.cert");
	assert_int_equal(hufu_cert_signed_by(leaf, ca, NULL, NULL), 0);
	assert_int_equal(hufu_cert_signed_by(leaf, ca, HUFU_DISTID, NULL), 0);
	assert_int_equal(hufu_cert_signed_by(ca, ca, NULL, NULL), 0);
	expect(hufu_cert_signed_by(leaf, other, NULL, &err), -EKEYREJECTED, &err,
	       "the certificate \"leaf\" is not signed by the key of \"test\", or with another distinguishing id");
	assert_int_equal(hufu_cert_signed_by(leaf, leaf, NULL, NULL), -EKEYREJECTED);
	assert_int_equal(hufu_cert_signed_by(ca, leaf, NULL, NULL), -EKEYREJECTED);
	assert_int_equal(hufu_cert_signed_by(leaf, ca, "1234567812345679", NULL), -EKEYREJECTED);
	/* Nothing of one call stays for the next */
	assert_int_equal(hufu_cert_signed_by(leaf, ca, NULL, NULL), 0);
}

static void refuses_signatures_of_other_kinds(void **state)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{"req -new -x509 -sha1 -subj /CN=x -key rsa.key -out c",
		 "it is signed with RSA-SHA1, which is broken and not accepted"},
		{"req -new -x509 -md5 -subj /CN=x -key rsa.key -out c",
		 "it is signed with RSA-MD5, which is broken and not accepted"},
		{"req -new -x509 -sha1 -subj /CN=x -key ec.key -out c",
		 "it is signed with ECDSA-SHA1, which is broken and not accepted"},
		{"req -new -x509 -sha256 -sigopt rsa_padding_mode:pss -subj /CN=x -key rsa.key -out c",
		 "it is signed with rsassaPss, which is not supported"},
		{"req -new -x509 -sha3-256 -subj /CN=x -key rsa.key -out c",
		 "it is signed with RSA-SHA3-256, which is not supported"},
	};
	autokey sm2 = new_key("sm2");
	autocert of_sm2 = self_signed(sm2);
	autocert good = NULL;
	struct hufu_err err = {""};

	(void)state;
	openssl("genrsa -out rsa.key 2048");
	openssl("ecparam -genkey -name prime256v1 -out ec.key");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autocert cert = NULL;

		openssl(rows[i].line);
		cert = load_cert("c");
		expect(hufu_cert_signed_by(cert, cert, NULL, &err), -ENOPKG, &err, rows[i].text);
	}
	openssl("req -new -x509 -sha512 -subj /CN=x -key rsa.key -out c");
	good = load_cert("c");
	assert_int_equal(hufu_cert_signed_by(good, good, NULL, NULL), 0);
	expect(hufu_cert_signed_by(good, of_sm2, NULL, &err), -EKEYREJECTED, &err,
	       "it is signed with RSA-SHA512, but the key of the signer is sm2");
	expect(hufu_cert_signed_by(of_sm2, good, NULL, &err), -EKEYREJECTED, &err,
	       "it is signed with SM2-with-SM3, but the key of the signer is rsa");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_altered_signatures),
		cmocka_unit_test(refuses_numbers_out_of_range),
		cmocka_unit_test(rsa_names_its_hash),
		cmocka_unit_test(knows_who_signed),
		cmocka_unit_test(refuses_signatures_of_other_kinds),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
