/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "hex.h"
#include "logreplay.h"

/* boot_aggregate of a machine without TPM and ima_hash=sha1, then a violation; values from Python's hashlib. */
static void extends_as_a_tpm(void **state)
{
	struct logreplay replay = {0};
	uint8_t hash[20];

	(void)state;
	assert_int_equal(hex_decode("1d8d532d463c9f8c205d0df7787669a85f93e260", 40, hash, sizeof(hash)), 20);
	assert_int_equal(logreplay_extend(&replay, 10, hash, NULL), 0);
	assert_string_equal(logreplay_hex(&replay, 10).text, "75103fd9bb3bb21b28a3d2ddf0d2576bd7f7a17e");
	assert_int_equal(logreplay_extend(&replay, 10, NULL, NULL), 0);
	assert_string_equal(logreplay_hex(&replay, 10).text, "b81aa6646d9efa8e95209bd4674ae269d57615d4");
	assert_true(replay.used[10]);
	assert_false(replay.used[9]);
}

static void refuses_a_pcr_no_tpm_has(void **state)
{
	struct logreplay replay = {0};
	struct hufu_err err;

	(void)state;
	assert_int_equal(logreplay_extend(&replay, LOGREPLAY_PCRS - 1, NULL, &err), 0);
	assert_int_equal(logreplay_extend(&replay, LOGREPLAY_PCRS, NULL, &err), -EBADMSG);
	assert_string_equal(err.text, "there is no PCR 24");
	assert_int_equal(logreplay_extend(&replay, UINT32_MAX, NULL, &err), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(extends_as_a_tpm),
		cmocka_unit_test(refuses_a_pcr_no_tpm_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
