/* SPDX-License-Identifier: Apache-2.0 */
#include "sm2-many.h"
#include "test-sm2.h"
#include "sm2-key.h"

DEFINE_AUTO(struct sm2_key, sm2_key_free)
#define autosm2 autodone(sm2_key_free) struct sm2_key

static struct sm2_secret secret;
static struct sm2_affine point;
static struct sm2_comb comb;

static void take_key(void)
{
	autogroup *group = curve();
	autopoint *public = EC_POINT_new(group);
	autobn *n = order_plus(-2), *d = random_below(n);
	uint8_t bytes[32];

	assert_int_equal(EC_POINT_mul(group, public, d, NULL, NULL, NULL), 1);
	point = to_affine(group, public);
	to_bytes(d, bytes);
	assert_true(sm2_secret_init(&secret, bytes));
	sm2_comb_fill(&comb, &point);
}

static void draw(struct sm2_one *ones, unsigned n)
{
	uint8_t wide[64];

	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(RAND_bytes(wide, sizeof(wide)), 1);
		assert_int_equal(RAND_bytes(ones[i].digest, 32), 1);
		assert_int_equal(RAND_bytes((uint8_t *)&ones[i].multiplier, 8), 1);
		sm2_nonce(&ones[i].nonce, wide);
	}
}

/* Of every number: the same as one at a time with the same nonces, right one at a time and together, and the nonces are gone. */
static void same_as_single(void **state)
{
	static const struct sm2_scalar gone;

	(void)state;
	for (unsigned n = 1; n <= SM2_MANY; n++) {
		struct sm2_one ones[SM2_MANY];
		struct sm2_sig sigs[SM2_MANY];

		take_key();
		draw(ones, n);
		for (unsigned i = 0; i < n; i++)
			assert_true(sm2_sign(&sigs[i], &secret, ones[i].digest, &ones[i].nonce));
		assert_true(sm2_sign_many(ones, n, &secret));
		for (unsigned i = 0; i < n; i++) {
			assert_memory_equal(&ones[i].sig, &sigs[i], sizeof(sigs[i]));
			assert_true(sm2_verify(&point, NULL, ones[i].digest, &ones[i].sig));
			assert_memory_equal(&ones[i].nonce, &gone, sizeof(gone));
		}
		assert_true(sm2_check_many(ones, n, &point, NULL));
		assert_true(sm2_check_many(ones, n, &point, &comb));
	}
}

static void spoil(struct sm2_one *one, unsigned how, struct sm2_one *other)
{
	static const struct sm2_scalar small = {{1, 0, 0, 0}};
	static const struct sm2_fe zero;

	switch (how) {
	case 0:
		one->digest[7] ^= 4;
		break;
	case 1:
		sm2_scalar_add(&one->sig.s, &one->sig.s, &small);
		break;
	case 2: /* and the digest with it: r fits the point, the sum does not */
		sm2_scalar_add(&one->sig.r, &one->sig.r, &small);
		one->digest[31]++;
		break;
	case 3:
		sm2_field_sub(&one->point.y, &zero, &one->point.y);
		break;
	case 4:
		one->point.y.word[1] ^= 1;
		break;
	case 5:
		one->point = other->point;
		break;
	default: /* two that would make up for each other without the factors */
		sm2_scalar_add(&one->sig.s, &one->sig.s, &small);
		sm2_scalar_sub(&other->sig.s, &other->sig.s, &small);
	}
}

static void one_wrong(void **state)
{
	(void)state;
	take_key();
	for (unsigned how = 0; how < 7; how++)
		for (unsigned at = 0; at < SM2_MANY; at++) {
			struct sm2_one ones[SM2_MANY];

			draw(ones, SM2_MANY);
			assert_true(sm2_sign_many(ones, SM2_MANY, &secret));
			spoil(&ones[at], how, &ones[(at + 5) % SM2_MANY]);
			assert_false(sm2_check_many(ones, SM2_MANY, &point, &comb));
		}
}

static void other_key(void **state)
{
	struct sm2_one ones[SM2_MANY];

	(void)state;
	take_key();
	draw(ones, SM2_MANY);
	assert_true(sm2_sign_many(ones, SM2_MANY, &secret));
	take_key();
	assert_false(sm2_check_many(ones, SM2_MANY, &point, &comb));
	assert_false(sm2_check_many(ones, SM2_MANY, &point, NULL));
}

/* A nonce of 0 spoils the lot, says so, and leaves the arithmetic of the others alone. */
static void nonce_of_zero(void **state)
{
	struct sm2_one ones[3];

	(void)state;
	take_key();
	draw(ones, 3);
	memset(&ones[1].nonce, 0, sizeof(ones[1].nonce));
	assert_false(sm2_sign_many(ones, 3, &secret));
	assert_true(sm2_verify(&point, NULL, ones[0].digest, &ones[0].sig));
	assert_true(sm2_verify(&point, NULL, ones[2].digest, &ones[2].sig));
	assert_false(sm2_check_many(ones, 3, &point, NULL));
}

/* Through the key: libcrypto verifies all of them, and equal digests get different signatures. */
static void by_key(void **state)
{
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	autosm2 *key = sm2_key_new(pkey, true), *public = sm2_key_new(pkey, false);
	uint8_t digest[32];
	const uint8_t *digests[SM2_KEY_MANY + 1];
	struct sm2_key_sig sigs[SM2_KEY_MANY];

	(void)state;
	assert_int_equal(RAND_bytes(digest, sizeof(digest)), 1);
	for (unsigned i = 0; i <= SM2_KEY_MANY; i++)
		digests[i] = digest;
	for (unsigned round = 0; round < 30; round++) {
		assert_int_equal(sm2_key_sign_many(key, pkey, digests, SM2_KEY_MANY, sigs), 0);
		for (unsigned i = 0; i < SM2_KEY_MANY; i++) {
			assert_true(ssl_verifies(pkey, digest, sigs[i].der, sigs[i].len));
			for (unsigned j = 0; j < i; j++)
				assert_false(sigs[i].len == sigs[j].len &&
					     memcmp(sigs[i].der, sigs[j].der, sigs[i].len) == 0);
		}
	}
	assert_int_equal(sm2_key_sign_many(key, pkey, digests, SM2_KEY_MANY + 1, sigs), SM2_KEY_OTHER);
	assert_int_equal(sm2_key_sign_many(public, pkey, digests, 2, sigs), SM2_KEY_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_single), cmocka_unit_test(one_wrong), cmocka_unit_test(other_key),
		cmocka_unit_test(nonce_of_zero),  cmocka_unit_test(by_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
