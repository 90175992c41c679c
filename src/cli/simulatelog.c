/* SPDX-License-Identifier: Apache-2.0 */
#include "simulatelog.h"

#include <inttypes.h>
#include <string.h>

#include "clean.h"
#include "out.h"
#include "quote.h"

struct rule_text {
	char text[2 * HUFU_POLICY_LINE_MAX];
};

/* `number` from 1; "" if there is none. */
static void print_rule(const struct simulatelog *log, unsigned number, struct rule_text *ret_rule)
{
	if (!number || hufu_policy_print(log->policy, number - 1, false, ret_rule->text, sizeof(ret_rule->text)) <= 0)
		ret_rule->text[0] = '\0';
}

void simulatelog_done(struct simulatelog *log)
{
	free(log->measured);
}

/* ---- one use of one file -------------------------------------------------------------------------------------- */

static bool is_failed(const struct hufu_simulate_report *report)
{
	return report->error && !report->via;
}

static const char *result_of(const struct hufu_simulate_report *report)
{
	if (is_failed(report))
		return "failed";
	if (report->cause)
		return "refused";
	return report->error ? "broken" : "allowed";
}

static json_t *rule_json(const struct simulatelog *log, unsigned number)
{
	struct rule_text rule;

	print_rule(log, number, &rule);
	return json_pack("{s:I, s:o}", "number", (json_int_t)number, "text", out_json_text(rule.text));
}

static void put_json(const struct simulatelog *log, const struct hufu_simulate_report *report)
{
	json_t *object = json_object();

	out_json_set_path(object, "path", report->path);
	(void)json_object_set_new(object, "result", json_string(result_of(report)));
	if (!is_failed(report))
		(void)json_object_set_new(object, "use", json_string(hufu_use_name(report->use)));
	if (report->via)
		out_json_set_path(object, "interpreter", report->via);
	if (report->cause) {
		(void)json_object_set_new(object, "func", out_json_text(hufu_func_name(report->func)));
		(void)json_object_set_new(object, "cause", json_string(hufu_cause_name(report->cause)));
		(void)json_object_set_new(object, "rule", rule_json(log, report->rule));
	}
	if (report->error) {
		const char *name = strerrorname_np(-report->error);

		(void)json_object_set_new(object, "errno", json_string(name ? name : "EIO"));
	}
	if (report->measure_rule) {
		(void)json_object_set_new(object, "measured_by", rule_json(log, report->measure_rule));
		(void)json_object_set_new(object, "pcr", json_integer(report->pcr));
	}
	out_json(object);
}

static void put_text(const struct simulatelog *log, const struct hufu_simulate_report *report, const char *path)
{
	autofree char *via = report->via ? quote(report->via) : NULL;
	struct rule_text rule;

	if (report->cause) {
		print_rule(log, report->rule, &rule);
		out_text("%s: refused: %s%s%s: %s (%s, rule %u: %s)\n", path, hufu_use_name(report->use),
			 via ? ", for its interpreter " : "", via ? via : "", hufu_cause_name(report->cause),
			 hufu_func_name(report->func), report->rule, rule.text);
	} else if (report->error) {
		out_text("%s: would not run: interpreter %s: %s\n", path, via ? via : "?",
			 strerrordesc_np(-report->error));
	} else if (log->verbose) {
		out_text("%s: allowed: %s\n", path, hufu_use_name(report->use));
	}
}

/* A file goes into the list once, whatever is done with it. */
static bool is_measured_anew(struct simulatelog *log, const struct hufu_simulate_report *report)
{
	if (!report->measure_rule || (log->measured && strcmp(log->measured, report->path) == 0))
		return false;
	free(log->measured);
	log->measured = strdup(report->path);
	return true;
}

static void put_measured(const struct simulatelog *log, const struct hufu_simulate_report *report, const char *path)
{
	struct rule_text rule;

	print_rule(log, report->measure_rule, &rule);
	out_text("%s: measured: %s (PCR %d, rule %u: %s)\n", path, hufu_use_name(report->use), report->pcr,
		 report->measure_rule, rule.text);
}

void simulatelog_put(struct simulatelog *log, const struct hufu_simulate_report *report)
{
	bool measured = is_measured_anew(log, report) && !log->quiet;
	autofree char *path = NULL;

	if (!log->verbose && !report->cause && !report->error && !measured)
		return;
	progress_clear(log->progress);
	if (log->json) {
		put_json(log, report);
	} else if (is_failed(report)) {
		out_error("%s: %s", report->path, strerrordesc_np(-report->error));
	} else {
		path = quote(report->path);
		put_text(log, report, path ? path : "");
		if (measured)
			put_measured(log, report, path ? path : "");
	}
}

/* ---- all of them ---------------------------------------------------------------------------------------------- */

static uint64_t sum(const uint64_t by_use[HUFU_USE_COUNT])
{
	uint64_t n = 0;

	for (unsigned use = 0; use < HUFU_USE_COUNT; use++)
		n += by_use[use];
	return n;
}

static json_t *by_use_json(const uint64_t by_use[HUFU_USE_COUNT])
{
	json_t *object = json_object();

	for (unsigned use = 0; use < HUFU_USE_COUNT; use++)
		(void)json_object_set_new(object, hufu_use_name((enum hufu_use)use),
					  json_integer((json_int_t)by_use[use]));
	return object;
}

static void put_summary_json(const struct simulatelog *log, const struct hufu_simulate_job *job,
			     const struct hufu_simulate_count *count)
{
	json_t *summary = json_pack(
		"{s:I, s:I, s:I, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:f}", "uid", (json_int_t)job->uid, "gid",
		(json_int_t)job->gid, "files", (json_int_t)count->files, "uses", by_use_json(count->uses), "refused",
		by_use_json(count->refused), "measured", (json_int_t)count->measured, "broken",
		(json_int_t)count->broken, "closed", (json_int_t)count->closed, "failed", (json_int_t)count->failed,
		"bytes", (json_int_t)count->bytes, "seconds", progress_seconds(log->progress));

	out_json(json_pack("{s:o}", "summary", summary));
}

static void put_summary_text(const struct simulatelog *log, const struct hufu_simulate_job *job,
			     const struct hufu_simulate_count *count)
{
	out_text("refused %" PRIu64, sum(count->refused));
	for (unsigned use = 0; use < HUFU_USE_COUNT; use++)
		out_text("%s%s %" PRIu64 " of %" PRIu64, use ? ", " : " (", hufu_use_name((enum hufu_use)use),
			 count->refused[use], count->uses[use]);
	out_text("), measured %" PRIu64 ", would not run %" PRIu64 ", failed %" PRIu64, count->measured, count->broken,
		 count->failed);
	out_text(" (as uid %" PRIu32 ", gid %" PRIu32 ": %s file%s, %s more closed to it, %s, %.1f s)\n", job->uid,
		 job->gid, out_thousands(count->files).text, count->files == 1 ? "" : "s",
		 out_thousands(count->closed).text, out_size(count->bytes).text, progress_seconds(log->progress));
}

void simulatelog_end(struct simulatelog *log, const struct hufu_simulate_job *job,
		     const struct hufu_simulate_count *count)
{
	progress_clear(log->progress);
	if (log->json)
		put_summary_json(log, job, count);
	else if (!log->quiet)
		put_summary_text(log, job, count);
}
