/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVICE_H
#define SERVICE_H

#include <pthread.h>

#include "config.h"
#include "hufu.h"

struct watcher;
struct auditlog;
struct keyqueue;

/* What the parts of the daemon share. Set up by hufud.c before any of them runs, and constant from then on. */
struct service {
	struct config *config;
	struct hufu_trust *trust;
	struct hufu_engine *engine;
	struct auditlog *auditlog;
	struct keyqueue *keyqueue; /* NULL: keys are not measured */
	/*
	 * A new policy: text as given by an administrator, first custom load replaces, later ones append (`replace`: replaces).
	 * Thread-safe; makes the watcher ask for the events the new policy needs before it returns.
	 */
	int (*load_policy)(struct service *service, const char *text, size_t len, bool replace,
			   struct hufu_policy_where *ret_where, struct hufu_err *err);
	/* Adds what only the watcher knows to a JSON object (json_t *) for `status`. */
	void (*watch_status)(struct service *service, void *json);
	enum hufu_lsm lsm; /* whose labels files and tasks have */
	struct watcher *watcher;
	pthread_mutex_t policy_lock; /* policy-load.c: one load at a time, and what follows */
	bool custom_policy; /* one was loaded: further ones append */
	char *policy_text; /* of config->policy when it was loaded last */
};

#endif
