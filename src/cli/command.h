/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_H
#define COMMAND_H

#include "exit.h"
#include "opt.h"

/* Options that stand before the command, or among its own. */
struct globals {
	bool help, version;
	const char *root; /* NULL: the machine's own */
	const char *run_dir; /* NULL: ROOT/run/hufu */
	const char *tables; /* hidden: what to make of the tables of commands */
};

/* One command as it was called. */
struct call {
	const struct command *command;
	const struct globals *globals;
	void *opts; /* the command's own options, filled by its table */
	char *const *operands;
	size_t n_operands;
};

enum { OPERANDS_ANY = 1 << 30 };

struct command {
	const char *name; /* one word, or two: "key new" */
	const char *usage; /* what comes after the name */
	const char *brief; /* one line, below 56 columns, no full stop */
	const char *more; /* further paragraphs of --help, each ended by a newline; wrapped by it */
	const char *page; /* of the manual */
	const struct opt *opts;
	size_t opts_size; /* of the structure the table fills */
	unsigned min_operands, max_operands;
	bool asks_daemon; /* the global options matter */
	/*
	 * Returns an exit code. A sentence in `err` is printed on standard error by the caller, whatever the code; results are
	 * printed by the command.
	 */
	int (*run)(const struct call *call, struct hufu_err *err);
};

/* The table of all commands, in the order --help shows them; NULL at the end. */
const struct command *const *commands(void);
/* The one with this name, or NULL. */
const struct command *commands_find(const char *name);
/* Is it the first word of commands with two? */
bool commands_is_group(const char *word);

extern const struct opt global_opts[];

extern const struct command cmd_key_new, cmd_cert_ca, cmd_cert_issue, cmd_cert_show, cmd_sign, cmd_verify, cmd_hash,
	cmd_show, cmd_clear, cmd_policy_check, cmd_policy_show, cmd_policy_load, cmd_policy_explain,
	cmd_policy_simulate, cmd_keyring_list, cmd_keyring_add, cmd_keyring_remove, cmd_log_show, cmd_log_verify,
	cmd_status, cmd_help;

#endif
