/* SPDX-License-Identifier: Apache-2.0 */
#include "thread.h"

#include <signal.h>
#include <time.h>

int thread_start(pthread_t *ret_thread, const char *name, void *(*run)(void *arg), void *arg)
{
	sigset_t all, before;
	pthread_t thread;
	int r;

	/* A thread is born with the mask of its maker; blocking before leaves no moment in which it could get one */
	(void)sigfillset(&all);
	r = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (r)
		return -r;
	r = pthread_create(&thread, NULL, run, arg);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r)
		return -r;
	(void)pthread_setname_np(thread, name);
	*ret_thread = thread;
	return 0;
}

int thread_join(pthread_t thread, unsigned seconds)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)seconds;
	return -pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &until);
}
