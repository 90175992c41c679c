/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTWORDS_H
#define CERTWORDS_H

#include <jansson.h>

#include "hufu.h"

/* A certificate in words, with what is odd about it for IMA; and in JSON. */
void certwords_print(const char *path, const struct hufu_cert_info *info);
json_t *certwords_json(const char *path, const struct hufu_cert_info *info);
/* The next warning after `*at` (which begins at 0) as a sentence, or NULL. */
const char *certwords_warning(const struct hufu_cert_info *info, unsigned *at);

#endif
