/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "client.h"
#include "err.h"
#include "logcheck.h"
#include "out.h"
#include "quote.h"

DEFINE_AUTO(struct hufu_mlog_reader, hufu_mlog_close)

struct verify_opts {
	bool json, quiet;
	const char *pcrs;
	struct signers_opts signers;
};

static const struct opt opts_verify[] = {
	OPT_TEXT(0, "pcrs", "FILE", struct verify_opts, pcrs,
		 "Compare with what the TPM holds: lines 'bank index hex', or the output of tpm2_pcrread."),
	SIGNERS_ROWS(struct verify_opts, signers),
	OPT_FLAG('q', "quiet", struct verify_opts, quiet, "Say nothing of what is good."),
	OPT_FLAG(0, "json", struct verify_opts, json, "As JSON."),
	OPT_END,
};

/* What came of the comparison with the TPM. */
struct comparison {
	unsigned n_same, n_other;
	enum logcheck_boot boot;
};

/* A list that could not be read is another matter than one that is wrong. */
static int exit_of(int error)
{
	return error == -EBADMSG ? EXIT_REFUSED : EXIT_COULD_NOT;
}

static int verdict_of(const struct logcheck *check, const struct comparison *compared)
{
	if (check->n_wrong || check->broken || compared->n_other || compared->boot == LOGCHECK_BOOT_OTHER)
		return EXIT_REFUSED;
	if (check->n_unknown || (check->wanted && !compared->n_same))
		return EXIT_COULD_NOT;
	return EXIT_GOOD;
}

/* ---- as text -------------------------------------------------------------------------------------------------- */

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void put_errors(const struct logcheck *check, const char *path)
{
	if (check->n_wrong)
		out_error("%s: entry %s, %s: %s", path, out_thousands(check->first_wrong).text,
			  check->first_name ? check->first_name : "which has no name", check->reason.text);
	else if (check->broken)
		out_error("%s", check->reason.text);
	if (check->n_unknown)
		out_error("%s: %s entries have a template whose fields are not known: not checked", path,
			  out_thousands(check->n_unknown).text);
}

static void put_counts(const struct logcheck *check, const char *path)
{
	autofree char *safe = quote(path);

	out_text("%s: %s %s, %s violation%s, %s wrong%s\n", safe ? safe : "", out_thousands(check->n_entries).text,
		 check->n_entries == 1 ? "entry" : "entries", out_thousands(check->n_violations).text,
		 plural(check->n_violations), out_thousands(check->n_wrong).text,
		 check->broken ? ", and then malformed" : "");
	if (check->signers)
		out_text("%s good signature%s, %s without\n", out_thousands(check->n_signed).text,
			 plural(check->n_signed), out_thousands(check->n_unsigned).text);
}

static void put_register(const struct logcheck *check, const struct pcrvalue *wanted, bool quiet)
{
	const char *bank = hufu_hash_name(wanted->value.algo);
	uint64_t reached = 0;

	switch (logreplay_compare(&check->replay, wanted, &reached)) {
	case LOGREPLAY_SAME:
		if (!quiet)
			out_text("PCR %u, %s: as the TPM says\n", wanted->pcr, bank);
		break;
	case LOGREPLAY_EARLIER:
		out_error("PCR %u, %s: the TPM's value was reached after entry %s; what follows is not in it",
			  wanted->pcr, bank, out_thousands(reached).text);
		break;
	case LOGREPLAY_OTHER:
	default:
		out_error("PCR %u, %s: the list gives %s, the TPM says otherwise: entries were added, removed or "
			  "changed",
			  wanted->pcr, bank, logreplay_hex(&check->replay, wanted->value.algo, wanted->pcr).text);
	}
}

static void put_comparison(const struct logcheck *check, const struct comparison *compared, bool quiet)
{
	for (size_t i = 0; i < check->wanted->n; i++)
		if (logreplay_concerns(&check->replay, &check->wanted->at[i]))
			put_register(check, &check->wanted->at[i], quiet);
	if (compared->boot == LOGCHECK_BOOT_OTHER)
		out_error("boot_aggregate is not what PCRs 0 to %u of bank %s say",
			  check->boot_aggregate.algo == HUFU_HASH_SHA1 ? 7 : 9,
			  hufu_hash_name(check->boot_aggregate.algo));
	else if (compared->boot == LOGCHECK_BOOT_SAME && !quiet)
		out_text("boot_aggregate: as the TPM says\n");
	if (!compared->n_same && !compared->n_other)
		out_error("the list uses none of the registers that were given: nothing was compared");
}

static void put_text(const struct logcheck *check, const struct comparison *compared, const char *path, bool quiet)
{
	put_errors(check, path);
	if (!quiet)
		put_counts(check, path);
	if (check->wanted) {
		put_comparison(check, compared, quiet);
		return;
	}
	for (unsigned pcr = 0; pcr < PCRVALUES_PCRS && !quiet; pcr++)
		if (check->replay.used[pcr])
			out_text("PCR %u, sha1: %s\n", pcr, logreplay_hex(&check->replay, HUFU_HASH_SHA1, pcr).text);
}

/* ---- as JSON -------------------------------------------------------------------------------------------------- */

static json_t *pcrs_json(const struct logcheck *check)
{
	json_t *pcrs = json_object();

	for (unsigned pcr = 0; pcr < PCRVALUES_PCRS; pcr++) {
		char number[16];

		(void)snprintf(number, sizeof(number), "%u", pcr);
		if (check->replay.used[pcr])
			(void)json_object_set_new(pcrs, number,
						  json_string(logreplay_hex(&check->replay, HUFU_HASH_SHA1, pcr).text));
	}
	return pcrs;
}

static json_t *compared_json(const struct logcheck *check)
{
	static const char *const words[] = {
		[LOGREPLAY_OTHER] = "other", [LOGREPLAY_EARLIER] = "earlier", [LOGREPLAY_SAME] = "same"};
	json_t *rows = json_array();

	for (size_t i = 0; i < check->wanted->n; i++) {
		const struct pcrvalue *wanted = &check->wanted->at[i];
		uint64_t reached = 0;
		enum logreplay_match match;
		json_t *row;

		if (!logreplay_concerns(&check->replay, wanted))
			continue;
		match = logreplay_compare(&check->replay, wanted, &reached);
		row = json_pack("{s:s, s:I, s:s}", "bank", hufu_hash_name(wanted->value.algo), "pcr",
				(json_int_t)wanted->pcr, "match", words[match]);
		if (match == LOGREPLAY_EARLIER)
			(void)json_object_set_new(row, "entry", json_integer((json_int_t)reached));
		(void)json_array_append_new(rows, row);
	}
	return rows;
}

static void put_json(const struct logcheck *check, const struct comparison *compared, const char *path)
{
	json_t *object = json_pack("{s:b, s:I, s:I, s:I, s:I, s:b}", "ok", verdict_of(check, compared) == EXIT_GOOD,
				   "entries", (json_int_t)check->n_entries, "violations",
				   (json_int_t)check->n_violations, "wrong", (json_int_t)check->n_wrong, "unknown",
				   (json_int_t)check->n_unknown, "malformed", check->broken);

	out_json_set_path(object, "path", path);
	(void)json_object_set_new(object, "pcr_sha1", pcrs_json(check));
	if (check->wanted)
		(void)json_object_set_new(object, "pcrs", compared_json(check));
	if (compared->boot != LOGCHECK_BOOT_UNKNOWN)
		(void)json_object_set_new(object, "boot_aggregate", json_boolean(compared->boot == LOGCHECK_BOOT_SAME));
	if (check->signers) {
		(void)json_object_set_new(object, "signed", json_integer((json_int_t)check->n_signed));
		(void)json_object_set_new(object, "unsigned", json_integer((json_int_t)check->n_unsigned));
	}
	if (check->first_wrong)
		(void)json_object_set_new(object, "first_wrong", json_integer((json_int_t)check->first_wrong));
	if (check->first_name)
		out_json_set_path(object, "first_wrong_name", check->first_name);
	if (check->reason.text[0])
		(void)json_object_set_new(object, "reason", out_json_text(check->reason.text));
	out_json(object);
}

/* ---- the command ---------------------------------------------------------------------------------------------- */

static int compare(const struct logcheck *check, struct comparison *ret_compared, struct hufu_err *err)
{
	struct comparison compared = {0};
	uint64_t reached;

	for (size_t i = 0; check->wanted && i < check->wanted->n; i++) {
		const struct pcrvalue *wanted = &check->wanted->at[i];

		if (!logreplay_concerns(&check->replay, wanted))
			continue;
		if (logreplay_compare(&check->replay, wanted, &reached) == LOGREPLAY_SAME)
			compared.n_same++;
		else
			compared.n_other++;
	}
	*ret_compared = compared;
	return logcheck_boot(check, &ret_compared->boot, err);
}

static int read_options(const struct verify_opts *opts, struct logcheck *check, struct pcrvalues *values,
			struct signers *signers, struct hufu_err *err)
{
	if (opts->pcrs) {
		int r = pcrvalues_load(opts->pcrs, values, err);

		if (r < 0)
			return r;
		check->wanted = values;
	}
	if (opts->signers.certs.n_items || opts->signers.trust)
		check->signers = signers;
	return signers_load(signers, &opts->signers, err);
}

static int check_list(struct logcheck *check, const char *path, struct hufu_err *err)
{
	autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
	int r = hufu_mlog_open(path, &reader, err);

	if (r == 0)
		r = logcheck_run(check, reader, err);
	if (r == 0 && check->n_entries == 0 && !check->broken)
		return err_set(err, -ENODATA, "%s: the list holds no entry, not even boot_aggregate", path);
	return r;
}

static int run_verify(const struct call *call, struct hufu_err *err)
{
	const struct verify_opts *opts = call->opts;
	__attribute__((cleanup(logcheck_done))) struct logcheck check = {0};
	__attribute__((cleanup(signers_done))) struct signers signers = {0};
	autofree char *path = call->n_operands ? strdup(call->operands[0])
					       : client_run_path(call->globals, "ima/binary_runtime_measurements");
	struct pcrvalues values;
	struct comparison compared;
	int r;

	if (!path)
		return err_set(err, EXIT_COULD_NOT, "out of memory");
	r = read_options(opts, &check, &values, &signers, err);
	if (r < 0)
		return EXIT_COULD_NOT;
	r = check_list(&check, path, err);
	if (r == 0)
		r = compare(&check, &compared, err);
	if (r < 0)
		return exit_of(r);
	if (opts->json)
		put_json(&check, &compared, path);
	else
		put_text(&check, &compared, path, opts->quiet);
	return verdict_of(&check, &compared);
}

const struct command cmd_log_verify = {
	.name = "log verify",
	.usage = "[option...] [LIST]",
	.brief = "Check each entry of a measurement list",
	.more = "Recomputes the hash of each entry, names the first that is wrong (exit code 1), and prints what the "
		"list makes of each PCR it uses, in the sha1 bank; or compares with what a TPM holds.\n",
	.page = "hufu-log(1)",
	.opts = opts_verify,
	.opts_size = sizeof(struct verify_opts),
	.max_operands = 1,
	.asks_daemon = true,
	.run = run_verify,
};
