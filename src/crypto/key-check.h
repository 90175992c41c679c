/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_CHECK_H
#define KEY_CHECK_H

#include "bytes.h"
#include "hufu.h"

/* hufu_cert_verify() with the public half of a private key: was this signature made by it? 0, -EKEYREJECTED, -EINVAL. */
HUFU_MUST_USE int key_check(const struct hufu_key *key, const struct hufu_digest *digest, struct bytes sig,
			    struct hufu_err *err);

#endif
