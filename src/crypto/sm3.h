/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM3_H
#define SM3_H

#include "sm3-block.h"

/* SM3 (GM/T 0004), our own: several times as fast as libcrypto's where there are many messages, see sm3-lanes.h. */

enum { SM3_LEN = 32 };

/* A digest in pieces. Holds no resource: it need not be ended. */
struct sm3 {
	uint32_t state[SM3_WORDS];
	uint64_t len;
	uint8_t rest[SM3_BLOCK]; /* len % 64 of them: not compressed yet */
};

void sm3_init(struct sm3 *sm3);
void sm3_add(struct sm3 *sm3, const void *data, size_t len);
void sm3_end(struct sm3 *sm3, uint8_t ret_digest[SM3_LEN]);

/* For those who keep the state themselves: its first value, the last one or two blocks, and the digest. */
extern const uint32_t sm3_start[SM3_WORDS];
/* The `len` % 64 bytes that are left of a message of `len` bytes, and the padding after them: number of blocks. */
size_t sm3_pad(uint8_t last[2 * SM3_BLOCK], uint64_t len);
void sm3_encode(const uint32_t state[SM3_WORDS], uint8_t ret_digest[SM3_LEN]);
/* Successive blocks of one message, in the best way this machine has. */
void sm3_compress(uint32_t state[SM3_WORDS], const uint8_t *data, size_t n_blocks);

/* A message in memory. */
void sm3_whole(const void *data, size_t len, uint8_t ret_digest[SM3_LEN]);
/* Does `hash` say what libcrypto says, for messages of all sorts of lengths? No as well if libcrypto has no SM3. */
bool sm3_agrees(void (*hash)(const void *data, size_t len, uint8_t ret_digest[SM3_LEN]));
/* Found once, at the first call: ours is faster than libcrypto's, and agrees. If not, libcrypto's is to be used. */
bool sm3_usable(void);

#endif
