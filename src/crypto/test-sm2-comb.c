/* SPDX-License-Identifier: Apache-2.0 */
/* Points and their tables against libcrypto's. */
#include "test-sm2.h"

static void is_point(const EC_GROUP *group, const struct sm2_jacobian *ours, const EC_POINT *theirs)
{
	struct sm2_affine want;

	if (EC_POINT_is_at_infinity(group, theirs)) {
		assert_true(sm2_point_infinite(ours));
		return;
	}
	want = to_affine(group, theirs);
	assert_false(sm2_point_infinite(ours));
	assert_true(sm2_point_equal(ours, &want) == UINT64_MAX);
}

/* Factors at both ends, with one digit, with all digits at their borders; then random ones. */
static BIGNUM *factor(unsigned i)
{
	autobn *n = order_plus(0);
	autodone(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	BIGNUM *k = NULL;

	if (i < 70)
		return small(i);
	if (i < 140)
		return order_plus(-1 - (int)(i - 70));
	k = random_below(n);
	if (i < 183) {
		BN_set_word(k, 1 + i % 32);
		BN_lshift(k, k, (int)(6 * (i - 140)));
	} else if (i < 226) {
		BN_set_word(k, 0);
		for (unsigned j = 0; j <= i - 183; j++)
			BN_set_bit(k, (int)(6 * j + 5 - (i & 1)));
	}
	assert_int_equal(BN_nnmod(k, k, n, ctx), 1);
	return k;
}

static void multiples_of_the_generator(void **state)
{
	autogroup *group = curve();
	autopoint *want = EC_POINT_new(group);

	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		autobn *k = factor(i);
		struct sm2_scalar scalar;
		struct sm2_jacobian ours, other = {0};

		scalar = to_scalar(k);
		EC_POINT_mul(group, want, k, NULL, NULL, NULL);
		sm2_comb_secret(&ours, &scalar);
		is_point(group, &ours, want);
		sm2_comb_add_multiple(&other, &sm2_comb_g, &scalar);
		is_point(group, &other, want);
	}
}

/* The table made by the script and the one made here are the same; and a row's entries are what they should be. */
static void table_of_the_generator(void **state)
{
	autogroup *group = curve();
	struct sm2_affine g = to_affine(group, EC_GROUP_get0_generator(group));
	struct sm2_comb *comb = malloc(sizeof(*comb));

	(void)state;
	sm2_comb_fill(comb, &g);
	assert_memory_equal(comb, &sm2_comb_g, sizeof(*comb));
	free(comb);
}

/* acc + factor * P, with and without a table, where acc may be whatever it likes. */
static void multiples_of_others(void **state)
{
	autogroup *group = curve();
	autobn *n = order_plus(0);
	autopoint *p = EC_POINT_new(group), *want = EC_POINT_new(group);
	struct sm2_comb *comb = malloc(sizeof(*comb));

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		autobn *d = i % 3 == 0 ? small(1 + i / 3 % 40) : random_below(n), *k = factor(i + 3 * (i % 2)),
		       *s = factor(i);
		struct sm2_jacobian ours = {0}, other = {0};
		struct sm2_affine point;
		struct sm2_scalar first, second;

		first = to_scalar(s);
		second = to_scalar(k);
		EC_POINT_mul(group, p, d, NULL, NULL, NULL);
		point = to_affine(group, p);
		EC_POINT_mul(group, want, s, p, k, NULL);
		sm2_comb_fill(comb, &point);
		sm2_comb_add_multiple(&ours, &sm2_comb_g, &first);
		sm2_comb_add_multiple(&ours, comb, &second);
		is_point(group, &ours, want);
		sm2_comb_add_multiple(&other, &sm2_comb_g, &first);
		sm2_point_add_multiple(&other, &point, &second);
		is_point(group, &other, want);
	}
	free(comb);
}

static void not_on_the_curve(void **state)
{
	autogroup *group = curve();
	struct sm2_affine point;
	uint8_t bytes[64], changed[64];

	(void)state;
	point_bytes(group, EC_GROUP_get0_generator(group), bytes);
	assert_true(sm2_point_from_bytes(&point, bytes));
	for (unsigned i = 0; i < 512; i++) {
		memcpy(changed, bytes, sizeof(bytes));
		changed[i / 8] ^= (uint8_t)(1u << (i % 8));
		assert_false(sm2_point_from_bytes(&point, changed));
	}
	memset(changed, 0, sizeof(changed));
	assert_false(sm2_point_from_bytes(&point, changed));
	memset(changed, 0xff, sizeof(changed));
	assert_false(sm2_point_from_bytes(&point, changed));
	/* the same point with x + p would be a second name of it, were x + p below 2^256 */
	to_bytes(EC_GROUP_get0_field(group), changed);
	memcpy(changed + 32, bytes + 32, 32);
	assert_false(sm2_point_from_bytes(&point, changed));
}

static void selects_each_entry(void **state)
{
	static const struct sm2_affine zeros;

	(void)state;
	for (unsigned i = 0; i <= SM2_COMB_ENTRIES; i++) {
		struct sm2_affine entry;

		sm2_select(&entry, sm2_comb_g.entry, i);
		assert_memory_equal(&entry, i == 0 ? &zeros : &sm2_comb_g.entry[i - 1], sizeof(entry));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(multiples_of_the_generator), cmocka_unit_test(table_of_the_generator),
		cmocka_unit_test(multiples_of_others),	      cmocka_unit_test(not_on_the_curve),
		cmocka_unit_test(selects_each_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
