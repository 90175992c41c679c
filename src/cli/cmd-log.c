/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "client.h"
#include "err.h"
#include "logreplay.h"
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

static const struct opt opts_verify[] = {
	OPT_FLAG('q', "quiet", struct log_opts, quiet, "Say nothing of what is good."),
	OPT_FLAG(0, "json", struct log_opts, json, "As JSON."),
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

/* ---- verify --------------------------------------------------------------------------------------------------- */

/* What a list turned out to be. */
struct finding {
	uint64_t n_entries, n_violations, n_wrong, n_unknown;
	uint64_t first_wrong; /* its number, from 1; 0: none */
	char *first_name; /* NULL: it has none */
	struct hufu_err reason; /* of the first wrong entry, or of the end that came too early */
	bool broken; /* malformed after n_entries */
	struct logreplay replay;
};

static void finding_done(struct finding *finding)
{
	free(finding->first_name);
}

static bool is_violation(const struct hufu_mlog_entry *entry)
{
	static const uint8_t zeros[sizeof(entry->template_hash)];

	return memcmp(entry->template_hash, zeros, sizeof(zeros)) == 0;
}

static void note_wrong(struct finding *finding, const struct hufu_mlog_entry *entry, const struct hufu_err *why)
{
	if (finding->n_wrong++)
		return;
	finding->first_wrong = finding->n_entries;
	finding->first_name = entry->name ? strdup(entry->name) : NULL;
	finding->reason = *why;
}

static int check_entry(struct finding *finding, const struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	struct hufu_err why = {0};
	int r = hufu_mlog_check(entry, &why);

	finding->n_entries++;
	finding->n_violations += is_violation(entry);
	if (r == -EPROTONOSUPPORT)
		finding->n_unknown++;
	else if (r == -EBADMSG)
		note_wrong(finding, entry, &why);
	else if (r < 0) {
		*err = why;
		return r;
	}
	return logreplay_extend(&finding->replay, entry->pcr, is_violation(entry) ? NULL : entry->template_hash, err);
}

static int check_all(struct finding *finding, struct hufu_mlog_reader *reader, struct hufu_err *err)
{
	struct hufu_mlog_entry entry;
	struct hufu_err why = {0};
	int r;

	while ((r = hufu_mlog_next(reader, &entry, &why)) > 0) {
		r = check_entry(finding, &entry, err);
		if (r < 0)
			return r;
	}
	if (r == 0)
		return 0;
	if (r != -EBADMSG) {
		*err = why;
		return r;
	}
	finding->broken = true;
	if (!finding->n_wrong)
		finding->reason = why;
	return 0;
}

static int verdict_of(const struct finding *finding)
{
	if (finding->n_wrong || finding->broken)
		return EXIT_REFUSED;
	return finding->n_unknown ? EXIT_COULD_NOT : EXIT_GOOD;
}

static void put_text(const struct finding *finding, const char *path, bool quiet)
{
	autofree char *safe = quote(path);

	if (finding->n_wrong)
		out_error("%s: entry %s, %s: %s", path, out_thousands(finding->first_wrong).text,
			  finding->first_name ? finding->first_name : "which has no name", finding->reason.text);
	else if (finding->broken)
		out_error("%s", finding->reason.text);
	if (finding->n_unknown)
		out_error("%s: %s entries have a template whose fields are not known: not checked", path,
			  out_thousands(finding->n_unknown).text);
	if (quiet)
		return;
	out_text("%s: %s %s, %s violation%s, %s wrong%s\n", safe ? safe : "", out_thousands(finding->n_entries).text,
		 finding->n_entries == 1 ? "entry" : "entries", out_thousands(finding->n_violations).text,
		 finding->n_violations == 1 ? "" : "s", out_thousands(finding->n_wrong).text,
		 finding->broken ? ", and then malformed" : "");
	for (unsigned pcr = 0; pcr < LOGREPLAY_PCRS; pcr++)
		if (finding->replay.used[pcr])
			out_text("PCR %u, sha1: %s\n", pcr, logreplay_hex(&finding->replay, pcr).text);
}

static void put_result_json(const struct finding *finding, const char *path)
{
	json_t *object = json_pack("{s:b, s:I, s:I, s:I, s:I, s:b}", "ok", verdict_of(finding) == EXIT_GOOD, "entries",
				   (json_int_t)finding->n_entries, "violations", (json_int_t)finding->n_violations,
				   "wrong", (json_int_t)finding->n_wrong, "unknown", (json_int_t)finding->n_unknown,
				   "malformed", finding->broken);
	json_t *pcrs = json_object();

	out_json_set_path(object, "path", path);
	for (unsigned pcr = 0; pcr < LOGREPLAY_PCRS; pcr++) {
		char number[16];

		(void)snprintf(number, sizeof(number), "%u", pcr);
		if (finding->replay.used[pcr])
			(void)json_object_set_new(pcrs, number, json_string(logreplay_hex(&finding->replay, pcr).text));
	}
	(void)json_object_set_new(object, "pcr_sha1", pcrs);
	if (finding->first_wrong)
		(void)json_object_set_new(object, "first_wrong", json_integer((json_int_t)finding->first_wrong));
	if (finding->first_name)
		out_json_set_path(object, "first_wrong_name", finding->first_name);
	if (finding->reason.text[0])
		(void)json_object_set_new(object, "reason", out_json_text(finding->reason.text));
	out_json(object);
}

static int run_verify(const struct call *call, struct hufu_err *err)
{
	const struct log_opts *opts = call->opts;
	autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
	__attribute__((cleanup(finding_done))) struct finding finding = {0};
	autofree char *path = list_path(call);
	int r;

	if (!path)
		return err_set(err, EXIT_COULD_NOT, "out of memory");
	r = hufu_mlog_open(path, &reader, err);
	if (r == 0)
		r = check_all(&finding, reader, err);
	if (r < 0)
		return exit_of(r);
	if (opts->json)
		put_result_json(&finding, path);
	else
		put_text(&finding, path, opts->quiet);
	return verdict_of(&finding);
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

const struct command cmd_log_verify = {
	.name = "log verify",
	.usage = "[option...] [LIST]",
	.brief = "Check each entry of a measurement list",
	.more = "Recomputes the hash of each entry, names the first that is wrong (exit code 1), and prints what the "
		"list "
		"makes of each PCR it uses, in the sha1 bank.\n",
	.page = "hufu-log(1)",
	.opts = opts_verify,
	.opts_size = sizeof(struct log_opts),
	.max_operands = 1,
	.asks_daemon = true,
	.run = run_verify,
};
