/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM2_KEY_H
#define SM2_KEY_H

#include "sm2-der.h"
#include "ssl.h"

/*
 * An SM2 key as sm2.h computes with it, beside the EVP_PKEY that it was taken from; several times as fast. Threads may
 * share it. What it cannot do libcrypto does: functions return SM2_KEY_OTHER then.
 */
struct sm2_key;

enum { SM2_KEY_OTHER = 1 };

/*
 * Takes the private half too if `with_secret`. NULL: libcrypto does not hand the key out (it is in a device), its halves do
 * not match, memory is short, or this machine's compiler has no numbers of 128 bits.
 */
struct sm2_key *sm2_key_new(EVP_PKEY *pkey, bool with_secret);
void sm2_key_free(struct sm2_key *key); /* wipes; NULL is fine */

/*
 * The first signature and the first verification of a key are preceded by a test against libcrypto, `pkey` being the same
 * key; if they disagree, everything is left to libcrypto.
 *
 * Signs, and verifies what came out. -EIO: no random numbers, or this machine computes wrongly.
 */
HUFU_MUST_USE int sm2_key_sign(struct sm2_key *key, EVP_PKEY *pkey, const uint8_t digest[32],
			       uint8_t ret_der[SM2_DER_MAX], size_t *ret_der_len);
/*
 * Several at once, at most SM2_KEY_MANY: twice as fast. Either all are signed, or none is: SM2_KEY_OTHER too if one of them
 * does not verify, and then one after the other tells which.
 */
enum { SM2_KEY_MANY = 16 };
struct sm2_key_sig {
	uint8_t der[SM2_DER_MAX];
	size_t len;
};
HUFU_MUST_USE int sm2_key_sign_many(struct sm2_key *key, EVP_PKEY *pkey, const uint8_t *const *digests, unsigned n,
				    struct sm2_key_sig *ret_sigs);
/* 0 good, -EKEYREJECTED bad. */
HUFU_MUST_USE int sm2_key_verify(struct sm2_key *key, EVP_PKEY *pkey, const uint8_t digest[32], struct bytes der);

#endif
