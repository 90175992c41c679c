/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUOTE_H
#define QUOTE_H

#include <stddef.h>

/*
 * Text for a terminal or a log line: control bytes, DEL and bytes that are not valid UTF-8 become \n, \t, \\ or \xHH, so
 * that a file name can neither start a new line nor move a cursor. Allocated; NULL if memory is short.
 */
char *quote(const char *text);
char *quote_len(const char *text, size_t len);

#endif
