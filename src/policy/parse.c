/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a policy: lines, blanks, comments, and what no line may hold. Tokens are in token.c. */
#include "parse.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "clean.h"
#include "err.h"
#include "quote.h"

int parse_refuse(struct parse *parse, int code, const char *format, ...)
{
	char reason[sizeof(parse->err->text)];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	return err_set(parse->err, code, "line %u, column %u: %s", parse->where.line, parse->where.column, reason);
}

int parse_refuse_later(struct parse *parse, unsigned since, const char *what)
{
	return parse_refuse(parse, -EINVAL, "%s is known since Linux %u.%u; this is the language of %u.%u", what,
			    since / 100, since % 100, parse->kernel / 100, parse->kernel % 100);
}

struct shown parse_shown(struct word word)
{
	enum { MOST = 45 }; /* bytes; four times as many when all are escaped */
	struct shown shown;
	size_t len = word.len;
	autofree char *text = NULL;

	if (len > MOST)
		for (len = MOST; len > MOST - 3 && (word.at[len] & 0xc0) == 0x80;)
			len--; /* not in the middle of a UTF-8 sequence */
	text = quote_len(word.at, len);
	(void)snprintf(shown.text, sizeof(shown.text), "%s%s", text ? text : "", text && len == word.len ? "" : "...");
	return shown;
}

#define TRAILING_COMMENT_SINCE 614

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* The next token of `line`, empty at its end. `ret_column` is its first byte. */
static struct word next_token(struct bytes *line, const uint8_t *start, unsigned *ret_column)
{
	size_t len = 0;

	while (line->left && is_blank(*line->at))
		(void)bytes_u8(line);
	while (len < line->left && !is_blank(line->at[len]))
		len++;
	*ret_column = (unsigned)(line->at - start) + 1;
	return (struct word){.at = (const char *)bytes_take(line, len), .len = len};
}

/* What no line may hold, comment or rule. */
static int check_line(struct parse *parse, const struct bytes *line)
{
	const uint8_t *nul = line->left ? memchr(line->at, '\0', line->left) : NULL;

	if (nul) {
		parse->where.column = (unsigned)(nul - line->at) + 1;
		return parse_refuse(parse, -EINVAL, "NUL byte: a policy is text");
	}
	if (line->left > HUFU_POLICY_LINE_MAX) {
		parse->where.column = HUFU_POLICY_LINE_MAX + 1;
		return parse_refuse(parse, -EINVAL, "a line of %zu bytes; %d are the most", line->left,
				    HUFU_POLICY_LINE_MAX);
	}
	return 0;
}

/* 1: parse->rule is one; 0: the line holds none. */
static int parse_line(struct parse *parse, struct bytes line)
{
	const uint8_t *start = line.at;
	int r = check_line(parse, &line);

	if (r < 0)
		return r;
	for (;;) {
		struct word token = next_token(&line, start, &parse->where.column);

		if (token.len == 0)
			break;
		if (token.at[0] == '#') {
			if (parse->first_column && parse->kernel < TRAILING_COMMENT_SINCE)
				return parse_refuse_later(parse, TRAILING_COMMENT_SINCE, "a comment after a rule");
			break;
		}
		if (!parse->first_column)
			parse->first_column = parse->where.column;
		if (line.left == 0 && token.at[token.len - 1] == '\r') {
			parse->where.column += (unsigned)token.len - 1;
			return parse_refuse(parse, -EINVAL,
					    "DOS line ending (carriage return); lines end with a newline only");
		}
		r = token_take(parse, token);
		if (r < 0)
			return r;
	}
	if (!parse->first_column)
		return 0;
	r = check_rule(parse);
	return r < 0 ? r : 1;
}

/* Rules and names while they grow. */
struct draft {
	struct buf rules, names;
};

static void draft_done(struct draft *draft)
{
	buf_done(&draft->rules);
	buf_done(&draft->names);
}

static int draft_add(struct draft *draft, const struct parse *parse)
{
	struct rule rule = parse->rule;

	/* these three are asked for by their own rules only: ima_match_rules() */
	if (!rule_has(&rule, RULE_FUNC))
		rule.funcs =
			((1U << HUFU_FUNC_COUNT) - 1) &
			~(1U << HUFU_FUNC_KEY_CHECK | 1U << HUFU_FUNC_CRITICAL_DATA | 1U << HUFU_FUNC_SETXATTR_CHECK);
	for (size_t i = 0; i < RULE_TEXT_COUNT; i++) {
		if (!parse->texts[i].len)
			continue;
		rule.texts[i] = (uint32_t)draft->names.len;
		buf_add(&draft->names, parse->texts[i].at, parse->texts[i].len);
		buf_u8(&draft->names, 0);
	}
	buf_add(&draft->rules, &rule, sizeof(rule));
	return draft->names.error ? draft->names.error : draft->rules.error;
}

static int parse_text(struct draft *draft, struct bytes text, struct parse *parse)
{
	const struct parse fresh = *parse;

	for (unsigned number = 1; text.left; number++) {
		const uint8_t *end = memchr(text.at, '\n', text.left);
		struct bytes line = bytes_sub(&text, end ? (size_t)(end - text.at) : text.left);
		int r;

		if (end)
			(void)bytes_u8(&text);
		*parse = fresh;
		parse->where.line = number;
		r = parse_line(parse, line);
		if (r > 0)
			r = draft_add(draft, parse);
		if (r < 0)
			return r;
	}
	return 0;
}

int hufu_policy_parse(const char *text, size_t len, const struct hufu_policy *base, struct hufu_policy **ret_policy,
		      struct hufu_policy_where *ret_where, struct hufu_err *err)
{
	const struct hufu_policy_opts opts = {.base = base};

	return hufu_policy_parse_as(text, len, &opts, ret_policy, ret_where, err);
}

static bool is_known_release(unsigned kernel)
{
	return kernel >= HUFU_KERNEL_OLDEST && kernel <= HUFU_KERNEL_NEWEST;
}

int hufu_policy_parse_as(const char *text, size_t len, const struct hufu_policy_opts *opts,
			 struct hufu_policy **ret_policy, struct hufu_policy_where *ret_where, struct hufu_err *err)
{
	__attribute__((cleanup(draft_done))) struct draft draft = {0};
	struct parse parse = {
		.err = err,
		.kernel = opts->kernel ? opts->kernel : HUFU_KERNEL_NEWEST,
		.lsm = opts->lsm,
		.first = opts->base == NULL,
	};
	unsigned n_base = opts->base ? hufu_policy_count(opts->base) : 0;
	unsigned n_rules;
	int r;

	if (ret_where)
		*ret_where = (struct hufu_policy_where){0};
	if (!is_known_release(parse.kernel))
		return err_set(err, -EINVAL, "the language of Linux %u.%u is not known", parse.kernel / 100,
			       parse.kernel % 100);
	if (len > HUFU_POLICY_MAX)
		return err_set(err, -EFBIG, "a policy of %zu bytes; %d are the most", len, HUFU_POLICY_MAX);
	buf_u8(&draft.names, 0); /* offset 0 is "" */
	r = parse_text(&draft, bytes_of(text, len), &parse);
	if (r == -ENOMEM)
		return err_sys(err, r, "policy");
	if (r < 0) {
		if (ret_where)
			*ret_where = parse.where;
		return r;
	}
	n_rules = (unsigned)(draft.rules.len / sizeof(struct rule));
	if (n_rules > POLICY_RULES_MAX - n_base)
		return err_set(err, -EFBIG, "the policy would have %u rules; %u are the most", n_base + n_rules,
			       POLICY_RULES_MAX);
	r = policy_new(opts->base, (void *)take_ptr(draft.rules.data), n_rules, (char *)take_ptr(draft.names.data),
		       ret_policy);
	return r < 0 ? err_sys(err, r, "policy") : 0;
}
