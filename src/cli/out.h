/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OUT_H
#define OUT_H

#include <jansson.h>
#include <stdbool.h>

#include "hufu.h"

/*
 * What the program says. Results go to standard output, errors and warnings to standard error, each once and as one line. A
 * write error on standard output is remembered until out_finish(); a reader that went away is no error worth a word.
 */

int out_text(const char *format, ...) __attribute__((format(printf, 1, 2))); /* bytes printed; 0: failed */
/* One JSON value on a line of its own; takes the reference. NULL (memory was short) is a failure of the output. */
void out_json(json_t *value);
/* Standard output cannot be written any more: whatever is going on may stop. */
bool out_failed(void);
/* Flushes. A negative errno if anything could not be written: -EPIPE without a text in `err`. */
HUFU_MUST_USE int out_finish(struct hufu_err *err);

/* "hufu: ...", escaped for a terminal. */
void out_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void out_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A string that may hold any bytes: JSON has room for text only. What is not UTF-8 is escaped as on a terminal. */
json_t *out_json_text(const char *text);
json_t *out_json_hex(const void *data, size_t len);
json_t *out_json_digest(const struct hufu_digest *digest); /* "sm3:66c7..." */
/*
 * Sets `key` to a file name. If the name is not UTF-8, `key` is its escaped form and `key`_hex its bytes: nothing is lost.
 */
void out_json_set_path(json_t *object, const char *key, const char *path);

/* An unsigned number with a comma between thousands. */
struct out_number {
	char text[32];
};
struct out_number out_thousands(uint64_t number);
/* "20 MB": three digits at most before the unit, decimal units. */
struct out_number out_size(uint64_t bytes);

#endif
