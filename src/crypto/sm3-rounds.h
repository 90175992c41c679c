/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM3_ROUNDS_H
#define SM3_ROUNDS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The 64 rounds over one expanded block, GM/T 0004 5.3.3. Always inlined, so that a caller compiled for a newer
 * processor has its rotates here too; unrolled, so that the registers change names instead of moving, and the constants
 * are immediate.
 */

#define SM3_ROL(x, n)	 ((uint32_t)(x) << ((n) % 32) | (uint32_t)(x) >> ((64 - (n)) % 32))
#define SM3_T(j)	 SM3_ROL((j) < 16 ? 0x79cc4519U : 0x7a879d8aU, (j))
#define SM3_P0(x)	 ((x) ^ SM3_ROL(x, 9) ^ SM3_ROL(x, 17))
#define SM3_P1(x)	 ((x) ^ SM3_ROL(x, 15) ^ SM3_ROL(x, 23))
#define SM3_XOR(x, y, z) ((x) ^ (y) ^ (z))
#define SM3_MAJ(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))

/* The compiler may not look through this: it would add in an order of its own. */
#define SM3_KEEP(x) __asm__("" : "+r"(x))

/* Word j, from 16 on, in the ring: GM/T 0004 5.3.2. */
#define SM3_EXPAND(j)                                                                                                  \
	do {                                                                                                           \
		uint32_t x_ = ring[(j) % 16] ^ ring[((j) + 7) % 16] ^ SM3_ROL(ring[((j) + 13) % 16], 15);              \
		ring[(j) % 16] = SM3_P1(x_) ^ SM3_ROL(ring[((j) + 3) % 16], 7) ^ ring[((j) + 10) % 16];                \
	} while (0)

/*
 * One round: the new a is in d and the new e in h, so that the next round is called with the names moved on by one.
 * The round's time is the way from e to the new e, seven operations: what does not hang on e is added before, and GG
 * comes in two parts, of which the first may be ready before SS1 is.
 */
#define SM3_ROUND(j, a, b, c, d, e, f, g, h, FF, GG0, GG1)                                                             \
	do {                                                                                                           \
		uint32_t a12_ = SM3_ROL(a, 12), ss1_ = a12_ + SM3_T(j);                                                \
		if (ring && (j) + 4 >= 16)                                                                             \
			SM3_EXPAND((j) + 4);                                                                           \
		(d) += ring ? ring[(j) % 16] ^ ring[((j) + 4) % 16] : w1[(j)*8];                                       \
		(h) += ring ? ring[(j) % 16] : w[(j)*8];                                                               \
		SM3_KEEP(ss1_);                                                                                        \
		ss1_ = SM3_ROL(ss1_ + (e), 7);                                                                         \
		(h) += GG0(e, f, g);                                                                                   \
		SM3_KEEP(h);                                                                                           \
		(d) += FF(a, b, c);                                                                                    \
		SM3_KEEP(d);                                                                                           \
		(d) += ss1_ ^ a12_;                                                                                    \
		ss1_ += GG1(e, f, g);                                                                                  \
		SM3_KEEP(ss1_);                                                                                        \
		(h) += ss1_;                                                                                           \
		(b) = SM3_ROL(b, 9);                                                                                   \
		(f) = SM3_ROL(f, 19);                                                                                  \
		(h) = SM3_P0(h);                                                                                       \
	} while (0)
/* GG of the first sixteen rounds, and of the others; the two parts are added. */
#define SM3_GG0_EARLY(x, y, z) SM3_XOR(x, y, z)
#define SM3_GG1_EARLY(x, y, z) 0
#define SM3_GG0_LATE(x, y, z)  ((x) & (y))
#define SM3_GG1_LATE(x, y, z)  (~(x) & (z))
#define SM3_ROUND4(j, FF, GG0, GG1)                                                                                    \
	do {                                                                                                           \
		SM3_ROUND((j), a, b, c, d, e, f, g, h, FF, GG0, GG1);                                                  \
		SM3_ROUND((j) + 1, d, a, b, c, h, e, f, g, FF, GG0, GG1);                                              \
		SM3_ROUND((j) + 2, c, d, a, b, g, h, e, f, FF, GG0, GG1);                                              \
		SM3_ROUND((j) + 3, b, c, d, a, f, g, h, e, FF, GG0, GG1);                                              \
	} while (0)
#define SM3_ROUND16(j, FF, GG0, GG1)                                                                                   \
	do {                                                                                                           \
		SM3_ROUND4((j), FF, GG0, GG1);                                                                         \
		SM3_ROUND4((j) + 4, FF, GG0, GG1);                                                                     \
		SM3_ROUND4((j) + 8, FF, GG0, GG1);                                                                     \
		SM3_ROUND4((j) + 12, FF, GG0, GG1);                                                                    \
	} while (0)

/*
 * Either `ring` is NULL, and `w` and `w1` are the words W_0 to W_63 and those called W', every eighth; or it holds W_0
 * to W_15, and the others are made here.
 */
static inline __attribute__((always_inline)) void sm3_rounds(uint32_t state[8], const uint32_t *w, const uint32_t *w1,
							     uint32_t ring[16])
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

	SM3_ROUND16(0, SM3_XOR, SM3_GG0_EARLY, SM3_GG1_EARLY);
	SM3_ROUND16(16, SM3_MAJ, SM3_GG0_LATE, SM3_GG1_LATE);
	SM3_ROUND16(32, SM3_MAJ, SM3_GG0_LATE, SM3_GG1_LATE);
	SM3_ROUND16(48, SM3_MAJ, SM3_GG0_LATE, SM3_GG1_LATE);
	state[0] ^= a;
	state[1] ^= b;
	state[2] ^= c;
	state[3] ^= d;
	state[4] ^= e;
	state[5] ^= f;
	state[6] ^= g;
	state[7] ^= h;
}

static inline __attribute__((always_inline)) void sm3_blocks_one_by_one(uint32_t state[8], const uint8_t *data,
									size_t n_blocks)
{
	uint32_t ring[16];

	for (; n_blocks; n_blocks--, data += 64) {
		for (unsigned i = 0; i < 16; i++) {
			const uint8_t *at = data + (size_t)i * 4;
			uint32_t word = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];

			/* Nor may it load several at once: the rounds would wait for them. */
			SM3_KEEP(word);
			ring[i] = word;
		}
		sm3_rounds(state, NULL, NULL, ring);
	}
}

#endif
