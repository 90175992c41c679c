/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIGALG_H
#define SIGALG_H

#include "key.h"

/* Signature algorithms of certificates and requests. */

/* For people: "SM2-with-SM3", "RSA-SHA256". Allocated; NULL if memory is short. */
char *sigalg_name(const X509_ALGOR *algorithm);
/*
 * May a key of this type have signed with it? -ENOPKG: the algorithm is not supported, or no longer; -EKEYREJECTED: it
 * is one for another type of key.
 */
HUFU_MUST_USE int sigalg_check(const X509_ALGOR *algorithm, const struct key_type *type, struct hufu_err *err);

/*
 * The distinguishing id that goes into Z (GM/T 0003.2 clause 5.5), for X509_set0_distinguishing_id(): NULL is HUFU_DISTID, ""
 * the empty one, which OpenSSL takes when none is named. -EINVAL too long.
 */
HUFU_MUST_USE int sigalg_distid(const char *distid, ASN1_OCTET_STRING **ret_distid, struct hufu_err *err);

#endif
