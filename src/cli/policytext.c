/* SPDX-License-Identifier: Apache-2.0 */
#include "policytext.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "clean.h"
#include "err.h"
#include "file.h"
#include "lsm.h"
#include "out.h"
#include "quote.h"

int policytext_read(struct policytext *text, const char *path, struct hufu_err *err)
{
	int r;

	if (strcmp(path, "-") == 0) {
		text->name = "standard input";
		r = file_read_fd(STDIN_FILENO, HUFU_POLICY_MAX, &text->owned, &text->len, err);
		if (r < 0)
			(void)err_prefix(err, r, "%s", text->name);
	} else {
		text->name = path;
		r = file_read(path, HUFU_POLICY_MAX, &text->owned, &text->len, err);
	}
	text->text = text->owned;
	return r;
}

/* "6.1" to 601; 0: it is none. */
static unsigned parse_release(const char *text)
{
	unsigned long major, minor;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return 0;
	major = strtoul(text, &end, 10);
	if (*end != '.' || !isdigit((unsigned char)end[1]))
		return 0;
	minor = strtoul(end + 1, &end, 10);
	return *end || major > 99 || minor > 99 ? 0 : (unsigned)(major * 100 + minor);
}

int policytext_language(struct policytext *text, const struct policytext_opts *opts, struct hufu_err *err)
{
	int lsm = opts->lsm ? lsm_by_name(opts->lsm) : (int)lsm_active();

	if (lsm < 0)
		return err_set(err, -EINVAL, "no security module '%s'; known: selinux, smack, apparmor, none",
			       opts->lsm);
	text->opts.lsm = (enum hufu_lsm)lsm;
	if (!opts->kernel)
		return 0;
	text->opts.kernel = parse_release(opts->kernel);
	if (text->opts.kernel < HUFU_KERNEL_OLDEST || text->opts.kernel > HUFU_KERNEL_NEWEST)
		return err_set(err, -EINVAL, "the language of Linux '%s' is not known; known: 6.1 to 7.2",
			       opts->kernel);
	return 0;
}

void policytext_done(struct policytext *text)
{
	free(text->owned);
	text->owned = NULL;
}

char *policytext_shown(const struct policytext *text)
{
	return quote(text->name);
}

int policytext_parse(const struct policytext *text, struct hufu_policy **ret_policy,
		     struct hufu_policy_where *ret_where, struct hufu_err *err)
{
	*ret_where = (struct hufu_policy_where){0};
	return hufu_policy_parse_as(text->text, text->len, &text->opts, ret_policy, ret_where, err);
}

/* Line `number`, from 1, without its newline; empty if there is none. */
static struct bytes find_line(const struct policytext *text, unsigned number)
{
	struct bytes all = bytes_of(text->text, text->len);

	for (unsigned i = 1; all.left; i++) {
		const uint8_t *end = memchr(all.at, '\n', all.left);
		struct bytes line = bytes_sub(&all, end ? (size_t)(end - all.at) : all.left);

		if (i == number)
			return line;
		if (end)
			(void)bytes_u8(&all);
	}
	return bytes_of(NULL, 0);
}

/* Escaped, so that one byte may take more columns: the mark stands below the escaped text. */
static size_t columns(const char *shown)
{
	size_t n = 0;

	for (; *shown; shown++)
		n += ((unsigned char)*shown & 0xc0) != 0x80;
	return n;
}

/*
 * The part of the line around `column` (from 1) that fits a terminal, and a mark below. Cuts are made where a UTF-8
 * sequence begins.
 */
static void put_line(struct bytes line, size_t column)
{
	enum { BEFORE = 40, AFTER = 34 };
	size_t at = column - 1 < line.left ? column - 1 : line.left;
	size_t first = at > BEFORE ? at - BEFORE : 0;
	size_t last = line.left - at > AFTER ? at + AFTER : line.left;
	autofree char *before = NULL, *after = NULL;

	while (first && first < at && (line.at[first] & 0xc0) == 0x80)
		first++;
	while (last > at && last < line.left && (line.at[last] & 0xc0) == 0x80)
		last--;
	before = quote_len((const char *)line.at + first, at - first);
	after = quote_len((const char *)line.at + at, last - at);
	if (!before || !after)
		return;
	(void)fprintf(stderr, "  %s%s%s%s\n", first ? "..." : "", before, after, last < line.left ? "..." : "");
	(void)fprintf(stderr, "  %*s^\n", (int)(columns(before) + (first ? 3 : 0)), "");
}

void policytext_refusal(const struct policytext *text, struct hufu_policy_where where, const char *reason)
{
	struct bytes line = find_line(text, where.line);

	out_error("%s: %s", text->name, reason);
	if (where.line && where.column && line.left)
		put_line(line, where.column);
}

void policytext_refusal_json(const struct policytext *text, struct hufu_policy_where where, const char *reason)
{
	json_t *object = json_pack("{s:b, s:I, s:I}", "ok", 0, "line", (json_int_t)where.line, "column",
				   (json_int_t)where.column);

	out_json_set_path(object, "path", text->name);
	(void)json_object_set_new(object, "reason", out_json_text(reason));
	out_json(object);
}
