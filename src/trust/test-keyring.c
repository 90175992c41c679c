/* SPDX-License-Identifier: Apache-2.0 */
#include "test-certs.h"

#include "hex.h"
#include "keyring.h"

static struct keyring ring;

static int empty(void **state)
{
	(void)state;
	keyring_done(&ring);
	return 0;
}

static void put(struct hufu_cert *cert, uint32_t serial)
{
	assert_int_equal(keyring_put(&ring, &cert, serial), 0);
	assert_null(cert);
}

static struct hufu_cert *copy_of(const struct hufu_cert *cert)
{
	struct der der = der_of(cert);
	struct hufu_cert *copy;

	assert_int_equal(hufu_cert_parse(der.data, der.len, HUFU_FORM_DER, &copy, NULL), 0);
	return copy;
}

static void finds_by_serial_and_identifier(void **state)
{
	autopair ca = make_ca("ecdsa-p256", "a CA");
	const struct hufu_cert_info *info = hufu_cert_info(ca.cert);
	char ski[2 * 64 + 1];
	size_t digits = 2 * info->skid_len;

	(void)state;
	hex_encode(info->skid, info->skid_len, ski);
	put(copy_of(ca.cert), 0x00c0ffee);
	assert_int_equal(keyring_find(&ring, "00c0ffee"), 0);
	assert_int_equal(keyring_find(&ring, "0x00C0FFEE"), 0);
	assert_int_equal(keyring_find(&ring, ski), 0);
	assert_int_equal(keyring_find(&ring, ski + digits - 8), 0);
	assert_int_equal(keyring_find(&ring, "00c0ffef"), -ENOENT);
	assert_int_equal(keyring_find(&ring, ski + digits - 6), -EINVAL); /* too little to go by */
	assert_int_equal(keyring_find(&ring, ski + 1), -EINVAL); /* half a byte */
	assert_int_equal(keyring_find(&ring, ""), -EINVAL);
	assert_int_equal(keyring_find(&ring, "0x"), -EINVAL);
	assert_int_equal(keyring_find(&ring, "a CA"), -EINVAL);
	ski[0] = ski[0] == '0' ? '1' : '0';
	assert_int_equal(keyring_find(&ring, ski), -ENOENT);
	assert_true(keyring_has_serial(&ring, 0x00c0ffee));
	assert_false(keyring_has_serial(&ring, 0x00c0ffef));
}

static void says_when_several_end_so(void **state)
{
	autopair ca = make_ca("ecdsa-p256", "CA");
	const struct hufu_cert_params params = {.subject = "CA, renamed"};
	struct hufu_cert *other;
	char id[9];

	(void)state;
	assert_int_equal(hufu_cert_make_ca(ca.key, &params, &other, NULL), 0);
	(void)snprintf(id, sizeof(id), "%08x", hufu_key_id(ca.key));
	put(copy_of(ca.cert), 7);
	put(other, 8);
	assert_int_equal(ring.n_keys, 2);
	assert_int_equal(keyring_find(&ring, id), -ENOTUNIQ);
	assert_int_equal(keyring_find(&ring, "00000008"), 1);
}

static void replaces_what_has_the_same_description(void **state)
{
	autopair ca = make_ca("ecdsa-p256", "CA"), other = make_ca("ecdsa-p256", "CA");

	(void)state;
	put(copy_of(ca.cert), 7);
	put(copy_of(other.cert), 8); /* the same name, another key */
	assert_int_equal(ring.n_keys, 2);
	put(copy_of(ca.cert), 9);
	assert_int_equal(ring.n_keys, 2);
	assert_int_equal(ring.keys[0].serial, 9);
	assert_int_equal(ring.keys[1].serial, 8);
}

static void removes_and_moves(void **state)
{
	autopair a = make_ca("ecdsa-p256", "a"), b = make_ca("ecdsa-p256", "b"), c = make_ca("ecdsa-p256", "c");
	__attribute__((cleanup(keyring_done))) struct keyring other = {0};

	(void)state;
	put(copy_of(a.cert), 4);
	put(copy_of(b.cert), 5);
	put(copy_of(c.cert), 6);
	assert_int_equal(keyring_move(&ring, 1, &other), 0);
	assert_int_equal(other.n_keys, 1);
	assert_int_equal(other.keys[0].serial, 5);
	assert_int_equal(ring.n_keys, 2);
	assert_int_equal(ring.keys[1].serial, 6);
	keyring_remove(&ring, 0);
	assert_int_equal(ring.n_keys, 1);
	assert_int_equal(ring.keys[0].serial, 6);
	keyring_remove(&ring, 0);
	assert_int_equal(ring.n_keys, 0);
	assert_int_equal(keyring_find(&ring, "00000006"), -ENOENT);
}

static void has_an_end(void **state)
{
	autopair other = make_ca("ecdsa-p256", "one too many");
	struct hufu_cert *cert = copy_of(other.cert);

	(void)state;
	ring.n_keys = KEYRING_MAX;
	ring.keys = calloc(KEYRING_MAX, sizeof(*ring.keys));
	assert_non_null(ring.keys);
	for (size_t i = 0; i < KEYRING_MAX; i++)
		ring.keys[i].description = strdup("x");
	assert_int_equal(keyring_put(&ring, &cert, 5), -EDQUOT);
	assert_non_null(cert);
	hufu_cert_free(cert);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(finds_by_serial_and_identifier, empty),
		cmocka_unit_test_teardown(says_when_several_end_so, empty),
		cmocka_unit_test_teardown(replaces_what_has_the_same_description, empty),
		cmocka_unit_test_teardown(removes_and_moves, empty),
		cmocka_unit_test_teardown(has_an_end, empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
