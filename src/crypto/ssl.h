/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SSL_H
#define SSL_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "clean.h"
#include "hufu.h"

/* What every file of this layer needs of libcrypto: release by scope, and its reasons in our sentences. */

DEFINE_AUTO(BIGNUM, BN_clear_free)
DEFINE_AUTO(BIO, BIO_free_all)
DEFINE_AUTO(EVP_MD_CTX, EVP_MD_CTX_free)
DEFINE_AUTO(EVP_PKEY, EVP_PKEY_free)
DEFINE_AUTO(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
DEFINE_AUTO(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)
DEFINE_AUTO(X509, X509_free)
DEFINE_AUTO(X509_ALGOR, X509_ALGOR_free)
DEFINE_AUTO(X509_NAME, X509_NAME_free)
DEFINE_AUTO(X509_PUBKEY, X509_PUBKEY_free)
DEFINE_AUTO(X509_REQ, X509_REQ_free)
DEFINE_AUTO(X509_SIG, X509_SIG_free)

/*
 * Sets the text, with ": " and libcrypto's reason at the end if it has one, empties its error queue, and returns `code`;
 * but -ENOMEM if the reason is that memory is short.
 */
int ssl_err(struct hufu_err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
