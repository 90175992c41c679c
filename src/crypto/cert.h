/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERT_H
#define CERT_H

#include "key.h"

/* The inside of certificates. Nothing in here changes after cert_parse: what libcrypto computes late is asked for there. */

enum { CERT_MAX = 64 * 1024 }; /* bytes of a certificate or a request, also as PEM */

struct hufu_cert {
	X509 *x509;
	EVP_PKEY *pkey; /* of the subject; belongs to `x509` */
	const struct key_type *type;
	struct sm2_key *sm2; /* the same key, faster, or NULL */
	uint8_t *der; /* as it came */
	size_t der_len;
	struct hufu_cert_info info; /* points into `x509` and to the texts below */
	char *subject, *subject_dn, *issuer_dn, *sig_type;
	char not_before[32], not_after[32];
};

DEFINE_AUTO(struct hufu_cert, hufu_cert_free)

/* Fills cert->info and its texts from the rest. -EBADMSG: an extension or a date that cannot be read. */
HUFU_MUST_USE int cert_info_fill(struct hufu_cert *cert, struct hufu_err *err);

/*
 * The DER in `data`, whichever of `form` it is: a part of `data`, or of `block`, which is used if it was PEM. `what` and
 * `names` (PEM labels) say what is wanted. -EBADMSG.
 */
struct cert_input {
	struct bytes data;
	enum hufu_form form;
	const char *what; /* "certificate" */
	const char *const *names; /* two */
};
struct pem_block;
HUFU_MUST_USE int cert_input_der(const struct cert_input *input, struct pem_block *block, struct bytes *ret_der,
				 struct hufu_err *err);

#endif
