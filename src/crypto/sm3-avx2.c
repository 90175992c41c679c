/* SPDX-License-Identifier: Apache-2.0 */
#include "sm3-block.h"

#include <immintrin.h>

#include "sm3-rounds.h"

/*
 * SM3 with AVX2 and BMI2. A vector holds the same word of eight blocks: in sm3_block_lanes() of eight messages, which
 * then go through the rounds together; in sm3_block_fast() of eight successive blocks of one message, where only the
 * expansion can be done together, and the rounds, each of which waits for the one before, are scalar.
 */

#define FAST   __attribute__((target("avx2,bmi,bmi2")))
#define INLINE static inline __attribute__((always_inline, target("avx2,bmi,bmi2")))

bool sm3_block_has_fast(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

#define ADD(x, y)     _mm256_add_epi32(x, y)
#define XOR(x, y)     _mm256_xor_si256(x, y)
#define AND(x, y)     _mm256_and_si256(x, y)
#define OR(x, y)      _mm256_or_si256(x, y)
#define XOR3(x, y, z) XOR(XOR(x, y), z)
#define ROL(x, n)     OR(_mm256_slli_epi32(x, n), _mm256_srli_epi32(x, 32 - (n)))
#define MAJ(x, y, z)  OR(AND(x, y), AND(z, OR(x, y)))
#define IF(x, y, z)   XOR(z, AND(x, XOR(y, z)))

/* A byte shuffle is one instruction where a shifted rotate is three. */
INLINE __m256i rol8(__m256i x)
{
	return _mm256_shuffle_epi8(x, _mm256_set_epi8(14, 13, 12, 15, 10, 9, 8, 11, 6, 5, 4, 7, 2, 1, 0, 3, 14, 13, 12,
						      15, 10, 9, 8, 11, 6, 5, 4, 7, 2, 1, 0, 3));
}

/* x ^ rol9(x) ^ rol17(x) is x ^ rol9(x ^ rol8(x)), and so is P1 with 15 and 23. */
#define P0(x) XOR(x, ROL(XOR(x, rol8(x)), 9))
#define P1(x) XOR(x, ROL(XOR(x, rol8(x)), 15))

/* Bytes `at` to `at` + 16 of blocks `lane` and `lane` + 4. */
INLINE __m256i load_pair(const uint8_t *const data[8], unsigned lane, size_t at)
{
	__m128i low = _mm_loadu_si128((const __m128i_u *)(data[lane] + at));
	__m128i high = _mm_loadu_si128((const __m128i_u *)(data[lane + 4] + at));

	return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

INLINE __m256i swap_bytes(__m256i x)
{
	return _mm256_shuffle_epi8(x, _mm256_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14,
						      15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
}

/* Words 0 to 15 of eight blocks, transposed: w[i] holds word i of all. */
INLINE void load_words(__m256i w[16], const uint8_t *const data[8], size_t offset)
{
	for (unsigned i = 0; i < 16; i += 4) {
		__m256i r0 = load_pair(data, 0, offset + i * 4), r1 = load_pair(data, 1, offset + i * 4);
		__m256i r2 = load_pair(data, 2, offset + i * 4), r3 = load_pair(data, 3, offset + i * 4);
		__m256i t0 = _mm256_unpacklo_epi32(r0, r1), t1 = _mm256_unpackhi_epi32(r0, r1);
		__m256i t2 = _mm256_unpacklo_epi32(r2, r3), t3 = _mm256_unpackhi_epi32(r2, r3);

		w[i] = swap_bytes(_mm256_unpacklo_epi64(t0, t2));
		w[i + 1] = swap_bytes(_mm256_unpackhi_epi64(t0, t2));
		w[i + 2] = swap_bytes(_mm256_unpacklo_epi64(t1, t3));
		w[i + 3] = swap_bytes(_mm256_unpackhi_epi64(t1, t3));
	}
}

/* The word that is 16 after `m16`; the others are named by how far they are before it. */
INLINE __m256i next_word(__m256i m16, __m256i m13, __m256i m9, __m256i m6, __m256i m3)
{
	__m256i x = XOR3(m16, m9, ROL(m3, 15));

	return XOR3(P1(x), ROL(m13, 7), m6);
}

/* Up to eight successive blocks. */
INLINE void some_of_one(uint32_t state[SM3_WORDS], const uint8_t *data, size_t n_blocks)
{
	const uint8_t *blocks[8];
	__m256i w[68], w1[64];

	for (size_t i = 0; i < 8; i++)
		blocks[i] = data + (i < n_blocks ? i : 0) * SM3_BLOCK;
	load_words(w, blocks, 0);
	for (unsigned i = 16; i < 68; i++)
		w[i] = next_word(w[i - 16], w[i - 13], w[i - 9], w[i - 6], w[i - 3]);
	for (unsigned i = 0; i < 64; i++)
		w1[i] = XOR(w[i], w[i + 4]);
	for (size_t i = 0; i < n_blocks; i++)
		sm3_rounds(state, (const uint32_t *)w + i, (const uint32_t *)w1 + i, NULL);
}

/* Expanding eight blocks together takes as long as two or three one by one. */
enum { WORTH_IT = 3 };

FAST void sm3_block_fast(uint32_t state[SM3_WORDS], const uint8_t *data, size_t n_blocks)
{
	while (n_blocks >= WORTH_IT) {
		size_t n = n_blocks < 8 ? n_blocks : 8;

		some_of_one(state, data, n);
		data += n * SM3_BLOCK;
		n_blocks -= n;
	}
	sm3_blocks_one_by_one(state, data, n_blocks);
}

/* The constants T_j, each rotated left by j. */
#define T4(j)  SM3_T(j), SM3_T((j) + 1), SM3_T((j) + 2), SM3_T((j) + 3)
#define T16(j) T4(j), T4((j) + 4), T4((j) + 8), T4((j) + 12)
static const uint32_t constants[64] = {T16(0), T16(16), T16(32), T16(48)};

/*
 * One round of all lanes, j from 0 to 15 within its sixteen; `w` is a ring of 16 words. Word j is used up here: where
 * `more`, word j + 16 takes its place.
 */
#define ROUND(j, a, b, c, d, e, f, g, h, FF, GG, more)                                                                 \
	do {                                                                                                           \
		__m256i a12_ = ROL(a, 12), t_ = _mm256_set1_epi32((int)t[j]);                                          \
		__m256i ss1_ = ADD(ADD(a12_, t_), e), w_ = w[j];                                                       \
		ss1_ = ROL(ss1_, 7);                                                                                   \
		(h) = ADD(ADD(h, w_), ADD(GG(e, f, g), ss1_));                                                         \
		(d) = ADD(ADD(d, XOR(w_, w[((j) + 4) % 16])), ADD(FF(a, b, c), XOR(ss1_, a12_)));                      \
		(h) = P0(h);                                                                                           \
		(b) = ROL(b, 9);                                                                                       \
		(f) = ROL(f, 19);                                                                                      \
		if (more)                                                                                              \
			w[j] = next_word(w_, w[((j) + 3) % 16], w[((j) + 7) % 16], w[((j) + 10) % 16],                 \
					 w[((j) + 13) % 16]);                                                          \
	} while (0)
#define ROUND4(j, FF, GG, more)                                                                                        \
	do {                                                                                                           \
		ROUND((j), a, b, c, d, e, f, g, h, FF, GG, more);                                                      \
		ROUND((j) + 1, d, a, b, c, h, e, f, g, FF, GG, more);                                                  \
		ROUND((j) + 2, c, d, a, b, g, h, e, f, FF, GG, more);                                                  \
		ROUND((j) + 3, b, c, d, a, f, g, h, e, FF, GG, more);                                                  \
	} while (0)
#define ROUND16(FF, GG, last)                                                                                          \
	do {                                                                                                           \
		ROUND4(0, FF, GG, true);                                                                               \
		ROUND4(4, FF, GG, !(last));                                                                            \
		ROUND4(8, FF, GG, !(last));                                                                            \
		ROUND4(12, FF, GG, !(last));                                                                           \
	} while (0)

INLINE void lanes_block(__m256i s[8], __m256i w[16])
{
	__m256i a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
	const uint32_t *t = constants;

	ROUND16(XOR3, XOR3, false);
	for (t += 16; t < constants + 48; t += 16)
		ROUND16(MAJ, IF, false);
	ROUND16(MAJ, IF, true);
	s[0] = XOR(s[0], a);
	s[1] = XOR(s[1], b);
	s[2] = XOR(s[2], c);
	s[3] = XOR(s[3], d);
	s[4] = XOR(s[4], e);
	s[5] = XOR(s[5], f);
	s[6] = XOR(s[6], g);
	s[7] = XOR(s[7], h);
}

FAST void sm3_block_lanes(uint32_t state[SM3_WORDS][SM3_LANES], const uint8_t *const data[SM3_LANES], size_t n_blocks)
{
	__m256i s[8], w[16];

	for (unsigned i = 0; i < 8; i++)
		s[i] = _mm256_loadu_si256((const __m256i_u *)state[i]);
	for (size_t block = 0; block < n_blocks; block++) {
		load_words(w, data, block * SM3_BLOCK);
		lanes_block(s, w);
	}
	for (unsigned i = 0; i < 8; i++)
		_mm256_storeu_si256((__m256i_u *)state[i], s[i]);
}
