/* SPDX-License-Identifier: Apache-2.0 */
/* PEM or DER? */
#include <errno.h>
#include <openssl/err.h>

#include "cert.h"
#include "err.h"
#include "pem.h"

/* One DER sequence from the first byte to the last. A PEM text may begin with 0x30 as well: it is the digit 0. */
static bool is_der(struct bytes data)
{
	const unsigned char *at = data.at;
	long len = 0;
	int tag, class, form;

	if (data.left < 2 || data.left > CERT_MAX)
		return false;
	form = ASN1_get_object(&at, &len, &tag, &class, (long)data.left);
	ERR_clear_error();
	return form == V_ASN1_CONSTRUCTED && tag == V_ASN1_SEQUENCE && class == V_ASN1_UNIVERSAL &&
	       (size_t)(at - data.at) + (size_t)len == data.left;
}

static int unpack(const struct cert_input *input, struct pem_block *block, struct bytes *ret_der, struct hufu_err *err)
{
	int r = pem_find(input->data.at, input->data.left, input->names, block, err);

	if (r < 0)
		return r;
	if (r == 0)
		return err_set(err, -EBADMSG, "no %s in it", input->what);
	*ret_der = bytes_of(block->der, (size_t)block->der_len);
	return 0;
}

int cert_input_der(const struct cert_input *input, struct pem_block *block, struct bytes *ret_der, struct hufu_err *err)
{
	struct bytes data = input->data;
	bool is_pem = !is_der(data) && pem_looks_so(data.at, data.left);

	if (data.left == 0)
		return err_set(err, -EBADMSG, "empty; a %s was expected", input->what);
	if (data.left > CERT_MAX)
		return err_set(err, -EFBIG, "longer than %d bytes; that is no %s", CERT_MAX, input->what);
	if (is_pem && input->form == HUFU_FORM_DER)
		return err_set(err, -EBADMSG,
			       "this is PEM, and DER is wanted; `openssl x509 -in FILE -outform DER -out FILE.der` "
			       "converts a certificate");
	if (!is_pem && input->form == HUFU_FORM_PEM)
		return err_set(err, -EBADMSG,
			       "this is not PEM, which is wanted; `openssl x509 -inform DER -in FILE.der -out FILE` "
			       "converts a certificate");
	if (is_pem)
		return unpack(input, block, ret_der, err);
	*ret_der = data;
	return 0;
}
