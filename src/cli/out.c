/* SPDX-License-Identifier: Apache-2.0 */
#include "out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "clean.h"
#include "err.h"
#include "quote.h"

/* The first error of standard output, a negative errno. Standard output is one for the whole process; so is this. */
static int failure;

static void note(int error)
{
	if (!failure)
		failure = error ? -error : -EIO;
}

bool out_failed(void)
{
	return failure < 0;
}

int out_text(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	errno = 0;
	n = vprintf(format, args);
	if (n < 0)
		note(errno);
	va_end(args);
	return n < 0 ? 0 : n;
}

void out_json(json_t *value)
{
	/* What JSON may hold as it is could still move the cursor of a terminal. */
	size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6) |
		       (isatty(STDOUT_FILENO) ? JSON_ENSURE_ASCII : 0);

	errno = 0;
	if (!value || json_dumpf(value, stdout, flags) < 0 || putchar('\n') == EOF)
		note(value ? errno : ENOMEM);
	json_decref(value);
}

int out_finish(struct hufu_err *err)
{
	errno = 0;
	if (fflush(stdout) == EOF || ferror(stdout))
		note(errno);
	if (!failure)
		return 0;
	if (failure == -EPIPE)
		return failure;
	return err_sys(err, failure, "standard output");
}

/* One write(2): lines of several processes on one terminal do not mix. */
static __attribute__((format(printf, 2, 0))) void put_line(const char *lead, const char *format, va_list args)
{
	autofree char *text = NULL, *safe = NULL, *line = NULL;
	int n = vasprintf(&text, format, args);

	if (n < 0)
		text = NULL;
	safe = text ? quote(text) : NULL;
	n = asprintf(&line, "hufu: %s%s\n", lead, safe ? safe : "out of memory");
	if (n < 0) {
		line = NULL;
		return;
	}
	(void)fflush(stdout);
	(void)fputs(line, stderr);
}

void out_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line("", format, args);
	va_end(args);
}

void out_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line("warning: ", format, args);
	va_end(args);
}

json_t *out_json_text(const char *text)
{
	json_t *value = json_string(text);
	autofree char *safe = value ? NULL : quote(text);

	return value ? value : json_string(safe ? safe : "");
}

json_t *out_json_hex(const void *data, size_t len)
{
	autobuf out = {0};
	autofree char *text = NULL;

	buf_hex(&out, data, len);
	text = buf_take_str(&out);
	return text ? json_string(text) : NULL;
}

json_t *out_json_digest(const struct hufu_digest *digest)
{
	const char *name = hufu_hash_name(digest->algo);
	autobuf out = {0};
	autofree char *text = NULL;

	buf_printf(&out, "%s:", name ? name : "unknown");
	buf_hex(&out, digest->bytes, digest->len);
	text = buf_take_str(&out);
	return text ? json_string(text) : NULL;
}

void out_json_set_path(json_t *object, const char *key, const char *path)
{
	json_t *value = json_string(path);
	autofree char *key_hex = NULL;

	if (value) {
		(void)json_object_set_new(object, key, value);
		return;
	}
	(void)json_object_set_new(object, key, out_json_text(path));
	if (asprintf(&key_hex, "%s_hex", key) < 0)
		key_hex = NULL;
	if (key_hex)
		(void)json_object_set_new(object, key_hex, out_json_hex(path, strlen(path)));
}

struct out_number out_thousands(uint64_t number)
{
	struct out_number plain, result;
	size_t len, used = 0;

	(void)snprintf(plain.text, sizeof(plain.text), "%" PRIu64, number);
	len = strlen(plain.text);
	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			result.text[used++] = ',';
		result.text[used++] = plain.text[i];
	}
	result.text[used] = '\0';
	return result;
}

struct out_number out_size(uint64_t bytes)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
	struct out_number result;
	double value = (double)bytes;
	size_t unit = 0;

	for (; value >= 999.5 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		value /= 1000;
	(void)snprintf(result.text, sizeof(result.text), unit && value < 9.95 ? "%.1f %s" : "%.0f %s", value,
		       units[unit]);
	return result;
}
