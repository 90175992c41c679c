/* SPDX-License-Identifier: Apache-2.0 */
#include "hex.h"

#include <errno.h>

void hex_encode(const void *data, size_t len, char *ret_text)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++) {
		ret_text[2 * i] = digits[bytes[i] >> 4];
		ret_text[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret_text[2 * len] = '\0';
}

static int nibble(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

ssize_t hex_decode(const char *text, size_t text_len, uint8_t *ret_data, size_t size)
{
	if (text_len % 2)
		return -EINVAL;
	if (text_len / 2 > size)
		return -ENOSPC;
	for (size_t i = 0; i < text_len / 2; i++) {
		int high = nibble(text[2 * i]);
		int low = nibble(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		ret_data[i] = (uint8_t)(high << 4 | low);
	}
	return (ssize_t)(text_len / 2);
}
