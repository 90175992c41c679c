/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

#include "clean.h"
#include "sm3-lanes.h"
#include "sm3.h"

/* Around the block, around the padding, and around the eight blocks that are expanded together. */
static const uint16_t lens[] = {0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 192, 447, 448, 511, 512, 513, 575, 1000, 1100};
enum { LONGEST = 1100, N_LENS = ARRAY_SIZE(lens) };

static void fill(uint8_t data[LONGEST])
{
	for (unsigned i = 0; i < LONGEST; i++)
		data[i] = (uint8_t)(i * 167 ^ i >> 3);
}

static bool expected(const uint8_t *data, size_t len, uint8_t ret_digest[SM3_LEN])
{
	unsigned size = SM3_LEN;

	if (EVP_Digest(data, len, ret_digest, &size, EVP_sm3(), NULL) == 1 && size == SM3_LEN)
		return true;
	ERR_clear_error();
	return false;
}

bool sm3_agrees(void (*hash)(const void *data, size_t len, uint8_t ret_digest[SM3_LEN]))
{
	uint8_t data[LONGEST], ours[SM3_LEN], theirs[SM3_LEN];

	fill(data);
	for (unsigned i = 0; i < N_LENS; i++) {
		hash(data, lens[i], ours);
		if (!expected(data, lens[i], theirs) || memcmp(ours, theirs, SM3_LEN) != 0)
			return false;
	}
	return true;
}

static bool lanes_agree(void)
{
	uint8_t data[LONGEST], theirs[SM3_LEN];
	struct sm3_piece pieces[N_LENS];
	struct sm3_job jobs[N_LENS];
	struct sm3_queue queue = sm3_queue_of(jobs, N_LENS);

	fill(data);
	for (unsigned i = 0; i < N_LENS; i++) {
		pieces[i] = (struct sm3_piece){data, lens[i]};
		jobs[i] = (struct sm3_job){.more = sm3_more_piece, .arg = &pieces[i]};
	}
	sm3_lanes_run(&queue);
	for (unsigned i = 0; i < N_LENS; i++)
		if (!expected(data, lens[i], theirs) || memcmp(jobs[i].digest, theirs, SM3_LEN) != 0)
			return false;
	return true;
}

/* A fact about the machine, found once: the only state that is kept outside an object. */
static pthread_once_t sm3_once = PTHREAD_ONCE_INIT;
static bool sm3_is_usable;

static void find_out(void)
{
	/* without vectors ours is no faster than libcrypto's, which may know instructions that we do not */
	sm3_is_usable = sm3_block_has_fast() && sm3_agrees(sm3_whole) && lanes_agree();
}

bool sm3_usable(void)
{
	return pthread_once(&sm3_once, find_out) == 0 && sm3_is_usable;
}
