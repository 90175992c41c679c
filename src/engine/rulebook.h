/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULEBOOK_H
#define RULEBOOK_H

#include <pthread.h>

#include "hufu.h"

/*
 * The policy in force. Readers take a reference and let go of the lock, so that nobody waits for a load, and a policy lives as long
 * as someone reads it.
 */
struct edition; /* one policy, counted */

struct rulebook {
	pthread_mutex_t lock; /* over `current`; held for a few instructions */
	struct edition *current;
};

HUFU_MUST_USE int rulebook_init(struct rulebook *book); /* with no rules */
void rulebook_done(struct rulebook *book);
/* Takes over `*policy` and sets it to NULL, only if all goes well (-ENOMEM). */
HUFU_MUST_USE int rulebook_set(struct rulebook *book, struct hufu_policy **policy);

/* The policy in force, to be given back. Never NULL. */
struct edition *rulebook_get(struct rulebook *book);
const struct hufu_policy *edition_policy(const struct edition *edition);
void edition_put(struct edition *edition);

#endif
