/* SPDX-License-Identifier: Apache-2.0 */
#include "sm3-block.h"

/* Where the build has no vector code: other machines than x86-64. */

bool sm3_block_has_fast(void)
{
	return false;
}

void sm3_block_fast(uint32_t state[SM3_WORDS], const uint8_t *data, size_t n_blocks)
{
	sm3_block_plain(state, data, n_blocks);
}

void sm3_block_lanes(uint32_t state[SM3_WORDS][SM3_LANES], const uint8_t *const data[SM3_LANES], size_t n_blocks)
{
	for (unsigned lane = 0; lane < SM3_LANES; lane++) {
		uint32_t one[SM3_WORDS];

		for (unsigned i = 0; i < SM3_WORDS; i++)
			one[i] = state[i][lane];
		sm3_block_plain(one, data[lane], n_blocks);
		for (unsigned i = 0; i < SM3_WORDS; i++)
			state[i][lane] = one[i];
	}
}
