/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include "cert.h"
#include "csr.h"

static struct hufu_key *ca_key;
static struct hufu_cert *ca;

static int make_authority(void **state)
{
	const struct hufu_cert_params params = {.subject = "CA"};

	if (fixture_enter(state) < 0)
		return -1;
	ca_key = new_key("sm2");
	return hufu_cert_make_ca(ca_key, &params, &ca, NULL);
}

static int drop_authority(void **state)
{
	hufu_key_free(ca_key);
	hufu_cert_free(ca);
	return fixture_leave(state);
}

static int issue(const char *path, const struct hufu_cert_params *params, struct hufu_cert **ret_cert,
		 struct hufu_err *err)
{
	return hufu_cert_issue(ca, ca_key, NULL, path, params, ret_cert, err);
}

static void make_csr(void)
{
	openssl("ecparam -genkey -name SM2 -out key");
	openssl("req -new -sm3 -sigopt distid:1234567812345678 -subj /O=Example/CN=asker -key key -out csr.pem");
	openssl("req -in csr.pem -outform DER -out csr.der");
}

static void issues_for_requests(void **state)
{
	static const struct {
		const char *key, *csr, *type;
	} rows[] = {
		{"ecparam -genkey -name SM2 -out key",
		 "req -new -sm3 -sigopt distid:1234567812345678 -subj /O=Example/CN=asker -key key -out csr", "sm2"},
		{"ecparam -genkey -name SM2 -out key",
		 "req -new -sm3 -sigopt distid:1234567812345678 -subj /O=Example/CN=asker -key key -out csr -outform "
		 "DER",
		 "sm2"},
		{"ecparam -genkey -name SM2 -out key",
		 "req -new -newhdr -text -sm3 -sigopt distid:1234567812345678 -subj /O=Example/CN=asker -key key -out "
		 "csr",
		 "sm2"},
		{"genrsa -out key 2048", "req -new -subj /O=Example/CN=asker -key key -out csr", "rsa"},
		{"ecparam -genkey -name prime256v1 -out key", "req -new -subj /O=Example/CN=asker -key key -out csr",
		 "ecdsa-nist-p256"},
		{"ecparam -genkey -name secp384r1 -out key",
		 "req -new -sha384 -subj /O=Example/CN=asker -key key -out csr", "ecdsa-nist-p384"},
	};
	struct hufu_cert_params params = {0}, renamed = {.subject = "/CN=renamed"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autokey key = NULL;
		autocert cert = NULL;
		autocert other = NULL;
		struct hufu_err err = {""};

		openssl(rows[i].key);
		openssl(rows[i].csr);
		key = load_key("key");
		if (issue("csr", &params, &cert, &err) < 0)
			fail_msg("%s", err.text);
		assert_string_equal(hufu_cert_info(cert)->subject_dn, "CN=asker,O=Example");
		assert_string_equal(hufu_cert_info(cert)->key_type, rows[i].type);
		assert_int_equal(hufu_cert_info(cert)->key_id, hufu_key_id(key));
		assert_int_equal(hufu_cert_signed_by(cert, ca, NULL, NULL), 0);
		assert_int_equal(issue("csr", &renamed, &other, NULL), 0);
		assert_string_equal(hufu_cert_info(other)->subject_dn, "CN=renamed");
	}
}

/* What the request asks for is not what it gets: extensions are ours. */
static void grants_no_wishes(void **state)
{
	struct hufu_cert_params params = {0};
	autocert cert = NULL;

	(void)state;
	put_text("wish.cnf", "[req]\ndistinguished_name=dn\nprompt=no\nreq_extensions=ext\n[dn]\nCN=x\n"
			     "[ext]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n");
	openssl("ecparam -genkey -name prime256v1 -out key");
	openssl("req -new -config wish.cnf -key key -out csr");
	assert_int_equal(issue("csr", &params, &cert, NULL), 0);
	assert_false(hufu_cert_info(cert)->is_ca);
	assert_int_equal(hufu_cert_info(cert)->usage, HUFU_USAGE_PRESENT | HUFU_USAGE_DIGITAL_SIGNATURE);
}

static void checks_the_signature(void **state)
{
	struct hufu_cert_params params = {0}, other = {.distid = "other"}, careless = {.ignore_csr_sig = true};
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};
	autofree char *der = NULL;
	size_t len;

	(void)state;
	make_csr();
	der = slurp("csr.der", &len);
	der[len - 1] ^= 1;
	put("csr.bad", der, len);
	expect(issue("csr.bad", &params, &cert, &err), -EKEYREJECTED, &err,
	       "csr.bad: the certificate request is not signed by its own key, or with another distinguishing id");
	expect(issue("csr.pem", &other, &cert, &err), -EKEYREJECTED, &err,
	       "csr.pem: the certificate request is not signed by its own key, or with another distinguishing id");
	assert_null(cert);
	assert_int_equal(issue("csr.bad", &careless, &cert, NULL), 0);
	hufu_cert_free(cert);
	cert = NULL;
	openssl("genrsa -out key 2048");
	openssl("req -new -subj /CN=x -key key -out csr -outform DER");
	free(der);
	der = slurp("csr", &len);
	der[len - 1] ^= 1;
	put("csr", der, len);
	expect(issue("csr", &params, &cert, &err), -EKEYREJECTED, &err,
	       "csr: the certificate request is not signed by its own key");
	openssl("req -new -sha1 -subj /CN=x -key key -out csr");
	expect(issue("csr", &params, &cert, &err), -ENOPKG, &err,
	       "csr: it is signed with RSA-SHA1, which is broken and not accepted");
	openssl("req -new -sha256 -sigopt rsa_padding_mode:pss -subj /CN=x -key key -out csr");
	expect(issue("csr", &params, &cert, &err), -ENOPKG, &err,
	       "csr: it is signed with rsassaPss, which is not supported");
	assert_null(cert);
}

/* openssl without a distid: the empty one. */
static void takes_the_empty_id_when_told(void **state)
{
	struct hufu_cert_params params = {0}, empty = {.distid = ""};
	struct hufu_cert *refused = NULL;
	X509_REQ *req = NULL;

	(void)state;
	openssl("ecparam -genkey -name SM2 -out key");
	openssl("req -new -sm3 -subj /CN=x -key key -out csr");
	assert_int_equal(issue("csr", &params, &refused, NULL), -EKEYREJECTED);
	assert_int_equal(csr_load("csr", empty.distid, true, &req, NULL), 0);
	X509_REQ_free(req);
}

static void says_what_is_wrong(void **state)
{
	struct hufu_cert_params params = {0};
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};
	static char big[CERT_MAX + 1];

	(void)state;
	make_csr();
	put_text("empty", "");
	put_text("text", "nothing\n");
	put("big", big, sizeof(big));
	join("trailing", "csr.der", "text");
	expect(issue("none", &params, &cert, &err), -ENOENT, &err, "none: No such file or directory");
	expect(issue("empty", &params, &cert, &err), -EKEYREJECTED, &err,
	       "empty: empty; a certificate request was expected");
	expect(issue("key", &params, &cert, &err), -EKEYREJECTED, &err, "key: no certificate request in it");
	expect(issue("big", &params, &cert, &err), -EFBIG, &err, "big: longer than 65536 bytes");
	expect(issue("trailing", &params, &cert, &err), -EKEYREJECTED, &err,
	       "trailing: 8 bytes stand after the end of the certificate request");
	assert_int_equal(issue("text", &params, &cert, &err), -EKEYREJECTED);
	assert_int_equal(hufu_cert_save(ca, "ca.der", HUFU_FORM_DER, true, NULL), 0);
	assert_int_equal(issue("ca.der", &params, &cert, &err), -EKEYREJECTED);
	openssl("req -new -sm3 -sigopt distid:1234567812345678 -subj / -key key -out csr");
	expect(issue("csr", &params, &cert, &err), -EINVAL, &err,
	       "the certificate request has no subject; give one, such as \"/O=Example/CN=IMA signer\"");
	openssl("genpkey -algorithm ED25519 -out key");
	openssl("req -new -subj /CN=x -key key -out csr");
	expect(issue("csr", &params, &cert, &err), -ENOPKG, &err,
	       "csr: a key of type ED25519 cannot sign file digests; SM2, RSA and ECDSA keys can");
	openssl("ecparam -genkey -name secp521r1 -out key");
	openssl("req -new -subj /CN=x -key key -out csr");
	expect(issue("csr", &params, &cert, &err), -ENOPKG, &err,
	       "csr: the elliptic curve secp521r1 is not supported; SM2, P-256, P-384 and P-192 are");
	assert_null(cert);
}

static void survives_damage(void **state)
{
	size_t len;
	autofree char *der = NULL;

	(void)state;
	make_csr();
	der = slurp("csr.der", &len);
	for (size_t i = 0; i < len; i++) {
		X509_REQ *req = NULL;
		int r;

		put("damaged", der, i);
		assert_int_equal(csr_load("damaged", NULL, true, &req, NULL), -EKEYREJECTED);
		der[i] ^= 0x10;
		put("damaged", der, len);
		der[i] ^= 0x10;
		r = csr_load("damaged", NULL, true, &req, NULL);
		assert_true(r == -EKEYREJECTED || r == -ENOPKG);
		assert_null(req);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(issues_for_requests),	cmocka_unit_test(grants_no_wishes),
		cmocka_unit_test(checks_the_signature), cmocka_unit_test(takes_the_empty_id_when_told),
		cmocka_unit_test(says_what_is_wrong),	cmocka_unit_test(survives_damage),
	};

	return cmocka_run_group_tests(tests, make_authority, drop_authority);
}
