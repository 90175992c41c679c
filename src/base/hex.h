/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEX_H
#define HEX_H

#include <stddef.h>
#include <stdint.h>

#include "hufu.h"

/* Lower-case digits and a NUL: `ret_text` holds 2 * len + 1 bytes. */
void hex_encode(const void *data, size_t len, char *ret_text);
/*
 * Decodes exactly `text_len` digits of either case into at most `size` bytes and returns their number; -EINVAL an odd
 * count or another character, -ENOSPC too many.
 */
HUFU_MUST_USE ssize_t hex_decode(const char *text, size_t text_len, uint8_t *ret_data, size_t size);

#endif
