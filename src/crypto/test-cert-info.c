/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <time.h>

/* A certificate that openssl makes with these lines in its configuration, for the key in `key`. */
static struct hufu_cert *issue(const char *dn, const char *extensions)
{
	autofree char *config = NULL;

	assert_true(asprintf(&config,
			     "[req]\ndistinguished_name=dn\nprompt=no\nstring_mask=utf8only\nutf8=yes\n"
			     "x509_extensions=ext\n[dn]\n%s\n[ext]\n%s\n",
			     dn, extensions) > 0);
	put_text("req.cnf", config);
	openssl("req -new -x509 -days 30 -config req.cnf -key key -out cert");
	return load_cert("cert");
}

static int make_key(void **state)
{
	if (fixture_enter(state) < 0)
		return -1;
	openssl("ecparam -genkey -name SM2 -out key");
	return 0;
}

/* As /proc/keys has it: crypto/asymmetric_keys/x509_cert_parser.c, x509_fabricate_name(). */
static void subject_is_that_of_the_kernel(void **state)
{
	static const struct {
		const char *dn, *subject;
	} rows[] = {
		{"CN=IMA test key", "IMA test key"},
		{"O=IMA-test\nCN=IMA test key", "IMA-test: IMA test key"},
		{"O=IMA\nCN=IMA test key", "IMA test key"}, /* begins with O */
		{"O=Example Ltd\nCN=Example key", "Example key"}, /* seven bytes agree */
		{"O=Exampl. Ltd\nCN=Example key", "Exampl. Ltd: Example key"}, /* six */
		{"O=Ex\nCN=E", "Ex: E"},
		{"O=Same\nCN=Same", "Same"},
		{"O=Only O\nemailAddress=a@b", "Only O"},
		{"OU=unit\nemailAddress=a@b", "a@b"},
		{"OU=unit", ""},
		{"0.CN=first\n1.CN=last", "last"},
		{"O=国家\nCN=虎符", "国家: 虎符"},
		{"CN=IMA test key\nO=after", "after: IMA test key"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autocert cert = issue(rows[i].dn, "subjectKeyIdentifier=hash");

		assert_string_equal(hufu_cert_info(cert)->subject, rows[i].subject);
	}
}

static void names_are_rfc2253(void **state)
{
	autocert cert = issue("C=CN\nO=国家, \\\"x\\\"\nCN=a\\\\b", "subjectKeyIdentifier=hash");
	const struct hufu_cert_info *info = hufu_cert_info(cert);

	(void)state;
	assert_string_equal(info->subject_dn, "CN=a\\\\b,O=国家\\, \\\"x\\\",C=CN");
	assert_string_equal(info->issuer_dn, info->subject_dn);
	assert_true(info->self_signed);
}

static void usage_is_what_it_says(void **state)
{
	static const struct {
		const char *extensions;
		unsigned usage;
		bool is_ca;
	} rows[] = {
		{"subjectKeyIdentifier=hash", 0, false},
		{"basicConstraints=critical,CA:TRUE", 0, true},
		{"basicConstraints=critical,CA:FALSE\nkeyUsage=digitalSignature",
		 HUFU_USAGE_PRESENT | HUFU_USAGE_DIGITAL_SIGNATURE, false},
		{"basicConstraints=CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign",
		 HUFU_USAGE_PRESENT | HUFU_USAGE_CERT_SIGN, true},
		{"keyUsage=keyCertSign,digitalSignature",
		 HUFU_USAGE_PRESENT | HUFU_USAGE_CERT_SIGN | HUFU_USAGE_DIGITAL_SIGNATURE, false},
		{"keyUsage=keyEncipherment", HUFU_USAGE_PRESENT, false},
		{"extendedKeyUsage=codeSigning", 0, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autocert cert = issue("CN=x", rows[i].extensions);

		assert_int_equal(hufu_cert_info(cert)->usage, rows[i].usage);
		assert_int_equal(hufu_cert_info(cert)->is_ca, rows[i].is_ca);
	}
}

static void key_id_is_the_end_of_the_ski(void **state)
{
	autokey key = load_key("key");
	autocert hashed = issue("CN=x", "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always");
	autocert none =
		issue("CN=x", "subjectKeyIdentifier=none\nauthorityKeyIdentifier=none\nkeyUsage=digitalSignature");
	autocert own = issue("CN=x", "subjectKeyIdentifier=0102030405060708090a");
	autocert four = issue("CN=x", "subjectKeyIdentifier=deadbeef");
	struct hufu_cert *refused = NULL;
	struct hufu_err err = {""};

	(void)state;
	assert_int_equal(hufu_cert_info(hashed)->key_id, hufu_key_id(key));
	assert_int_equal(hufu_cert_info(hashed)->skid_len, 20);
	assert_int_equal(hufu_cert_info(hashed)->akid_len, 20);
	assert_memory_equal(hufu_cert_info(hashed)->akid, hufu_cert_info(hashed)->skid, 20);
	assert_null(hufu_cert_info(none)->skid);
	assert_int_equal(hufu_cert_info(none)->skid_len, 0);
	assert_null(hufu_cert_info(none)->akid);
	assert_int_equal(hufu_cert_info(none)->key_id, hufu_key_id(key));
	assert_int_equal(hufu_cert_info(own)->key_id, 0x0708090a);
	assert_int_equal(hufu_cert_info(own)->skid_len, 10);
	assert_int_equal(hufu_cert_info(four)->key_id, 0xdeadbeef);
	/* Too short for a key id: OCTET STRING in OCTET STRING of three bytes, and of none */
	put_text("req.cnf", "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nCN=x\n"
			    "[ext]\nsubjectKeyIdentifier=DER:0403010203\n");
	openssl("req -new -x509 -config req.cnf -key key -out cert");
	expect(hufu_cert_load("cert", HUFU_FORM_ANY, &refused, &err), -EBADMSG, &err,
	       "cert: the certificate's subjectKeyIdentifier has 3 bytes, which is no key id");
	put_text("req.cnf", "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nCN=x\n"
			    "[ext]\nsubjectKeyIdentifier=DER:048100\n");
	openssl("req -new -x509 -config req.cnf -key key -out cert");
	expect(hufu_cert_load("cert", HUFU_FORM_ANY, &refused, &err), -EBADMSG, &err,
	       "cert: the certificate's subjectKeyIdentifier has 0 bytes, which is no key id");
	assert_null(refused);
}

static void refuses_damaged_extensions(void **state)
{
	static const char *const extensions[] = {
		"basicConstraints=DER:0400",
		"keyUsage=DER:0400",
		"subjectKeyIdentifier=DER:020100",
		"authorityKeyIdentifier=DER:020100",
	};
	struct hufu_cert *refused = NULL;
	struct hufu_err err = {""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++) {
		autofree char *config = NULL;

		assert_true(asprintf(&config,
				     "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nCN=x\n"
				     "[ext]\n%s\n",
				     extensions[i]) > 0);
		put_text("req.cnf", config);
		openssl("req -new -x509 -config req.cnf -key key -out cert");
		assert_int_equal(hufu_cert_load("cert", HUFU_FORM_ANY, &refused, &err), -EBADMSG);
		assert_memory_equal(err.text, "cert: an extension in the certificate is damaged, or there twice", 64);
	}
	assert_null(refused);
}

static void types_serials_and_dates(void **state)
{
	static const struct {
		const char *word, *key_type, *sig_type;
	} rows[] = {
		{"ecparam -genkey -name SM2 -out key", "sm2", "SM2-with-SM3"},
		{"genrsa -out key 2048", "rsa", "RSA-SHA256"},
		{"ecparam -genkey -name prime256v1 -out key", "ecdsa-nist-p256", "ECDSA-SHA256"},
		{"ecparam -genkey -name secp384r1 -out key", "ecdsa-nist-p384", "ECDSA-SHA256"},
		{"ecparam -genkey -name prime192v1 -out key", "ecdsa-nist-p192", "ECDSA-SHA256"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autocert cert = NULL;
		const struct hufu_cert_info *info;
		struct tm from = {0}, to = {0};

		openssl(rows[i].word);
		openssl("req -new -x509 -subj /CN=x -days 30 -set_serial 0x80ff00 -key key -out cert");
		cert = load_cert("cert");
		info = hufu_cert_info(cert);
		assert_string_equal(info->key_type, rows[i].key_type);
		assert_string_equal(info->sig_type, rows[i].sig_type);
		assert_int_equal(info->serial_len, 3);
		assert_memory_equal(info->serial, "\x80\xff\0", 3);
		assert_string_equal(strptime(info->not_before, "%Y-%m-%d %H:%M:%SZ", &from), "");
		assert_string_equal(strptime(info->not_after, "%Y-%m-%d %H:%M:%SZ", &to), "");
		assert_int_equal(strlen(info->not_before), 20);
		assert_int_equal(timegm(&to) - timegm(&from), 30 * 86400);
		assert_in_range(timegm(&from), time(NULL) - 60, time(NULL));
	}
	openssl("req -new -x509 -sha1 -subj /CN=x -key key -out cert");
	{
		autocert cert = load_cert("cert");

		assert_string_equal(hufu_cert_info(cert)->sig_type, "ECDSA-SHA1");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subject_is_that_of_the_kernel), cmocka_unit_test(names_are_rfc2253),
		cmocka_unit_test(usage_is_what_it_says),	 cmocka_unit_test(key_id_is_the_end_of_the_ski),
		cmocka_unit_test(refuses_damaged_extensions),	 cmocka_unit_test(types_serials_and_dates),
	};

	return cmocka_run_group_tests(tests, make_key, fixture_leave);
}
