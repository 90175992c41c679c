/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "client.h"
#include "err.h"
#include "out.h"
#include "quote.h"

DEFINE_AUTO(struct hufu_mlog_reader, hufu_mlog_close)

struct log_opts {
	bool json, quiet;
};

static const struct opt opts_show[] = {
	OPT_FLAG(0, "json", struct log_opts, json, "As JSON, one entry a line."),
	OPT_END,
};

/* The list named, or hufud's own. Allocated; NULL if memory is short. */
static char *list_path(const struct call *call)
{
	return call->n_operands ? strdup(call->operands[0])
				: client_run_path(call->globals, "ima/binary_runtime_measurements");
}

/* Malformed lists are refused; lists that cannot be read are another matter. */
static int exit_of(int error)
{
	return error == -EBADMSG ? EXIT_REFUSED : EXIT_COULD_NOT;
}

/* ---- show ----------------------------------------------------------------------------------------------------- */

static void put_json(const struct hufu_mlog_entry *entry, uint64_t index)
{
	json_t *object = json_pack("{s:I, s:I}", "index", (json_int_t)index, "pcr", (json_int_t)entry->pcr);

	(void)json_object_set_new(object, "template_hash",
				  out_json_hex(entry->template_hash, sizeof(entry->template_hash)));
	(void)json_object_set_new(object, "template", out_json_text(entry->template_name));
	if (entry->digest.len)
		(void)json_object_set_new(object, "digest", out_json_digest(&entry->digest));
	if (entry->name)
		out_json_set_path(object, "name", entry->name);
	if (entry->extra)
		(void)json_object_set_new(object, "extra", out_json_hex(entry->extra, entry->extra_len));
	out_json(object);
}

/* As the kernel shows it, byte for byte, but on a terminal escaped: a file name is anybody's to choose. */
static int put_ascii(const struct hufu_mlog_entry *entry, bool escape, struct hufu_err *err)
{
	autofree char *line = NULL, *safe = NULL;
	int r = hufu_mlog_ascii(entry, &line);

	if (r == 0 && escape) {
		safe = quote(line);
		r = safe ? 0 : -ENOMEM;
	}
	if (r < 0)
		return err_sys(err, r, "measurement list");
	out_text("%s\n", escape ? safe : line);
	return 0;
}

static int show(struct hufu_mlog_reader *reader, const struct log_opts *opts, struct hufu_err *err)
{
	bool escape = isatty(STDOUT_FILENO);
	struct hufu_mlog_entry entry;
	int r;

	while ((r = hufu_mlog_next(reader, &entry, err)) > 0 && !out_failed()) {
		if (opts->json)
			put_json(&entry, hufu_mlog_index(reader));
		else if ((r = put_ascii(&entry, escape, err)) < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

static int run_show(const struct call *call, struct hufu_err *err)
{
	autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
	autofree char *path = list_path(call);
	int r;

	if (!path)
		return err_set(err, EXIT_COULD_NOT, "out of memory");
	r = hufu_mlog_open(path, &reader, err);
	if (r == 0)
		r = show(reader, call->opts, err);
	return r < 0 ? exit_of(r) : EXIT_GOOD;
}

const struct command cmd_log_show = {
	.name = "log show",
	.usage = "[--json] [LIST]",
	.brief = "Print a measurement list as the kernel shows it",
	.more = "LIST is ascii or binary, the kernel's or hufud's. Without it the list of hufud that runs.\n",
	.page = "hufu-log(1)",
	.opts = opts_show,
	.opts_size = sizeof(struct log_opts),
	.max_operands = 1,
	.asks_daemon = true,
	.run = run_show,
};
