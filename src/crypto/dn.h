/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DN_H
#define DN_H

#include "ssl.h"

/*
 * A distinguished name as people type it: "/C=CN/O=Example/CN=name" as with openssl -subj ('\' takes the special meaning
 * of the next byte, '+' instead of '/' joins two to one RDN), or else a bare common name. UTF-8. -EINVAL.
 */
HUFU_MUST_USE int dn_parse(const char *text, X509_NAME **ret_name, struct hufu_err *err);

#endif
