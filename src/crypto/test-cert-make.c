/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <limits.h>
#include <time.h>

#include "cert.h"

/* openssl takes the id for SM2 signatures only, and does not use it for the self-signature of a trusted certificate */
#define VERIFY	   "verify -x509_strict -CAfile ca.pem "
#define VERIFY_SM2 VERIFY "-vfyopt distid:1234567812345678 "

/* Does openssl find the self-signature of ca.pem good, over the TBS part and with the option `id`? */
static bool openssl_likes_self_signature(const char *id)
{
	autofree char *said = NULL, *line = NULL;
	char *at, *offset = NULL;

	openssl("asn1parse -in ca.pem -strparse 4 -noout -out tbs");
	openssl("x509 -in ca.pem -noout -pubkey");
	join("pub", "out", "/dev/null");
	openssl("asn1parse -in ca.pem");
	said = slurp("out", NULL);
	for (at = said; (at = strstr(at, "BIT STRING")); at++)
		offset = at;
	assert_non_null(offset);
	while (offset > said && offset[-1] != '\n')
		offset--;
	assert_true(asprintf(&line, "asn1parse -in ca.pem -noout -out sig -strparse %lu", strtoul(offset, NULL, 10)) >
		    0);
	/* What is in the BIT STRING is written out before it is found to be a sequence, or not */
	(void)openssl_try(line);
	free(line);
	assert_true(asprintf(&line, "dgst -sm3 -verify pub -signature sig%s tbs", id) > 0);
	return openssl_try(line) == 0;
}

static struct hufu_cert *make_ca(const struct hufu_key *key, const struct hufu_cert_params *params)
{
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};

	if (hufu_cert_make_ca(key, params, &cert, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(hufu_cert_save(cert, "ca.pem", HUFU_FORM_PEM, true, NULL), 0);
	return cert;
}

static struct hufu_cert *issue(const struct hufu_cert *ca, const struct hufu_key *ca_key, const struct hufu_key *key,
			       const struct hufu_cert_params *params)
{
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};

	if (hufu_cert_issue(ca, ca_key, key, NULL, params, &cert, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(hufu_cert_save(cert, "leaf.pem", HUFU_FORM_PEM, true, NULL), 0);
	return cert;
}

static void assert_extensions(const char *name, const char *const *wanted)
{
	autofree char *line = NULL, *said = NULL;

	assert_true(
		asprintf(
			&line,
			"x509 -noout -in %s -ext basicConstraints,keyUsage,subjectKeyIdentifier,authorityKeyIdentifier",
			name) > 0);
	openssl(line);
	said = slurp("out", NULL);
	for (; *wanted; wanted++)
		if (!strstr(said, *wanted))
			fail_msg("no '%s' in: %s", *wanted, said);
}

/* Each type of CA with each type of leaf; openssl verifies the chain. */
static void makes_chains_that_openssl_verifies(void **state)
{
	static const char *const words[] = {"sm2", "rsa:2048", "ecdsa-p256", "ecdsa-p384"};
	static const char *const sig_types[] = {"SM2-with-SM3", "RSA-SHA256", "ECDSA-SHA256", "ECDSA-SHA384"};
	static const char *const of_ca[] = {"X509v3 Basic Constraints: critical\n    CA:TRUE\n",
					    "X509v3 Key Usage: critical\n    Certificate Sign, CRL Sign\n",
					    "X509v3 Subject Key Identifier", NULL};
	static const char *const of_leaf[] = {"X509v3 Basic Constraints: critical\n    CA:FALSE\n",
					      "X509v3 Key Usage: critical\n    Digital Signature\n",
					      "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier", NULL};
	struct hufu_cert_params ca_params = {.subject = "/C=CN/O=Example/CN=test CA"};
	struct hufu_cert_params leaf_params = {.subject = "IMA signer"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		autokey ca_key = new_key(words[i]);
		autocert ca = make_ca(ca_key, &ca_params);
		const struct hufu_cert_info *ca_info = hufu_cert_info(ca);

		assert_string_equal(ca_info->subject_dn, "CN=test CA,O=Example,C=CN");
		assert_string_equal(ca_info->subject, "Example: test CA");
		assert_string_equal(ca_info->sig_type, sig_types[i]);
		assert_true(ca_info->is_ca && ca_info->self_signed);
		assert_int_equal(ca_info->usage, HUFU_USAGE_PRESENT | HUFU_USAGE_CERT_SIGN);
		assert_int_equal(ca_info->key_id, hufu_key_id(ca_key));
		assert_extensions("ca.pem", of_ca);
		openssl(i ? VERIFY "ca.pem" : VERIFY_SM2 "ca.pem");
		for (size_t n = 0; n < ARRAY_SIZE(words); n++) {
			autokey key = new_key(words[n]);
			autocert leaf = issue(ca, ca_key, key, &leaf_params);
			const struct hufu_cert_info *info = hufu_cert_info(leaf);

			assert_string_equal(info->subject_dn, "CN=IMA signer");
			assert_string_equal(info->issuer_dn, ca_info->subject_dn);
			assert_string_equal(info->key_type, hufu_key_type(key));
			assert_string_equal(info->sig_type, sig_types[i]);
			assert_false(info->is_ca || info->self_signed);
			assert_int_equal(info->usage, HUFU_USAGE_PRESENT | HUFU_USAGE_DIGITAL_SIGNATURE);
			assert_int_equal(info->key_id, hufu_key_id(key));
			assert_int_equal(info->akid_len, ca_info->skid_len);
			assert_memory_equal(info->akid, ca_info->skid, ca_info->skid_len);
			assert_int_equal(info->serial_len, 16);
			assert_extensions("leaf.pem", of_leaf);
			openssl(i ? VERIFY "leaf.pem" : VERIFY_SM2 "leaf.pem");
			assert_int_equal(hufu_cert_signed_by(leaf, ca, NULL, NULL), 0);
		}
	}
}

/* Its subject is also the CA's, as with one genkey.conf for both. */
static void takes_the_ca_of_the_recipe(void **state)
{
	struct hufu_cert_params params = {.subject = "/O=IMA-CA/CN=IMA key"};
	autokey ca_key = NULL;
	autokey key = new_key("sm2");
	autocert ca = NULL;
	autocert leaf = NULL;

	(void)state;
	put_text("genkey.conf",
		 "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nO=IMA-CA\nCN=IMA key\n"
		 "[ext]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=digitalSignature\n"
		 "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
	openssl("ecparam -genkey -name SM2 -text -out ca.key");
	openssl("req -new -x509 -sm3 -sigopt distid:1234567812345678 -config genkey.conf -key ca.key -out ca.pem");
	ca_key = load_key("ca.key");
	ca = load_cert("ca.pem");
	leaf = issue(ca, ca_key, key, &params);
	assert_int_equal(hufu_cert_signed_by(leaf, ca, NULL, NULL), 0);
	assert_int_equal(hufu_cert_info(leaf)->akid_len, 20);
	openssl("verify -partial_chain -trusted ca.pem -vfyopt distid:1234567812345678 ca.pem");
}

static void names_a_ca_without_ski_by_its_serial(void **state)
{
	static const char *const wanted[] = {"DirName:/CN=bare", "serial:12:34:56", NULL};
	struct hufu_cert_params params = {.subject = "leaf"};
	autokey key = new_key("ecdsa-p256");
	autokey ca_key = NULL;
	autocert ca = NULL;
	autocert leaf = NULL;

	(void)state;
	put_text("bare.cnf", "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nCN=bare\n"
			     "[ext]\nbasicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=none\n"
			     "authorityKeyIdentifier=none\n");
	openssl("ecparam -genkey -name prime256v1 -out ca.key");
	openssl("req -new -x509 -config bare.cnf -set_serial 0x123456 -key ca.key -out ca.pem");
	ca_key = load_key("ca.key");
	ca = load_cert("ca.pem");
	assert_null(hufu_cert_info(ca)->skid);
	leaf = issue(ca, ca_key, key, &params);
	assert_null(hufu_cert_info(leaf)->akid);
	assert_extensions("leaf.pem", wanted);
	openssl("verify -CAfile ca.pem leaf.pem");
}

static long days_of(const struct hufu_cert *cert)
{
	struct tm from = {0}, to = {0};

	assert_non_null(strptime(hufu_cert_info(cert)->not_before, "%Y-%m-%d %H:%M:%SZ", &from));
	assert_non_null(strptime(hufu_cert_info(cert)->not_after, "%Y-%m-%d %H:%M:%SZ", &to));
	return (timegm(&to) - timegm(&from)) / 86400;
}

static void lasts_as_long_as_told(void **state)
{
	static const unsigned days[] = {1, 20000, 100000};
	static const unsigned too_many[] = {3000000, INT_MAX, 1u + INT_MAX, UINT_MAX};
	struct hufu_cert_params params = {.subject = "x"};
	autokey key = new_key("ecdsa-p256");
	struct hufu_cert *refused = NULL;
	struct hufu_err err = {""};
	autocert ca = make_ca(key, &params);
	autocert leaf = issue(ca, key, key, &params);

	(void)state;
	assert_int_equal(days_of(ca), 3650);
	assert_int_equal(days_of(leaf), 365);
	for (size_t i = 0; i < ARRAY_SIZE(days); i++) {
		autocert other_ca = NULL;
		autocert other_leaf = NULL;

		params.days = days[i];
		other_ca = make_ca(key, &params);
		other_leaf = issue(ca, key, key, &params);
		assert_int_equal(days_of(other_ca), days[i]);
		assert_int_equal(days_of(other_leaf), days[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(too_many); i++) {
		params.days = too_many[i];
		assert_int_equal(hufu_cert_make_ca(key, &params, &refused, &err), -EINVAL);
		assert_memory_equal(err.text, "a certificate cannot be valid for ", 34);
		assert_int_equal(hufu_cert_issue(ca, key, key, NULL, &params, &refused, &err), -EINVAL);
	}
	assert_null(refused);
}

/* Z takes part in the signature: another id, another signature. "" is what openssl does when no id is named. */
static void signs_with_the_distinguishing_id(void **state)
{
	char longest[8191 + 1];
	struct hufu_cert_params params = {.subject = "x", .distid = "other"};
	autokey key = new_key("sm2");
	struct hufu_cert *refused = NULL;
	struct hufu_err err = {""};
	autocert other = NULL;
	autocert empty = NULL;
	autocert usual = NULL;
	autocert big = NULL;

	(void)state;
	other = make_ca(key, &params);
	assert_true(openssl_likes_self_signature(" -sigopt distid:other"));
	assert_false(openssl_likes_self_signature(" -sigopt distid:1234567812345678"));
	assert_false(openssl_likes_self_signature(""));
	assert_int_equal(hufu_cert_signed_by(other, other, "other", NULL), 0);
	expect(hufu_cert_signed_by(other, other, NULL, &err), -EKEYREJECTED, &err,
	       "the certificate \"x\" is not signed by the key of \"x\", or with another distinguishing id");
	assert_int_equal(hufu_cert_signed_by(other, other, "", NULL), -EKEYREJECTED);
	params.distid = "";
	empty = make_ca(key, &params);
	assert_true(openssl_likes_self_signature(""));
	assert_int_equal(hufu_cert_signed_by(empty, empty, "", NULL), 0);
	assert_int_equal(hufu_cert_signed_by(empty, empty, HUFU_DISTID, NULL), -EKEYREJECTED);
	params.distid = NULL;
	usual = make_ca(key, &params);
	assert_true(openssl_likes_self_signature(" -sigopt distid:1234567812345678"));
	assert_int_equal(hufu_cert_signed_by(usual, usual, HUFU_DISTID, NULL), 0);
	memset(longest, 'i', sizeof(longest));
	longest[8190] = '\0';
	params.distid = longest;
	big = make_ca(key, &params);
	assert_int_equal(hufu_cert_signed_by(big, big, longest, NULL), 0);
	longest[8190] = 'i';
	longest[8191] = '\0';
	expect(hufu_cert_make_ca(key, &params, &refused, &err), -EINVAL, &err,
	       "the distinguishing id has 8191 bytes; at most 8190 are possible");
	expect(hufu_cert_signed_by(big, big, longest, &err), -EINVAL, &err,
	       "the distinguishing id has 8191 bytes; at most 8190 are possible");
	assert_null(refused);
}

static void refuses_what_does_not_belong_together(void **state)
{
	struct hufu_cert_params params = {.subject = "/O=Example/CN=CA"}, nameless = {0}, bad = {.subject = "/XY=z"};
	autokey ca_key = new_key("sm2");
	autokey other = new_key("sm2");
	autokey rsa = new_key("rsa:2048");
	autocert ca = make_ca(ca_key, &params);
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};

	(void)state;
	expect(hufu_cert_issue(ca, other, other, NULL, &params, &cert, &err), -EINVAL, &err,
	       "the CA certificate \"Example: CA\" and the CA key do not belong together");
	expect(hufu_cert_issue(ca, rsa, other, NULL, &params, &cert, &err), -EINVAL, &err,
	       "the CA certificate \"Example: CA\" and the CA key do not belong together");
	expect(hufu_cert_issue(ca, ca_key, NULL, NULL, &params, &cert, &err), -EINVAL, &err,
	       "a certificate is issued for a key or for a request: give one of them");
	expect(hufu_cert_issue(ca, ca_key, other, "some.csr", &params, &cert, &err), -EINVAL, &err,
	       "a certificate is issued for a key or for a request: give one of them");
	expect(hufu_cert_issue(ca, ca_key, other, NULL, &nameless, &cert, &err), -EINVAL, &err,
	       "a certificate needs a subject; give one, such as \"/O=Example/CN=IMA signer\"");
	expect(hufu_cert_make_ca(ca_key, &nameless, &cert, &err), -EINVAL, &err,
	       "a CA needs a subject, such as \"/O=Example/CN=IMA CA\"");
	expect(hufu_cert_make_ca(ca_key, &bad, &cert, &err), -EINVAL, &err,
	       "subject '/XY=z': there is no attribute 'XY'; C, O, OU, CN and emailAddress are usual");
	expect(hufu_cert_issue(ca, ca_key, other, NULL, &bad, &cert, &err), -EINVAL, &err,
	       "subject '/XY=z': there is no attribute 'XY'; C, O, OU, CN and emailAddress are usual");
	assert_null(cert);
}

static void serials_differ(void **state)
{
	struct hufu_cert_params params = {.subject = "x"};
	autokey key = new_key("ecdsa-p256");
	autocert ca = make_ca(key, &params);
	uint8_t seen[50][16];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++) {
		autocert leaf = issue(ca, key, key, &params);

		assert_int_equal(hufu_cert_info(leaf)->serial_len, 16);
		memcpy(seen[i], hufu_cert_info(leaf)->serial, 16);
		assert_in_range(seen[i][0], 0x40, 0x7f);
		for (size_t n = 0; n < i; n++)
			assert_memory_not_equal(seen[i], seen[n], 16);
	}
}

/* The kernel reads no compressed points, and the id is that of the uncompressed one. */
static void writes_points_uncompressed(void **state)
{
	struct hufu_cert_params params = {.subject = "x"};
	autokey key = NULL;
	autocert cert = NULL;
	autofree char *said = NULL;

	(void)state;
	openssl("ecparam -genkey -name SM2 -noout -conv_form compressed -out k");
	key = load_key("k");
	cert = make_ca(key, &params);
	assert_int_equal(hufu_cert_info(cert)->key_id, hufu_key_id(key));
	openssl("x509 -in ca.pem -noout -text");
	said = slurp("out", NULL);
	assert_non_null(strstr(said, "pub:\n                    04:"));
	assert_int_equal(hufu_key_save(key, "k2", NULL, true, NULL), 0);
	openssl("ec -in k2 -noout -text");
	free(said);
	said = slurp("out", NULL);
	assert_non_null(strstr(said, "pub:\n    04:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_chains_that_openssl_verifies),
		cmocka_unit_test(takes_the_ca_of_the_recipe),
		cmocka_unit_test(names_a_ca_without_ski_by_its_serial),
		cmocka_unit_test(lasts_as_long_as_told),
		cmocka_unit_test(signs_with_the_distinguishing_id),
		cmocka_unit_test(refuses_what_does_not_belong_together),
		cmocka_unit_test(serials_differ),
		cmocka_unit_test(writes_points_uncompressed),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
