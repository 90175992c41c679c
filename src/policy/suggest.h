/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUGGEST_H
#define SUGGEST_H

#include "keyword.h"

/* Looks for the word that was meant. Zeroed but for `word` is a fresh search. */
struct suggest {
	struct word word;
	const char *best; /* NULL: nothing is near */
	unsigned distance;
};

void suggest_try(struct suggest *suggest, const char *candidate);
void suggest_try_table(struct suggest *suggest, const struct keyword *table);

#endif
