/* SPDX-License-Identifier: Apache-2.0 */
#include "auditline.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* kernel/audit.c: audit_log_untrustedstring() */
static void put_untrusted(struct buf *out, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (const char *at = text; *at; at++) {
		unsigned char byte = (unsigned char)*at;

		if (byte != '"' && byte >= 0x21 && byte <= 0x7e)
			continue;
		for (at = text; *at; at++) {
			buf_u8(out, (uint8_t)digits[(unsigned char)*at >> 4]);
			buf_u8(out, (uint8_t)digits[(unsigned char)*at & 15]);
		}
		return;
	}
	buf_u8(out, '"');
	buf_str(out, text);
	buf_u8(out, '"');
}

static void put_stamp(struct buf *out, const char *type, const struct auditline_stamp *stamp)
{
	buf_printf(out, "type=%s msg=audit(%lld.%03ld:%" PRIu64 "): ", type, (long long)stamp->time.tv_sec,
		   stamp->time.tv_nsec / 1000000, stamp->serial);
}

/*
 * The kernel prints labels as they are. A profile's name may hold any byte, though, and must not begin a new record: such
 * a label goes out as the other strings do.
 */
static void put_label(struct buf *out, const char *label)
{
	if (!label[0])
		return;
	buf_str(out, " subj=");
	for (const char *at = label; *at; at++) {
		if ((unsigned char)*at < 0x20 || (unsigned char)*at > 0x7e) {
			put_untrusted(out, label);
			return;
		}
	}
	buf_str(out, label);
}

/* security/integrity/integrity_audit.c: integrity_audit_message() */
void auditline_put_event(struct buf *out, const struct auditline_stamp *stamp, const struct auditline_event *event)
{
	const struct hufu_subject *subject = event->subject;

	put_stamp(out, event->type, stamp);
	/* pid= is the thread's id here, and the process's in INTEGRITY_RULE */
	buf_printf(out, "pid=%d uid=%" PRIu32 " auid=%" PRIu32 " ses=%" PRIu32, subject->tid, subject->uid,
		   subject->auid, subject->ses);
	put_label(out, subject->label);
	buf_printf(out, " op=%s cause=%s comm=", event->op, event->cause);
	put_untrusted(out, subject->comm);
	if (event->name) {
		buf_str(out, " name=");
		put_untrusted(out, event->name);
	}
	if (event->dev) {
		buf_str(out, " dev=");
		put_untrusted(out, event->dev);
		buf_printf(out, " ino=%" PRIu64, event->ino);
	}
	buf_printf(out, " res=%d errno=%d", event->ok, event->error);
}

/* security/integrity/ima/ima_api.c: ima_audit_measurement(); kernel/auditsc.c: audit_log_task_info() */
void auditline_put_rule(struct buf *out, const struct auditline_stamp *stamp, const struct auditline_rule *rule)
{
	const struct hufu_subject *subject = rule->subject;
	const char *algo = hufu_hash_name(rule->digest->algo);

	put_stamp(out, "INTEGRITY_RULE", stamp);
	buf_str(out, "file=");
	put_untrusted(out, rule->file);
	buf_printf(out, " hash=\"%s:", algo ? algo : "unknown");
	buf_hex(out, rule->digest->bytes, rule->digest->len <= HUFU_DIGEST_MAX ? rule->digest->len : 0);
	buf_printf(out, "\" ppid=%d pid=%d auid=%" PRIu32 " uid=%" PRIu32 " gid=%" PRIu32, rule->ppid, subject->pid,
		   subject->auid, subject->uid, subject->gid);
	buf_printf(out, " euid=%" PRIu32 " suid=%" PRIu32 " fsuid=%" PRIu32, subject->euid, subject->suid, rule->fsuid);
	buf_printf(out, " egid=%" PRIu32 " sgid=%" PRIu32 " fsgid=%" PRIu32, subject->egid, subject->sgid, rule->fsgid);
	buf_printf(out, " tty=%s ses=%" PRIu32 " comm=", rule->tty ? rule->tty : "(none)", subject->ses);
	put_untrusted(out, subject->comm);
	buf_str(out, " exe=");
	if (rule->exe)
		put_untrusted(out, rule->exe);
	else
		buf_str(out, "(null)");
	put_label(out, subject->label);
}

/* security/integrity/ima/ima_policy.c: ima_parse_rule() */
void auditline_put_policy_rule(struct buf *out, const struct auditline_stamp *stamp, const char *text, bool ok)
{
	put_stamp(out, "INTEGRITY_POLICY_RULE", stamp);
	buf_printf(out, "%sres=%d", text, ok);
}
