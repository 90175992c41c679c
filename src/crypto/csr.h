/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CSR_H
#define CSR_H

#include "key.h"

/*
 * Reads a certificate request (PKCS#10, PEM or DER) and checks that it is signed by its own key; `distid` as in
 * hufu_cert_params. -EKEYREJECTED not a request, damaged, or wrongly signed; -ENOPKG another kind of key; -EFBIG.
 */
HUFU_MUST_USE int csr_load(const char *path, const char *distid, bool check_sig, X509_REQ **ret_req,
			   struct hufu_err *err);

#endif
