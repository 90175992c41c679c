/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "clean.h"
#include "command.h"
#include "err.h"
#include "interrupt.h"
#include "out.h"
#include "policytext.h"
#include "signers.h"
#include "simulatelog.h"

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)
DEFINE_AUTO(struct hufu_trust, hufu_trust_free)
DEFINE_AUTO(struct hufu_engine, hufu_engine_free)

struct simulate_opts {
	struct opt_number uid, gid;
	struct opt_list groups;
	struct signers_opts signers;
	struct policytext_opts language;
	bool map_at_open, one_fs, quiet, verbose, json;
};

#define ID_MAX 4294967294ul /* the one above means "none" */

static const struct opt opts_simulate[] = {
	OPT_NUMBER(0, "uid", "U", struct simulate_opts, uid, 0, ID_MAX, "Whose accesses. Required."),
	OPT_NUMBER(0, "gid", "G", struct simulate_opts, gid, 0, ID_MAX,
		   "The group of this user. [the number of --uid]"),
	OPT_LIST(0, "group", "G", struct simulate_opts, groups,
		 "A further group of this user, for permissions; may be repeated."),
	SIGNERS_ROWS(struct simulate_opts, signers),
	OPT_TEXT(0, "lsm", "NAME", struct simulate_opts, language.lsm,
		 "The security module whose labels the policy has: selinux, smack, apparmor or none, instead of this "
		 "machine's."),
	OPT_FLAG(0, "map-at-open", struct simulate_opts, map_at_open,
		 "As hufud where it sees no mappings: ELF files are judged when they are opened."),
	OPT_FLAG('x', "one-file-system", struct simulate_opts, one_fs, "Do not cross mount points."),
	OPT_FLAG('q', "quiet", struct simulate_opts, quiet, "No progress, no summary, nothing of what is measured."),
	OPT_FLAG('v', "verbose", struct simulate_opts, verbose, "Also say what is allowed."),
	OPT_FLAG(0, "json", struct simulate_opts, json, "Results as JSON, one object a line."),
	OPT_END,
};

struct simulation {
	struct hufu_engine *engine;
	struct simulatelog log;
	struct progress progress;
};

static void on_use(void *ctx, const struct hufu_simulate_report *report)
{
	struct simulation *simulation = ctx;

	simulatelog_put(&simulation->log, report);
}

static bool on_progress(void *ctx, const struct hufu_simulate_count *count)
{
	struct simulation *simulation = ctx;

	hufu_engine_tidy(simulation->engine);
	progress_show(&simulation->progress, count->files, count->files, false, count->bytes);
	return interrupt_came() || out_failed();
}

static int make_trust(const struct signers_opts *opts, struct hufu_trust **ret_trust, struct hufu_err *err)
{
	__attribute__((cleanup(signers_done))) struct signers signers = {0};
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	int r = hufu_trust_new(&trust);

	if (r < 0)
		return err_sys(err, r, "keyrings");
	r = signers_load(&signers, opts, err);
	for (size_t i = 0; i < signers.n_certs && r == 0; i++) {
		struct hufu_err why = {0};

		/* hufud would not take it either: what it has signed is refused */
		r = hufu_trust_vouch(trust, signers.certs[i], &why);
		if (r == -EBADMSG || r == -EKEYREJECTED) {
			out_warning("left out: %s: %s", hufu_cert_info(signers.certs[i])->subject, why.text);
			r = 0;
		} else if (r < 0) {
			r = err_set(err, r, "%s", why.text);
		}
	}
	if (r == 0)
		*ret_trust = take_ptr(trust);
	return r;
}

/* One that judges and does nothing else. */
static int make_engine(struct hufu_trust *trust, const struct policytext *text, unsigned n_rules,
		       struct hufu_engine **ret_engine, struct hufu_err *err)
{
	/*
	 * A file is judged for several accesses in a row: the lease it is kept under spares reading it again. SIGURG is ignored, since
	 * on_progress() looks after each file if a writer waits.
	 */
	const struct hufu_engine_opts opts = {.trust = trust,
					      .hash = HUFU_HASH_SM3,
					      .mode = HUFU_MODE_LOG,
					      .lsm = text->opts.lsm,
					      .lease_signal = SIGURG,
					      .cache_max = 4};
	autodone(hufu_engine_free) struct hufu_engine *engine = NULL;
	int r = hufu_engine_new(&opts, &engine, err);

	/* An engine has no rules from the start, and takes no text without any */
	if (r == 0 && n_rules)
		r = hufu_engine_load_policy(engine, text->text, text->len, false, NULL, err);
	if (r == 0)
		*ret_engine = take_ptr(engine);
	return r;
}

static int exit_of(const struct hufu_simulate_count *count)
{
	for (unsigned use = 0; use < HUFU_USE_COUNT; use++)
		if (count->refused[use])
			return EXIT_REFUSED;
	return count->failed ? EXIT_COULD_NOT : EXIT_GOOD;
}

static bool asks_for_label(const char *rule)
{
	static const char *const conditions[] = {
		" obj_user=", " obj_role=", " obj_type=", " subj_user=", " subj_role=", " subj_type="};

	for (size_t i = 0; i < ARRAY_SIZE(conditions); i++)
		if (strstr(rule, conditions[i]))
			return true;
	return false;
}

/* What hufud enforces, and a simulation cannot. */
static void warn_of_labels(const struct hufu_policy *policy)
{
	char rule[2 * HUFU_POLICY_LINE_MAX];

	for (unsigned i = 0; i < hufu_policy_count(policy); i++)
		if (hufu_policy_print(policy, i, false, rule, sizeof(rule)) > 0 && asks_for_label(rule))
			out_warning("rule %u asks for a label, and never matches here: which labels tasks would have "
				    "is not "
				    "known",
				    i + 1);
}

/* The numbers of --group; to be freed. */
static int read_groups(const struct opt_list *list, uint32_t **ret_groups, struct hufu_err *err)
{
	autofree uint32_t *groups = calloc(list->n_items + 1, sizeof(*groups));

	if (!groups)
		return err_sys(err, -ENOMEM, "groups");
	for (size_t i = 0; i < list->n_items; i++) {
		const struct opt as_number = {.name = "group", .low = 0, .high = ID_MAX};
		struct opt_number number = {0};
		int r = opt_take_number(&as_number, &number, list->items[i], err);

		if (r < 0)
			return r;
		groups[i] = (uint32_t)number.value;
	}
	*ret_groups = take_ptr(groups);
	return 0;
}

static int simulate(const struct call *call, const struct hufu_policy *policy, struct hufu_engine *engine,
		    const uint32_t *groups, struct hufu_err *err)
{
	const struct simulate_opts *opts = call->opts;
	struct hufu_simulate_count count = {0};
	struct simulation simulation = {
		.engine = engine,
		.log = {.policy = policy,
			.quiet = opts->quiet,
			.verbose = opts->verbose,
			.json = opts->json,
			.progress = &simulation.progress},
	};
	const struct hufu_simulate_job job = {
		.engine = engine,
		.uid = (uint32_t)opts->uid.value,
		.gid = (uint32_t)(opts->gid.given ? opts->gid.value : opts->uid.value),
		.groups = groups,
		.n_groups = opts->groups.n_items,
		.flags = (opts->one_fs ? HUFU_SIMULATE_ONE_FS : 0U) |
			 (opts->map_at_open ? HUFU_SIMULATE_MAP_AT_OPEN : 0U),
		.on_use = on_use,
		.on_progress = on_progress,
		.ctx = &simulation,
	};
	int r;

	progress_init(&simulation.progress, opts->quiet);
	interrupt_catch();
	r = hufu_simulate_run(&job, call->operands[1], &count, err);
	progress_clear(&simulation.progress);
	if (r == 0)
		simulatelog_end(&simulation.log, &job, &count);
	simulatelog_done(&simulation.log);
	if (r == -ECANCELED && interrupt_came())
		return err_set(err, EXIT_COULD_NOT, "interrupted: the rest was not looked at");
	if (r == -ECANCELED) /* nobody reads on */
		err_clear(err);
	return r < 0 ? EXIT_COULD_NOT : exit_of(&count);
}

static int run_simulate(const struct call *call, struct hufu_err *err)
{
	const struct simulate_opts *opts = call->opts;
	__attribute__((cleanup(policytext_done))) struct policytext text = {0};
	autodone(hufu_policy_free) struct hufu_policy *policy = NULL;
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	autodone(hufu_engine_free) struct hufu_engine *engine = NULL;
	autofree uint32_t *groups = NULL;
	struct hufu_policy_where where;

	if (!opts->uid.given)
		return err_set(err, EXIT_MISUSE, "whose accesses? Give --uid U");
	if (read_groups(&opts->groups, &groups, err) < 0)
		return EXIT_MISUSE;
	if (policytext_language(&text, &opts->language, err) < 0)
		return EXIT_MISUSE;
	if (policytext_read(&text, call->operands[0], err) < 0)
		return EXIT_COULD_NOT;
	if (policytext_parse(&text, &policy, &where, err) < 0) {
		policytext_refusal(&text, where, err->text);
		err_clear(err);
		return EXIT_COULD_NOT;
	}
	if (make_trust(&opts->signers, &trust, err) < 0 ||
	    make_engine(trust, &text, hufu_policy_count(policy), &engine, err) < 0)
		return EXIT_COULD_NOT;
	if (!opts->signers.certs.n_items && !opts->signers.trust &&
	    hufu_policy_actions(policy, HUFU_FUNC_NONE) & HUFU_POLICY_APPRAISE)
		out_warning("whose signatures are good? Without --cert or --trust nobody's are");
	warn_of_labels(policy);
	return simulate(call, policy, engine, groups, err);
}

const struct command cmd_policy_simulate = {
	.name = "policy simulate",
	.usage = "--uid U [option...] FILE ROOT",
	.brief = "Find out what a policy would refuse to a user",
	.more = "Walks the directory ROOT as if it were the root directory of the user, and judges what the user may "
		"do there: execute programs and scripts, map libraries, and read. Lists what the policy in FILE would "
		"refuse, with the cause and the rule, and what it would measure. Changes nothing, and asks no daemon. "
		"Exit code 1 if something would be refused. FILE `-` is standard input.\n",
	.page = "hufu-policy(1)",
	.opts = opts_simulate,
	.opts_size = sizeof(struct simulate_opts),
	.min_operands = 2,
	.max_operands = 2,
	.run = run_simulate,
};
