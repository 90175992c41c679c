/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_H
#define KEY_H

#include "bytes.h"
#include "ssl.h"

/* The inside of keys: shared by private keys (key*.c) and the public ones in certificates (cert*.c). */

/* A kind of key that can sign digests and that the kernel has a name for. */
struct key_type {
	const char *name; /* the kernel's: public_key.c, x509_cert_parser.c */
	const char *ssl_name; /* libcrypto's key type */
	int curve; /* NID, 0 for RSA */
	uint8_t default_hash;
};

struct sm2_key;

struct hufu_key {
	EVP_PKEY *pkey;
	const struct key_type *type;
	struct sm2_key *sm2; /* the same key, faster; NULL: there is only `pkey` */
	uint32_t id;
};

DEFINE_AUTO(struct hufu_key, hufu_key_free)

/*
 * Says of what type a key is, looks whether its public half is fit to verify with, and makes whatever is written of it
 * from now on hold the uncompressed point. Before the key is shared. -ENOPKG with a sentence: it cannot sign digests, the
 * kernel has no name for its curve, or RSA below 1024 or above 8192 bits. -EBADMSG: a public key with which everyone
 * could sign.
 */
HUFU_MUST_USE int key_prepare(EVP_PKEY *pkey, const struct key_type **ret_type, struct hufu_err *err);
/*
 * Could a key with this algorithm identifier be one of ours? -ENOPKG with a sentence if not. For a key that libcrypto did
 * not decode: is it of another kind, or damaged?
 */
HUFU_MUST_USE int key_check_algorithm(const X509_ALGOR *algorithm, struct hufu_err *err);
bool key_is_sm2(const struct key_type *type);
/* Last four bytes of SHA1 of the subjectPublicKey bits of a prepared key: the end of `subjectKeyIdentifier=hash`. */
HUFU_MUST_USE int key_id_of(EVP_PKEY *pkey, uint32_t *ret_id, struct hufu_err *err);
/* Takes over `*pkey` and sets it to NULL if all goes well. Errors of key_prepare(). */
HUFU_MUST_USE int key_new(EVP_PKEY **pkey, struct hufu_key **ret_key, struct hufu_err *err);
/* What there is to verify with, of a key or of a certificate. */
struct key_public {
	EVP_PKEY *pkey;
	const struct key_type *type;
	struct sm2_key *sm2; /* or NULL */
};

/* hufu_cert_verify() for a bare public key. */
HUFU_MUST_USE int key_verify(const struct key_public *key, const struct hufu_digest *digest, struct bytes sig,
			     struct hufu_err *err);

#endif
