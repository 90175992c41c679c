/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTROL_H
#define CONTROL_H

#include "service.h"

/*
 * The control socket, RUN/control: a stream socket of mode 0600 on which root asks. One request a connection: a JSON object
 * on one line, and for requests that carry data ("length": N, at most 1 MiB) N bytes after the newline. One answer: a JSON object on one
 * line, {"ok":true,...} or {"ok":false,"errno":"ENOKEY","code":-126,"error":"sentence"}. Requests, with what they carry:
 *
 *   {"do":"status"}                              see below
 *   {"do":"policy-show"}                         "policy": canonical text
 *   {"do":"policy-load","replace":bool,"length":N}  + text      on failure also "line", "column"
 *   {"do":"keyring-list","ring":".ima"}          "keys": [lines of /proc/keys]
 *   {"do":"keyring-add","ring":".ima","length":N}   + DER       "serial", "note"
 *   {"do":"keyring-remove","ring":".ima","id":"..."}
 *   {"do":"blacklist-add","entry":"tbs:..."}
 *
 * A member that is not in this list is refused, as is anything after the request. Text that is not UTF-8 is answered escaped
 * (quote.h).
 *
 *   status: "version", "pid", "mode" (enforce, log), "hash", "template", "run_dir" (strings but pid);
 *     "policy": {"rules"}; "keyrings": {".ima": number of keys, ...};
 *     "counts": {"judged", "appraised", "refused", "measured", "violations", "list", "list_lost", "audit", "audit_dropped",
 *     "cache_hits", "cache_misses", "cache_broken", "cache_entries"};
 *     "watch": what the watcher adds.
 *
 * Runs in a thread of its own, which serves up to 16 clients side by side and answers one request after another. A client
 * that has not sent its request after 5 s, or not taken its answer after 5 s more, is dropped.
 */
struct control;
HUFU_MUST_USE int control_start(struct service *service, struct control **ret_control, struct hufu_err *err);
void control_stop(struct control *control); /* waits for the thread, removes the socket; NULL is fine */

#endif
