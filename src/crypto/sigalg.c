/* SPDX-License-Identifier: Apache-2.0 */
#include "sigalg.h"

#include <errno.h>
#include <openssl/objects.h>
#include <string.h>

#include "err.h"

/* Z holds the length in bits in two bytes; libcrypto does not take the last number that fits. */
enum { DISTID_MAX = 0xffff / 8 - 1 };

/*
 * What the kernel's x509_cert_parser.c takes, except MD4, MD5 and SHA-1: a colliding pair of certificates can be made for
 * those, so a signature by them no longer says what was signed. `key` is libcrypto's key type.
 */
static const struct sigalg {
	int nid;
	const char *name;
	const char *key;
	bool broken;
} algorithms[] = {
	{NID_SM2_with_SM3, "SM2-with-SM3", "SM2", false},
	{NID_sha224WithRSAEncryption, "RSA-SHA224", "RSA", false},
	{NID_sha256WithRSAEncryption, "RSA-SHA256", "RSA", false},
	{NID_sha384WithRSAEncryption, "RSA-SHA384", "RSA", false},
	{NID_sha512WithRSAEncryption, "RSA-SHA512", "RSA", false},
	{NID_ecdsa_with_SHA224, "ECDSA-SHA224", "EC", false},
	{NID_ecdsa_with_SHA256, "ECDSA-SHA256", "EC", false},
	{NID_ecdsa_with_SHA384, "ECDSA-SHA384", "EC", false},
	{NID_ecdsa_with_SHA512, "ECDSA-SHA512", "EC", false},
	{NID_md5WithRSAEncryption, "RSA-MD5", "RSA", true},
	{NID_sha1WithRSAEncryption, "RSA-SHA1", "RSA", true},
	{NID_ecdsa_with_SHA1, "ECDSA-SHA1", "EC", true},
};

static const ASN1_OBJECT *oid_of(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *oid;

	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	return oid;
}

static const struct sigalg *find(const ASN1_OBJECT *oid)
{
	int nid = OBJ_obj2nid(oid);

	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++)
		if (algorithms[i].nid == nid)
			return &algorithms[i];
	return NULL;
}

char *sigalg_name(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *oid = oid_of(algorithm);
	const struct sigalg *found = find(oid);
	char text[80] = "unknown";

	if (found)
		return strdup(found->name);
	(void)OBJ_obj2txt(text, sizeof(text), oid, 0);
	return strdup(text);
}

int sigalg_check(const X509_ALGOR *algorithm, const struct key_type *type, struct hufu_err *err)
{
	const struct sigalg *found = find(oid_of(algorithm));
	autofree char *name = sigalg_name(algorithm);

	if (!name)
		return err_sys(err, -ENOMEM, "signature algorithm");
	if (!found)
		return err_set(err, -ENOPKG, "it is signed with %s, which is not supported", name);
	if (found->broken)
		return err_set(err, -ENOPKG, "it is signed with %s, which is broken and not accepted", name);
	if (strcmp(found->key, type->ssl_name) != 0)
		return err_set(err, -EKEYREJECTED, "it is signed with %s, but the key of the signer is %s", name,
			       type->name);
	return 0;
}

int sigalg_distid(const char *distid, ASN1_OCTET_STRING **ret_distid, struct hufu_err *err)
{
	const char *text = distid ? distid : HUFU_DISTID;
	size_t len = strlen(text);
	ASN1_OCTET_STRING *id;

	if (len > DISTID_MAX)
		return err_set(err, -EINVAL, "the distinguishing id has %zu bytes; at most %d are possible", len,
			       DISTID_MAX);
	id = ASN1_OCTET_STRING_new();
	if (!id || ASN1_OCTET_STRING_set(id, (const unsigned char *)text, (int)len) != 1) {
		ASN1_OCTET_STRING_free(id);
		return ssl_err(err, -ENOMEM, "distinguishing id");
	}
	*ret_distid = id;
	return 0;
}
