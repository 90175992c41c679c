/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "client.h"
#include "err.h"
#include "file.h"
#include "out.h"
#include "policytext.h"

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)

struct policy_opts {
	bool json, quiet, replace;
	const char *builtin;
	struct policytext_opts language;
};

static const struct opt opts_check[] = {
	OPT_FLAG('q', "quiet", struct policy_opts, quiet, "Say nothing of what is good."),
	OPT_FLAG(0, "json", struct policy_opts, json, "As JSON, one object a file."),
	POLICYTEXT_ROWS(struct policy_opts, language),
	OPT_END,
};

static const struct opt opts_show[] = {
	OPT_FLAG(0, "json", struct policy_opts, json, "As JSON: an array of rules."),
	OPT_TEXT(0, "builtin", "NAME", struct policy_opts, builtin,
		 "A builtin policy of the kernel: tcb, ima_tcb, appraise_tcb, secure_boot, critical_data, "
		 "fail_securely."),
	POLICYTEXT_ROWS(struct policy_opts, language),
	OPT_END,
};

static const struct opt opts_load[] = {
	OPT_FLAG(0, "replace", struct policy_opts, replace, "Instead of the rules that are there, not after them."),
	OPT_FLAG('q', "quiet", struct policy_opts, quiet, "Say nothing if all is well."),
	OPT_FLAG(0, "json", struct policy_opts, json, "As JSON."),
	OPT_END,
};

static void refuse(const struct policy_opts *opts, const struct policytext *text, struct hufu_policy_where where,
		   const char *reason)
{
	if (opts->json)
		policytext_refusal_json(text, where, reason);
	else
		policytext_refusal(text, where, reason);
}

/* ---- check ---------------------------------------------------------------------------------------------------- */

static void say_good(const struct policy_opts *opts, const struct policytext *text, const struct hufu_policy *policy)
{
	autofree char *name = policytext_shown(text);

	if (opts->json) {
		json_t *object = json_pack("{s:b, s:I}", "ok", 1, "rules", (json_int_t)hufu_policy_count(policy));

		out_json_set_path(object, "path", text->name);
		out_json(object);
	} else if (!opts->quiet) {
		out_text("%s: good, %u rule%s\n", name ? name : "", hufu_policy_count(policy),
			 hufu_policy_count(policy) == 1 ? "" : "s");
	}
}

static int check_one(const struct policy_opts *opts, const char *path)
{
	autodone(hufu_policy_free) struct hufu_policy *policy = NULL;
	__attribute__((cleanup(policytext_done))) struct policytext text = {0};
	struct hufu_policy_where where;
	struct hufu_err err = {0};

	if (policytext_language(&text, &opts->language, &err) < 0) {
		out_error("%s", err.text);
		return EXIT_MISUSE;
	}
	if (policytext_read(&text, path, &err) < 0) {
		out_error("%s", err.text);
		return EXIT_COULD_NOT;
	}
	if (policytext_parse(&text, &policy, &where, &err) == 0) {
		say_good(opts, &text, policy);
		return EXIT_GOOD;
	}
	refuse(opts, &text, where, err.text);
	return EXIT_REFUSED;
}

static int run_check(const struct call *call, struct hufu_err *err)
{
	int code = EXIT_GOOD;

	(void)err;
	for (size_t i = 0; i < call->n_operands; i++) {
		int one = check_one(call->opts, call->operands[i]);

		code = one > code ? one : code;
	}
	return code;
}

/* ---- show ----------------------------------------------------------------------------------------------------- */

static int show_text(const struct policy_opts *opts, const struct policytext *text, struct hufu_err *err)
{
	autodone(hufu_policy_free) struct hufu_policy *policy = NULL;
	json_t *rules = opts->json ? json_array() : NULL;
	char rule[HUFU_POLICY_LINE_MAX * 2];
	struct hufu_policy_where where;

	if (policytext_parse(text, &policy, &where, err) < 0) {
		policytext_refusal(text, where, err->text);
		err_clear(err);
		json_decref(rules);
		return EXIT_REFUSED;
	}
	for (unsigned i = 0; i < hufu_policy_count(policy); i++) {
		ssize_t n = hufu_policy_print(policy, i, false, rule, sizeof(rule));

		if (n < 0) {
			json_decref(rules);
			(void)err_sys(err, (int)n, "rule %u", i + 1);
			return EXIT_COULD_NOT;
		}
		if (n == 0) /* dormant */
			continue;
		if (opts->json)
			(void)json_array_append_new(rules, out_json_text(rule));
		else
			out_text("%s\n", rule);
	}
	if (opts->json)
		out_json(rules);
	return EXIT_GOOD;
}

/* The active policy of hufud: it comes canonical already; parsing it again makes the one form of output. */
static int show_active(const struct call *call, const struct hufu_policy_opts *language, struct hufu_err *err)
{
	autodone(json_decref) json_t *answer = NULL;
	struct policytext text = {.name = "hufud's policy", .opts = *language};

	if (client_ask(call->globals, json_pack("{s:s}", "do", "policy-show"), NULL, &answer, err) < 0)
		return EXIT_COULD_NOT;
	if (client_refused(answer, err))
		return EXIT_REFUSED;
	text.text = json_string_value(json_object_get(answer, "policy"));
	text.len = json_string_length(json_object_get(answer, "policy"));
	if (!text.text)
		return err_set(err, EXIT_COULD_NOT, "hufud's answer holds no policy");
	return show_text(call->opts, &text, err);
}

static int show_builtin(const struct policy_opts *opts, struct policytext *text, struct hufu_err *err)
{
	text->name = opts->builtin;
	text->text = hufu_policy_builtin(opts->builtin, text->opts.kernel);
	if (!text->text)
		return err_set(err, EXIT_MISUSE, "no builtin policy '%s'; see hufu policy show --help", opts->builtin);
	text->len = strlen(text->text);
	return show_text(opts, text, err);
}

static int run_show(const struct call *call, struct hufu_err *err)
{
	const struct policy_opts *opts = call->opts;
	__attribute__((cleanup(policytext_done))) struct policytext text = {0};

	if (policytext_language(&text, &opts->language, err) < 0)
		return EXIT_MISUSE;
	if (opts->builtin && call->n_operands)
		return err_set(err, EXIT_MISUSE, "either --builtin or a file");
	if (opts->builtin)
		return show_builtin(opts, &text, err);
	if (call->n_operands == 0)
		return show_active(call, &text.opts, err);
	if (policytext_read(&text, call->operands[0], err) < 0)
		return EXIT_COULD_NOT;
	return show_text(call->opts, &text, err);
}

/* ---- load ----------------------------------------------------------------------------------------------------- */

static void say_loaded(const struct policy_opts *opts, const struct policytext *text, const struct hufu_policy *policy,
		       const json_t *answer)
{
	autofree char *name = policytext_shown(text);

	if (opts->json)
		out_json(json_deep_copy(answer));
	else if (!opts->quiet)
		out_text("%s: loaded, %u rule%s\n", name ? name : "", hufu_policy_count(policy),
			 hufu_policy_count(policy) == 1 ? "" : "s");
}

/* Where hufud refuses what was good here: it is another version, or the rules do not go with those that are there. */
static void say_refused(const struct policy_opts *opts, const struct policytext *text, const json_t *answer,
			const char *reason)
{
	struct hufu_policy_where where = {
		.line = (unsigned)json_integer_value(json_object_get(answer, "line")),
		.column = (unsigned)json_integer_value(json_object_get(answer, "column")),
	};

	refuse(opts, text, where, reason);
}

static int run_load(const struct call *call, struct hufu_err *err)
{
	const struct policy_opts *opts = call->opts;
	autodone(hufu_policy_free) struct hufu_policy *policy = NULL;
	__attribute__((cleanup(policytext_done))) struct policytext text = {0};
	autodone(json_decref) json_t *answer = NULL;
	struct client_data data;
	struct hufu_policy_where where;
	struct hufu_err why = {0};

	if (policytext_language(&text, &opts->language, err) < 0 || policytext_read(&text, call->operands[0], err) < 0)
		return EXIT_COULD_NOT;
	if (policytext_parse(&text, &policy, &where, &why) < 0) {
		refuse(opts, &text, where, why.text);
		return EXIT_REFUSED;
	}
	data = (struct client_data){text.text, text.len};
	if (client_ask(call->globals, json_pack("{s:s, s:b}", "do", "policy-load", "replace", opts->replace), &data,
		       &answer, err) < 0)
		return EXIT_COULD_NOT;
	if (client_refused(answer, &why)) {
		say_refused(opts, &text, answer, why.text);
		return EXIT_REFUSED;
	}
	say_loaded(opts, &text, policy, answer);
	return EXIT_GOOD;
}

const struct command cmd_policy_check = {
	.name = "policy check",
	.usage = "[option...] FILE...",
	.brief = "Find out if a policy is good",
	.more = "A bad rule is shown with line, column and reason; exit code 1. FILE `-` is standard input.\n",
	.page = "hufu-policy(1)",
	.opts = opts_check,
	.opts_size = sizeof(struct policy_opts),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.run = run_check,
};

const struct command cmd_policy_show = {
	.name = "policy show",
	.usage = "[option...] [FILE | --builtin NAME]",
	.brief = "Print a policy in the kernel's canonical form",
	.more = "Without FILE the policy that is active in hufud. FILE `-` is standard input.\n",
	.page = "hufu-policy(1)",
	.opts = opts_show,
	.opts_size = sizeof(struct policy_opts),
	.max_operands = 1,
	.asks_daemon = true,
	.run = run_show,
};

const struct command cmd_policy_load = {
	.name = "policy load",
	.usage = "[option...] FILE",
	.brief = "Give hufud a policy",
	.more = "As in the kernel the first policy loaded replaces the one from the start, later ones are appended. "
		"All "
		"of it is taken or nothing.\n",
	.page = "hufu-policy(1)",
	.opts = opts_load,
	.opts_size = sizeof(struct policy_opts),
	.min_operands = 1,
	.max_operands = 1,
	.asks_daemon = true,
	.run = run_load,
};
