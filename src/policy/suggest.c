/* SPDX-License-Identifier: Apache-2.0 */
/* Near misses: the distance of Damerau and Levenshtein (insert, delete, change, swap of neighbours), case ignored. */
#include "suggest.h"

#include <ctype.h>
#include <string.h>

#define LONGEST 40 /* bytes of a word worth comparing; every word of the language is shorter */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static unsigned distance(struct word a, struct word b)
{
	unsigned row[3][LONGEST + 1]; /* two rows back, the row before, this row */

	for (unsigned j = 0; j <= b.len; j++)
		row[1][j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		row[2][0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			unsigned cost = row[1][j - 1] + !same(a.at[i - 1], b.at[j - 1]);

			cost = least(cost, least(row[1][j], row[2][j - 1]) + 1);
			if (i > 1 && j > 1 && same(a.at[i - 1], b.at[j - 2]) && same(a.at[i - 2], b.at[j - 1]))
				cost = least(cost, row[0][j - 2] + 1);
			row[2][j] = cost;
		}
		memcpy(row[0], row[1], sizeof(row[0]));
		memcpy(row[1], row[2], sizeof(row[1]));
	}
	return row[1][b.len];
}

void suggest_try(struct suggest *suggest, const char *candidate)
{
	const struct word other = {candidate, strlen(candidate)};
	unsigned limit = suggest->word.len < 4 ? 1 : suggest->word.len < 9 ? 2 : 3;
	unsigned found;

	if (suggest->word.len > LONGEST || other.len > LONGEST)
		return;
	found = distance(suggest->word, other);
	if (found > limit || found >= other.len || (suggest->best && found >= suggest->distance))
		return;
	suggest->best = candidate;
	suggest->distance = found;
}

void suggest_try_table(struct suggest *suggest, const struct keyword *table)
{
	for (; table->name; table++)
		suggest_try(suggest, table->name);
}
