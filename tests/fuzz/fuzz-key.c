/* SPDX-License-Identifier: Apache-2.0 */
/* Private key files: what is loaded has a type and an id, and signs. No passphrase is given. */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "hufu.h"

static void check_key(const struct hufu_key *key)
{
	uint8_t sig[HUFU_SIG_MAX];
	struct hufu_digest digest;
	size_t len = 0;

	FUZZ_CHECK(hufu_key_type(key) != NULL && hufu_hash_size(hufu_key_default_hash(key)) > 0);
	(void)hufu_key_id(key);
	FUZZ_CHECK(hufu_digest_mem(hufu_key_default_hash(key), "abc", 3, &digest, NULL) == 0);
	/* A damaged number may make a key that cannot sign; but not one that writes beyond. */
	if (hufu_key_sign(key, &digest, sig, &len, NULL) == 0)
		FUZZ_CHECK(len > 0 && len <= sizeof(sig));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hufu_key *key = NULL;
	struct hufu_err err = {""};
	char path[64];
	int fd = fuzz_file(data, size, path);

	if (hufu_key_load(path, NULL, &key, &err) == 0)
		check_key(key);
	else
		FUZZ_CHECK(key == NULL && err.text[0]);
	hufu_key_free(key);
	(void)close(fd);
	return 0;
}
