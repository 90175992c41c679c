/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <string.h>

#include "command.h"
#include "completion.h"
#include "err.h"
#include "out.h"

static json_t *opts_json(const struct opt *opts)
{
	json_t *array = json_array();

	for (; opts->name; opts++) {
		char letter[] = {opts->letter, '\0'};
		json_t *object;

		if (!opts->help)
			continue;
		object = json_pack("{s:s, s:s}", "name", opts->name, "help", opts->help);
		(void)json_object_set_new(object, "letter", opts->letter ? json_string(letter) : json_null());
		(void)json_object_set_new(object, "arg", opts->arg ? json_string(opts->arg) : json_null());
		(void)json_array_append_new(array, object);
	}
	return array;
}

static void print_json(void)
{
	json_t *list = json_array();

	for (const struct command *const *at = commands(); *at; at++)
		(void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:b, s:o}", "name", (*at)->name,
							    "usage", (*at)->usage, "brief", (*at)->brief, "page",
							    (*at)->page, "asks_daemon", (*at)->asks_daemon, "options",
							    opts_json((*at)->opts)));
	out_json(json_pack("{s:o, s:o}", "options", opts_json(global_opts), "commands", list));
}

int tables_print(const char *kind, struct hufu_err *err)
{
	if (strcmp(kind, "json") == 0)
		print_json();
	else if (strcmp(kind, "bash") == 0)
		completion_bash();
	else
		return err_set(err, EXIT_MISUSE, "--print-tables %s: bash or json", kind);
	return EXIT_GOOD;
}
