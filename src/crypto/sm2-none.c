/* SPDX-License-Identifier: Apache-2.0 */
/* In place of all other sm2 files where the compiler has no numbers of 128 bits: libcrypto does it. */
#include "sm2-key.h"

struct sm2_key *sm2_key_new(EVP_PKEY *pkey, bool with_secret)
{
	(void)pkey;
	(void)with_secret;
	return NULL;
}

void sm2_key_free(struct sm2_key *key)
{
	(void)key;
}

int sm2_key_sign(struct sm2_key *key, EVP_PKEY *pkey, const uint8_t digest[32], uint8_t ret_der[SM2_DER_MAX],
		 size_t *ret_der_len)
{
	(void)key;
	(void)pkey;
	(void)digest;
	(void)ret_der;
	(void)ret_der_len;
	return SM2_KEY_OTHER;
}

int sm2_key_sign_many(struct sm2_key *key, EVP_PKEY *pkey, const uint8_t *const *digests, unsigned n,
		      struct sm2_key_sig *ret_sigs)
{
	(void)key;
	(void)pkey;
	(void)digests;
	(void)n;
	(void)ret_sigs;
	return SM2_KEY_OTHER;
}

int sm2_key_verify(struct sm2_key *key, EVP_PKEY *pkey, const uint8_t digest[32], struct bytes der)
{
	(void)key;
	(void)pkey;
	(void)digest;
	(void)der;
	return SM2_KEY_OTHER;
}
