/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIGEST_H
#define DIGEST_H

#include "hufu.h"

/* A digest in pieces, any algorithm libcrypto has; SM3 is our own, see sm3.h. Not for several threads at once. */
struct digest;

/* -ENOPKG: the algorithm is not available on this machine. */
HUFU_MUST_USE int digest_new(unsigned algo, struct digest **ret_digest, struct hufu_err *err);
HUFU_MUST_USE int digest_add(struct digest *digest, const void *data, size_t len);
/* Ends the digest; the object can be used for another one of the same algorithm afterwards. */
HUFU_MUST_USE int digest_end(struct digest *digest, struct hufu_digest *ret_digest);
void digest_free(struct digest *digest);

/* 1 if the algorithm is available here, else 0. */
int digest_available(unsigned algo);
/* libcrypto's name of the algorithm, NULL if it never has one. */
const char *digest_ssl_name(unsigned algo);

#endif
