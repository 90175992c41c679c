/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICYTEXT_H
#define POLICYTEXT_H

#include "opt.h"

/* A policy as text with the name it goes by, and how a refusal of it is shown. */
struct policytext {
	const char *name;
	const char *text;
	size_t len;
	char *owned; /* what `text` is, if it was read; NULL: it belongs to somebody else */
	struct hufu_policy_opts opts; /* of what language it is */
};

/* --kernel and --lsm */
struct policytext_opts {
	const char *kernel, *lsm;
};

#define POLICYTEXT_ROWS(type_, member)                                                                                 \
	OPT_TEXT(0, "kernel", "RELEASE", type_, member.kernel,                                                         \
		 "The language of this release, as 6.1, instead of the newest one known."),                            \
		OPT_TEXT(0, "lsm", "NAME", type_, member.lsm,                                                          \
			 "The security module that has labels: selinux, smack, apparmor or none, instead of this "     \
			 "machine's.")

/* -EINVAL: no such release or module. */
HUFU_MUST_USE int policytext_language(struct policytext *text, const struct policytext_opts *opts,
				      struct hufu_err *err);

/* `path` `-` is standard input. */
HUFU_MUST_USE int policytext_read(struct policytext *text, const char *path, struct hufu_err *err);
void policytext_done(struct policytext *text);
char *policytext_shown(const struct policytext *text); /* the name, escaped; allocated */

HUFU_MUST_USE int policytext_parse(const struct policytext *text, struct hufu_policy **ret_policy,
				   struct hufu_policy_where *ret_where, struct hufu_err *err);
/*
 * On standard error: the reason, and if it is about a line, the line with a mark below the place.
 *
 *   hufu: ima.policy: line 3, column 9: 'func=BPRM_CHEK': ...
 *     measure func=BPRM_CHEK mask=MAY_EXEC
 *             ^
 */
void policytext_refusal(const struct policytext *text, struct hufu_policy_where where, const char *reason);
void policytext_refusal_json(const struct policytext *text, struct hufu_policy_where where, const char *reason);

#endif
