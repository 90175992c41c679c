/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLIENT_H
#define CLIENT_H

#include <jansson.h>

#include "clean.h"
#include "command.h"

/* Questions to hufud through RUN/control: one line of JSON, perhaps followed by data, and one line of JSON back. */

struct client_data {
	const void *bytes;
	size_t len;
};

/*
 * Asks; takes the reference of `request`. `data` may be NULL. 0: an answer, which may well be a refusal; the caller frees it
 * with json_decref(). A negative errno: no daemon answers, and `err` says what to do about it.
 */
HUFU_MUST_USE int client_ask(const struct globals *globals, json_t *request, const struct client_data *data,
			     json_t **ret_answer, struct hufu_err *err);
/* Did the daemon refuse? `err` is then its sentence, with the errno's name. */
bool client_refused(const json_t *answer, struct hufu_err *err);

/* RUN/name, allocated; NULL if memory is short. */
char *client_run_path(const struct globals *globals, const char *name);

DEFINE_AUTO(json_t, json_decref)

#endif
