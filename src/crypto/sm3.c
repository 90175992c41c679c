/* SPDX-License-Identifier: Apache-2.0 */
#include "sm3.h"

#include <string.h>

const uint32_t sm3_start[SM3_WORDS] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
				       0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};

void sm3_compress(uint32_t state[SM3_WORDS], const uint8_t *data, size_t n_blocks)
{
	if (sm3_block_has_fast())
		sm3_block_fast(state, data, n_blocks);
	else
		sm3_block_plain(state, data, n_blocks);
}

void sm3_init(struct sm3 *sm3)
{
	memcpy(sm3->state, sm3_start, sizeof(sm3->state));
	sm3->len = 0;
}

void sm3_add(struct sm3 *sm3, const void *data, size_t len)
{
	const uint8_t *at = data;
	size_t held = sm3->len % SM3_BLOCK;

	if (!len)
		return;
	sm3->len += len;
	if (held) {
		size_t n = len < SM3_BLOCK - held ? len : SM3_BLOCK - held;

		memcpy(sm3->rest + held, at, n);
		if (held + n < SM3_BLOCK)
			return;
		sm3_compress(sm3->state, sm3->rest, 1);
		at += n;
		len -= n;
	}
	sm3_compress(sm3->state, at, len / SM3_BLOCK);
	memcpy(sm3->rest, at + len / SM3_BLOCK * SM3_BLOCK, len % SM3_BLOCK);
}

size_t sm3_pad(uint8_t last[2 * SM3_BLOCK], uint64_t len)
{
	size_t held = len % SM3_BLOCK, n_blocks = held < SM3_BLOCK - 8 ? 1 : 2;
	uint64_t bits = len * 8;

	memset(last + held, 0, n_blocks * SM3_BLOCK - held);
	last[held] = 0x80;
	for (size_t i = 0; i < 8; i++)
		last[n_blocks * SM3_BLOCK - 1 - i] = (uint8_t)(bits >> (8 * i));
	return n_blocks;
}

void sm3_encode(const uint32_t state[SM3_WORDS], uint8_t ret_digest[SM3_LEN])
{
	for (size_t i = 0; i < SM3_LEN; i++)
		ret_digest[i] = (uint8_t)(state[i / 4] >> (24 - i % 4 * 8));
}

void sm3_end(struct sm3 *sm3, uint8_t ret_digest[SM3_LEN])
{
	uint8_t last[2 * SM3_BLOCK];

	memcpy(last, sm3->rest, sm3->len % SM3_BLOCK);
	sm3_compress(sm3->state, last, sm3_pad(last, sm3->len));
	sm3_encode(sm3->state, ret_digest);
}

void sm3_whole(const void *data, size_t len, uint8_t ret_digest[SM3_LEN])
{
	struct sm3 sm3;

	sm3_init(&sm3);
	sm3_add(&sm3, data, len);
	sm3_end(&sm3, ret_digest);
}
