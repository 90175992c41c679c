/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LINK_H
#define LINK_H

#include "hufu.h"
#include "keyring.h"

/*
 * Who may enter which ring: the kernel's link restrictions (crypto/asymmetric_keys/restrict.c, certs/system_keyring.c; for .ima
 * restrict_link_by_digsig_builtin_and_secondary() of Linux 6.6). As there, only the direct signer counts: no chain is built, and
 * dates, path lengths and the signer's own usage are not looked at.
 */

/* `rings` is indexed by enum hufu_ring. Results as of hufu_trust_add(); `ret_note` is never NULL. */
HUFU_MUST_USE int link_check(const struct keyring *rings, enum hufu_ring ring, const struct hufu_cert *cert,
			     struct hufu_err *ret_note, struct hufu_err *err);

/* Of that, the question who has signed it. A certificate does not vouch for itself, should it be in a ring already. */
HUFU_MUST_USE int link_check_signer(const struct keyring *rings, const struct hufu_cert *cert, struct hufu_err *err);

/* What .ima asks beyond a trusted signer. */
HUFU_MUST_USE int link_check_use(const struct hufu_cert *cert, struct hufu_err *err);

/*
 * 0: a certificate of `ring` has signed it; -ENOKEY: none can have; -EKEYREJECTED: one says so, and the signature is bad; -ENOPKG:
 * one says so, and the algorithm is not supported.
 */
HUFU_MUST_USE int link_find_signer(const struct keyring *ring, const struct hufu_cert *cert, struct hufu_err *err);

/* As hufu_cert_signed_by(), for both distinguishing ids that SM2 certificates are made with. */
HUFU_MUST_USE int link_is_signed_by(const struct hufu_cert *cert, const struct hufu_cert *signer, struct hufu_err *err);

#endif
