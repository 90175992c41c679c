/* SPDX-License-Identifier: Apache-2.0 */
/* The value of security.ima: what is decoded lies inside the input, and encodes to what was read. */
#include <string.h>

#include "fuzz.h"
#include "hufu.h"

static void check_inside(const struct hufu_sig *sig, const uint8_t *data, size_t size)
{
	FUZZ_CHECK(sig->len <= size);
	FUZZ_CHECK(sig->len == 0 || (sig->bytes >= data && sig->bytes + sig->len <= data + size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hufu_sig sig, untouched;
	struct hufu_err err = {""};
	uint8_t again[HUFU_XATTR_MAX];
	size_t len = 0;

	memset(&sig, 0xa5, sizeof(sig));
	untouched = sig;
	if (hufu_sig_decode(data, size, &sig, &err) < 0) {
		FUZZ_CHECK(memcmp(&sig, &untouched, sizeof(sig)) == 0 && err.text[0]);
		return 0;
	}
	check_inside(&sig, data, size);
	if (hufu_sig_encode(&sig, again, sizeof(again), &len) == 0) {
		/* Bytes after a digest are tolerated and not kept. */
		FUZZ_CHECK(len <= size && memcmp(again, data, len) == 0);
	}
	return 0;
}
