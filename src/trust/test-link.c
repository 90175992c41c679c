/* SPDX-License-Identifier: Apache-2.0 */
/* The link rules, with certificates as the openssl program makes them: good, odd, and wrong. */
#include "test-certs.h"

#include "link.h"

#define DISTID "-sigopt distid:1234567812345678"

/* The configuration of the well-known recipe: a "CA" that says CA:FALSE and may sign files only. */
static const char conf[] =
	"[req]\ndistinguished_name = dn\nprompt = no\nstring_mask = utf8only\nx509_extensions = v3_ca\n"
	"[dn]\nO = IMA-test\nCN = IMA test key\n"
	"[v3_ca]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=digitalSignature\n"
	"subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
	/* and what else there is */
	"[good_ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
	"[middle]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\nsubjectKeyIdentifier=hash\n"
	"authorityKeyIdentifier=keyid\n"
	"[leaf]\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nsubjectKeyIdentifier=hash\n"
	"authorityKeyIdentifier=keyid\n"
	"[no_akid]\nkeyUsage=digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=none\n"
	"[no_skid]\nkeyUsage=digitalSignature\nsubjectKeyIdentifier=none\nauthorityKeyIdentifier=keyid\n"
	"[no_usage]\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
	"[other_usage]\nkeyUsage=keyEncipherment\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";

static struct keyring rings[HUFU_RING_BLACKLIST];
static struct hufu_err note, err;

static void put(enum hufu_ring ring, struct pair *pair)
{
	assert_int_equal(keyring_put(&rings[ring], &pair->cert, 3), 0);
}

static int check(enum hufu_ring ring, const struct hufu_cert *cert)
{
	note.text[0] = err.text[0] = '\0';
	return link_check(rings, ring, cert, &note, &err);
}

static void assert_says(const struct hufu_err *text, const char *part)
{
	if (!strstr(text->text, part))
		fail_msg("'%s' is not in '%s'", part, text->text);
}

static int empty_rings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rings); i++)
		keyring_done(&rings[i]);
	return 0;
}

/* ca.key and ca.pem, self-signed, with the extensions of a section. */
static struct pair openssl_ca(const char *subject, const char *section, const char *sigopt)
{
	char line[512];

	openssl("ecparam -genkey -name SM2 -noout -out @ca.key");
	(void)snprintf(line, sizeof(line),
		       "req -new -x509 -sm3 %s -subj %s -config @conf -extensions %s -key @ca.key -out @ca.pem", sigopt,
		       subject, section);
	openssl(line);
	return load_pair("ca.key", "ca.pem");
}

/* Signed by ca.key. */
static struct pair openssl_leaf(const char *subject, const char *section, const char *sigopt)
{
	char line[512];

	openssl("ecparam -genkey -name SM2 -noout -out @leaf.key");
	(void)snprintf(line, sizeof(line), "req -new -sm3 %s -subj %s -config @conf -key @leaf.key -out @leaf.csr",
		       sigopt, subject);
	openssl(line);
	(void)snprintf(line, sizeof(line),
		       "x509 -req -in @leaf.csr -CA @ca.pem -CAkey @ca.key -CAcreateserial -sm3 %s %s%s -extfile @conf "
		       "-extensions %s -days 9 -out @leaf.pem",
		       sigopt, sigopt[0] ? "-vfyopt" : "", sigopt[0] ? sigopt + strlen("-sigopt") : "", section);
	openssl(line);
	return load_pair("leaf.key", "leaf.pem");
}

static void refuses_who_nobody_signed(void **state)
{
	autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, "sm2", "leaf");
	autopair other = make_ca("sm2", "CA");

	(void)state;
	for (unsigned ring = HUFU_RING_SECONDARY; ring <= HUFU_RING_IMA; ring++)
		assert_int_equal(check((enum hufu_ring)ring, leaf.cert), -ENOKEY);
	assert_string_equal(err.text,
			    "no key in .builtin_trusted_keys or .secondary_trusted_keys has signed this certificate "
			    "(issuer: CN=CA); put the CA into trust.d and restart or reload hufud");
	/* the same name is not the same key */
	put(HUFU_RING_BUILTIN, &other);
	assert_int_equal(check(HUFU_RING_IMA, leaf.cert), -ENOKEY);
	/* and what .ima holds is trusted for files, not for certificates */
	put(HUFU_RING_IMA, &ca);
	assert_int_equal(check(HUFU_RING_IMA, leaf.cert), -ENOKEY);
}

static void takes_who_a_root_signed(void **state)
{
	static const char *const types[] = {"sm2", "rsa:2048", "ecdsa-p256", "ecdsa-p384"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		autopair ca = make_ca(types[i], "CA"), leaf = make_leaf(&ca, types[i], "leaf");

		assert_int_equal(check(HUFU_RING_BUILTIN, ca.cert), 0);
		assert_string_equal(note.text, "");
		put(HUFU_RING_BUILTIN, &ca);
		assert_int_equal(check(HUFU_RING_IMA, leaf.cert), 0);
		assert_string_equal(note.text, "");
		(void)empty_rings(NULL);
	}
}

static void refuses_a_self_signed_one(void **state)
{
	autopair other = make_ca("sm2", "other"), self = openssl_ca("/CN=self", "v3_ca", DISTID);

	(void)state;
	put(HUFU_RING_BUILTIN, &other);
	assert_int_equal(check(HUFU_RING_IMA, self.cert), -ENOKEY);
	assert_int_equal(check(HUFU_RING_SECONDARY, self.cert), -ENOKEY);
	/* being in a ring already does not help it */
	put(HUFU_RING_SECONDARY, &self);
	assert_int_equal(check(HUFU_RING_SECONDARY, rings[HUFU_RING_SECONDARY].keys[0].cert), -ENOKEY);
}

/* The signature of a certificate is at its end, so its last byte belongs to it. */
static struct hufu_cert *altered(const struct hufu_cert *cert)
{
	struct der der = der_of(cert);
	autofree uint8_t *copy = malloc(der.len);
	struct hufu_cert *changed = NULL;

	assert_non_null(copy);
	memcpy(copy, der.data, der.len);
	copy[der.len - 1] ^= 1;
	assert_int_equal(hufu_cert_parse(copy, der.len, HUFU_FORM_DER, &changed, NULL), 0);
	return changed;
}

static void refuses_a_bad_signature(void **state)
{
	autopair ca = make_ca("sm2", "CA"), leaf = make_leaf(&ca, "sm2", "leaf");
	autopair bad_ca = {.cert = altered(ca.cert)}, bad_leaf = {.cert = altered(leaf.cert)};

	(void)state;
	assert_int_equal(check(HUFU_RING_BUILTIN, bad_ca.cert), -EKEYREJECTED);
	assert_says(&err, "names itself as its issuer (CN=CA), but its own key has not signed it");
	put(HUFU_RING_BUILTIN, &ca);
	assert_int_equal(check(HUFU_RING_IMA, bad_leaf.cert), -EKEYREJECTED);
	assert_says(&err, "names a trusted key as its issuer (CN=CA), but that key has not signed it");
}

static void takes_the_recipe(void **state)
{
	static const char *const sigopts[] = {DISTID, ""}; /* openEuler's has no distid */

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sigopts); i++) {
		/* both have the same name, too */
		autopair ca = openssl_ca("/O=IMA-test/CN=IMA", "v3_ca", sigopts[i]);
		autopair leaf = openssl_leaf("/O=IMA-test/CN=IMA", "leaf", sigopts[i]);

		assert_int_equal(check(HUFU_RING_IMA, leaf.cert), -ENOKEY);
		assert_int_equal(check(HUFU_RING_BUILTIN, ca.cert), 0);
		assert_string_equal(
			note.text,
			"'IMA-test: IMA' is taken as a trusted issuer because it was put there by hand, but it is "
			"no CA by its own words (basicConstraints does not say CA:TRUE; keyUsage lacks "
			"keyCertSign): other programs, as openssl verify, do not accept certificates it has signed");
		put(HUFU_RING_BUILTIN, &ca);
		assert_int_equal(check(HUFU_RING_IMA, leaf.cert), 0);
		(void)empty_rings(NULL);
	}
}

/* Of the same name as its issuer, but it says that another key has signed it: nothing that it would have to prove itself. */
static void takes_a_pinned_leaf_of_that_name(void **state)
{
	autopair root = openssl_ca("/CN=same", "good_ca", DISTID), leaf = openssl_leaf("/CN=same", "leaf", DISTID);

	(void)state;
	assert_non_null(root.cert);
	assert_int_equal(check(HUFU_RING_BUILTIN, leaf.cert), 0);
	assert_says(&note, "no CA by its own words");
}

static void refuses_another_distid(void **state)
{
	autopair ca = openssl_ca("/CN=CA", "good_ca", "-sigopt distid:somebody");

	(void)state;
	assert_int_equal(check(HUFU_RING_BUILTIN, ca.cert), -EKEYREJECTED);
	assert_says(&err, "made with another distinguishing id than 1234567812345678");
}

static void asks_ima_certificates_for_more(void **state)
{
	static const struct {
		const char *section;
		int result;
		const char *says;
	} cases[] = {
		{"leaf", 0, ""},
		{"no_akid", 0, ""}, /* found by the issuer's name */
		{"no_skid", -EBADMSG, "has no subjectKeyIdentifier"},
		{"no_usage", -EKEYREJECTED, "has no keyUsage, and .ima asks for digitalSignature"},
		{"other_usage", -EKEYREJECTED, "keyUsage does not include digitalSignature"},
	};
	autopair ca = openssl_ca("/CN=CA", "good_ca", DISTID);

	(void)state;
	put(HUFU_RING_BUILTIN, &ca);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autopair leaf = openssl_leaf("/CN=leaf", cases[i].section, DISTID);

		assert_int_equal(check(HUFU_RING_IMA, leaf.cert), cases[i].result);
		assert_says(&err, cases[i].says);
		/* .secondary_trusted_keys asks only who has signed it */
		assert_int_equal(check(HUFU_RING_SECONDARY, leaf.cert), 0);
		assert_says(&note, "no CA by its own words (basicConstraints does not say CA:TRUE");
	}
}

static void goes_through_one_in_the_middle(void **state)
{
	autopair root = openssl_ca("/CN=root", "good_ca", DISTID),
		 middle = openssl_leaf("/CN=middle", "middle", DISTID);
	autopair leaf = {0};

	(void)state;
	assert_int_equal(rename(in_scratch("leaf.key"), in_scratch("ca.key")), 0);
	assert_int_equal(rename(in_scratch("leaf.pem"), in_scratch("ca.pem")), 0);
	leaf = openssl_leaf("/CN=leaf", "leaf", DISTID);
	put(HUFU_RING_BUILTIN, &root);
	/* only the direct signer counts */
	assert_int_equal(check(HUFU_RING_IMA, leaf.cert), -ENOKEY);
	assert_int_equal(check(HUFU_RING_SECONDARY, middle.cert), 0);
	assert_string_equal(note.text, "");
	put(HUFU_RING_SECONDARY, &middle);
	assert_int_equal(check(HUFU_RING_IMA, leaf.cert), 0);
}

/* A candidate that has not signed it does not hide one that has. */
static void tries_every_key_of_that_name(void **state)
{
	autopair first = openssl_ca("/CN=CA", "good_ca", DISTID), second = openssl_ca("/CN=CA", "good_ca", DISTID);
	autopair leaf = openssl_leaf("/CN=leaf", "no_akid", DISTID);

	(void)state;
	put(HUFU_RING_BUILTIN, &first);
	assert_int_equal(check(HUFU_RING_IMA, leaf.cert), -EKEYREJECTED);
	put(HUFU_RING_SECONDARY, &second);
	assert_int_equal(check(HUFU_RING_IMA, leaf.cert), 0);
}

static int set_up(void **state)
{
	if (make_scratch(state) < 0)
		return -1;
	if (call((const char *const[]){"openssl", "version", NULL}) != 0) {
		print_message("skipped: the openssl program is not installed\n");
		(void)drop_scratch(state);
		exit(77);
	}
	return file_write_atomic(in_scratch("conf"), conf, strlen(conf), 0600, true, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(refuses_who_nobody_signed, empty_rings),
		cmocka_unit_test_teardown(takes_who_a_root_signed, empty_rings),
		cmocka_unit_test_teardown(refuses_a_self_signed_one, empty_rings),
		cmocka_unit_test_teardown(refuses_a_bad_signature, empty_rings),
		cmocka_unit_test_teardown(takes_the_recipe, empty_rings),
		cmocka_unit_test_teardown(takes_a_pinned_leaf_of_that_name, empty_rings),
		cmocka_unit_test_teardown(refuses_another_distid, empty_rings),
		cmocka_unit_test_teardown(asks_ima_certificates_for_more, empty_rings),
		cmocka_unit_test_teardown(goes_through_one_in_the_middle, empty_rings),
		cmocka_unit_test_teardown(tries_every_key_of_that_name, empty_rings),
	};

	return cmocka_run_group_tests(tests, set_up, drop_scratch);
}
