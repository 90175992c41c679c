/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TTY_H
#define TTY_H

#include <stddef.h>
#include <sys/types.h>

#include "hufu.h"

/*
 * Asks on the controlling terminal, whatever standard input is, and reads a line without showing it. Returns its length
 * without the newline (no NUL is added). The terminal is as before afterwards, also when a signal ends or stops the program.
 * -ENXIO: there is no terminal; -ECANCELED: end of file instead of a line; -E2BIG: longer than `size`.
 */
HUFU_MUST_USE ssize_t tty_ask_secret(const char *prompt, char *ret_text, size_t size);

#endif
