/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIGNERS_H
#define SIGNERS_H

#include "opt.h"

/* Certificates that a user names as those of good signers: --cert and --trust. */

struct signers_opts {
	struct opt_list certs;
	const char *trust;
};

#define SIGNERS_ROWS(type_, member)                                                                                    \
	OPT_LIST(0, "cert", "CERT", type_, member.certs, "A signer's certificate, PEM or DER; may be repeated."),      \
		OPT_TEXT(0, "trust", "DIR", type_, member.trust,                                                       \
			 "The certificates in DIR: *.der *.pem *.crt *.cer *.cert.")

/* Zeroed is empty. */
struct signers {
	struct hufu_cert **certs;
	size_t n_certs;
};

void signers_done(struct signers *signers);
/* What one --cert names has to be good. In a --trust, what is no good is named in a warning and left out; all of it is an error. */
HUFU_MUST_USE int signers_load(struct signers *signers, const struct signers_opts *opts, struct hufu_err *err);

#endif
