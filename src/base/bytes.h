/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hufu.h"

/*
 * The bounded cursor through which all outside bytes pass. A read beyond the end yields zeros or NULL and sets `bad`,
 * which stays set: read a whole structure, then look at bytes_ok() once.
 */
struct bytes {
	const uint8_t *at;
	size_t left;
	bool bad;
};

struct bytes bytes_of(const void *data, size_t len);
bool bytes_ok(const struct bytes *in); /* nothing was read beyond the end */
bool bytes_end(const struct bytes *in); /* ok, and nothing is left */
uint8_t bytes_u8(struct bytes *in);
uint16_t bytes_be16(struct bytes *in);
uint32_t bytes_be32(struct bytes *in);
uint16_t bytes_le16(struct bytes *in);
uint32_t bytes_le32(struct bytes *in);
uint64_t bytes_le64(struct bytes *in);
const uint8_t *bytes_take(struct bytes *in, size_t len); /* NULL if fewer are left */
struct bytes bytes_sub(struct bytes *in, size_t len); /* the next `len` as a cursor of its own */

/*
 * A growing buffer with a limit. An append that fails (no memory, over the limit) sets `error` and later appends do
 * nothing: build, then look at `error` once. Zeroed is empty with no limit.
 */
struct buf {
	uint8_t *data;
	size_t len, size;
	size_t limit; /* 0: none */
	int error; /* 0, -ENOMEM, -EFBIG */
};

void buf_done(struct buf *buf); /* frees; the buffer is empty and usable again */
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_u8(struct buf *buf, uint8_t value);
void buf_be16(struct buf *buf, uint16_t value);
void buf_be32(struct buf *buf, uint32_t value);
void buf_le32(struct buf *buf, uint32_t value);
void buf_str(struct buf *buf, const char *text); /* without the NUL */
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_hex(struct buf *buf, const void *data, size_t len);
/* The text with a NUL after it, owned by the caller; NULL if `error`, which stays. The buffer is empty afterwards. */
char *buf_take_str(struct buf *buf);

#define autobuf __attribute__((cleanup(buf_done))) struct buf

#endif
