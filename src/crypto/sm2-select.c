/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sm2-comb.h"

/* 16 bytes at once where the machine can; the compiler takes it apart where not. */
typedef uint32_t part __attribute__((vector_size(16)));

_Static_assert(sizeof(struct sm2_affine) == 4 * sizeof(part), "an entry has four parts");

static inline part load(const struct sm2_affine *entry, unsigned i)
{
	part value;

	memcpy(&value, (const uint8_t *)entry + i * sizeof(value), sizeof(value));
	return value;
}

void sm2_select(struct sm2_affine *ret, const struct sm2_affine row[SM2_COMB_ENTRIES], uint64_t number)
{
	uint32_t word = (uint32_t)sm2_word_hide(number);
	part wanted = {word, word, word, word}, index = {0}, x0 = {0}, x1 = {0}, y0 = {0}, y1 = {0};

	for (unsigned i = 0; i < SM2_COMB_ENTRIES; i++) {
		part mask;

		index += 1;
		mask = (part)(index == wanted);
		x0 |= load(&row[i], 0) & mask;
		x1 |= load(&row[i], 1) & mask;
		y0 |= load(&row[i], 2) & mask;
		y1 |= load(&row[i], 3) & mask;
	}
	memcpy((uint8_t *)ret, &x0, sizeof(x0));
	memcpy((uint8_t *)ret + sizeof(part), &x1, sizeof(x1));
	memcpy((uint8_t *)ret + 2 * sizeof(part), &y0, sizeof(y0));
	memcpy((uint8_t *)ret + 3 * sizeof(part), &y1, sizeof(y1));
}
