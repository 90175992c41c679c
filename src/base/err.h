/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ERR_H
#define ERR_H

#include "hufu.h"

/*
 * Error texts. The lowest layer says what and where with err_set(), outer layers put their words before it with
 * err_prefix(): "policy.d/ima: line 3: unknown word 'mesure'". No allocation, so that it works when memory is short.
 * Where a path is too long for the text, the path is cut and the reason stays.
 */

/* Sets the text and returns `code`, so that a failing function can `return err_set(err, -EINVAL, "...")`. */
int err_set(struct hufu_err *err, int code, const char *format, ...) __attribute__((nonnull(3), format(printf, 3, 4)));
/* As err_set(), with ": " and strerror(-code) at the end. */
int err_sys(struct hufu_err *err, int code, const char *format, ...) __attribute__((nonnull(3), format(printf, 3, 4)));
/* Puts "...: " before the text that is there; returns `code`. */
int err_prefix(struct hufu_err *err, int code, const char *format, ...)
	__attribute__((nonnull(3), format(printf, 3, 4)));
void err_clear(struct hufu_err *err);

#endif
