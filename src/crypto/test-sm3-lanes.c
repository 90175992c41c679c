/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include <openssl/evp.h>

#include "sm3-lanes.h"

enum { N_JOBS = 4000, POOL = 1 << 20 };

static uint8_t pool[POOL];
static struct sm3_job jobs[N_JOBS];

/* A message that comes in pieces of up to `most` bytes, each in a buffer of its own that is gone with the next. */
static struct source {
	const uint8_t *data;
	size_t len, at, most;
	int fails_with; /* after the last piece */
	uint8_t *piece;
	unsigned n_done;
} sources[N_JOBS];

static int more_pieces(struct sm3_job *job, const uint8_t **ret_data, size_t *ret_len)
{
	struct source *source = job->arg;
	size_t n = source->len - source->at;

	free(source->piece);
	source->piece = NULL;
	if (n > source->most)
		n = source->most;
	if (!n && source->fails_with)
		return source->fails_with;
	source->piece = malloc(n ? n : 1);
	assert_non_null(source->piece);
	memcpy(source->piece, source->data + source->at, n);
	source->at += n;
	*ret_data = source->piece;
	*ret_len = n;
	return 0;
}

static void count_done(struct sm3_queue *queue, struct sm3_job *job)
{
	struct source *source = job->arg;

	source->n_done++;
	*(unsigned *)queue->arg += 1;
	free(source->piece);
	source->piece = NULL;
}

static void put_job(size_t i, size_t len, size_t most)
{
	sources[i] =
		(struct source){.data = pool + (len ? (size_t)random() % (POOL - len) : 0), .len = len, .most = most};
	jobs[i] = (struct sm3_job){.more = more_pieces, .arg = &sources[i]};
}

/* Runs the first `n` jobs and compares each with libcrypto. */
static void run_jobs(size_t n)
{
	struct sm3_queue queue = sm3_queue_of(jobs, n);
	unsigned n_done = 0;

	queue.done = count_done;
	queue.arg = &n_done;
	sm3_lanes_run(&queue);
	assert_int_equal(n_done, n);
	for (size_t i = 0; i < n; i++) {
		uint8_t theirs[SM3_LEN];

		assert_int_equal(sources[i].n_done, 1);
		assert_int_equal(jobs[i].result, sources[i].fails_with);
		if (jobs[i].result)
			continue;
		assert_int_equal(EVP_Digest(sources[i].data, sources[i].len, theirs, NULL, EVP_sm3(), NULL), 1);
		assert_memory_equal(jobs[i].digest, theirs, SM3_LEN);
	}
}

static int fill_pool(void **state)
{
	(void)state;
	srandom(20260101);
	for (size_t i = 0; i < POOL; i++)
		pool[i] = (uint8_t)random();
	return 0;
}

/* The compression of eight different messages against one of each. */
static void every_lane_is_the_plain_one(void **state)
{
	(void)state;
	for (size_t n_blocks = 0; n_blocks < 40; n_blocks++) {
		uint32_t lanes[SM3_WORDS][SM3_LANES], one[SM3_LANES][SM3_WORDS];
		const uint8_t *data[SM3_LANES];

		for (unsigned lane = 0; lane < SM3_LANES; lane++) {
			data[lane] = pool + (size_t)random() % (POOL - 64 * SM3_BLOCK);
			for (unsigned i = 0; i < SM3_WORDS; i++)
				lanes[i][lane] = one[lane][i] = (uint32_t)random() << 1;
			sm3_block_plain(one[lane], data[lane], n_blocks);
		}
		sm3_block_lanes(lanes, data, n_blocks);
		for (unsigned lane = 0; lane < SM3_LANES; lane++)
			for (unsigned i = 0; i < SM3_WORDS; i++)
				assert_int_equal(lanes[i][lane], one[lane][i]);
	}
}

static void every_length_agrees_with_libcrypto(void **state)
{
	(void)state;
	for (size_t len = 0; len <= 1100; len++)
		put_job(len, len, SIZE_MAX);
	run_jobs(1101);
}

static void any_number_of_messages(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 20; n++) {
		for (size_t i = 0; i < n; i++)
			put_job(i, (size_t)random() % 3000, SIZE_MAX);
		run_jobs(n);
	}
}

static void thousands_of_mixed_lengths_in_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_JOBS; i++) {
		/* Every order of magnitude as often as the next */
		size_t len = (size_t)random() % ((size_t)1 << (random() % 16));

		put_job(i, len, 1 + (size_t)random() % ((size_t)1 << (random() % 14)));
	}
	run_jobs(N_JOBS);
}

static void one_that_fails_spoils_no_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < 500; i++) {
		put_job(i, (size_t)random() % 2000, 1 + (size_t)random() % 300);
		sources[i].fails_with = random() % 3 ? 0 : -EIO;
	}
	run_jobs(500);
}

static void huge_one_goes_last(struct sm3_queue *queue, struct sm3_job *job)
{
	unsigned *n_done = queue->arg;

	/* The huge one is the first that came and the last that ends: it held up none of the small ones. */
	if (job == &jobs[0])
		assert_int_equal(*n_done, 200);
	*n_done += 1;
}

static void a_huge_one_holds_up_none(void **state)
{
	struct sm3_queue queue = sm3_queue_of(jobs, 201);
	unsigned n_done = 0;

	(void)state;
	put_job(0, POOL / 2, SIZE_MAX);
	for (size_t i = 1; i <= 200; i++)
		put_job(i, 4096, SIZE_MAX);
	queue.done = huge_one_goes_last;
	queue.arg = &n_done;
	sm3_lanes_run(&queue);
	assert_int_equal(n_done, 201);
	for (size_t i = 0; i <= 200; i++)
		free(sources[i].piece);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_lane_is_the_plain_one),
		cmocka_unit_test(every_length_agrees_with_libcrypto),
		cmocka_unit_test(any_number_of_messages),
		cmocka_unit_test(thousands_of_mixed_lengths_in_pieces),
		cmocka_unit_test(one_that_fails_spoils_no_other),
		cmocka_unit_test(a_huge_one_holds_up_none),
	};

	return cmocka_run_group_tests(tests, fill_pool, NULL);
}
