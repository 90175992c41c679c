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

static void append(struct hufu_err *err, const char *text)
{
	size_t used = strlen(err->text);

	(void)snprintf(err->text + used, sizeof(err->text) - used, "%s", text);
}

int err_sys(struct hufu_err *err, int code, const char *format, ...)
{
	char buf[128];
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	append(err, ": ");
	append(err, strerror_r(-code, buf, sizeof(buf)));
	return code;
}

int err_prefix(struct hufu_err *err, int code, const char *format, ...)
{
	struct hufu_err inner;
	va_list args;

	if (!err)
		return code;
	inner = *err;
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	append(err, ": ");
	append(err, inner.text);
	return code;
}

void err_clear(struct hufu_err *err)
{
	if (err)
		err->text[0] = '\0';
}
