/* SPDX-License-Identifier: Apache-2.0 */
#ifndef THREAD_H
#define THREAD_H

#include <pthread.h>

#include "hufu.h"

/* Starts a named thread that takes no signals: they are the main thread's. A negative errno if it cannot be. */
HUFU_MUST_USE int thread_start(pthread_t *ret_thread, const char *name, void *(*run)(void *arg), void *arg);
/* Waits for its end; -ETIMEDOUT: it still runs after `seconds`, and what it uses must not be freed. */
HUFU_MUST_USE int thread_join(pthread_t thread, unsigned seconds);

#endif
