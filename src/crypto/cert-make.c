/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <openssl/rand.h>

#include "cert.h"
#include "csr.h"
#include "digest.h"
#include "dn.h"
#include "err.h"
#include "sigalg.h"

enum { SERIAL_LEN = 16, DAYS_CA = 3650, DAYS_LEAF = 365, X509_V3 = 2 };

struct extension {
	int nid;
	const char *value; /* in the language of openssl's x509v3_config */
};

static const struct extension ca_extensions[] = {
	{NID_basic_constraints, "critical,CA:TRUE"},
	{NID_key_usage, "critical,keyCertSign,cRLSign"},
	{NID_subject_key_identifier, "hash"},
	{NID_undef, NULL},
};

/* The issuer's name and serial stand in AKI only if the issuer has no SKI. */
static const struct extension leaf_extensions[] = {
	{NID_basic_constraints, "critical,CA:FALSE"},
	{NID_key_usage, "critical,digitalSignature"},
	{NID_subject_key_identifier, "hash"},
	{NID_authority_key_identifier, "keyid,issuer"},
	{NID_undef, NULL},
};

/* What a certificate is made of. */
struct draft {
	const X509_NAME *subject;
	EVP_PKEY *pkey; /* of the subject */
	const struct hufu_cert *ca; /* NULL: self-signed */
	const struct hufu_key *ca_key;
	const char *distid;
	unsigned days;
	const struct extension *extensions;
};

static int set_serial(X509 *x509, struct hufu_err *err)
{
	autodone(BN_clear_free) BIGNUM *number = NULL;
	unsigned char serial[SERIAL_LEN];

	if (RAND_bytes(serial, sizeof(serial)) != 1)
		return ssl_err(err, -EIO, "no random serial number");
	/* Positive, and always of this length */
	serial[0] = (serial[0] & 0x7f) | 0x40;
	number = BN_bin2bn(serial, sizeof(serial), NULL);
	if (!number || !BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)))
		return ssl_err(err, -ENOMEM, "serial number");
	return 0;
}

static int set_times(X509 *x509, unsigned days, struct hufu_err *err)
{
	/* Refused when it would end after the year 9999, the last one that can be written */
	if (days > INT_MAX || !X509_gmtime_adj(X509_getm_notBefore(x509), 0) ||
	    !X509_time_adj_ex(X509_getm_notAfter(x509), (int)days, 0, NULL))
		return ssl_err(err, -EINVAL, "a certificate cannot be valid for %u days", days);
	return 0;
}

static int set_extensions(X509 *x509, const struct draft *draft, struct hufu_err *err)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, draft->ca ? draft->ca->x509 : x509, x509, NULL, NULL, 0);
	for (const struct extension *at = draft->extensions; at->value; at++) {
		X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, at->nid, at->value);
		int done = extension ? X509_add_ext(x509, extension, -1) : 0;

		X509_EXTENSION_free(extension);
		if (done != 1)
			return ssl_err(err, -EIO, "cannot add %s", OBJ_nid2ln(at->nid));
	}
	return 0;
}

static int fill(X509 *x509, const struct draft *draft, struct hufu_err *err)
{
	const X509_NAME *issuer = draft->ca ? X509_get_subject_name(draft->ca->x509) : draft->subject;
	int r = set_serial(x509, err);

	if (r == 0)
		r = set_times(x509, draft->days, err);
	if (r < 0)
		return r;
	if (X509_set_version(x509, X509_V3) != 1 || X509_set_subject_name(x509, draft->subject) != 1 ||
	    X509_set_issuer_name(x509, issuer) != 1 || X509_set_pubkey(x509, draft->pkey) != 1)
		return ssl_err(err, -EIO, "cannot fill the certificate");
	return set_extensions(x509, draft, err);
}

static int set_distid(EVP_PKEY_CTX *ctx, const char *distid, struct hufu_err *err)
{
	ASN1_OCTET_STRING *id = NULL;
	int r = sigalg_distid(distid, &id, err);
	int done;

	if (r < 0)
		return r;
	/* Without one libcrypto takes the empty id */
	done = ASN1_STRING_length(id) ? EVP_PKEY_CTX_set1_id(ctx, ASN1_STRING_get0_data(id), ASN1_STRING_length(id))
				      : 1;
	ASN1_OCTET_STRING_free(id);
	return done == 1 ? 0 : ssl_err(err, -EIO, "cannot use the distinguishing id '%s'", distid);
}

static int sign(X509 *x509, const struct hufu_key *key, const char *distid, struct hufu_err *err)
{
	autodone(EVP_MD_CTX_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL; /* belongs to ctx */
	const char *hash = digest_ssl_name(key->type->default_hash);
	int r = 0;

	if (!ctx || EVP_DigestSignInit_ex(ctx, &key_ctx, hash, NULL, NULL, key->pkey, NULL) != 1)
		return ssl_err(err, -EIO, "cannot sign with this %s key", key->type->name);
	if (key_is_sm2(key->type))
		r = set_distid(key_ctx, distid, err);
	if (r < 0)
		return r;
	if (X509_sign_ctx(x509, ctx) <= 0)
		return ssl_err(err, -EIO, "cannot sign with this %s key", key->type->name);
	return 0;
}

/* Through the parser that everyone's certificates pass, so that none is made which would be refused later. */
static int finish(X509 *x509, const struct draft *draft, struct hufu_cert **ret_cert, struct hufu_err *err)
{
	autodone(hufu_cert_free) struct hufu_cert *cert = NULL;
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);
	int r;

	if (len <= 0)
		return ssl_err(err, -EIO, "cannot encode the certificate");
	r = hufu_cert_parse(der, (size_t)len, HUFU_FORM_DER, &cert, err);
	OPENSSL_free(der);
	if (r == 0)
		r = hufu_cert_signed_by(cert, draft->ca ? draft->ca : cert, draft->distid, err);
	if (r < 0)
		return err_prefix(err, r == -ENOMEM ? r : -EIO, "the certificate just made is not right");
	*ret_cert = take_ptr(cert);
	return 0;
}

static int make(const struct draft *draft, struct hufu_cert **ret_cert, struct hufu_err *err)
{
	autodone(X509_free) X509 *x509 = X509_new();
	int r;

	if (!x509)
		return ssl_err(err, -ENOMEM, "certificate");
	r = fill(x509, draft, err);
	if (r == 0)
		r = sign(x509, draft->ca_key, draft->distid, err);
	return r < 0 ? r : finish(x509, draft, ret_cert, err);
}

int hufu_cert_make_ca(const struct hufu_key *ca_key, const struct hufu_cert_params *params, struct hufu_cert **ret_cert,
		      struct hufu_err *err)
{
	autodone(X509_NAME_free) X509_NAME *subject = NULL;
	struct draft draft = {
		.pkey = ca_key->pkey,
		.ca_key = ca_key,
		.distid = params->distid ? params->distid : HUFU_DISTID,
		.days = params->days ? params->days : DAYS_CA,
		.extensions = ca_extensions,
	};
	int r;

	if (!params->subject)
		return err_set(err, -EINVAL, "a CA needs a subject, such as \"/O=Example/CN=IMA CA\"");
	r = dn_parse(params->subject, &subject, err);
	if (r < 0)
		return r;
	draft.subject = subject;
	return make(&draft, ret_cert, err);
}

static int check_authority(const struct hufu_cert *ca, const struct hufu_key *ca_key, struct hufu_err *err)
{
	if (ca->type == ca_key->type && EVP_PKEY_eq(ca->pkey, ca_key->pkey) == 1)
		return 0;
	return ssl_err(err, -EINVAL, "the CA certificate \"%s\" and the CA key do not belong together",
		       ca->info.subject);
}

/* Subject and key of a leaf: from the request, or from what the caller gives. */
static int choose(struct draft *draft, X509_REQ *req, const X509_NAME *given, struct hufu_err *err)
{
	draft->subject = given;
	if (req) {
		draft->pkey = X509_REQ_get0_pubkey(req);
		draft->subject = given ? given : X509_REQ_get_subject_name(req);
	}
	if (!draft->subject || X509_NAME_entry_count(draft->subject) == 0)
		return err_set(err, -EINVAL, "%s; give one, such as \"/O=Example/CN=IMA signer\"",
			       req ? "the certificate request has no subject" : "a certificate needs a subject");
	return 0;
}

int hufu_cert_issue(const struct hufu_cert *ca, const struct hufu_key *ca_key, const struct hufu_key *key,
		    const char *csr_path, const struct hufu_cert_params *params, struct hufu_cert **ret_cert,
		    struct hufu_err *err)
{
	autodone(X509_NAME_free) X509_NAME *given = NULL;
	autodone(X509_REQ_free) X509_REQ *req = NULL;
	struct draft draft = {
		.pkey = key ? key->pkey : NULL,
		.ca = ca,
		.ca_key = ca_key,
		.distid = params->distid ? params->distid : HUFU_DISTID,
		.days = params->days ? params->days : DAYS_LEAF,
		.extensions = leaf_extensions,
	};
	int r;

	if (!key == !csr_path)
		return err_set(err, -EINVAL, "a certificate is issued for a key or for a request: give one of them");
	r = check_authority(ca, ca_key, err);
	if (r == 0 && params->subject)
		r = dn_parse(params->subject, &given, err);
	if (r == 0 && csr_path)
		r = csr_load(csr_path, params->distid, !params->ignore_csr_sig, &req, err);
	if (r == 0)
		r = choose(&draft, req, given, err);
	return r < 0 ? r : make(&draft, ret_cert, err);
}
