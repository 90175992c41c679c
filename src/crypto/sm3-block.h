/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM3_BLOCK_H
#define SM3_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The compression function of SM3 (GM/T 0004, 5.3), in the ways this machine may have. No padding, no buffering. */

enum { SM3_BLOCK = 64, SM3_WORDS = 8, SM3_LANES = 8 };

/* Works everywhere. */
void sm3_block_plain(uint32_t state[SM3_WORDS], const uint8_t *data, size_t n_blocks);

/* Does the processor have what the next two need? Where the build has no code for it: no, and they are plain ones. */
bool sm3_block_has_fast(void);
void sm3_block_fast(uint32_t state[SM3_WORDS], const uint8_t *data, size_t n_blocks);
/* `n_blocks` of each of the eight messages at once; state[i] holds word i of all of them. */
void sm3_block_lanes(uint32_t state[SM3_WORDS][SM3_LANES], const uint8_t *const data[SM3_LANES], size_t n_blocks);

#endif
