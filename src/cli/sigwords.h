/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIGWORDS_H
#define SIGWORDS_H

#include <jansson.h>
#include <stdbool.h>

#include "hufu.h"

/* A decoded security.ima in words, and in JSON. */

/* "signature version 2, sm3, key id a47fc115, 70 bytes", or "digest sm3:66c7..."; allocated. `all`: with the bytes. */
char *sigwords_text(const struct hufu_sig *sig, bool all);
json_t *sigwords_json(const struct hufu_sig *sig);

#endif
