/* SPDX-License-Identifier: Apache-2.0 */
#include "key.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "sm2-key.h"

enum { RSA_BITS_MIN = 1024, RSA_BITS_MAX = 8192, RSA_BITS_NEW_MIN = 2048, RSA_BITS_NEW = 3072 };

_Static_assert(RSA_BITS_MAX / 8 == HUFU_SIG_MAX, "the longest signature is that of the longest RSA key");

static const struct key_type rsa = {"rsa", "RSA", 0, HUFU_HASH_SHA256};

static const struct key_type curves[] = {
	{"sm2", "SM2", NID_sm2, HUFU_HASH_SM3},
	{"ecdsa-nist-p256", "EC", NID_X9_62_prime256v1, HUFU_HASH_SHA256},
	{"ecdsa-nist-p384", "EC", NID_secp384r1, HUFU_HASH_SHA384},
	{"ecdsa-nist-p192", "EC", NID_X9_62_prime192v1, HUFU_HASH_SHA256},
};

static const struct key_type *type_by_curve(int curve)
{
	for (size_t i = 0; i < ARRAY_SIZE(curves); i++)
		if (curves[i].curve == curve)
			return &curves[i];
	return NULL;
}

bool key_is_sm2(const struct key_type *type)
{
	return type->curve == NID_sm2;
}

static int rsa_type(EVP_PKEY *pkey, const struct key_type **ret_type, struct hufu_err *err)
{
	int bits = EVP_PKEY_get_bits(pkey);

	if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX)
		return err_set(err, -ENOPKG, "an RSA key of %d bits is not supported; %d to %d are", bits, RSA_BITS_MIN,
			       RSA_BITS_MAX);
	*ret_type = &rsa;
	return 0;
}

static int refuse_curve(const char *name, struct hufu_err *err)
{
	return err_set(err, -ENOPKG, "the elliptic curve %s is not supported; SM2, P-256, P-384 and P-192 are", name);
}

static int refuse_explicit(struct hufu_err *err)
{
	return err_set(err, -ENOPKG, "an elliptic curve given by its parameters instead of its name is not supported");
}

static int refuse_type(const char *name, struct hufu_err *err)
{
	return err_set(err, -ENOPKG, "a key of type %s cannot sign file digests; SM2, RSA and ECDSA keys can", name);
}

static int curve_type(EVP_PKEY *pkey, const struct key_type **ret_type, struct hufu_err *err)
{
	char name[80] = "";
	int is_explicit = 0;
	const struct key_type *type;

	if (EVP_PKEY_get_group_name(pkey, name, sizeof(name), NULL) != 1)
		return ssl_err(err, -ENOPKG, "an elliptic curve without a name is not supported");
	/* Parameters written out instead of the name: the kernel does not read that, and CVE-2020-0601 is why not to. */
	if (EVP_PKEY_get_int_param(pkey, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit) == 1 &&
	    is_explicit)
		return refuse_explicit(err);
	type = type_by_curve(OBJ_txt2nid(name));
	if (!type || !EVP_PKEY_is_a(pkey, type->ssl_name))
		return refuse_curve(name, err);
	*ret_type = type;
	return 0;
}

static int type_of(EVP_PKEY *pkey, const struct key_type **ret_type, struct hufu_err *err)
{
	const char *name = EVP_PKEY_get0_type_name(pkey);

	if (EVP_PKEY_is_a(pkey, "RSA"))
		return rsa_type(pkey, ret_type, err);
	if (EVP_PKEY_is_a(pkey, "EC") || EVP_PKEY_is_a(pkey, "SM2"))
		return curve_type(pkey, ret_type, err);
	return refuse_type(name ? name : "unknown", err);
}

int key_check_algorithm(const X509_ALGOR *algorithm, struct hufu_err *err)
{
	const ASN1_OBJECT *oid;
	const void *curve;
	int form;
	char name[80] = "unknown";

	X509_ALGOR_get0(&oid, &form, &curve, algorithm);
	/* SM2 stands for id-ecPublicKey here and there; the kernel and libcrypto read that as well */
	if (OBJ_obj2nid(oid) == NID_rsaEncryption || OBJ_obj2nid(oid) == NID_sm2)
		return 0;
	(void)OBJ_obj2txt(name, sizeof(name), oid, 0);
	if (OBJ_obj2nid(oid) != NID_X9_62_id_ecPublicKey)
		return refuse_type(name, err);
	if (form != V_ASN1_OBJECT)
		return refuse_explicit(err);
	(void)OBJ_obj2txt(name, sizeof(name), curve, 0);
	return type_by_curve(OBJ_obj2nid(curve)) ? 0 : refuse_curve(name, err);
}

/*
 * Points at infinity and exponents of 1 verify whatever anyone likes. The kernel does not look; a CA that signs such a key
 * is at fault, but refusing costs nothing.
 */
static int check_public(EVP_PKEY *pkey, const struct key_type *type, struct hufu_err *err)
{
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = NULL;
	autodone(BN_clear_free) BIGNUM *e = NULL;

	if (!type->curve) {
		if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1 && BN_is_odd(e) && !BN_is_one(e))
			return 0;
		return ssl_err(err, -EBADMSG, "the RSA key's public exponent is even, or 1");
	}
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	if (ctx && EVP_PKEY_public_check_quick(ctx) == 1)
		return 0;
	return ssl_err(err, -EBADMSG, "the public key is not a usable point of its curve");
}

int key_prepare(EVP_PKEY *pkey, const struct key_type **ret_type, struct hufu_err *err)
{
	const struct key_type *type = NULL;
	int r = type_of(pkey, &type, err);

	if (r == 0)
		r = check_public(pkey, type, err);
	if (r < 0)
		return r;
	if (type->curve && EVP_PKEY_set_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
							  OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) != 1)
		return ssl_err(err, -EIO, "cannot decompress the public key");
	*ret_type = type;
	return 0;
}

int key_id_of(EVP_PKEY *pkey, uint32_t *ret_id, struct hufu_err *err)
{
	autodone(X509_PUBKEY_free) X509_PUBKEY *spki = NULL;
	const unsigned char *bits;
	struct hufu_digest digest;
	struct bytes tail;
	int bits_len, r;

	if (X509_PUBKEY_set(&spki, pkey) != 1 || X509_PUBKEY_get0_param(NULL, &bits, &bits_len, NULL, spki) != 1)
		return ssl_err(err, -EIO, "cannot encode the public key");
	r = hufu_digest_mem(HUFU_HASH_SHA1, bits, (size_t)bits_len, &digest, err);
	if (r < 0)
		return r;
	tail = bytes_of(digest.bytes + digest.len - 4, 4);
	*ret_id = bytes_be32(&tail);
	return 0;
}

int key_new(EVP_PKEY **pkey, struct hufu_key **ret_key, struct hufu_err *err)
{
	autodone(hufu_key_free) struct hufu_key *key = calloc(1, sizeof(*key));
	int r;

	if (!key)
		return err_sys(err, -ENOMEM, "key");
	r = key_prepare(*pkey, &key->type, err);
	if (r == 0)
		r = key_id_of(*pkey, &key->id, err);
	if (r < 0)
		return r;
	if (key_is_sm2(key->type))
		key->sm2 = sm2_key_new(*pkey, true);
	key->pkey = take_ptr(*pkey);
	*ret_key = take_ptr(key);
	return 0;
}

/* 0: not a size that is offered */
static size_t rsa_bits(const char *type)
{
	char *end;
	unsigned long bits;

	if (strcmp(type, "rsa") == 0)
		return RSA_BITS_NEW;
	if (strncmp(type, "rsa:", 4) != 0 || type[4] < '1' || type[4] > '9')
		return 0;
	bits = strtoul(type + 4, &end, 10);
	return *end || bits < RSA_BITS_NEW_MIN || bits > RSA_BITS_MAX || bits % 8 ? 0 : bits;
}

int hufu_key_generate(const char *type, struct hufu_key **ret_key, struct hufu_err *err)
{
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = NULL;
	size_t bits = rsa_bits(type);

	if (strcmp(type, "sm2") == 0)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	else if (strcmp(type, "ecdsa-p256") == 0)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	else if (strcmp(type, "ecdsa-p384") == 0)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	else if (bits)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
	else
		return err_set(
			err, -EINVAL,
			"there is no key type '%s'; there are sm2, rsa (3072 bits), rsa:%d to rsa:%d in steps of 8, "
			"ecdsa-p256, ecdsa-p384",
			type, RSA_BITS_NEW_MIN, RSA_BITS_MAX);
	if (!pkey)
		return ssl_err(err, -EIO, "cannot generate a key of type %s", type);
	return key_new(&pkey, ret_key, err);
}

void hufu_key_free(struct hufu_key *key)
{
	if (!key)
		return;
	sm2_key_free(key->sm2);
	EVP_PKEY_free(key->pkey); /* wipes the secret when the last reference goes */
	free(key);
}

const char *hufu_key_type(const struct hufu_key *key)
{
	return key->type->name;
}

unsigned hufu_key_default_hash(const struct hufu_key *key)
{
	return key->type->default_hash;
}

uint32_t hufu_key_id(const struct hufu_key *key)
{
	return key->id;
}
