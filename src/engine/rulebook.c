/* SPDX-License-Identifier: Apache-2.0 */
#include "rulebook.h"

#include <errno.h>
#include <stdatomic.h>

#include "clean.h"

struct edition {
	_Atomic unsigned refs;
	struct hufu_policy *policy;
};

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)

int rulebook_init(struct rulebook *book)
{
	autodone(hufu_policy_free) struct hufu_policy *empty = NULL;
	int r = hufu_policy_parse("", 0, NULL, &empty, NULL, NULL);

	if (r < 0)
		return r;
	r = -pthread_mutex_init(&book->lock, NULL);
	if (r < 0)
		return r;
	book->current = NULL;
	r = rulebook_set(book, &empty);
	if (r < 0)
		(void)pthread_mutex_destroy(&book->lock);
	return r;
}

void rulebook_done(struct rulebook *book)
{
	edition_put(book->current);
	(void)pthread_mutex_destroy(&book->lock);
}

int rulebook_set(struct rulebook *book, struct hufu_policy **policy)
{
	struct edition *edition = malloc(sizeof(*edition)), *old;

	if (!edition)
		return -ENOMEM;
	atomic_init(&edition->refs, 1);
	edition->policy = take_ptr(*policy);
	(void)pthread_mutex_lock(&book->lock);
	old = book->current;
	book->current = edition;
	(void)pthread_mutex_unlock(&book->lock);
	edition_put(old);
	return 0;
}

struct edition *rulebook_get(struct rulebook *book)
{
	struct edition *edition;

	(void)pthread_mutex_lock(&book->lock);
	edition = book->current;
	atomic_fetch_add(&edition->refs, 1);
	(void)pthread_mutex_unlock(&book->lock);
	return edition;
}

const struct hufu_policy *edition_policy(const struct edition *edition)
{
	return edition->policy;
}

void edition_put(struct edition *edition)
{
	if (!edition || atomic_fetch_sub(&edition->refs, 1) != 1)
		return;
	hufu_policy_free(edition->policy);
	free(edition);
}
