/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_H
#define AUDIT_H

#include <stdatomic.h>

#include "auditline.h"
#include "hufu.h"

/* Hands out audit records with time and serial number. Threads may share it. */
struct audit {
	void (*on_line)(void *ctx, const char *line); /* NULL: nobody wants them */
	void *ctx;
	_Atomic uint64_t serial; /* of the last record. One that memory was too short for leaves a gap */
};

void audit_put(struct audit *audit, const struct auditline_event *event);
/* An event about the file of an access; `name` is its path unless it is set. */
void audit_put_access(struct audit *audit, const struct hufu_access *access, struct auditline_event event);
/* The `audit` action. */
void audit_put_rule(struct audit *audit, const struct hufu_access *access, const struct hufu_digest *digest);
/* INTEGRITY_POLICY_RULE; `text` is the rule as the kernel logs it. */
void audit_put_policy_rule(struct audit *audit, const char *text, bool ok);
/*
 * audit-policy.c: the records of one load. INTEGRITY_POLICY_RULE for each rule of the text, up to the one that was refused if
 * any; then INTEGRITY_STATUS with the outcome. `bad` is NULL if the policy was taken. The subject is the calling thread.
 */
/* INTEGRITY_STATUS, of the daemon itself. */
void audit_put_policy_status(struct audit *audit, const char *op, const char *cause, bool ok);
void audit_put_policy(struct audit *audit, const char *text, size_t len, const struct hufu_policy_where *bad);

#endif
