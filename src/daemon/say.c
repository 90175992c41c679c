/* SPDX-License-Identifier: Apache-2.0 */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "clean.h"
#include "quote.h"

void say(void *unused, int priority, const char *text)
{
	autofree char *shown = quote(text);

	(void)unused;
	if (getenv("JOURNAL_STREAM"))
		(void)fprintf(stderr, "<%d>%s\n", priority, shown ? shown : "out of memory");
	else
		(void)fprintf(stderr, "hufud: %s\n", shown ? shown : "out of memory");
}

void sayf(int priority, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say(NULL, priority, text);
}
