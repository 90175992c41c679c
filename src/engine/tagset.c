/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing, linear probing, a power of two of slots, at most three quarters of them taken. */
#include "tagset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

enum { FIRST_SLOTS = 1024 };

static const uint8_t free_slot[TAGSET_TAG];

static void normalize(uint8_t copy[TAGSET_TAG], const uint8_t tag[TAGSET_TAG])
{
	memcpy(copy, tag, TAGSET_TAG);
	if (memcmp(copy, free_slot, TAGSET_TAG) == 0)
		copy[0] = 1;
}

/* The slot that holds `tag`, or the free one where it belongs. There is a free one always. */
static uint8_t *find(uint8_t (*slots)[TAGSET_TAG], size_t n_slots, const uint8_t tag[TAGSET_TAG])
{
	struct bytes in = bytes_of(tag, TAGSET_TAG);
	size_t at = (size_t)bytes_le64(&in) & (n_slots - 1);

	while (memcmp(slots[at], tag, TAGSET_TAG) != 0 && memcmp(slots[at], free_slot, TAGSET_TAG) != 0)
		at = (at + 1) & (n_slots - 1);
	return slots[at];
}

bool tagset_has(const struct tagset *set, const uint8_t tag[TAGSET_TAG])
{
	uint8_t copy[TAGSET_TAG];

	if (set->n_slots == 0)
		return false;
	normalize(copy, tag);
	return memcmp(find(set->slots, set->n_slots, copy), copy, TAGSET_TAG) == 0;
}

int tagset_reserve(struct tagset *set)
{
	size_t n_slots = set->n_slots ? set->n_slots * 2 : FIRST_SLOTS;
	uint8_t(*slots)[TAGSET_TAG];

	if (set->n_slots && set->n_tags < set->n_slots / 4 * 3)
		return 0;
	if (n_slots < set->n_slots)
		return -ENOMEM;
	slots = calloc(n_slots, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < set->n_slots; i++)
		if (memcmp(set->slots[i], free_slot, TAGSET_TAG) != 0)
			memcpy(find(slots, n_slots, set->slots[i]), set->slots[i], TAGSET_TAG);
	free(set->slots);
	set->slots = slots;
	set->n_slots = n_slots;
	return 0;
}

void tagset_add(struct tagset *set, const uint8_t tag[TAGSET_TAG])
{
	uint8_t copy[TAGSET_TAG];
	uint8_t *slot;

	normalize(copy, tag);
	slot = find(set->slots, set->n_slots, copy);
	if (memcmp(slot, copy, TAGSET_TAG) == 0)
		return;
	memcpy(slot, copy, TAGSET_TAG);
	set->n_tags++;
}

void tagset_done(struct tagset *set)
{
	free(set->slots);
	*set = (struct tagset){0};
}
