/* SPDX-License-Identifier: Apache-2.0 */
#include "test-certs.h"

#include "blacklist.h"
#include "hex.h"
#include "proc-keys.h"

static char *line_of(const struct keyring_key *key)
{
	autobuf out = {0};

	proc_keys_put_cert(&out, key);
	return buf_take_str(&out);
}

static void assert_line(struct pair *pair, const char *head, const char *subject, const char *algo)
{
	__attribute__((cleanup(keyring_done))) struct keyring ring = {0};
	const struct hufu_cert_info *info;
	autofree char *line = NULL, *wanted = NULL;
	char ski[2 * 64 + 1];

	assert_int_equal(keyring_put(&ring, &pair->cert, 0x2f1b0c7e), 0);
	info = hufu_cert_info(ring.keys[0].cert);
	hex_encode(info->skid, info->skid_len, ski);
	assert_true(asprintf(&wanted, "%s%s: %s: X509.%s %s []", head, subject, ski, algo,
			     ski + 2 * info->skid_len - 8) > 0);
	line = line_of(&ring.keys[0]);
	assert_string_equal(line, wanted);
}

#define HEAD "2f1b0c7e I------     1 perm 1f030000     0     0 asymmetri "

static void certificate(void **state)
{
	autopair sm2 = make_ca("sm2", "IMA signer"), rsa = make_ca("rsa:2048", "/O=IMA-test/CN=IMA test key");
	autopair ec = make_ca("ecdsa-p384", "/O=IMA-test/CN=IMA-test key");

	(void)state;
	assert_line(&sm2, HEAD, "IMA signer", "sm2");
	assert_line(&rsa, HEAD, "IMA-test: IMA test key", "rsa");
	assert_line(&ec, HEAD, "IMA-test key", "ecdsa-nist-p384");
}

/* A subject cannot begin a line of its own. */
static void control_characters(void **state)
{
	autopair ca = make_ca("sm2", "x\n2f1b0c7e I------ \033[2J");

	(void)state;
	assert_line(&ca, HEAD, "x\\n2f1b0c7e I------ \\x1b[2J", "sm2");
}

static void without_identifier(void **state)
{
	__attribute__((cleanup(keyring_done))) struct keyring ring = {0};
	autopair ca = {0};
	autofree char *line = NULL;

	(void)state;
	put_text("conf", "[req]\ndistinguished_name=dn\n[dn]\n[none]\nsubjectKeyIdentifier=none\n");
	openssl("ecparam -genkey -name SM2 -noout -out @key");
	openssl("req -new -x509 -sm3 -config @conf -extensions none -set_serial 0x1234 -subj /CN=CA -key @key -out "
		"@pem");
	ca = load_pair(NULL, "pem");
	assert_int_equal(keyring_put(&ring, &ca.cert, 5), 0);
	line = line_of(&ring.keys[0]);
	assert_string_equal(line, "00000005 I------     1 perm 1f030000     0     0 asymmetri CA: 1234: X509.sm2 []");
}

static void blacklist(void **state)
{
	const struct blacklist_entry tbs = {.kind = BLACKLIST_TBS, .len = 3, .bytes = {0xab, 0xcd, 0xef}, .serial = 9};
	const struct blacklist_entry bin = {.kind = BLACKLIST_BIN, .len = 1, .bytes = {0x01}, .serial = 0x7fffffff};
	autobuf out = {0};
	autofree char *text = NULL;

	(void)state;
	proc_keys_put_blacklist(&out, &tbs);
	buf_u8(&out, '\n');
	proc_keys_put_blacklist(&out, &bin);
	text = buf_take_str(&out);
	assert_string_equal(text, "00000009 I------     1 perm 09090000     0     0 blacklist tbs:abcdef\n"
				  "7fffffff I------     1 perm 09090000     0     0 blacklist bin:01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificate),
		cmocka_unit_test(control_characters),
		cmocka_unit_test(without_identifier),
		cmocka_unit_test(blacklist),
	};

	return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
