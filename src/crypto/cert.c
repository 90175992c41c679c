/* SPDX-License-Identifier: Apache-2.0 */
#include "cert.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "file.h"
#include "pem.h"
#include "sm2-key.h"

static const char *const pem_names[2] = {"CERTIFICATE", "X509 CERTIFICATE"};

/*
 * Only DER, byte for byte: libcrypto also reads other encodings of the same content (BER), with which one certificate
 * would have many digests, and a list of refused ones could be passed by.
 */
static int check_encoding(const struct hufu_cert *cert, struct hufu_err *err)
{
	unsigned char *again = NULL;
	int len = i2d_X509(cert->x509, &again);
	bool same = len > 0 && (size_t)len == cert->der_len && memcmp(again, cert->der, cert->der_len) == 0;

	OPENSSL_free(again);
	if (same)
		return 0;
	return ssl_err(err, -EBADMSG, "the certificate is not encoded in DER");
}

static int decode(struct hufu_cert *cert, struct bytes der, struct hufu_err *err)
{
	const unsigned char *at = der.at;
	const X509_ALGOR *outer;

	cert->x509 = d2i_X509(NULL, &at, (long)der.left);
	if (!cert->x509)
		return ssl_err(err, -EBADMSG, "not a certificate, or a damaged one");
	if (at != der.at + der.left)
		return err_set(err, -EBADMSG, "%zu bytes stand after the end of the certificate",
			       der.left - (size_t)(at - der.at));
	cert->der = malloc(der.left);
	if (!cert->der)
		return err_sys(err, -ENOMEM, "certificate");
	memcpy(cert->der, der.at, der.left);
	cert->der_len = der.left;
	X509_get0_signature(NULL, &outer, cert->x509);
	if (X509_ALGOR_cmp(outer, X509_get0_tbs_sigalg(cert->x509)) != 0)
		return err_set(err, -EBADMSG, "the certificate names two different signature algorithms");
	return check_encoding(cert, err);
}

static int take_key(struct hufu_cert *cert, struct hufu_err *err)
{
	X509_ALGOR *algorithm = NULL;
	int r;

	cert->pkey = X509_get0_pubkey(cert->x509);
	if (!cert->pkey) {
		ERR_clear_error();
		(void)X509_PUBKEY_get0_param(NULL, NULL, NULL, &algorithm, X509_get_X509_PUBKEY(cert->x509));
		r = algorithm ? key_check_algorithm(algorithm, err) : 0;
		return r < 0 ? r : err_set(err, -EBADMSG, "the certificate's public key is damaged");
	}
	r = key_prepare(cert->pkey, &cert->type, err);
	if (r == 0 && key_is_sm2(cert->type))
		cert->sm2 = sm2_key_new(cert->pkey, false);
	return r;
}

int hufu_cert_parse(const uint8_t *data, size_t len, enum hufu_form form, struct hufu_cert **ret_cert,
		    struct hufu_err *err)
{
	autodone(hufu_cert_free) struct hufu_cert *cert = calloc(1, sizeof(*cert));
	struct cert_input input = {bytes_of(data, len), form, "certificate", pem_names};
	autopem block = {0};
	struct bytes der = {0};
	int r;

	if (!cert)
		return err_sys(err, -ENOMEM, "certificate");
	r = cert_input_der(&input, &block, &der, err);
	if (r == 0)
		r = decode(cert, der, err);
	if (r == 0)
		r = take_key(cert, err);
	if (r == 0)
		r = cert_info_fill(cert, err);
	if (r < 0)
		return r;
	*ret_cert = take_ptr(cert);
	return 0;
}

int hufu_cert_load(const char *path, enum hufu_form form, struct hufu_cert **ret_cert, struct hufu_err *err)
{
	autofree char *data = NULL;
	size_t len = 0;
	int r = file_read(path, CERT_MAX, &data, &len, err);

	if (r < 0)
		return r;
	r = hufu_cert_parse((const uint8_t *)data, len, form, ret_cert, err);
	return r < 0 ? err_prefix(err, r, "%s", path) : 0;
}

int hufu_cert_save(const struct hufu_cert *cert, const char *path, enum hufu_form form, bool overwrite,
		   struct hufu_err *err)
{
	autodone(BIO_free_all) BIO *out = NULL;
	char *pem = NULL;
	long pem_len;

	if (form == HUFU_FORM_DER)
		return file_write_atomic(path, cert->der, cert->der_len, 0644, overwrite, err);
	if (form != HUFU_FORM_PEM)
		return err_set(err, -EINVAL, "%s: a certificate is written as DER or as PEM", path);
	out = BIO_new(BIO_s_mem());
	if (!out || PEM_write_bio(out, pem_names[0], "", cert->der, (long)cert->der_len) <= 0)
		return ssl_err(err, -EIO, "%s: cannot encode the certificate", path);
	pem_len = BIO_get_mem_data(out, &pem);
	return file_write_atomic(path, pem, (size_t)pem_len, 0644, overwrite, err);
}

void hufu_cert_free(struct hufu_cert *cert)
{
	if (!cert)
		return;
	sm2_key_free(cert->sm2);
	X509_free(cert->x509);
	free(cert->der);
	free(cert->subject);
	free(cert->subject_dn);
	free(cert->issuer_dn);
	free(cert->sig_type);
	free(cert);
}

const struct hufu_cert_info *hufu_cert_info(const struct hufu_cert *cert)
{
	return &cert->info;
}

const uint8_t *hufu_cert_der(const struct hufu_cert *cert, size_t *ret_len)
{
	*ret_len = cert->der_len;
	return cert->der;
}
