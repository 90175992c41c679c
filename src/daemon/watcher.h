/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WATCHER_H
#define WATCHER_H

#include <signal.h>

#include "service.h"

/*
 * Watches file systems and answers their events. Threads: one that reads events and answers our own at once, and the workers that
 * judge. The reading thread opens nothing but /proc, so that no access of ours can ever wait for itself.
 */
struct watcher;

/*
 * Sent when a writer breaks a lease that the engine holds (hufu_engine_opts.lease_signal). The reading thread takes it: it is the one
 * that never waits for anything. To be blocked before any thread starts.
 */
#define WATCHER_LEASE_SIGNAL (SIGRTMIN + 4)
HUFU_MUST_USE int watcher_block_lease_signal(void);

/* Watches what service->config says, for what the engine's policy asks. No rule: nothing is held up. */
HUFU_MUST_USE int watcher_start(struct service *service, struct watcher **ret_watcher, struct hufu_err *err);
void watcher_stop(struct watcher *watcher); /* ends the threads; what still waits is refused, later accesses pass */

/* Asks for the events the active policy needs, on the file systems config names; call after either has changed. */
HUFU_MUST_USE int watcher_update(struct watcher *watcher, struct hufu_err *err);
/* Poll it for POLLPRI: mounts have changed, call watcher_mounts(). */
int watcher_mounts_fd(const struct watcher *watcher);
HUFU_MUST_USE int watcher_mounts(struct watcher *watcher, struct hufu_err *err);

/* Fills a JSON object (json_t *): how it watches, what, and the counters. */
void watcher_status(struct watcher *watcher, void *json);

#endif
