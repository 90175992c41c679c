/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KDF_H
#define KDF_H

#include "ssl.h"

/*
 * How much work does an encrypted key ask for before its passphrase can be tried? -EINVAL: so much that the file is an attack
 * rather than a key. An algorithm that is not known here passes; libcrypto refuses it.
 */
HUFU_MUST_USE int kdf_check(const X509_SIG *sealed, struct hufu_err *err);

#endif
