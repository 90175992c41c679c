/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include "dn.h"

static void reads_names(void **state)
{
	static const struct {
		const char *text, *rfc2253;
	} names[] = {
		{"IMA signer", "CN=IMA signer"},
		{"a=b", "CN=a=b"},
		{"IMA/EVM key, no + or \\ in it", "CN=IMA/EVM key\\, no \\+ or \\\\ in it"},
		{"/CN=x", "CN=x"},
		{"/C=CN/O=Example/CN=name", "CN=name,O=Example,C=CN"},
		{"/O=a/OU=b/OU=c/CN=d/emailAddress=e@f", "emailAddress=e@f,CN=d,OU=c,OU=b,O=a"},
		{"/O=a\\/b/CN=c\\+d\\\\e", "CN=c\\+d\\\\e,O=a/b"},
		{"/O=a+CN=b/OU=c", "OU=c,CN=b+O=a"},
		{"/CN=a=b=c", "CN=a=b=c"},
		{"/2.5.4.3=by number", "CN=by number"},
		{"/commonName=long", "CN=long"},
		{"/CN=trailing\\", "CN=trailing\\\\"},
		{"/O=国家/CN=虎符", "CN=虎符,O=国家"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		autodone(X509_NAME_free) X509_NAME *name = NULL;
		autodone(BIO_free_all) BIO *out = BIO_new(BIO_s_mem());
		struct hufu_err err = {""};
		char *text;

		if (dn_parse(names[i].text, &name, &err) < 0)
			fail_msg("%s", err.text);
		assert_true(X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >
			    0);
		assert_int_equal(BIO_write(out, "", 1), 1);
		(void)BIO_get_mem_data(out, &text);
		assert_string_equal(text, names[i].rfc2253);
	}
}

static void refuses_what_is_no_name(void **state)
{
	static const struct {
		const char *text, *error;
	} names[] = {
		{"", "subject '': CN is empty"},
		{"/", "subject '/': '=' is missing after ''"},
		{"/CN", "subject '/CN': '=' is missing after 'CN'"},
		{"/CN=", "subject '/CN=': CN is empty"},
		{"/CN=x/", "subject '/CN=x/': '=' is missing after ''"},
		{"/CN=x//O=y", "subject '/CN=x//O=y': '=' is missing after ''"},
		{"/=x", "subject '/=x': there is no attribute ''; C, O, OU, CN and emailAddress are usual"},
		{"/ON=x", "subject '/ON=x': there is no attribute 'ON'; C, O, OU, CN and emailAddress are usual"},
		{"CN=x", "subject 'CN=x': begin it with '/' (\"/CN=x\"), or give a bare common name"},
		{"O=a,CN=x", "subject 'O=a,CN=x': begin it with '/' (\"/O=a,CN=x\"), or give a bare common name"},
		{"/C=CHN", "subject '/C=CHN': C 'CHN': string too long"},
		{"/C=C", "subject '/C=C': C 'C': string too short"},
		{"/CN=\xff\xfe", "subject '/CN=\xff\xfe': CN '\xff\xfe': invalid utf8string"},
		{"12345678901234567890123456789012345678901234567890123456789012345",
		 "subject '12345678901234567890123456789012345678901234567890123456789012345': CN "
		 "'12345678901234567890123456789012345678901234567890123456789012345': string too long"},
	};
	X509_NAME *name = NULL;
	struct hufu_err err = {""};
	char big[5000];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		expect(dn_parse(names[i].text, &name, &err), -EINVAL, &err, names[i].error);
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	expect(dn_parse(big, &name, &err), -EINVAL, &err, "the subject is longer than 4096 bytes");
	assert_null(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_names),
		cmocka_unit_test(refuses_what_is_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
