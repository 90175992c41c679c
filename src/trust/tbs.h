/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TBS_H
#define TBS_H

#include "bytes.h"
#include "hufu.h"

/*
 * The part of a certificate that is signed: TBSCertificate with its tag and length (RFC 5280 section 4.1). Certificate is
 * SEQUENCE { TBSCertificate ::= SEQUENCE, ... }. -EBADMSG: it does not begin so.
 */
HUFU_MUST_USE int tbs_find(const uint8_t *der, size_t len, struct bytes *ret_tbs);

#endif
