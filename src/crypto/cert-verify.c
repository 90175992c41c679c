/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <openssl/err.h>

#include "cert.h"
#include "err.h"
#include "sigalg.h"

int hufu_cert_signed_by(const struct hufu_cert *cert, const struct hufu_cert *issuer, const char *distid,
			struct hufu_err *err)
{
	autodone(X509_free) X509 *copy = NULL;
	const unsigned char *at = cert->der;
	const X509_ALGOR *algorithm;
	ASN1_OCTET_STRING *id = NULL;
	int r;

	X509_get0_signature(NULL, &algorithm, cert->x509);
	r = sigalg_check(algorithm, issuer->type, err);
	if (r < 0)
		return r;
	/* A copy, because the id is set in the X509, and threads share `cert` */
	copy = d2i_X509(NULL, &at, (long)cert->der_len);
	if (!copy)
		return ssl_err(err, -EIO, "cannot copy the certificate");
	if (key_is_sm2(issuer->type)) {
		r = sigalg_distid(distid, &id, err);
		if (r < 0)
			return r;
		X509_set0_distinguishing_id(copy, id);
	}
	if (X509_verify(copy, issuer->pkey) == 1)
		return 0;
	ERR_clear_error();
	return err_set(err, -EKEYREJECTED, "the certificate \"%s\" is not signed by the key of \"%s\"%s",
		       cert->info.subject, issuer->info.subject,
		       key_is_sm2(issuer->type) ? ", or with another distinguishing id" : "");
}

int hufu_cert_verify(const struct hufu_cert *cert, const struct hufu_digest *digest, const uint8_t *sig, size_t sig_len,
		     struct hufu_err *err)
{
	const struct key_public key = {cert->pkey, cert->type, cert->sm2};

	return key_verify(&key, digest, bytes_of(sig, sig_len), err);
}
