/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDITLOG_H
#define AUDITLOG_H

#include "service.h"

/*
 * Where audit lines go: RUN/audit.log (appended, 0600), and the journal, or syslog where there is none. Never blocks an access:
 * the line is queued and a thread writes it; when the queue (8,192 lines, 8 MiB) is full lines are dropped and counted, and the
 * next line that fits says how many: `type=HUFU_LOST msg=audit(...): lost=N`. So are lines that a full disk did not take; no
 * line is ever there in part.
 */
struct auditlog;
HUFU_MUST_USE int auditlog_open(const struct config *config, struct auditlog **ret_log, struct hufu_err *err);
void auditlog_put(void *log, const char *line); /* fits hufu_engine_opts.on_audit; any thread */
uint64_t auditlog_dropped(struct auditlog *log);
/* Opens RUN/audit.log anew, after logrotate has moved it away. On failure the old file stays in use, and say() says so. */
void auditlog_reopen(struct auditlog *log);
void auditlog_close(struct auditlog *log); /* writes what is queued, for at most ten seconds; NULL is fine */

#endif
