/* SPDX-License-Identifier: Apache-2.0 */
#include "sm3-block.h"
#include "sm3-rounds.h"

void sm3_block_plain(uint32_t state[SM3_WORDS], const uint8_t *data, size_t n_blocks)
{
	sm3_blocks_one_by_one(state, data, n_blocks);
}
