/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures over digests, as the kernel verifies them: security/integrity/digsig_asymmetric.c. */
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <string.h>

#include "bytes.h"
#include "digest.h"
#include "err.h"
#include "key-many.h"
#include "key.h"
#include "sm2-key.h"

#define BIT(algo) (1u << (algo))

/* What the kernel can verify with (crypto/rsa-pkcs1pad.c, asymmetric_keys/public_key.c), without the broken MD4 and MD5. */
#define ECDSA_HASHES                                                                                                   \
	(BIT(HUFU_HASH_SHA1) | BIT(HUFU_HASH_SHA224) | BIT(HUFU_HASH_SHA256) | BIT(HUFU_HASH_SHA384) |                 \
	 BIT(HUFU_HASH_SHA512) | BIT(HUFU_HASH_SHA3_256) | BIT(HUFU_HASH_SHA3_384) | BIT(HUFU_HASH_SHA3_512))
#define RSA_HASHES (ECDSA_HASHES | BIT(HUFU_HASH_RMD160))

static uint32_t hashes_of(const struct key_type *type)
{
	if (key_is_sm2(type))
		return BIT(HUFU_HASH_SM3);
	return type->curve ? ECDSA_HASHES : RSA_HASHES;
}

static int check_pair(const struct key_type *type, const struct hufu_digest *digest, struct hufu_err *err)
{
	const char *name = hufu_hash_name(digest->algo);

	if (!name)
		return err_set(err, -EINVAL, "there is no hash algorithm with the number %u", digest->algo);
	if (digest->len != hufu_hash_size(digest->algo))
		return err_set(err, -EINVAL, "%s digests have %zu bytes, not %u", name, hufu_hash_size(digest->algo),
			       digest->len);
	if (hashes_of(type) & BIT(digest->algo))
		return 0;
	if (key_is_sm2(type))
		return err_set(err, -EINVAL, "an sm2 key signs sm3 digests only, not %s", name);
	if (digest->algo == HUFU_HASH_SM3)
		return err_set(err, -EINVAL, "sm3 digests are signed with sm2 keys only; this key is %s", type->name);
	return err_set(err, -EINVAL, "%s digests are not signed with %s keys", name, type->name);
}

/* Prepares `ctx` through EVP_PKEY_sign_init_ex() or EVP_PKEY_verify_init_ex(). 1: done, as there. */
static int begin(EVP_PKEY_CTX *ctx, int (*init)(EVP_PKEY_CTX *, const OSSL_PARAM *), const struct key_type *type,
		 unsigned algo)
{
	OSSL_PARAM params[3];
	size_t n = 0;

	if (!ctx)
		return 0;
	/* libcrypto takes `char *` here, and only reads */
	if (!type->curve)
		params[n++] = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE,
							       (char *)OSSL_PKEY_RSA_PAD_MODE_PKCSV15, 0);
	params[n++] = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, (char *)digest_ssl_name(algo), 0);
	params[n] = OSSL_PARAM_construct_end();
	return init(ctx, params);
}

static int sign(const struct hufu_key *key, const struct hufu_digest *digest, uint8_t *ret_sig, size_t *ret_sig_len)
{
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);

	if (begin(ctx, EVP_PKEY_sign_init_ex, key->type, digest->algo) != 1)
		return 0;
	return EVP_PKEY_sign(ctx, ret_sig, ret_sig_len, digest->bytes, digest->len);
}

/* Signs with libcrypto, and verifies. */
static int sign_other(const struct hufu_key *key, const struct hufu_digest *digest, uint8_t ret_sig[HUFU_SIG_MAX],
		      size_t *ret_sig_len, struct hufu_err *err)
{
	const struct key_public half = {key->pkey, key->type, NULL};
	uint8_t sig[HUFU_SIG_MAX];
	size_t sig_len = sizeof(sig);
	int max = EVP_PKEY_get_size(key->pkey);
	int r;

	if (max <= 0 || (size_t)max > sizeof(sig))
		return ssl_err(err, -EIO, "signatures of this key would have %d bytes", max);
	if (sign(key, digest, sig, &sig_len) != 1)
		return ssl_err(err, -EIO, "cannot sign with this %s key", key->type->name);
	if (sig_len == 0 || sig_len > (size_t)max)
		return err_set(err, -EIO, "a signature of %zu bytes came out, which cannot be", sig_len);
	/*
	 * A wrong signature must not leave: one that a fault disturbed gives an RSA key away, and one made with a key file
	 * whose halves do not match locks out the machine that trusts it.
	 */
	r = key_verify(&half, digest, bytes_of(sig, sig_len), err);
	if (r == -EKEYREJECTED)
		return err_set(
			err, -EIO,
			"the signature just made does not verify: the private and the public half of the key do not "
			"belong together, or this machine computes wrongly");
	if (r < 0)
		return r;
	memcpy(ret_sig, sig, sig_len);
	*ret_sig_len = sig_len;
	return 0;
}

int hufu_key_sign(const struct hufu_key *key, const struct hufu_digest *digest, uint8_t ret_sig[HUFU_SIG_MAX],
		  size_t *ret_sig_len, struct hufu_err *err)
{
	int r = check_pair(key->type, digest, err);

	if (r < 0)
		return r;
	r = key->sm2 ? sm2_key_sign(key->sm2, key->pkey, digest->bytes, ret_sig, ret_sig_len) : SM2_KEY_OTHER;
	if (r < 0)
		return err_set(err, r, "cannot sign: no random numbers, or this machine computes wrongly");
	return r == SM2_KEY_OTHER ? sign_other(key, digest, ret_sig, ret_sig_len, err) : 0;
}

static bool sign_together(const struct hufu_key *key, struct key_many *many, size_t n)
{
	const uint8_t *digests[SM2_KEY_MANY];
	struct sm2_key_sig sigs[SM2_KEY_MANY];

	if (!key->sm2 || n < 2 || n > SM2_KEY_MANY)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (check_pair(key->type, many[i].digest, NULL) < 0)
			return false;
		digests[i] = many[i].digest->bytes;
	}
	if (sm2_key_sign_many(key->sm2, key->pkey, digests, (unsigned)n, sigs) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		memcpy(many[i].sig, sigs[i].der, sigs[i].len);
		many[i].sig_len = sigs[i].len;
		many[i].result = 0;
	}
	return true;
}

void key_sign_many(const struct hufu_key *key, struct key_many *many, size_t n)
{
	for (size_t i = 0, part; i < n; i += part) {
		part = n - i < SM2_KEY_MANY ? n - i : SM2_KEY_MANY;
		if (sign_together(key, many + i, part))
			continue;
		for (size_t j = i; j < i + part; j++)
			many[j].result =
				hufu_key_sign(key, many[j].digest, many[j].sig, &many[j].sig_len, &many[j].err);
	}
}

/* 0 good, -EKEYREJECTED bad, -EIO with a sentence */
static int verify_other(const struct key_public *key, const struct hufu_digest *digest, struct bytes sig,
			struct hufu_err *err)
{
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);

	if (begin(ctx, EVP_PKEY_verify_init_ex, key->type, digest->algo) != 1)
		return ssl_err(err, -EIO, "cannot verify with this %s key", key->type->name);
	/* Negative is "malformed", not success: only 1 is a good signature. */
	if (EVP_PKEY_verify(ctx, sig.at, sig.left, digest->bytes, digest->len) == 1)
		return 0;
	ERR_clear_error();
	return -EKEYREJECTED;
}

int key_verify(const struct key_public *key, const struct hufu_digest *digest, struct bytes sig, struct hufu_err *err)
{
	int r = check_pair(key->type, digest, err);

	if (r < 0)
		return r;
	if (sig.left == 0 || sig.left > HUFU_SIG_MAX)
		return err_set(err, -EKEYREJECTED, "a signature of %zu bytes cannot be right", sig.left);
	r = key->sm2 ? sm2_key_verify(key->sm2, key->pkey, digest->bytes, sig) : SM2_KEY_OTHER;
	if (r == SM2_KEY_OTHER)
		r = verify_other(key, digest, sig, err);
	if (r != -EKEYREJECTED)
		return r;
	return err_set(err, -EKEYREJECTED, "the signature is not by this %s key, or the content was altered",
		       key->type->name);
}
