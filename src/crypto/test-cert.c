/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <openssl/rand.h>

#include "cert.h"

static struct hufu_cert *make(const char *word)
{
	const struct hufu_cert_params params = {.subject = "/O=Example/CN=test"};
	autokey key = new_key(word);
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};

	if (hufu_cert_make_ca(key, &params, &cert, &err) < 0)
		fail_msg("%s", err.text);
	return cert;
}

static struct bytes der_of(const struct hufu_cert *cert)
{
	size_t len;
	const uint8_t *der = hufu_cert_der(cert, &len);

	return bytes_of(der, len);
}

static void assert_same(const struct hufu_cert *a, const struct hufu_cert *b)
{
	assert_int_equal(der_of(a).left, der_of(b).left);
	assert_memory_equal(der_of(a).at, der_of(b).at, der_of(a).left);
}

/* The recipe's own files: a key file with a text dump, a CA that says CA:FALSE. */
static void make_recipe(void)
{
	put_text("genkey.conf", "[req]\ndistinguished_name=dn\nprompt=no\nstring_mask=utf8only\nx509_extensions=ext\n"
				"[dn]\nO=IMA-CA\nCN=IMA/EVM certificate signing key\nemailAddress=ca@ima-ca\n"
				"[ext]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=digitalSignature\n"
				"subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
	openssl("ecparam -genkey -name SM2 -text -out ca.key");
	openssl("req -new -x509 -sm3 -sigopt distid:1234567812345678 -config genkey.conf -key ca.key -out ca.cert");
	openssl("x509 -in ca.cert -outform DER -out ca.der");
}

static void reads_pem_and_der(void **state)
{
	struct hufu_err err = {""};
	struct hufu_cert *refused = NULL;
	autocert pem = NULL;
	autocert der = NULL;
	autocert again = NULL;

	(void)state;
	make_recipe();
	pem = load_cert("ca.cert");
	der = load_cert("ca.der");
	assert_same(pem, der);
	assert_int_equal(hufu_cert_load("ca.der", HUFU_FORM_DER, &again, NULL), 0);
	assert_same(pem, again);
	free_cert(&again);
	assert_int_equal(hufu_cert_load("ca.cert", HUFU_FORM_PEM, &again, NULL), 0);
	assert_same(pem, again);
	expect(hufu_cert_load("ca.cert", HUFU_FORM_DER, &refused, &err), -EBADMSG, &err,
	       "ca.cert: this is PEM, and DER is wanted; `openssl x509 -in FILE -outform DER -out FILE.der` converts a "
	       "certificate");
	expect(hufu_cert_load("ca.der", HUFU_FORM_PEM, &refused, &err), -EBADMSG, &err,
	       "ca.der: this is not PEM, which is wanted; `openssl x509 -inform DER -in FILE.der -out FILE` converts a "
	       "certificate");
	assert_null(refused);
}

/* Text before it, a key before it, a first byte that is also DER's. */
static void skips_what_is_not_a_certificate(void **state)
{
	static const char *const names[] = {"text.pem", "key.pem", "zero.pem", "two.pem"};
	autocert wanted = NULL;

	(void)state;
	make_recipe();
	wanted = load_cert("ca.cert");
	openssl("x509 -in ca.cert -text -out text.pem");
	join("key.pem", "ca.key", "ca.cert");
	put_text("zero", "0 is 0x30\n");
	join("zero.pem", "zero", "ca.cert");
	openssl("req -new -x509 -sm3 -config genkey.conf -key ca.key -out other.cert");
	join("two.pem", "ca.cert", "other.cert");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		autocert cert = load_cert(names[i]);

		assert_same(cert, wanted);
	}
}

static void says_why_it_is_no_certificate(void **state)
{
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};
	autofree char *big = calloc(1, CERT_MAX + 1);
	autofree char *der = NULL;
	size_t len;

	(void)state;
	make_recipe();
	put_text("empty", "");
	put_text("text", "no certificate\n");
	put_text("torn", "-----BEGIN CERTIFICATE-----\nMIIB\n");
	put("big", big, CERT_MAX + 1);
	expect(hufu_cert_load("none", HUFU_FORM_ANY, &cert, &err), -ENOENT, &err, "none: No such file or directory");
	expect(hufu_cert_load("empty", HUFU_FORM_ANY, &cert, &err), -EBADMSG, &err,
	       "empty: empty; a certificate was expected");
	expect(hufu_cert_load("text", HUFU_FORM_ANY, &cert, &err), -EBADMSG, &err,
	       "text: not a certificate, or a damaged one: too long");
	expect(hufu_cert_load("ca.key", HUFU_FORM_ANY, &cert, &err), -EBADMSG, &err, "ca.key: no certificate in it");
	expect(hufu_cert_load("torn", HUFU_FORM_ANY, &cert, &err), -EBADMSG, &err,
	       "torn: damaged PEM text: bad end line");
	expect(hufu_cert_load("big", HUFU_FORM_ANY, &cert, &err), -EFBIG, &err, "big: longer than 65536 bytes");
	expect(hufu_cert_parse((uint8_t *)big, CERT_MAX + 1, HUFU_FORM_ANY, &cert, &err), -EFBIG, &err,
	       "longer than 65536 bytes; that is no certificate");
	expect(hufu_cert_parse(NULL, 0, HUFU_FORM_DER, &cert, &err), -EBADMSG, &err,
	       "empty; a certificate was expected");
	join("trailing", "ca.der", "text");
	expect(hufu_cert_load("trailing", HUFU_FORM_ANY, &cert, &err), -EBADMSG, &err,
	       "trailing: 15 bytes stand after the end of the certificate");
	der = slurp("trailing", &len);
	expect(hufu_cert_parse((uint8_t *)der, len - 14, HUFU_FORM_DER, &cert, &err), -EBADMSG, &err,
	       "1 bytes stand after the end of the certificate");
	assert_null(cert);
}

static void refuses_every_prefix(void **state)
{
	static const char *const words[] = {"sm2", "rsa:2048", "ecdsa-p384"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		autocert cert = make(words[i]);
		struct bytes der = der_of(cert);

		for (size_t len = 0; len < der.left; len++) {
			/* A copy of just that length, so that a read beyond its end is seen */
			autofree uint8_t *part = malloc(len ? len : 1);
			struct hufu_cert *refused = NULL;
			struct hufu_err err = {""};

			assert_non_null(part);
			memcpy(part, der.at, len);
			assert_int_equal(hufu_cert_parse(part, len, HUFU_FORM_ANY, &refused, &err), -EBADMSG);
			assert_null(refused);
			assert_int_not_equal(err.text[0], '\0');
			assert_int_equal(hufu_cert_parse(part, len, HUFU_FORM_DER, &refused, NULL), -EBADMSG);
		}
	}
}

/* Each bit changed: refused, or it parses and then does not verify. Never a crash, never accepted. */
static void no_changed_bit_goes_unseen(void **state)
{
	autocert good = make("sm2");
	struct bytes der = der_of(good);
	autofree uint8_t *copy = malloc(der.left);
	unsigned n_parsed = 0;

	(void)state;
	assert_non_null(copy);
	memcpy(copy, der.at, der.left);
	for (size_t bit = 0; bit < 8 * der.left; bit++) {
		autocert cert = NULL;
		struct hufu_err err = {""};
		int r;

		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		r = hufu_cert_parse(copy, der.left, HUFU_FORM_DER, &cert, &err);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (r < 0) {
			assert_true(r == -EBADMSG || r == -ENOPKG);
			assert_int_not_equal(err.text[0], '\0');
			continue;
		}
		n_parsed++;
		r = hufu_cert_signed_by(cert, good, NULL, &err);
		assert_true(r == -EKEYREJECTED || r == -ENOPKG);
	}
	assert_true(n_parsed > 100);
}

static void survives_random_bytes(void **state)
{
	autocert good = make("ecdsa-p256");
	struct bytes der = der_of(good);
	autofree uint8_t *copy = malloc(der.left);
	uint8_t dice[12];

	(void)state;
	assert_non_null(copy);
	for (unsigned i = 0; i < 5000; i++) {
		autocert cert = NULL;
		size_t len = der.left;

		assert_int_equal(RAND_bytes(dice, sizeof(dice)), 1);
		memcpy(copy, der.at, der.left);
		for (size_t n = 0; n < 1 + dice[0] % 4u; n++)
			copy[(dice[1 + 2 * n] << 8 | dice[2 + 2 * n]) % der.left] = dice[9];
		if (dice[10] < 32)
			len = dice[11] % der.left;
		(void)!hufu_cert_parse(copy, len, HUFU_FORM_ANY, &cert, NULL);
	}
}

/* The same certificate, its outer length written in a longer way: BER, and another digest for a list of refused ones. */
static void refuses_what_is_not_der(void **state)
{
	autocert good = make("sm2");
	struct bytes der = der_of(good);
	autofree uint8_t *ber = malloc(der.left + 2);
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};

	(void)state;
	assert_non_null(ber);
	assert_int_equal(der.at[1], 0x82);
	memcpy(ber, (uint8_t[]){0x30, 0x83, 0}, 3);
	memcpy(ber + 3, der.at + 2, der.left - 2);
	expect(hufu_cert_parse(ber, der.left + 1, HUFU_FORM_DER, &cert, &err), -EBADMSG, &err,
	       "the certificate is not encoded in DER");
	/* Indefinite length */
	memcpy(ber, (uint8_t[]){0x30, 0x80}, 2);
	memcpy(ber + 2, der.at + 4, der.left - 4);
	memset(ber + der.left - 2, 0, 2);
	expect(hufu_cert_parse(ber, der.left, HUFU_FORM_DER, &cert, &err), -EBADMSG, &err,
	       "the certificate is not encoded in DER");
	assert_null(cert);
}

static void refuses_other_keys(void **state)
{
	static const struct {
		const char *line, *text;
	} keys[] = {
		{"genpkey -algorithm ED25519 -out k",
		 "c: a key of type ED25519 cannot sign file digests; SM2, RSA and ECDSA keys can"},
		{"genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out k",
		 "c: a key of type RSA-PSS cannot sign file digests; SM2, RSA and ECDSA keys can"},
		{"ecparam -genkey -name secp521r1 -out k",
		 "c: the elliptic curve secp521r1 is not supported; SM2, P-256, P-384 and P-192 are"},
		{"ecparam -genkey -name SM2 -param_enc explicit -out k",
		 "c: an elliptic curve given by its parameters instead of its name is not supported"},
		{"genrsa -out k 1016", "c: an RSA key of 1016 bits is not supported; 1024 to 8192 are"},
	};
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		openssl(keys[i].line);
		openssl("req -new -x509 -subj /CN=x -key k -out c");
		expect(hufu_cert_load("c", HUFU_FORM_ANY, &cert, &err), -ENOPKG, &err, keys[i].text);
	}
	assert_null(cert);
}

/* The certificate with another public key put in; nobody signs it, and the parser does not look at that. */
static int parse_with_key(const struct hufu_cert *cert, int algorithm, struct bytes point, struct hufu_err *err)
{
	autodone(X509_free) X509 *copy = X509_dup(cert->x509);
	unsigned char *bits = OPENSSL_memdup(point.at, point.left), *der = NULL;
	struct hufu_cert *parsed = NULL;
	int der_len, r;

	assert_int_equal(X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(copy), OBJ_nid2obj(algorithm), V_ASN1_OBJECT,
						OBJ_nid2obj(NID_sm2), bits, (int)point.left),
			 1);
	der_len = i2d_re_X509_tbs(copy, &der);
	assert_true(der_len > 0);
	OPENSSL_free(der);
	der = NULL;
	der_len = i2d_X509(copy, &der);
	assert_true(der_len > 0);
	r = hufu_cert_parse(der, (size_t)der_len, HUFU_FORM_DER, &parsed, err);
	OPENSSL_free(der);
	hufu_cert_free(parsed);
	return r;
}

static void refuses_damaged_points(void **state)
{
	enum { EC = NID_X9_62_id_ecPublicKey };
	autocert cert = make("sm2");
	const unsigned char *bits;
	uint8_t point[66] = {0};
	struct hufu_err err = {""};
	int len;

	(void)state;
	assert_int_equal(X509_PUBKEY_get0_param(NULL, &bits, &len, NULL, X509_get_X509_PUBKEY(cert->x509)), 1);
	assert_int_equal(len, 65);
	memcpy(point, bits, 65);
	assert_int_equal(parse_with_key(cert, EC, bytes_of(point, 65), &err), 0);
	assert_int_equal(parse_with_key(cert, NID_sm2, bytes_of(point, 65), &err), 0);
	expect(parse_with_key(cert, NID_sm2, bytes_of(point, 64), &err), -EBADMSG, &err,
	       "the certificate's public key is damaged");
	expect(parse_with_key(cert, EC, bytes_of(point, 64), &err), -EBADMSG, &err,
	       "the certificate's public key is damaged");
	expect(parse_with_key(cert, EC, bytes_of(point, 66), &err), -EBADMSG, &err,
	       "the certificate's public key is damaged");
	point[64] ^= 1; /* not on the curve */
	expect(parse_with_key(cert, EC, bytes_of(point, 65), &err), -EBADMSG, &err,
	       "the certificate's public key is damaged");
	/* At infinity: SM2 then accepts a signature that anyone computes */
	expect(parse_with_key(cert, EC, bytes_of("", 1), &err), -EBADMSG, &err,
	       "the public key is not a usable point of its curve: point at infinity");
	/* Compressed, which OpenSSL reads, is the same key */
	point[0] = (uint8_t)(2 + (bits[64] & 1));
	assert_int_equal(parse_with_key(cert, EC, bytes_of(point, 33), NULL), 0);
}

static void saves_what_it_loads(void **state)
{
	autocert cert = make("sm2");
	autocert again = NULL;
	struct hufu_err err = {""};
	struct stat st;
	mode_t mask = umask(077);

	(void)state;
	assert_int_equal(hufu_cert_save(cert, "new.pem", HUFU_FORM_PEM, false, NULL), 0);
	assert_int_equal(hufu_cert_save(cert, "new.der", HUFU_FORM_DER, false, NULL), 0);
	(void)umask(mask);
	assert_int_equal(stat("new.pem", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(hufu_cert_load("new.pem", HUFU_FORM_PEM, &again, NULL), 0);
	assert_same(cert, again);
	free_cert(&again);
	assert_int_equal(hufu_cert_load("new.der", HUFU_FORM_DER, &again, NULL), 0);
	assert_same(cert, again);
	openssl("x509 -in new.pem -noout");
	openssl("x509 -in new.der -inform DER -noout");
	expect(hufu_cert_save(cert, "new.der", HUFU_FORM_DER, false, &err), -EEXIST, &err,
	       "new.der exists; give --force to replace it");
	expect(hufu_cert_save(cert, "new.pem", HUFU_FORM_PEM, false, &err), -EEXIST, &err,
	       "new.pem exists; give --force to replace it");
	assert_int_equal(hufu_cert_save(cert, "new.pem", HUFU_FORM_PEM, true, NULL), 0);
	expect(hufu_cert_save(cert, "x", HUFU_FORM_ANY, false, &err), -EINVAL, &err,
	       "x: a certificate is written as DER or as PEM");
	expect(hufu_cert_save(cert, "no/x", HUFU_FORM_DER, false, &err), -ENOENT, &err,
	       "no/x: cannot create: No such file or directory");
	assert_int_equal(access("x", F_OK), -1);
	hufu_cert_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_pem_and_der),
		cmocka_unit_test(skips_what_is_not_a_certificate),
		cmocka_unit_test(says_why_it_is_no_certificate),
		cmocka_unit_test(refuses_every_prefix),
		cmocka_unit_test(no_changed_bit_goes_unseen),
		cmocka_unit_test(survives_random_bytes),
		cmocka_unit_test(refuses_what_is_not_der),
		cmocka_unit_test(refuses_other_keys),
		cmocka_unit_test(refuses_damaged_points),
		cmocka_unit_test(saves_what_it_loads),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
