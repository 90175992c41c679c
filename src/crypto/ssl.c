/* SPDX-License-Identifier: Apache-2.0 */
#include "ssl.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdarg.h>

#include "err.h"

int ssl_err(struct hufu_err *err, int code, const char *format, ...)
{
	/* The first one queued is the cause; those after it only say who passed it on ("nested asn1 error"). */
	unsigned long first = ERR_peek_error();
	const char *reason = first ? ERR_reason_error_string(first) : NULL;
	char text[sizeof(err->text)];
	va_list args;

	if (first && ERR_GET_REASON(first) == ERR_R_MALLOC_FAILURE)
		code = -ENOMEM;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	ERR_clear_error();
	return reason ? err_set(err, code, "%s: %s", text, reason) : err_set(err, code, "%s", text);
}
