/* SPDX-License-Identifier: Apache-2.0 */
#include "sm2-der.h"

#include <string.h>

enum { TAG_INTEGER = 0x02, TAG_SEQUENCE = 0x30, NUMBER_SIZE = 32 };

/* Lengths below 128 have one byte, and no signature is longer. */
static bool decode_number(struct bytes *in, struct sm2_scalar *ret)
{
	uint8_t number[NUMBER_SIZE] = {0};
	bool is_integer = bytes_u8(in) == TAG_INTEGER;
	size_t len = bytes_u8(in);
	const uint8_t *at = bytes_take(in, len);

	if (!is_integer || !at || len == 0 || len > NUMBER_SIZE + 1 || at[0] >= 0x80)
		return false;
	if (at[0] == 0) {
		/* only before a bit that would make it negative; 0 itself is refused in any case */
		if (len == 1 || at[1] < 0x80)
			return false;
		at++;
		len--;
	}
	if (len > NUMBER_SIZE)
		return false;
	memcpy(number + NUMBER_SIZE - len, at, len);
	return sm2_scalar_from_bytes(ret, number) && !sm2_scalar_zero(ret);
}

bool sm2_der_decode(struct sm2_sig *ret, struct bytes der)
{
	struct sm2_sig sig;
	struct bytes inside;
	bool is_sequence = bytes_u8(&der) == TAG_SEQUENCE;
	size_t len = bytes_u8(&der);

	if (!is_sequence || len >= 0x80)
		return false;
	inside = bytes_sub(&der, len);
	if (!bytes_end(&der) || !decode_number(&inside, &sig.r) || !decode_number(&inside, &sig.s) ||
	    !bytes_end(&inside))
		return false;
	*ret = sig;
	return true;
}

static size_t encode_number(uint8_t *ret, const struct sm2_scalar *value)
{
	uint8_t number[1 + NUMBER_SIZE] = {0};
	size_t skip = 0, len;

	sm2_scalar_to_bytes(number + 1, value);
	while (skip < NUMBER_SIZE && number[skip] == 0 && number[skip + 1] < 0x80)
		skip++;
	len = sizeof(number) - skip;
	ret[0] = TAG_INTEGER;
	ret[1] = (uint8_t)len;
	memcpy(ret + 2, number + skip, len);
	return 2 + len;
}

size_t sm2_der_encode(uint8_t ret_der[SM2_DER_MAX], const struct sm2_sig *sig)
{
	size_t len = 2;

	len += encode_number(ret_der + len, &sig->r);
	len += encode_number(ret_der + len, &sig->s);
	ret_der[0] = TAG_SEQUENCE;
	ret_der[1] = (uint8_t)(len - 2);
	return len;
}
