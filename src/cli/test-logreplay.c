/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "hex.h"
#include "logreplay.h"

static struct hufu_mlog_entry entry_of(uint32_t pcr, const char *hash)
{
	struct hufu_mlog_entry entry = {.pcr = pcr, .template_name = "ima-ng"};

	if (hash)
		assert_int_equal(hex_decode(hash, 40, entry.template_hash, 20), 20);
	return entry;
}

/* boot_aggregate of a machine without TPM and ima_hash=sha1, then a violation; values from Python's hashlib. */
static void extends_as_a_tpm(void **state)
{
	struct hufu_mlog_entry boot = entry_of(10, "1d8d532d463c9f8c205d0df7787669a85f93e260"),
			       bad = entry_of(10, NULL);
	struct logreplay replay;

	(void)state;
	logreplay_init(&replay, NULL);
	assert_int_equal(logreplay_extend(&replay, &boot, NULL), 0);
	assert_string_equal(logreplay_hex(&replay, HUFU_HASH_SHA1, 10).text,
			    "75103fd9bb3bb21b28a3d2ddf0d2576bd7f7a17e");
	assert_int_equal(logreplay_extend(&replay, &bad, NULL), 0);
	assert_string_equal(logreplay_hex(&replay, HUFU_HASH_SHA1, 10).text,
			    "b81aa6646d9efa8e95209bd4674ae269d57615d4");
	assert_true(replay.used[10]);
	assert_false(replay.used[9]);
}

static void refuses_a_pcr_no_tpm_has(void **state)
{
	struct hufu_mlog_entry entry = entry_of(PCRVALUES_PCRS - 1, NULL);
	struct logreplay replay;
	struct hufu_err err;

	(void)state;
	logreplay_init(&replay, NULL);
	assert_int_equal(logreplay_extend(&replay, &entry, &err), 0);
	entry.pcr = PCRVALUES_PCRS;
	assert_int_equal(logreplay_extend(&replay, &entry, &err), -EBADMSG);
	assert_string_equal(err.text, "there is no PCR 24");
	entry.pcr = UINT32_MAX;
	assert_int_equal(logreplay_extend(&replay, &entry, &err), -EBADMSG);
}

/* A value that was reached and left again is told from one that never was. */
static void says_when_a_value_was_reached(void **state)
{
	struct hufu_mlog_entry boot = entry_of(10, "1d8d532d463c9f8c205d0df7787669a85f93e260"),
			       bad = entry_of(10, NULL);
	struct pcrvalues wanted = {.n = 1, .at = {{.pcr = 10, .value = {.algo = HUFU_HASH_SHA1, .len = 20}}}};
	struct logreplay replay;
	uint64_t reached = 0;

	(void)state;
	assert_int_equal(hex_decode("75103fd9bb3bb21b28a3d2ddf0d2576bd7f7a17e", 40, wanted.at[0].value.bytes, 20), 20);
	logreplay_init(&replay, &wanted);
	assert_int_equal(logreplay_compare(&replay, &wanted.at[0], &reached), LOGREPLAY_OTHER);
	assert_int_equal(logreplay_extend(&replay, &boot, NULL), 0);
	assert_int_equal(logreplay_compare(&replay, &wanted.at[0], &reached), LOGREPLAY_SAME);
	assert_int_equal(logreplay_extend(&replay, &bad, NULL), 0);
	assert_int_equal(logreplay_compare(&replay, &wanted.at[0], &reached), LOGREPLAY_EARLIER);
	assert_int_equal(reached, 1);
}

/* The kernel's SM3 bank without SM3 in the kernel: SM3(zeros || SHA-1 template hash || 12 zeros); openssl dgst -sm3. */
static void knows_banks_of_a_kernel_without_the_algorithm(void **state)
{
	struct hufu_mlog_entry boot = entry_of(10, "1d8d532d463c9f8c205d0df7787669a85f93e260");
	struct pcrvalues wanted = {.n = 1, .at = {{.pcr = 10, .value = {.algo = HUFU_HASH_SM3, .len = 32}}}};
	uint8_t both[64] = {0};
	struct hufu_digest digest;
	struct logreplay replay;
	uint64_t reached = 0;

	(void)state;
	memcpy(both + 32, boot.template_hash, 20);
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, both, sizeof(both), &digest, NULL), 0);
	memcpy(wanted.at[0].value.bytes, digest.bytes, 32);
	boot.data = (const uint8_t *)"";
	logreplay_init(&replay, &wanted);
	assert_int_equal(logreplay_extend(&replay, &boot, NULL), 0);
	assert_int_equal(logreplay_compare(&replay, &wanted.at[0], &reached), LOGREPLAY_SAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(extends_as_a_tpm),
		cmocka_unit_test(refuses_a_pcr_no_tpm_has),
		cmocka_unit_test(says_when_a_value_was_reached),
		cmocka_unit_test(knows_banks_of_a_kernel_without_the_algorithm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
