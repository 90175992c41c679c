/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"

struct bytes bytes_of(const void *data, size_t len)
{
	return (struct bytes){.at = data, .left = len};
}

bool bytes_ok(const struct bytes *in)
{
	return !in->bad;
}

bool bytes_end(const struct bytes *in)
{
	return !in->bad && in->left == 0;
}

const uint8_t *bytes_take(struct bytes *in, size_t len)
{
	const uint8_t *taken = in->at;

	if (in->bad || len > in->left) {
		in->bad = true;
		in->left = 0;
		return NULL;
	}
	if (len) {
		in->at += len;
		in->left -= len;
	}
	return taken;
}

struct bytes bytes_sub(struct bytes *in, size_t len)
{
	const uint8_t *at = bytes_take(in, len);

	return (struct bytes){.at = at, .left = in->bad ? 0 : len, .bad = in->bad};
}

static uint64_t number(struct bytes *in, size_t len, bool big)
{
	const uint8_t *at = bytes_take(in, len);
	uint64_t value = 0;

	if (!at)
		return 0;
	for (size_t i = 0; i < len; i++)
		value = value << 8 | at[big ? i : len - 1 - i];
	return value;
}

uint8_t bytes_u8(struct bytes *in)
{
	return (uint8_t)number(in, 1, true);
}

uint16_t bytes_be16(struct bytes *in)
{
	return (uint16_t)number(in, 2, true);
}

uint32_t bytes_be32(struct bytes *in)
{
	return (uint32_t)number(in, 4, true);
}

uint16_t bytes_le16(struct bytes *in)
{
	return (uint16_t)number(in, 2, false);
}

uint32_t bytes_le32(struct bytes *in)
{
	return (uint32_t)number(in, 4, false);
}

uint64_t bytes_le64(struct bytes *in)
{
	return number(in, 8, false);
}

void buf_done(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){.limit = buf->limit};
}

/* Room for `len` more bytes and a NUL, which the limit does not count; or `error` set. */
static bool reserve(struct buf *buf, size_t len)
{
	size_t wanted = buf->len + len;
	size_t size = buf->size ? buf->size : 64;
	uint8_t *data;

	if (buf->error)
		return false;
	if (wanted < len || wanted == SIZE_MAX || (buf->limit && wanted > buf->limit)) {
		buf->error = -EFBIG;
		return false;
	}
	if (wanted < buf->size)
		return true;
	while (size <= wanted)
		size = size > SIZE_MAX / 2 ? SIZE_MAX : size * 2;
	data = realloc(buf->data, size);
	if (!data) {
		buf->error = -ENOMEM;
		return false;
	}
	buf->data = data;
	buf->size = size;
	return true;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (len == 0 || !reserve(buf, len))
		return;
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
}

void buf_u8(struct buf *buf, uint8_t value)
{
	buf_add(buf, &value, 1);
}

void buf_be16(struct buf *buf, uint16_t value)
{
	buf_add(buf, (uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

void buf_be32(struct buf *buf, uint32_t value)
{
	buf_be16(buf, (uint16_t)(value >> 16));
	buf_be16(buf, (uint16_t)value);
}

void buf_le32(struct buf *buf, uint32_t value)
{
	buf_be32(buf, __builtin_bswap32(value));
}

void buf_str(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0) {
		if (!buf->error)
			buf->error = -ENOMEM;
		return;
	}
	buf_add(buf, text, (size_t)len);
	free(text);
}

void buf_hex(struct buf *buf, const void *data, size_t len)
{
	if (!reserve(buf, len > SIZE_MAX / 2 ? SIZE_MAX : len * 2))
		return;
	hex_encode(data, len, (char *)buf->data + buf->len);
	buf->len += len * 2;
}

char *buf_take_str(struct buf *buf)
{
	char *text = NULL;
	int error;

	if (reserve(buf, 0)) {
		text = (char *)buf->data;
		text[buf->len] = '\0';
		buf->data = NULL;
	}
	error = buf->error;
	buf_done(buf);
	buf->error = error;
	return text;
}
