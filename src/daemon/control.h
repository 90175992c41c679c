/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTROL_H
#define CONTROL_H

#include "service.h"

/*
 * The control socket, RUN/control: a stream socket of mode 0600 on which root asks. One request a connection: a JSON object
 * on one line, and for requests that carry data ("length": N, at most 1 MiB) N bytes after the newline. One answer: a JSON object on one
 * line, {"ok":true,...} or {"ok":false,"errno":"ENOKEY","code":-126,"error":"sentence"}. Requests, with what they carry:
 *
 *   {"do":"status"}                              state, policy, keyrings, counts
 *   {"do":"policy-show"}                         "policy": canonical text
 *   {"do":"policy-load","replace":bool,"length":N}  + text      on failure also "line", "column"
 *   {"do":"keyring-list","ring":".ima"}          "keys": [lines of /proc/keys]
 *   {"do":"keyring-add","ring":".ima","length":N}   + DER       "serial", "note"
 *   {"do":"keyring-remove","ring":".ima","id":"..."}
 *   {"do":"blacklist-add","entry":"tbs:..."}
 *
 * Runs in a thread of its own. A client that sends nothing for 5 s is dropped.
 */
struct control;
HUFU_MUST_USE int control_start(struct service *service, struct control **ret_control, struct hufu_err *err);
void control_stop(struct control *control); /* waits for the thread, removes the socket; NULL is fine */

#endif
