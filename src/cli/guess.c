/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the least number of letters to insert, delete, change or swap with their neighbour. */
#include "guess.h"

#include <string.h>

#define LONGEST 32 /* bytes of a word worth comparing; all of ours are shorter */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned row[3][LONGEST + 1]; /* two rows back, the row before, this row */

	for (unsigned j = 0; j <= b_len; j++)
		row[1][j] = j;
	for (unsigned i = 1; i <= a_len; i++) {
		row[2][0] = i;
		for (unsigned j = 1; j <= b_len; j++) {
			unsigned cost = row[1][j - 1] + (a[i - 1] != b[j - 1]);

			cost = least(cost, least(row[1][j], row[2][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				cost = least(cost, row[0][j - 2] + 1);
			row[2][j] = cost;
		}
		memcpy(row[0], row[1], sizeof(row[0]));
		memcpy(row[1], row[2], sizeof(row[1]));
	}
	return row[1][b_len];
}

void guess_try(struct guess *guess, const char *candidate)
{
	size_t len = strlen(candidate);
	unsigned limit = guess->len < 4 ? 1 : guess->len < 9 ? 2 : 3;
	unsigned found;

	if (guess->len > LONGEST || len > LONGEST)
		return;
	found = distance(guess->word, guess->len, candidate, len);
	/* What was cut short counts as near: --rec for --recursive. */
	if (found > 1 && guess->len >= 3 && strncmp(guess->word, candidate, guess->len) == 0)
		found = 1;
	if (found > limit || found >= len || (guess->best && found >= guess->distance))
		return;
	guess->best = candidate;
	guess->distance = found;
}
