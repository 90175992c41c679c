/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OPT_H
#define OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hufu.h"

/*
 * Options as tables. One row says how an option is written, what its value is called, what it does in words, and which
 * member of the command's options it fills: parsing, --help, completion and the check of the manual all come from it.
 *
 * Written as -x, -xVALUE, -x VALUE, -xyz (flags together), --name, --name=VALUE, --name VALUE, anywhere among the
 * operands; after `--` all is operands. Names are not abbreviated: a script must not break when an option is added.
 */
struct opt {
	char letter; /* 0: none */
	const char *name; /* NULL ends a table */
	const char *arg; /* what --help calls the value; NULL: takes none */
	const char *help; /* one sentence, wrapped by --help; NULL: not shown */
	int (*take)(const struct opt *opt, void *slot, const char *value, struct hufu_err *err);
	size_t at; /* offset of the member, whose type goes with `take` */
	unsigned long low, high; /* opt_take_number */
	bool required; /* opt_take_text: the command makes no sense without it */
};

/* Members and their `take`. Zeroed means: not given. */
struct opt_list {
	const char **items;
	size_t n_items;
};
struct opt_number {
	bool given;
	unsigned long value;
};
struct opt_key_id {
	bool given;
	uint32_t id;
};
struct opt_hash {
	bool given;
	unsigned algo; /* enum hufu_hash */
};

int opt_take_flag(const struct opt *opt, void *slot, const char *value, struct hufu_err *err); /* bool */
int opt_take_text(const struct opt *opt, void *slot, const char *value, struct hufu_err *err); /* const char * */
int opt_take_list(const struct opt *opt, void *slot, const char *value, struct hufu_err *err); /* may be repeated */
int opt_take_number(const struct opt *opt, void *slot, const char *value, struct hufu_err *err);
int opt_take_key_id(const struct opt *opt, void *slot, const char *value, struct hufu_err *err);
int opt_take_hash(const struct opt *opt, void *slot, const char *value, struct hufu_err *err);

/*
 * Rows; `type_` is the structure the table fills, `member_` its member: one of another type than `take` fills does not
 * compile.
 */
#define OPT_AT(type_, member_, wanted_)                                                                                \
	(offsetof(type_, member_) +                                                                                    \
	 0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((type_ *)0)->member_), wanted_) ? 1 : -1]))
#define OPT_ROW(letter_, name_, arg_, help_, take_, at_)                                                               \
	.letter = (letter_), .name = (name_), .arg = (arg_), .help = (help_), .take = (take_), .at = (at_)
#define OPT_FLAG(letter_, name_, type_, member_, help_)                                                                \
	{                                                                                                              \
		OPT_ROW(letter_, name_, NULL, help_, opt_take_flag, OPT_AT(type_, member_, bool))                      \
	}
#define OPT_TEXT(letter_, name_, arg_, type_, member_, help_)                                                          \
	{                                                                                                              \
		OPT_ROW(letter_, name_, arg_, help_, opt_take_text, OPT_AT(type_, member_, const char *))              \
	}
#define OPT_NEEDED(letter_, name_, arg_, type_, member_, help_)                                                        \
	{                                                                                                              \
		OPT_ROW(letter_, name_, arg_, help_, opt_take_text, OPT_AT(type_, member_, const char *)),             \
			.required = true                                                                               \
	}
#define OPT_LIST(letter_, name_, arg_, type_, member_, help_)                                                          \
	{                                                                                                              \
		OPT_ROW(letter_, name_, arg_, help_, opt_take_list, OPT_AT(type_, member_, struct opt_list))           \
	}
#define OPT_NUMBER(letter_, name_, arg_, type_, member_, low_, high_, help_)                                           \
	{                                                                                                              \
		OPT_ROW(letter_, name_, arg_, help_, opt_take_number, OPT_AT(type_, member_, struct opt_number)),      \
			.low = (low_), .high = (high_)                                                                 \
	}
#define OPT_HASH(letter_, name_, arg_, type_, member_, help_)                                                          \
	{                                                                                                              \
		OPT_ROW(letter_, name_, arg_, help_, opt_take_hash, OPT_AT(type_, member_, struct opt_hash))           \
	}
#define OPT_KEY_ID(letter_, name_, arg_, type_, member_, help_)                                                        \
	{                                                                                                              \
		OPT_ROW(letter_, name_, arg_, help_, opt_take_key_id, OPT_AT(type_, member_, struct opt_key_id))       \
	}
#define OPT_END                                                                                                        \
	{                                                                                                              \
		.name = NULL                                                                                           \
	}

/* A table with the options it fills. */
struct opt_set {
	const struct opt *table;
	void *slots;
};

struct opt_words {
	char **at; /* argv from here on, NULL at the end */
	const char *help; /* "hufu sign --help": where messages send people */
};

/*
 * Takes options up to the first operand: `words->at` stands there afterwards, or at the end. -EINVAL a word that is no
 * option or has no good value, -ENOMEM. Strings stay argv's.
 */
HUFU_MUST_USE int opt_parse_leading(const struct opt_set *sets, size_t n_sets, struct opt_words *words,
				    struct hufu_err *err);
/* Takes all that is left; operands are moved to the front of `words->at`, and counted. */
HUFU_MUST_USE int opt_parse_all(const struct opt_set *sets, size_t n_sets, struct opt_words *words,
				size_t *ret_n_operands, struct hufu_err *err);
/* -EINVAL: a required option is missing; it is named. */
HUFU_MUST_USE int opt_check_required(const struct opt_set *set, const char *help, struct hufu_err *err);
/* Frees what parsing allocated. */
void opt_done(const struct opt_set *set);

#endif
