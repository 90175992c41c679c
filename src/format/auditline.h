/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDITLINE_H
#define AUDITLINE_H

#include <time.h>

#include "bytes.h"
#include "hufu.h"

/*
 * Audit records as text, in the kernel's order and quoting (security/integrity/integrity_audit.c, ima_api.c, ima_policy.c):
 * strings stand in double quotes, or, if any byte is '"', below 0x21 or above 0x7e, as upper-case hex without quotes.
 * Each function appends one record without newline.
 */

struct auditline_stamp {
	struct timespec time; /* real time */
	uint64_t serial;
};

/* INTEGRITY_DATA, _STATUS, _PCR: pid= uid= auid= ses= [subj=] op= cause= comm= [name=] [dev= ino=] res= errno= */
struct auditline_event {
	const char *type; /* "INTEGRITY_DATA" */
	const char *op, *cause;
	const struct hufu_subject *subject;
	const char *name; /* NULL: none */
	const char *dev; /* NULL: neither dev= nor ino= */
	uint64_t ino;
	bool ok; /* res=1 */
	int error; /* errno=, 0 nearly everywhere */
};
void auditline_put_event(struct buf *out, const struct auditline_stamp *stamp, const struct auditline_event *event);

/* INTEGRITY_RULE, the `audit` action: file= hash="algo:hex" ppid= pid= ... comm= exe= [subj=] */
struct auditline_rule {
	const struct hufu_subject *subject;
	const struct hufu_digest *digest;
	const char *file;
	pid_t ppid;
	uint32_t fsuid, fsgid;
	const char *tty; /* "(none)" if there is none */
	const char *exe;
};
void auditline_put_rule(struct buf *out, const struct auditline_stamp *stamp, const struct auditline_rule *rule);

/* INTEGRITY_POLICY_RULE: `text` is the tokens as the kernel logs them ("action=measure func=BPRM_CHECK "), then res=. */
void auditline_put_policy_rule(struct buf *out, const struct auditline_stamp *stamp, const char *text, bool ok);

#endif
