/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"

#include "clean.h"
#include "procinfo.h"

static struct auditline_stamp next_stamp(struct audit *audit)
{
	struct auditline_stamp stamp = {.serial = atomic_fetch_add(&audit->serial, 1) + 1};

	(void)clock_gettime(CLOCK_REALTIME, &stamp.time);
	return stamp;
}

static void hand_out(struct audit *audit, struct buf *out)
{
	autofree char *line = buf_take_str(out);

	if (line)
		audit->on_line(audit->ctx, line);
}

void audit_put(struct audit *audit, const struct auditline_event *event)
{
	struct auditline_stamp stamp;
	autobuf out = {0};

	if (!audit->on_line)
		return;
	stamp = next_stamp(audit);
	auditline_put_event(&out, &stamp, event);
	hand_out(audit, &out);
}

void audit_put_access(struct audit *audit, const struct hufu_access *access, struct auditline_event event)
{
	event.subject = &access->subject;
	if (!event.name)
		event.name = access->path;
	event.dev = access->dev;
	event.ino = access->ino;
	audit_put(audit, &event);
}

void audit_put_rule(struct audit *audit, const struct hufu_access *access, const struct hufu_digest *digest)
{
	struct auditline_rule rule = {.subject = &access->subject, .digest = digest, .file = access->path};
	struct auditline_stamp stamp;
	struct procinfo info;
	autobuf out = {0};

	if (!audit->on_line)
		return;
	procinfo_read(&access->subject, &info);
	rule.ppid = info.ppid;
	rule.fsuid = info.fsuid;
	rule.fsgid = info.fsgid;
	rule.tty = info.tty;
	rule.exe = info.exe[0] ? info.exe : NULL;
	stamp = next_stamp(audit);
	auditline_put_rule(&out, &stamp, &rule);
	hand_out(audit, &out);
}

void audit_put_policy_rule(struct audit *audit, const char *text, bool ok)
{
	struct auditline_stamp stamp;
	autobuf out = {0};

	if (!audit->on_line)
		return;
	stamp = next_stamp(audit);
	auditline_put_policy_rule(&out, &stamp, text, ok);
	hand_out(audit, &out);
}
