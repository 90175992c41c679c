/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TAGSET_H
#define TAGSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hufu.h"

/*
 * A set of 16-byte tags that are evenly spread, such as keyed digests: 22 to 43 bytes of memory for each. Zeroed is empty.
 * The all-zero tag marks a free slot; it counts as the tag 1, 0, 0, ...
 */
enum { TAGSET_TAG = 16 };

struct tagset {
	uint8_t (*slots)[TAGSET_TAG];
	size_t n_tags, n_slots;
};

bool tagset_has(const struct tagset *set, const uint8_t tag[TAGSET_TAG]);
/* Makes room for one more, so that the next tagset_add() needs no memory. */
HUFU_MUST_USE int tagset_reserve(struct tagset *set);
/* After tagset_reserve(). A tag that is there already is not added twice. */
void tagset_add(struct tagset *set, const uint8_t tag[TAGSET_TAG]);
void tagset_done(struct tagset *set);

#endif
