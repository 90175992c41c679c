/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GUESS_H
#define GUESS_H

#include <stddef.h>

/* The word that was meant: a search over candidates. Zeroed but for `word` and `len` is a fresh one. */
struct guess {
	const char *word; /* what was typed; need not end in a NUL */
	size_t len;
	const char *best; /* NULL: nothing is near */
	unsigned distance;
};

void guess_try(struct guess *guess, const char *candidate);

#endif
