/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is logged of a policy that is loaded: ima_parse_rule(), ima_update_policy() and ima_release_policy() of the kernel's
 * security/integrity/ima. Rules are logged as they were written, not as they were understood.
 */
#include <string.h>

#include "audit.h"
#include "bytes.h"
#include "clean.h"
#include "procinfo.h"
#include "token.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const struct token_row *find_row(struct word token)
{
	for (const struct token_row *row = token_rows; row->name; row++) {
		size_t len = strlen(row->name);

		if (token.len < len || memcmp(token.at, row->name, len) != 0)
			continue;
		if (row->ops[0] ? token.len > len + 1 && strchr(row->ops, token.at[len]) : token.len == len)
			return row;
	}
	return NULL;
}

static void put_token(struct buf *out, struct word token)
{
	const struct token_row *row = find_row(token);

	if (row && row->field == RULE_PERMIT_DIRECTIO)
		return; /* the kernel has no line for it */
	if (!row)
		buf_str(out, "UNKNOWN=");
	else if (!row->ops[0])
		buf_str(out, "action=");
	for (size_t i = 0; i < token.len; i++) {
		unsigned char byte = (unsigned char)token.at[i];

		if (byte > 0x20 && byte < 0x7f)
			buf_u8(out, byte);
		else /* the kernel would print it as it is, and with it whatever it does to a terminal */
			buf_printf(out, "\\x%02x", byte);
	}
	buf_u8(out, ' ');
}

/* The rule of a line; empty if there is none. */
static void put_line(struct buf *out, struct word line)
{
	while (line.len) {
		struct word token = {line.at, 0};

		while (token.len < line.len && !is_blank(line.at[token.len]))
			token.len++;
		if (token.len && token.at[0] == '#')
			return;
		if (token.len)
			put_token(out, token);
		else
			token.len = 1;
		line.at += token.len;
		line.len -= token.len;
	}
}

static void put_rule(struct audit *audit, struct word line, bool ok)
{
	autobuf out = {0};
	autofree char *text = NULL;

	if (line.len > HUFU_POLICY_LINE_MAX)
		line.len = HUFU_POLICY_LINE_MAX;
	put_line(&out, line);
	if (!out.len)
		return;
	text = buf_take_str(&out);
	if (text)
		audit_put_policy_rule(audit, text, ok);
}

static void put_rules(struct audit *audit, struct word text, const struct hufu_policy_where *bad)
{
	if (bad && bad->line == 0) /* not about a line: none was looked at */
		return;
	for (unsigned number = 1; text.len; number++) {
		const char *end = memchr(text.at, '\n', text.len);
		struct word line = {text.at, end ? (size_t)(end - text.at) : text.len};
		size_t used = line.len + (end != NULL);
		bool ok = !bad || number < bad->line;

		put_rule(audit, line, ok);
		if (!ok)
			return;
		text.at += used;
		text.len -= used;
	}
}

void audit_put_policy_status(struct audit *audit, const char *op, const char *cause, bool ok)
{
	struct auditline_event event = {.type = "INTEGRITY_STATUS", .op = op, .cause = cause, .ok = ok};
	struct hufu_subject subject;

	procinfo_self(&subject);
	event.subject = &subject;
	audit_put(audit, &event);
}

void audit_put_policy(struct audit *audit, const char *text, size_t len, const struct hufu_policy_where *bad)
{
	if (!audit->on_line)
		return;
	put_rules(audit, (struct word){text, len}, bad);
	if (bad)
		audit_put_policy_status(audit, "update_policy", "invalid-policy", false);
	audit_put_policy_status(audit, "policy_update", bad ? "failed" : "completed", !bad);
}
