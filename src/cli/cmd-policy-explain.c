/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "clean.h"
#include "command.h"
#include "err.h"
#include "help.h"
#include "out.h"
#include "policytext.h"
#include "quote.h"

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)

enum { INDENT = 4 };

struct explain_opts {
	bool json, quiet;
	const char *builtin;
	struct policytext_opts language;
};

static const struct opt opts_explain[] = {
	OPT_FLAG('q', "quiet", struct explain_opts, quiet, "Only rules on which there is a remark."),
	OPT_FLAG(0, "json", struct explain_opts, json, "As JSON, one object a rule."),
	OPT_TEXT(0, "builtin", "NAME", struct explain_opts, builtin,
		 "A builtin policy of the kernel: tcb, ima_tcb, appraise_tcb, secure_boot, critical_data, "
		 "fail_securely."),
	POLICYTEXT_ROWS(struct explain_opts, language),
	OPT_END,
};

/* A remark, kept until its rule is printed. */
struct remark {
	enum hufu_remark_kind kind;
	unsigned rule, other;
	char *text;
};

struct remarks {
	struct buf at; /* of struct remark */
	size_t n, next; /* the next to be printed */
};

static void remarks_done(struct remarks *remarks)
{
	for (size_t i = 0; i < remarks->n; i++)
		free(((struct remark *)(void *)remarks->at.data)[i].text);
	buf_done(&remarks->at);
}

static void keep(void *ctx, const struct hufu_policy_remark *from)
{
	struct remarks *remarks = ctx;
	struct remark remark = {from->kind, from->rule, from->other, strdup(from->text)};

	if (!remark.text)
		remarks->at.error = -ENOMEM;
	buf_add(&remarks->at, &remark, sizeof(remark));
	if (remarks->at.error)
		free(remark.text);
	else
		remarks->n++;
}

/* The next remark on this rule, NULL if there is none. */
static const struct remark *take(struct remarks *remarks, unsigned rule)
{
	const struct remark *at = (const struct remark *)(const void *)remarks->at.data;

	if (remarks->next == remarks->n || at[remarks->next].rule != rule)
		return NULL;
	return &at[remarks->next++];
}

/* One rule with all there is to say of it. */
struct entry {
	unsigned number, line; /* from 1 */
	char rule[2 * HUFU_POLICY_LINE_MAX];
	char *words;
};

static void put_text(const struct entry *entry, struct remarks *remarks)
{
	static const char *const leads[HUFU_REMARK_KIND_COUNT] = {
		[HUFU_REMARK_NEVER] = "warning",
		[HUFU_REMARK_UNSEEN] = "warning",
		[HUFU_REMARK_IDLE] = "warning",
		[HUFU_REMARK_TRAP] = "note",
	};
	autofree char *rule = quote(entry->rule), *words = quote(entry->words);
	const struct remark *remark;

	out_text("rule %u, line %u: %s\n%*s", entry->number, entry->line, rule ? rule : "", INDENT, "");
	help_wrapped(words ? words : "", INDENT);
	out_text("\n");
	while ((remark = take(remarks, entry->number))) {
		autofree char *text = quote(remark->text);
		int used = out_text("%*s%s: ", INDENT, "", leads[remark->kind]);

		help_wrapped(text ? text : "", (size_t)used);
		out_text("\n");
	}
}

static void put_json(const struct entry *entry, struct remarks *remarks)
{
	json_t *object = json_pack("{s:I, s:I}", "rule", (json_int_t)entry->number, "line", (json_int_t)entry->line);
	json_t *list = json_array();
	const struct remark *remark;

	(void)json_object_set_new(object, "text", out_json_text(entry->rule));
	(void)json_object_set_new(object, "words", out_json_text(entry->words));
	while ((remark = take(remarks, entry->number))) {
		json_t *item = json_pack("{s:s}", "kind", hufu_remark_name(remark->kind));

		(void)json_object_set_new(item, "text", out_json_text(remark->text));
		if (remark->other)
			(void)json_object_set_new(item, "other", json_integer((json_int_t)remark->other));
		(void)json_array_append_new(list, item);
	}
	(void)json_object_set_new(object, "remarks", list);
	out_json(object);
}

/* The line of the next rule: one that holds more than blanks and a comment. */
static unsigned next_line(struct bytes *text, unsigned line)
{
	while (text->left) {
		const uint8_t *end = memchr(text->at, '\n', text->left);
		struct bytes here = bytes_sub(text, end ? (size_t)(end - text->at) : text->left);

		(void)bytes_take(text, end ? 1 : 0);
		line++;
		while (here.left && (*here.at == ' ' || *here.at == '\t'))
			(void)bytes_u8(&here);
		if (here.left && *here.at != '#')
			break;
	}
	return line;
}

static bool is_wanted(const struct explain_opts *opts, const struct remarks *remarks, unsigned number)
{
	const struct remark *at = (const struct remark *)(const void *)remarks->at.data;

	return !opts->quiet || (remarks->next < remarks->n && at[remarks->next].rule == number);
}

static int put_rule(const struct explain_opts *opts, const struct hufu_policy *policy, struct entry *entry,
		    struct remarks *remarks)
{
	autofree char *words = NULL;
	ssize_t r;

	entry->rule[0] = '\0'; /* one that sleeps is not printed */
	if (!is_wanted(opts, remarks, entry->number))
		return 0;
	r = hufu_policy_print(policy, entry->number - 1, false, entry->rule, sizeof(entry->rule));
	if (r >= 0)
		r = hufu_policy_explain(policy, entry->number - 1, &words);
	if (r < 0)
		return (int)r;
	entry->words = words;
	(opts->json ? put_json : put_text)(entry, remarks);
	return 0;
}

static int explain(const struct explain_opts *opts, const struct policytext *text, const struct hufu_policy *policy,
		   struct hufu_err *err)
{
	__attribute__((cleanup(remarks_done))) struct remarks remarks = {0};
	struct bytes left = bytes_of(text->text, text->len);
	struct entry entry = {0};
	int r = hufu_policy_remarks(policy, keep, &remarks);

	if (r == 0)
		r = remarks.at.error;
	while (r == 0 && entry.number < hufu_policy_count(policy) && !out_failed()) {
		entry.number++;
		entry.line = next_line(&left, entry.line);
		r = put_rule(opts, policy, &entry, &remarks);
	}
	return r < 0 ? err_sys(err, r, "%s", text->name) : 0;
}

/* An exit code: the text is there only with EXIT_GOOD. */
static int find_text(const struct call *call, struct policytext *text, struct hufu_err *err)
{
	const struct explain_opts *opts = call->opts;

	if (policytext_language(text, &opts->language, err) < 0)
		return EXIT_MISUSE;
	if (!opts->builtin == (call->n_operands == 0))
		return err_set(err, EXIT_MISUSE, "which policy? Give FILE, or --builtin NAME");
	if (!opts->builtin)
		return policytext_read(text, call->operands[0], err) < 0 ? EXIT_COULD_NOT : EXIT_GOOD;
	text->name = opts->builtin;
	text->text = hufu_policy_builtin(opts->builtin, text->opts.kernel);
	if (!text->text)
		return err_set(err, EXIT_MISUSE, "no builtin policy '%s'; see hufu policy explain --help",
			       opts->builtin);
	text->len = strlen(text->text);
	return EXIT_GOOD;
}

static int run_explain(const struct call *call, struct hufu_err *err)
{
	__attribute__((cleanup(policytext_done))) struct policytext text = {0};
	autodone(hufu_policy_free) struct hufu_policy *policy = NULL;
	struct hufu_policy_where where;
	int code = find_text(call, &text, err);

	if (code != EXIT_GOOD)
		return code;
	if (policytext_parse(&text, &policy, &where, err) < 0) {
		policytext_refusal(&text, where, err->text);
		err_clear(err);
		return EXIT_REFUSED;
	}
	return explain(call->opts, &text, policy, err) < 0 ? EXIT_COULD_NOT : EXIT_GOOD;
}

const struct command cmd_policy_explain = {
	.name = "policy explain",
	.usage = "[option...] (FILE | --builtin NAME)",
	.brief = "Say in words what a policy does",
	.more = "With warnings of rules that can never match or do nothing, and notes on what few would think of. FILE "
		"`-` "
		"is standard input.\n",
	.page = "hufu-policy(1)",
	.opts = opts_explain,
	.opts_size = sizeof(struct explain_opts),
	.max_operands = 1,
	.run = run_explain,
};
