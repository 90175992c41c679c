/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <openssl/pem.h>

#include "key.h"

/* The same SM2 key in all forms in which files hold it, as `recipe.key` has it. */
static void make_forms(void)
{
	size_t len;
	autofree char *text = NULL;
	char *label;

	openssl("ecparam -genkey -name SM2 -text -out recipe.key");
	openssl("pkcs8 -topk8 -nocrypt -in recipe.key -out pkcs8.key");
	openssl("ec -in recipe.key -out sm2.key");
	openssl("ec -in recipe.key -conv_form compressed -out compressed.key");
	openssl("pkcs8 -topk8 -nocrypt -in compressed.key -out compressed-pkcs8.key");
	openssl("ec -in recipe.key -no_public -out private-only.key");
	openssl("req -new -x509 -sm3 -subj /CN=x -key recipe.key -out cert.pem");
	join("key-cert.pem", "pkcs8.key", "cert.pem");
	join("cert-key.pem", "cert.pem", "pkcs8.key");
	/* Older programs wrote EC where OpenSSL 3 writes SM2 */
	text = slurp("sm2.key", &len);
	while ((label = strstr(text, "SM2 PRIVATE"))) {
		memcpy(label, "EC", 2);
		memmove(label + 2, label + 3, strlen(label + 3) + 1);
	}
	put_text("ec.key", text);
}

static void reads_every_form(void **state)
{
	static const char *const forms[] = {"recipe.key",	"pkcs8.key",	  "sm2.key",
					    "ec.key",		"compressed.key", "compressed-pkcs8.key",
					    "private-only.key", "key-cert.pem",	  "cert-key.pem"};
	struct hufu_digest digest = digest_of(HUFU_HASH_SM3, "x");
	autocert cert = NULL;

	(void)state;
	make_forms();
	cert = load_cert("cert.pem");
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		autokey key = load_key(forms[i]);
		uint8_t sig[HUFU_SIG_MAX];
		size_t sig_len;

		assert_string_equal(hufu_key_type(key), "sm2");
		assert_int_equal(hufu_key_id(key), hufu_cert_info(cert)->key_id);
		assert_int_equal(hufu_key_sign(key, &digest, sig, &sig_len, NULL), 0);
		assert_int_equal(hufu_cert_verify(cert, &digest, sig, sig_len, NULL), 0);
	}
}

static void reads_other_types(void **state)
{
	static const struct {
		const char *line, *type;
	} keys[] = {
		{"genrsa -traditional -out k 2048", "rsa"},
		{"genrsa -out k 1024", "rsa"},
		{"ecparam -genkey -name prime256v1 -out k", "ecdsa-nist-p256"},
		{"ecparam -genkey -name secp384r1 -noout -out k", "ecdsa-nist-p384"},
		{"ecparam -genkey -name prime192v1 -out k", "ecdsa-nist-p192"},
		{"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k", "ecdsa-nist-p256"},
		{"genpkey -algorithm SM2 -out k", "sm2"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		autokey key = NULL;

		openssl(keys[i].line);
		key = load_key("k");
		assert_string_equal(hufu_key_type(key), keys[i].type);
	}
}

static void refuses_what_cannot_sign_digests(void **state)
{
	static const struct {
		const char *line, *text;
	} keys[] = {
		{"genpkey -algorithm ED25519 -out k",
		 "k: a key of type ED25519 cannot sign file digests; SM2, RSA and ECDSA keys can"},
		{"genpkey -algorithm X25519 -out k",
		 "k: a key of type X25519 cannot sign file digests; SM2, RSA and ECDSA keys can"},
		{"genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out k",
		 "k: a key of type RSA-PSS cannot sign file digests; SM2, RSA and ECDSA keys can"},
		{"ecparam -genkey -name secp521r1 -out k",
		 "k: the elliptic curve secp521r1 is not supported; SM2, P-256, P-384 and P-192 are"},
		{"ecparam -genkey -name secp256k1 -noout -out k",
		 "k: the elliptic curve secp256k1 is not supported; SM2, P-256, P-384 and P-192 are"},
		{"ecparam -genkey -name brainpoolP256r1 -out k",
		 "k: the elliptic curve brainpoolP256r1 is not supported; SM2, P-256, P-384 and P-192 are"},
		{"ecparam -genkey -name SM2 -param_enc explicit -out k",
		 "k: an elliptic curve given by its parameters instead of its name is not supported"},
		{"ecparam -genkey -name prime256v1 -param_enc explicit -out k",
		 "k: an elliptic curve given by its parameters instead of its name is not supported"},
		{"genrsa -out k 1016", "k: an RSA key of 1016 bits is not supported; 1024 to 8192 are"},
		{"genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out dsa.param", NULL},
		{"genpkey -paramfile dsa.param -out k",
		 "k: a key of type DSA cannot sign file digests; SM2, RSA and ECDSA keys can"},
		{"pkey -in k -traditional -out k2", NULL},
	};
	struct hufu_key *key = NULL;
	struct hufu_err err = {""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		openssl(keys[i].line);
		if (keys[i].text)
			expect(hufu_key_load("k", NULL, &key, &err), -ENOPKG, &err, keys[i].text);
	}
	expect(hufu_key_load("k2", NULL, &key, &err), -ENOPKG, &err,
	       "k2: 'DSA PRIVATE KEY' is not supported; SM2, RSA and ECDSA keys are");
	put_text("k", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
	expect(hufu_key_load("k", NULL, &key, &err), -ENOPKG, &err,
	       "k: a key in OpenSSH's own format; `ssh-keygen -p -m PKCS8` converts it");
	assert_null(key);
}

static void says_why_there_is_no_key(void **state)
{
	struct hufu_key *key = NULL;
	struct hufu_err err = {""};

	(void)state;
	make_forms();
	openssl("pkey -in recipe.key -outform DER -out der.key");
	openssl("pkey -in recipe.key -pubout -out public.pem");
	put_text("empty", "");
	put_text("text", "0 is the first byte of this text\n");
	put_text("torn", "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n");
	put_text("base64", "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n");
	expect(hufu_key_load("none", NULL, &key, &err), -ENOENT, &err, "none: cannot open: No such file or directory");
	expect(hufu_key_load(".", NULL, &key, &err), -EISDIR, &err, ".: cannot read: Is a directory");
	expect(hufu_key_load("empty", NULL, &key, &err), -EINVAL, &err, "empty: no private key in it");
	expect(hufu_key_load("public.pem", NULL, &key, &err), -EINVAL, &err, "public.pem: no private key in it");
	expect(hufu_key_load("cert.pem", NULL, &key, &err), -EINVAL, &err, "cert.pem: no private key in it");
	expect(hufu_key_load("text", NULL, &key, &err), -EINVAL, &err,
	       "text: not a PEM file, perhaps DER; `openssl pkey -inform DER -in FILE -out KEY` converts it");
	expect(hufu_key_load("der.key", NULL, &key, &err), -EINVAL, &err,
	       "der.key: not a PEM file, perhaps DER; `openssl pkey -inform DER -in FILE -out KEY` converts it");
	expect(hufu_key_load("torn", NULL, &key, &err), -EINVAL, &err,
	       "torn: no private key in it: damaged PEM text: bad end line");
	expect(hufu_key_load("base64", NULL, &key, &err), -EINVAL, &err,
	       "base64: no private key in it: damaged PEM text: bad base64 decode");
	assert_null(key);
}

static void reads_at_most_a_mebibyte(void **state)
{
	enum { LIMIT = 1024 * 1024 };
	autofree char *text = malloc(LIMIT + 1);
	size_t len;
	autofree char *pem = NULL;
	struct hufu_key *refused = NULL;
	struct hufu_err err = {""};
	autokey key = NULL;

	(void)state;
	make_forms();
	assert_non_null(text);
	memset(text, '\n', LIMIT + 1);
	pem = slurp("pkcs8.key", &len);
	memcpy(text + LIMIT - len, pem, len);
	put("big", text, LIMIT);
	key = load_key("big");
	put("big", text, LIMIT + 1);
	expect(hufu_key_load("big", NULL, &refused, &err), -EFBIG, &err,
	       "big: longer than 1048576 bytes; that is no key file");
	expect(hufu_key_load("/dev/zero", NULL, &refused, &err), -EFBIG, &err,
	       "/dev/zero: longer than 1048576 bytes; that is no key file");
	assert_null(refused);
}

/* A pipe, as the shell's <(...) makes it; and one that nobody writes to does not hold us for ever. */
static void reads_pipes(void **state)
{
	struct hufu_key *refused = NULL;
	struct hufu_err err = {""};
	autofree char *pem = NULL;
	autokey key = NULL;
	char path[64];
	int ends[2];
	size_t len;

	(void)state;
	make_forms();
	pem = slurp("pkcs8.key", &len);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], pem, len), len);
	assert_int_equal(close(ends[1]), 0);
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	key = load_key(path);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	expect(hufu_key_load("fifo", NULL, &refused, &err), -EINVAL, &err, "fifo: no private key in it");
}

/* SEC1 with this secret, no public key: libcrypto computes it. */
static void put_sm2_secret(const char *secret)
{
	autofree char *config = NULL;

	assert_true(asprintf(&config, "asn1=SEQUENCE:k\n[k]\nv=INTEGER:1\nd=FORMAT:HEX,OCT:%s\np=EXPLICIT:0,OID:SM2\n",
			     secret) > 0);
	put_text("asn1.cnf", config);
	openssl("asn1parse -genconf asn1.cnf -noout -out k.der");
	openssl("base64 -in k.der -out k.base64");
	put_text("head", "-----BEGIN EC PRIVATE KEY-----\n");
	put_text("tail", "-----END EC PRIVATE KEY-----\n");
	join("k", "head", "k.base64");
	join("k", "k", "tail");
}

/* n = fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123; GM/T 0003.1: d is in [1, n-2] */
static void refuses_secrets_out_of_range(void **state)
{
	static const struct {
		const char *secret, *text;
	} secrets[] = {
		{"0000000000000000000000000000000000000000000000000000000000000000",
		 "k: the public key is not a usable point of its curve: point at infinity"},
		{"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
		 "k: the public key is not a usable point of its curve: point at infinity"},
		/* n - 1: signing with it would never end */
		{"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122",
		 "k: the private key is damaged: invalid private key"},
		{"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54124",
		 "k: the private key is damaged: invalid private key"},
	};
	struct hufu_key *key = NULL;
	struct hufu_err err = {""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++) {
		put_sm2_secret(secrets[i].secret);
		expect(hufu_key_load("k", NULL, &key, &err), -EINVAL, &err, secrets[i].text);
	}
	assert_null(key);
	put_sm2_secret("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54121");
	key = load_key("k");
	hufu_key_free(key);
}

/* Every prefix of a DER key in a PEM coat, and every byte of it changed: refused or another key, never a crash. */
static void survives_damage(void **state)
{
	size_t der_len, n_refused = 0;
	autofree char *der = NULL;

	(void)state;
	make_forms();
	openssl("pkey -in recipe.key -outform DER -out der");
	der = slurp("der", &der_len);
	for (size_t i = 0; i < 2 * der_len; i++) {
		autodone(BIO_free_all) BIO *out = BIO_new(BIO_s_mem());
		struct hufu_key *key = NULL;
		struct hufu_err err = {""};
		char *pem;
		long len;
		int r;

		der[i / 2] ^= i % 2 ? 0x80 : 0;
		assert_true(PEM_write_bio(out, "PRIVATE KEY", "", (unsigned char *)der,
					  (long)(i % 2 ? der_len : i / 2)) >= 0);
		der[i / 2] ^= i % 2 ? 0x80 : 0;
		len = BIO_get_mem_data(out, &pem);
		put("damaged", pem, (size_t)len);
		r = hufu_key_load("damaged", NULL, &key, &err);
		assert_true(r == 0 || r == -EINVAL || r == -ENOPKG);
		assert_true(i % 2 || r < 0);
		assert_int_equal(r == 0, key != NULL);
		assert_int_equal(r == 0, err.text[0] == '\0');
		n_refused += r < 0;
		hufu_key_free(key);
	}
	assert_true(n_refused > der_len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_form),
		cmocka_unit_test(reads_other_types),
		cmocka_unit_test(refuses_what_cannot_sign_digests),
		cmocka_unit_test(says_why_there_is_no_key),
		cmocka_unit_test(reads_at_most_a_mebibyte),
		cmocka_unit_test(reads_pipes),
		cmocka_unit_test(refuses_secrets_out_of_range),
		cmocka_unit_test(survives_damage),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
