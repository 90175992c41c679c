/* SPDX-License-Identifier: Apache-2.0 */
#include "filelog.h"

#include <inttypes.h>
#include <string.h>

#include "bytes.h"
#include "clean.h"
#include "out.h"
#include "quote.h"
#include "sigwords.h"

/* What a state is called: in the summary and in lines, and in JSON. NULL: does not come up. */
struct words {
	const char *text, *json;
};

static const struct words words[][HUFU_FILE_STATE_COUNT] = {
	[HUFU_TREE_SIGN] = {[HUFU_FILE_SIGNED] = {"signed", "signed"}, [HUFU_FILE_RIGHT] = {"already right", "right"}},
	[HUFU_TREE_HASH] = {[HUFU_FILE_SIGNED] = {"hashed", "hashed"}, [HUFU_FILE_RIGHT] = {"already right", "right"}},
	[HUFU_TREE_VERIFY] =
		{[HUFU_FILE_RIGHT] = {"verified", "verified"}, [HUFU_FILE_REFUSED] = {"refused", "refused"}},
	[HUFU_TREE_SHOW] = {[HUFU_FILE_RIGHT] = {"shown", "shown"}},
	[HUFU_TREE_CLEAR] = {[HUFU_FILE_SIGNED] = {"cleared", "cleared"}, [HUFU_FILE_RIGHT] = {"had none", "none"}},
};
static const struct words always[HUFU_FILE_STATE_COUNT] = {
	[HUFU_FILE_SKIPPED] = {"skipped", "skipped"},
	[HUFU_FILE_FAILED] = {"failed", "failed"},
};
/* The order of the summary: what went well first. */
static const enum hufu_file_state order[] = {HUFU_FILE_SIGNED, HUFU_FILE_RIGHT, HUFU_FILE_REFUSED, HUFU_FILE_SKIPPED,
					     HUFU_FILE_FAILED};

static struct words word_of(const struct filelog *log, enum hufu_file_state state)
{
	return words[log->action][state].text ? words[log->action][state] : always[state];
}

static const char *would_be(const struct filelog *log, enum hufu_file_state state)
{
	return log->dry_run && state == HUFU_FILE_SIGNED ? "would be " : "";
}

/* ---- one file ------------------------------------------------------------------------------------------------- */

static void put_json(const struct filelog *log, const struct hufu_file_report *report)
{
	const char *word = word_of(log, report->state).json;
	json_t *object = json_object();

	out_json_set_path(object, "path", report->path);
	(void)json_object_set_new(object, "state", json_string(word ? word : "unknown"));
	if (report->text && report->text[0])
		(void)json_object_set_new(object, "reason", out_json_text(report->text));
	if (report->error < 0) {
		const char *name = strerrorname_np(-report->error);

		(void)json_object_set_new(object, "errno", json_string(name ? name : "EIO"));
	}
	if (report->digest)
		(void)json_object_set_new(object, "digest", out_json_digest(report->digest));
	if (report->sig || log->action == HUFU_TREE_SHOW)
		(void)json_object_set_new(object, "ima", report->sig ? sigwords_json(report->sig) : json_null());
	if (report->xattr)
		(void)json_object_set_new(object, "xattr", out_json_hex(report->xattr, report->xattr_len));
	out_json(object);
}

/* "hashed: sm3:66c7..."; allocated */
static char *hashed_text(const struct filelog *log, const struct hufu_file_report *report)
{
	const char *name = hufu_hash_name(report->digest->algo);
	autobuf out = {0};

	buf_printf(&out, "%s%s: %s:", would_be(log, report->state), word_of(log, report->state).text,
		   name ? name : "?");
	buf_hex(&out, report->digest->bytes, report->digest->len);
	return buf_take_str(&out);
}

/* Failures are errors; all else is a result. */
static void put_text(const struct filelog *log, const struct hufu_file_report *report)
{
	const char *reason = report->text ? report->text : "";
	const char *word = word_of(log, report->state).text;
	autofree char *safe_path = NULL, *safe_reason = NULL, *found = NULL;

	if (report->state == HUFU_FILE_FAILED) {
		out_error("%s: %s", report->path, *reason ? reason : strerrordesc_np(-report->error));
		return;
	}
	safe_path = quote(report->path);
	safe_reason = quote(reason);
	if (log->action == HUFU_TREE_SHOW && report->sig)
		found = sigwords_text(report->sig, log->verbose);
	else if (log->action == HUFU_TREE_HASH && report->digest && !*reason)
		found = hashed_text(log, report);
	else if (log->action == HUFU_TREE_SHOW && report->state == HUFU_FILE_RIGHT)
		word = ""; /* the reason is all there is to say */
	if (found)
		out_text("%s: %s\n", safe_path ? safe_path : "", found);
	else
		out_text("%s: %s%s%s%s\n", safe_path ? safe_path : "", would_be(log, report->state), word ? word : "",
			 word && *word && *reason ? ": " : "", safe_reason ? safe_reason : "");
}

static bool is_listed(const struct filelog *log, enum hufu_file_state state)
{
	if (log->verbose)
		return true;
	if (state == HUFU_FILE_FAILED || state == HUFU_FILE_REFUSED)
		return true;
	return log->action == HUFU_TREE_SHOW && state == HUFU_FILE_RIGHT;
}

void filelog_put(struct filelog *log, const struct hufu_file_report *report)
{
	if (!log->json && !is_listed(log, report->state))
		return;
	progress_clear(log->progress);
	if (log->json)
		put_json(log, report);
	else
		put_text(log, report);
}

void filelog_put_operand(struct filelog *log, const char *path, int error, const struct hufu_err *err)
{
	const struct hufu_file_report report = {.path = path, .error = error, .text = err->text};

	if (!log->json && !is_listed(log, HUFU_FILE_FAILED))
		return;
	progress_clear(log->progress);
	if (log->json)
		put_json(log, &report);
	else
		out_error("%s", err->text);
}

/* ---- all of them ---------------------------------------------------------------------------------------------- */

static uint64_t sum(const struct hufu_tree_count *count)
{
	uint64_t n = 0;

	for (size_t i = 0; i < HUFU_FILE_STATE_COUNT; i++)
		n += count->by_state[i];
	return n;
}

static void put_summary_json(const struct filelog *log, const struct hufu_tree_count *count)
{
	json_t *summary = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		const char *word = word_of(log, order[i]).json;

		if (word)
			(void)json_object_set_new(summary, word, json_integer((json_int_t)count->by_state[order[i]]));
	}
	(void)json_object_set_new(summary, "files", json_integer((json_int_t)sum(count)));
	(void)json_object_set_new(summary, "bytes", json_integer((json_int_t)count->bytes));
	(void)json_object_set_new(summary, "seconds", json_real(progress_seconds(log->progress)));
	(void)json_object_set_new(summary, "dry_run", json_boolean(log->dry_run));
	out_json(json_pack("{s:o}", "summary", summary));
}

static void put_summary_text(const struct filelog *log, const struct hufu_tree_count *count)
{
	const char *lead = "";

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		const char *word = word_of(log, order[i]).text;

		if (!word)
			continue;
		out_text("%s%s%s %" PRIu64, lead, would_be(log, order[i]), word, count->by_state[order[i]]);
		lead = ", ";
	}
	out_text(" (%s file%s, %s, %.1f s)%s\n", out_thousands(sum(count)).text, sum(count) == 1 ? "" : "s",
		 out_size(count->bytes).text, progress_seconds(log->progress),
		 log->dry_run ? "; a dry run: nothing was changed" : "");
}

void filelog_end(struct filelog *log, const struct hufu_tree_count *count)
{
	progress_clear(log->progress);
	if (log->json) {
		put_summary_json(log, count);
		return;
	}
	if (!log->quiet && log->action != HUFU_TREE_SHOW)
		put_summary_text(log, count);
}
