/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PASSPHRASE_H
#define PASSPHRASE_H

#include "hufu.h"

enum { PASSPHRASE_MAX = 1024 }; /* bytes; also the most that libcrypto takes for old encrypted keys */

struct passphrase {
	char text[PASSPHRASE_MAX]; /* no NUL */
	int len;
};

/*
 * Asks `source` for it. -EACCES: `source` is NULL or has none (-ECANCELED); -EINVAL: an empty one for writing; else the
 * errno `source` gave.
 */
HUFU_MUST_USE int passphrase_ask(const struct hufu_passphrase *source, bool writing, const char *path,
				 struct passphrase *ret_passphrase, struct hufu_err *err);
void passphrase_done(struct passphrase *passphrase); /* wipes */

#define autopass __attribute__((cleanup(passphrase_done))) struct passphrase

#endif
