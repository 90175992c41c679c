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

struct hufu_key {
	EVP_PKEY *pkey;
	const struct key_type *type;
	uint32_t id;
};

DEFINE_AUTO(struct hufu_key, hufu_key_free)

/*
 * Which type is it? -ENOPKG with a sentence for one that cannot sign digests, for curves the kernel has no name for, for
 * RSA below 1024 and above 8192 bits.
 */
HUFU_MUST_USE int key_type_of(EVP_PKEY *pkey, const struct key_type **ret_type, struct hufu_err *err);
/*
 * Could a key with this algorithm identifier be one of ours? -ENOPKG with a sentence if not. For a key that libcrypto did
 * not decode: is it of another kind, or damaged?
 */
HUFU_MUST_USE int key_check_algorithm(const X509_ALGOR *algorithm, struct hufu_err *err);
bool key_is_sm2(const struct key_type *type);
/* Makes whatever is written of the key from now on hold the uncompressed point. Before it is shared. */
HUFU_MUST_USE int key_uncompress(EVP_PKEY *pkey, const struct key_type *type, struct hufu_err *err);
/* Last four bytes of SHA1 of the subjectPublicKey bits, which `subjectKeyIdentifier=hash` is. Uncompressed before. */
HUFU_MUST_USE int key_id_of(EVP_PKEY *pkey, uint32_t *ret_id, struct hufu_err *err);
/* Takes over `*pkey` (any kind, checked here) and sets it to NULL if all goes well. */
HUFU_MUST_USE int key_new(EVP_PKEY **pkey, struct hufu_key **ret_key, struct hufu_err *err);
/* hufu_cert_verify() for a bare public key. */
HUFU_MUST_USE int key_verify(EVP_PKEY *pkey, const struct key_type *type, const struct hufu_digest *digest,
			     struct bytes sig, struct hufu_err *err);

#endif
