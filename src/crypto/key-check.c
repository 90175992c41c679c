/* SPDX-License-Identifier: Apache-2.0 */
#include "key-check.h"

#include "key.h"

int key_check(const struct hufu_key *key, const struct hufu_digest *digest, struct bytes sig, struct hufu_err *err)
{
	const struct key_public half = {key->pkey, key->type, key->sm2};

	return key_verify(&half, digest, sig, err);
}
