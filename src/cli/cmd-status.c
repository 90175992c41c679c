/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clean.h"
#include "client.h"
#include "out.h"
#include "quote.h"

struct status_opts {
	bool json;
};

static const struct opt opts_status[] = {
	OPT_FLAG(0, "json", struct status_opts, json, "The daemon's answer as JSON."),
	OPT_END,
};

enum { VALUE_COLUMN = 28 };

static void put_value(const json_t *value)
{
	if (json_is_string(value)) {
		autofree char *safe = quote(json_string_value(value));

		out_text("%s", safe ? safe : "");
	} else if (json_is_integer(value)) {
		out_text("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	} else if (json_is_boolean(value)) {
		out_text("%s", json_is_true(value) ? "yes" : "no");
	} else {
		autofree char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);

		out_text("%s", text ? text : "");
	}
}

/* The members of an object on one line: "path /mnt, exec yes, mmap at open". */
static void put_members(const json_t *object)
{
	const char *key, *lead = "";
	json_t *value;

	/* jansson iterates over objects that are not const only */
	json_object_foreach((json_t *)object, key, value)
	{
		autofree char *safe = quote(key);

		out_text("%s%s ", lead, safe ? safe : "");
		put_value(value);
		lead = ", ";
	}
	out_text("\n");
}

/*
 * Whatever the daemon says is shown, also what a later version will say: names are its own, with spaces for `_`. Those of keyrings,
 * which begin with a dot, are the kernel's and stay.
 */
static void put_row(const char *key, const json_t *value, int indent)
{
	autofree char *safe = quote(key);
	const char *inner_key;
	json_t *inner;
	size_t i;

	for (char *at = safe; at && *at && safe[0] != '.'; at++)
		if (*at == '_')
			*at = ' ';
	if (json_is_object(value)) {
		out_text("%*s%s\n", indent, "", safe ? safe : "");
		json_object_foreach((json_t *)value, inner_key, inner) put_row(inner_key, inner, indent + 2);
		return;
	}
	if (json_is_array(value)) {
		out_text("%*s%s%s\n", indent, "", safe ? safe : "", json_array_size(value) ? "" : ": none");
		json_array_foreach(value, i, inner)
		{
			out_text("%*s", indent + 2, "");
			if (json_is_object(inner)) {
				put_members(inner);
			} else {
				put_value(inner);
				out_text("\n");
			}
		}
		return;
	}
	out_text("%*s%-*s", indent, "", VALUE_COLUMN - indent, safe ? safe : "");
	put_value(value);
	out_text("\n");
}

static int run_status(const struct call *call, struct hufu_err *err)
{
	const struct status_opts *opts = call->opts;
	autodone(json_decref) json_t *answer = NULL;
	const char *key;
	json_t *value;

	if (client_ask(call->globals, json_pack("{s:s}", "do", "status"), NULL, &answer, err) < 0)
		return EXIT_COULD_NOT;
	if (client_refused(answer, err))
		return EXIT_COULD_NOT;
	if (opts->json) {
		out_json(json_incref(answer));
		return EXIT_GOOD;
	}
	out_text("hufud runs\n");
	json_object_foreach(answer, key, value) if (strcmp(key, "ok") != 0) put_row(key, value, 2);
	return EXIT_GOOD;
}

const struct command cmd_status = {
	.name = "status",
	.usage = "[--json]",
	.brief = "Say what hufud is doing",
	.more = "Exit code 3 if it does not answer.\n",
	.page = "hufu-status(1)",
	.opts = opts_status,
	.opts_size = sizeof(struct status_opts),
	.asks_daemon = true,
	.run = run_status,
};
