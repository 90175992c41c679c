/* SPDX-License-Identifier: Apache-2.0 */
#include "csr.h"

#include <errno.h>
#include <openssl/err.h>

#include "cert.h"
#include "err.h"
#include "file.h"
#include "pem.h"
#include "sigalg.h"

static int decode(struct bytes data, X509_REQ **ret_req, struct hufu_err *err)
{
	static const char *const names[2] = {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"};
	struct cert_input input = {data, HUFU_FORM_ANY, "certificate request", names};
	autodone(X509_REQ_free) X509_REQ *req = NULL;
	autopem block = {0};
	struct bytes der = {0};
	const unsigned char *at;
	int r = cert_input_der(&input, &block, &der, err);

	if (r == -EBADMSG)
		return -EKEYREJECTED;
	if (r < 0)
		return r;
	at = der.at;
	req = d2i_X509_REQ(NULL, &at, (long)der.left);
	if (!req)
		return ssl_err(err, -EKEYREJECTED, "not a certificate request, or a damaged one");
	if (at != der.at + der.left)
		return err_set(err, -EKEYREJECTED, "%zu bytes stand after the end of the certificate request",
			       der.left - (size_t)(at - der.at));
	*ret_req = take_ptr(req);
	return 0;
}

static int take_key(X509_REQ *req, const struct key_type **ret_type, struct hufu_err *err)
{
	EVP_PKEY *pkey = X509_REQ_get0_pubkey(req);
	X509_ALGOR *algorithm = NULL;
	int r;

	if (!pkey) {
		ERR_clear_error();
		(void)X509_PUBKEY_get0_param(NULL, NULL, NULL, &algorithm, X509_REQ_get_X509_PUBKEY(req));
		r = algorithm ? key_check_algorithm(algorithm, err) : 0;
		return r < 0 ? r : err_set(err, -EKEYREJECTED, "the public key in the certificate request is damaged");
	}
	r = key_prepare(pkey, ret_type, err);
	return r == -EBADMSG ? -EKEYREJECTED : r;
}

static int check(X509_REQ *req, const struct key_type *type, const char *distid, struct hufu_err *err)
{
	const X509_ALGOR *algorithm;
	ASN1_OCTET_STRING *id = NULL;
	int r;

	X509_REQ_get0_signature(req, NULL, &algorithm);
	r = sigalg_check(algorithm, type, err);
	if (r == 0 && key_is_sm2(type))
		r = sigalg_distid(distid, &id, err);
	if (r < 0)
		return r;
	X509_REQ_set0_distinguishing_id(req, id);
	if (X509_REQ_verify(req, X509_REQ_get0_pubkey(req)) == 1)
		return 0;
	ERR_clear_error();
	return err_set(err, -EKEYREJECTED, "the certificate request is not signed by its own key%s",
		       key_is_sm2(type) ? ", or with another distinguishing id" : "");
}

int csr_load(const char *path, const char *distid, bool check_sig, X509_REQ **ret_req, struct hufu_err *err)
{
	autodone(X509_REQ_free) X509_REQ *req = NULL;
	const struct key_type *type = NULL;
	autofree char *data = NULL;
	size_t len = 0;
	int r = file_read(path, CERT_MAX, &data, &len, err);

	if (r < 0)
		return r;
	r = decode(bytes_of(data, len), &req, err);
	if (r == 0)
		r = take_key(req, &type, err);
	if (r == 0 && check_sig)
		r = check(req, type, distid, err);
	if (r < 0)
		return err_prefix(err, r, "%s", path);
	*ret_req = take_ptr(req);
	return 0;
}
