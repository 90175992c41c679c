/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and UUIDs as the kernel reads them: lib/kstrtox.c, lib/uuid.c. */
#include "value.h"

#include <errno.h>
#include <limits.h>

#include "hex.h"

#define UUID_TEXT_LEN 36

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return UINT_MAX;
}

int value_number(struct word value, unsigned base, uint64_t *ret_number)
{
	const char *at = value.at, *end = value.at + value.len;
	uint64_t number = 0;
	bool overflow = false;

	if (at < end && *at == '+')
		at++;
	if (base == 16 && end - at >= 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X'))
		at += 2;
	if (at == end || digit(*at) >= base)
		return -EINVAL;
	for (; at < end && digit(*at) < base; at++)
		overflow |= __builtin_mul_overflow(number, base, &number) ||
			    __builtin_add_overflow(number, digit(*at), &number);
	/* the order is the kernel's: too many digits are told before what follows them */
	if (overflow)
		return -ERANGE;
	if (at < end)
		return -EINVAL;
	*ret_number = number;
	return 0;
}

int value_uuid(struct word value, uint8_t ret_uuid[16])
{
	char digits[32];
	size_t n = 0;

	if (value.len < UUID_TEXT_LEN)
		return -EINVAL;
	for (size_t i = 0; i < UUID_TEXT_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash != (value.at[i] == '-'))
			return -EINVAL;
		if (!dash)
			digits[n++] = value.at[i];
	}
	return hex_decode(digits, n, ret_uuid, 16) < 0 ? -EINVAL : 0;
}
