/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTROL_REQUEST_H
#define CONTROL_REQUEST_H

#include <jansson.h>

#include "service.h"

#define CONTROL_REQUEST_LINE_MAX (64 << 10) /* bytes of the JSON line, without the newline */
#define CONTROL_REQUEST_DATA_MAX (1 << 20) /* bytes after it */

/* One request of the control socket (control.h): what the line said. */
struct control_request {
	json_t *head;
	const struct control_verb *verb;
	size_t data_len; /* bytes that have to follow the line */
};

/* Checks the line: known, complete, nothing else in it. -EBADMSG no JSON object, -EINVAL, -EFBIG too much data announced. */
HUFU_MUST_USE int control_request_parse(const char *line, size_t len, struct control_request *ret_request,
					struct hufu_err *err);
void control_request_done(struct control_request *request);

/* Does it. The answer is one line with its newline; NULL if memory is short. `data` has data_len bytes. */
char *control_request_answer(struct service *service, const struct control_request *request, const char *data);
/* The answer to what is not a request. */
char *control_request_refuse(int code, const struct hufu_err *err);

#endif
