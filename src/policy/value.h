/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VALUE_H
#define VALUE_H

#include <stdint.h>

#include "hufu.h"
#include "keyword.h"

/* -ERANGE: more than 64 bits; -EINVAL: not a number. As kstrtoul(): a `+`, and for base 16 `0x`, may come before. */
HUFU_MUST_USE int value_number(struct word value, unsigned base, uint64_t *ret_number);
/* -EINVAL: the first 36 bytes are not a UUID. As uuid_parse(): what follows them is not looked at. */
HUFU_MUST_USE int value_uuid(struct word value, uint8_t ret_uuid[16]);

#endif
