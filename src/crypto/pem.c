/* SPDX-License-Identifier: Apache-2.0 */
#include "pem.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "err.h"

void pem_done(struct pem_block *block)
{
	OPENSSL_secure_free(block->name);
	OPENSSL_secure_free(block->header);
	OPENSSL_secure_clear_free(block->der, (size_t)block->der_len);
	*block = (struct pem_block){0};
}

int pem_next(BIO *in, struct pem_block *ret_block, struct hufu_err *err)
{
	struct pem_block block = {0};
	unsigned long first;

	pem_done(ret_block);
	if (PEM_read_bio_ex(in, &block.name, &block.header, &block.der, &block.der_len,
			    PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE) == 1) {
		*ret_block = block;
		return 1;
	}
	first = ERR_peek_error();
	if (ERR_GET_LIB(first) != ERR_LIB_PEM || ERR_GET_REASON(first) != PEM_R_NO_START_LINE)
		return ssl_err(err, -EBADMSG, "damaged PEM text");
	ERR_clear_error();
	return 0;
}

int pem_find(const void *data, size_t len, const char *const names[2], struct pem_block *ret_block,
	     struct hufu_err *err)
{
	autodone(BIO_free_all) BIO *in = BIO_new_mem_buf(data, (int)len);
	autopem block = {0};
	int r;

	if (!in)
		return ssl_err(err, -ENOMEM, "reading");
	while ((r = pem_next(in, &block, err)) == 1) {
		if (strcmp(block.name, names[0]) != 0 && strcmp(block.name, names[1]) != 0)
			continue;
		*ret_block = block;
		block = (struct pem_block){0};
		return 1;
	}
	return r;
}

bool pem_looks_so(const void *data, size_t len)
{
	static const char begin[] = "-----BEGIN ";

	return len && memmem(data, len, begin, sizeof(begin) - 1) != NULL;
}
