/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTROL_CLIENT_H
#define CONTROL_CLIENT_H

#include <stdint.h>

#include "bytes.h"
#include "control-request.h"

#define CONTROL_CLIENT_TIMEOUT_MS 5000

/* One connection to the control socket: a request comes in, an answer goes out. Nothing here waits. */
struct control_client {
	int fd; /* -1: the place is free */
	int64_t deadline_ms; /* CLOCK_MONOTONIC: to have sent the request; then, to have taken the answer */
	struct buf in;
	size_t head_len; /* bytes of the request's line with its newline; 0: it is not complete */
	struct control_request request;
	char *out; /* the answer; NULL: the request is still coming */
	size_t out_len, out_done;
};

/* Takes `fd`. A peer that is not root gets a refusal. */
void control_client_init(struct control_client *client, int fd, int64_t now_ms);
void control_client_done(struct control_client *client);

short control_client_events(const struct control_client *client); /* what to poll for */
/* Goes on as far as it can; false: it is over, call control_client_done(). */
HUFU_MUST_USE bool control_client_step(struct control_client *client, struct service *service, int64_t now_ms);
/* The deadline has passed; false: it is over. */
HUFU_MUST_USE bool control_client_expire(struct control_client *client, int64_t now_ms);

#endif
