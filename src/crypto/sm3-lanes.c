/* SPDX-License-Identifier: Apache-2.0 */
#include "sm3-lanes.h"

#include <string.h>

/* With this many live lanes or fewer, one after the other is faster than all at once. */
enum { FEW = 2 };

struct lane {
	struct sm3_job *job; /* NULL: the lane is idle */
	const uint8_t *blocks; /* to be compressed next */
	size_t n_blocks;
	const uint8_t *rest; /* of the piece, after `blocks` */
	size_t rest_len;
	uint64_t len; /* of all pieces so far */
	size_t held; /* bytes in `buf` that are no block yet */
	uint8_t buf[2 * SM3_BLOCK];
	bool last; /* `blocks` is the padded end */
};

struct lanes {
	uint32_t state[SM3_WORDS][SM3_LANES];
	struct lane lane[SM3_LANES];
};

static void get_state(const struct lanes *lanes, unsigned i, uint32_t state[SM3_WORDS])
{
	for (unsigned word = 0; word < SM3_WORDS; word++)
		state[word] = lanes->state[word][i];
}

static void set_state(struct lanes *lanes, unsigned i, const uint32_t state[SM3_WORDS])
{
	for (unsigned word = 0; word < SM3_WORDS; word++)
		lanes->state[word][i] = state[word];
}

/* The next piece; at the end, the padding. */
static int lane_more(struct lane *lane)
{
	int r = lane->job->more(lane->job, &lane->rest, &lane->rest_len);

	if (r < 0)
		return r;
	lane->len += lane->rest_len;
	if (!lane->rest_len) {
		lane->blocks = lane->buf;
		lane->n_blocks = sm3_pad(lane->buf, lane->len);
		lane->last = true;
	}
	return 0;
}

/* From the rest of the piece, as many whole blocks as there are; what is less than one is held for the next piece. */
static void lane_take(struct lane *lane)
{
	size_t n = lane->held || lane->rest_len < SM3_BLOCK ? SM3_BLOCK - lane->held : 0;

	if (!n) {
		lane->blocks = lane->rest;
		lane->n_blocks = lane->rest_len / SM3_BLOCK;
		n = lane->n_blocks * SM3_BLOCK;
	} else {
		n = n < lane->rest_len ? n : lane->rest_len;
		memcpy(lane->buf + lane->held, lane->rest, n);
		lane->held += n;
		if (lane->held == SM3_BLOCK) {
			lane->blocks = lane->buf;
			lane->n_blocks = 1;
			lane->held = 0;
		}
	}
	lane->rest += n;
	lane->rest_len -= n;
}

/* After this the lane has blocks, or its job is over: true. */
static bool lane_refill(struct lane *lane)
{
	while (!lane->n_blocks && !lane->last) {
		if (lane->rest_len) {
			lane_take(lane);
			continue;
		}
		lane->job->result = lane_more(lane);
		if (lane->job->result < 0)
			return true;
	}
	return !lane->n_blocks;
}

/* Ends the job of a lane whose blocks are used up, and gives the lane the next one; idle if there is none. */
static void refill(struct lanes *lanes, unsigned i, struct sm3_queue *queue)
{
	struct lane *lane = &lanes->lane[i];

	while (!lane->job || lane_refill(lane)) {
		struct sm3_job *over = lane->job;

		if (over && over->result == 0) {
			uint32_t state[SM3_WORDS];

			get_state(lanes, i, state);
			sm3_encode(state, over->digest);
		}
		if (over && queue->done)
			queue->done(queue, over);
		*lane = (struct lane){.job = queue->next(queue)};
		if (!lane->job)
			return;
		lane->job->result = 0;
		set_state(lanes, i, sm3_start);
	}
}

static void advance(struct lane *lane, size_t n_blocks)
{
	lane->blocks += n_blocks * SM3_BLOCK;
	lane->n_blocks -= n_blocks;
}

/* The same number of blocks of each lane here too, or a small message would wait for a huge one. */
static void one_by_one(struct lanes *lanes, size_t n_blocks)
{
	for (unsigned i = 0; i < SM3_LANES; i++) {
		struct lane *lane = &lanes->lane[i];
		uint32_t state[SM3_WORDS];

		if (!lane->job)
			continue;
		get_state(lanes, i, state);
		sm3_compress(state, lane->blocks, n_blocks);
		set_state(lanes, i, state);
		advance(lane, n_blocks);
	}
}

/* As many blocks as the shortest run has. An idle lane reads what a live one reads, and nobody looks at its state. */
static void at_once(struct lanes *lanes, const struct lane *shortest)
{
	const uint8_t *data[SM3_LANES];
	size_t n_blocks = shortest->n_blocks;

	for (unsigned i = 0; i < SM3_LANES; i++)
		data[i] = lanes->lane[i].job ? lanes->lane[i].blocks : shortest->blocks;
	sm3_block_lanes(lanes->state, data, n_blocks);
	for (unsigned i = 0; i < SM3_LANES; i++)
		if (lanes->lane[i].job)
			advance(&lanes->lane[i], n_blocks);
}

void sm3_lanes_run(struct sm3_queue *queue)
{
	bool fast = sm3_block_has_fast();
	struct lanes lanes = {0};

	for (;;) {
		const struct lane *shortest = NULL;
		unsigned n_live = 0;

		for (unsigned i = 0; i < SM3_LANES; i++) {
			const struct lane *lane = &lanes.lane[i];

			if (!lane->n_blocks)
				refill(&lanes, i, queue);
			n_live += lane->job != NULL;
			if (lane->job && (!shortest || lane->n_blocks < shortest->n_blocks))
				shortest = lane;
		}
		if (!shortest)
			return;
		if (fast && n_live > FEW)
			at_once(&lanes, shortest);
		else
			one_by_one(&lanes, shortest->n_blocks);
	}
}

static struct sm3_job *next_of_array(struct sm3_queue *queue)
{
	if (!queue->n_jobs)
		return NULL;
	queue->n_jobs--;
	return queue->jobs++;
}

struct sm3_queue sm3_queue_of(struct sm3_job *jobs, size_t n_jobs)
{
	return (struct sm3_queue){.next = next_of_array, .jobs = jobs, .n_jobs = n_jobs};
}

int sm3_more_piece(struct sm3_job *job, const uint8_t **ret_data, size_t *ret_len)
{
	struct sm3_piece *piece = job->arg;

	*ret_data = piece->data;
	*ret_len = piece->len;
	piece->len = 0;
	return 0;
}
