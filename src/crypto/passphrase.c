/* SPDX-License-Identifier: Apache-2.0 */
#include "passphrase.h"

#include <errno.h>
#include <openssl/crypto.h>

#include "err.h"

int passphrase_ask(const struct hufu_passphrase *source, bool writing, const char *path,
		   struct passphrase *ret_passphrase, struct hufu_err *err)
{
	int len = source ? source->get(source->ctx, writing, path, ret_passphrase->text, PASSPHRASE_MAX) : -ECANCELED;

	if (len == -ECANCELED && writing)
		return err_set(err, -EACCES, "the key is to be encrypted, but no passphrase was given");
	if (len == -ECANCELED)
		return err_set(err, -EACCES,
			       "the key is encrypted; give a passphrase with --passphrase-prompt, --passphrase-file, "
			       "--passphrase-fd or --passphrase-env");
	if (len < 0)
		return err_sys(err, len, "no passphrase");
	if (len > PASSPHRASE_MAX)
		return err_set(err, -EINVAL, "a passphrase of %d bytes is longer than %d", len, PASSPHRASE_MAX);
	if (len == 0 && writing)
		return err_set(err, -EINVAL, "an empty passphrase does not protect a key");
	ret_passphrase->len = len;
	return 0;
}

void passphrase_done(struct passphrase *passphrase)
{
	OPENSSL_cleanse(passphrase, sizeof(*passphrase));
}
