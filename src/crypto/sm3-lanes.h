/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SM3_LANES_H
#define SM3_LANES_H

#include "sm3.h"

/*
 * Many messages at once. Each lane holds one message; when that ends, the next one takes the lane at once, so that
 * messages of all lengths keep the lanes full, and a huge one keeps only its own lane.
 */

/* A message. `more` gives its next piece, which stays as it is until the next call: 0, with a length of 0 at the end. */
struct sm3_job {
	int (*more)(struct sm3_job *job, const uint8_t **ret_data, size_t *ret_len);
	void *arg;
	int result; /* 0, or what `more` failed with: then there is no digest */
	uint8_t digest[SM3_LEN];
};

/* Where messages come from and go to. `next`: NULL if there is none any more. `done` is called in the order they end. */
struct sm3_queue {
	struct sm3_job *(*next)(struct sm3_queue *queue);
	void (*done)(struct sm3_queue *queue, struct sm3_job *job); /* may be NULL */
	struct sm3_job *jobs; /* these two are sm3_queue_of()'s */
	size_t n_jobs;
	void *arg;
};

/* Until the queue is empty and every message has ended. */
void sm3_lanes_run(struct sm3_queue *queue);

/* A queue of the jobs of an array. */
struct sm3_queue sm3_queue_of(struct sm3_job *jobs, size_t n_jobs);
/* `more` of a message in memory: job->arg is a struct sm3_piece, which is empty afterwards. */
struct sm3_piece {
	const uint8_t *data;
	size_t len;
};
int sm3_more_piece(struct sm3_job *job, const uint8_t **ret_data, size_t *ret_len);

#endif
