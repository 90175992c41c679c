/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEM_H
#define PEM_H

#include "ssl.h"

/* Blocks of a PEM text, one after the other; whatever stands between them is skipped. */

struct pem_block {
	char *name; /* "CERTIFICATE" */
	char *header; /* "Proc-Type: ..." lines of old encrypted keys */
	unsigned char *der;
	long der_len;
};

/* 1 a block, 0 no further one, -EBADMSG damaged base64 or no end line, -ENOMEM. `ret_block` is an empty or used block. */
HUFU_MUST_USE int pem_next(BIO *in, struct pem_block *ret_block, struct hufu_err *err);
/* The first block with one of two names: 1, 0, or negative, as pem_next(). */
HUFU_MUST_USE int pem_find(const void *data, size_t len, const char *const names[2], struct pem_block *ret_block,
			   struct hufu_err *err);
void pem_done(struct pem_block *block); /* wipes */
/* Is there a line that begins a block? */
bool pem_looks_so(const void *data, size_t len);

#define autopem __attribute__((cleanup(pem_done))) struct pem_block

#endif
