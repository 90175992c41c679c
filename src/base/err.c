/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

int err_set(struct hufu_err *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

/*
 * "head: tail". The tail is the reason: what is too long, a path as a rule, is cut so that at least half of the room is left
 * to the reason.
 */
static void join(struct hufu_err *err, const char *head, const char *tail)
{
	const size_t room = sizeof(err->text) - 1 - strlen(": ");
	size_t head_len = strlen(head);
	size_t tail_len = strlen(tail);
	size_t most = room - (tail_len < room / 2 ? tail_len : room / 2);
	char text[sizeof(err->text)];

	if (head_len <= most)
		(void)snprintf(text, sizeof(text), "%s: %s", head, tail);
	else
		(void)snprintf(text, sizeof(text), "%.*s...: %s", (int)most - 3, head, tail);
	memcpy(err->text, text, sizeof(text));
}

int err_sys(struct hufu_err *err, int code, const char *format, ...)
{
	char head[sizeof(err->text) + 1], buf[128];
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	(void)vsnprintf(head, sizeof(head), format, args);
	va_end(args);
	join(err, head, strerror_r(-code, buf, sizeof(buf)));
	return code;
}

int err_prefix(struct hufu_err *err, int code, const char *format, ...)
{
	char head[sizeof(err->text) + 1];
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	(void)vsnprintf(head, sizeof(head), format, args);
	va_end(args);
	join(err, head, err->text);
	return code;
}

void err_clear(struct hufu_err *err)
{
	if (err)
		err->text[0] = '\0';
}
