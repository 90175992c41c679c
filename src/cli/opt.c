/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the command line, by the tables. What a value means is in opt-take.c. */
#include "opt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "guess.h"

/* One run over the words. */
struct scan {
	const struct opt_set *sets;
	size_t n_sets;
	struct opt_words *words;
	struct hufu_err *err;
};

struct found {
	const struct opt *opt;
	void *slots;
};

static struct found find_letter(const struct scan *scan, char letter)
{
	for (size_t i = 0; i < scan->n_sets; i++)
		for (const struct opt *opt = scan->sets[i].table; opt->name; opt++)
			if (opt->letter == letter)
				return (struct found){opt, scan->sets[i].slots};
	return (struct found){NULL, NULL};
}

static struct found find_name(const struct scan *scan, const char *name, size_t len)
{
	for (size_t i = 0; i < scan->n_sets; i++)
		for (const struct opt *opt = scan->sets[i].table; opt->name; opt++)
			if (strlen(opt->name) == len && memcmp(opt->name, name, len) == 0)
				return (struct found){opt, scan->sets[i].slots};
	return (struct found){NULL, NULL};
}

static int unknown_name(const struct scan *scan, const char *name, size_t len)
{
	struct guess guess = {.word = name, .len = len};
	int shown = len < 60 ? (int)len : 60;

	for (size_t i = 0; i < scan->n_sets; i++)
		for (const struct opt *opt = scan->sets[i].table; opt->name; opt++)
			if (opt->help)
				guess_try(&guess, opt->name);
	if (guess.best)
		return err_set(scan->err, -EINVAL, "unknown option --%.*s: did you mean --%s? (see %s)", shown, name,
			       guess.best, scan->words->help);
	return err_set(scan->err, -EINVAL, "unknown option --%.*s: see %s", shown, name, scan->words->help);
}

static int take(const struct scan *scan, struct found found, const char *value)
{
	return found.opt->take(found.opt, (char *)found.slots + found.opt->at, value, scan->err);
}

/* The value of an option that stands at `words->at`: `glued`, or the next word. */
static int take_value(const struct scan *scan, struct found found, const char *glued)
{
	if (!glued) {
		glued = scan->words->at[1];
		if (!glued)
			return err_set(scan->err, -EINVAL, "option --%s wants a value, %s: see %s", found.opt->name,
				       found.opt->arg, scan->words->help);
		scan->words->at++;
	}
	return take(scan, found, glued);
}

static int take_long(const struct scan *scan, const char *name)
{
	const char *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	struct found found = find_name(scan, name, len);

	if (!found.opt)
		return unknown_name(scan, name, len);
	if (found.opt->arg)
		return take_value(scan, found, equals ? equals + 1 : NULL);
	if (equals)
		return err_set(scan->err, -EINVAL, "option --%s takes no value", found.opt->name);
	return take(scan, found, NULL);
}

static int take_letters(const struct scan *scan, const char *letters)
{
	for (; *letters; letters++) {
		struct found found = find_letter(scan, *letters);
		int r;

		if (!found.opt)
			return err_set(scan->err, -EINVAL, "unknown option -%c: see %s", *letters, scan->words->help);
		if (found.opt->arg)
			return take_value(scan, found, letters[1] ? letters + 1 : NULL);
		r = take(scan, found, NULL);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Takes the option at `words->at`, which moves past it. */
static int take_option(const struct scan *scan)
{
	const char *word = scan->words->at[0];
	int r = word[1] == '-' ? take_long(scan, word + 2) : take_letters(scan, word + 1);

	scan->words->at++;
	return r;
}

/* `-` alone is an operand: standard input. */
static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

int opt_parse_leading(const struct opt_set *sets, size_t n_sets, struct opt_words *words, struct hufu_err *err)
{
	const struct scan scan = {.sets = sets, .n_sets = n_sets, .words = words, .err = err};

	while (words->at[0] && is_option(words->at[0])) {
		int r;

		if (strcmp(words->at[0], "--") == 0) {
			words->at++;
			return 0;
		}
		r = take_option(&scan);
		if (r < 0)
			return r;
	}
	return 0;
}

int opt_parse_all(const struct opt_set *sets, size_t n_sets, struct opt_words *words, size_t *ret_n_operands,
		  struct hufu_err *err)
{
	const struct scan scan = {.sets = sets, .n_sets = n_sets, .words = words, .err = err};
	char **operands = words->at;
	size_t n_operands = 0;
	bool only_operands = false;

	while (words->at[0]) {
		if (only_operands || !is_option(words->at[0])) {
			operands[n_operands++] = *words->at++;
		} else if (strcmp(words->at[0], "--") == 0) {
			only_operands = true;
			words->at++;
		} else {
			int r = take_option(&scan);

			if (r < 0)
				return r;
		}
	}
	words->at = operands;
	*ret_n_operands = n_operands;
	return 0;
}

int opt_check_required(const struct opt_set *set, const char *help, struct hufu_err *err)
{
	for (const struct opt *opt = set->table; opt->name; opt++) {
		const char *const *text = (const void *)((const char *)set->slots + opt->at);

		if (opt->required && !*text)
			return err_set(err, -EINVAL, "--%s %s is needed: see %s", opt->name, opt->arg, help);
	}
	return 0;
}

void opt_done(const struct opt_set *set)
{
	for (const struct opt *opt = set->table; opt->name; opt++) {
		struct opt_list *list = (void *)((char *)set->slots + opt->at);

		if (opt->take != opt_take_list)
			continue;
		free(list->items);
		*list = (struct opt_list){0};
	}
}
