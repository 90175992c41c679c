/* SPDX-License-Identifier: Apache-2.0 */
/* hufu: finds the command that is asked for, and hands it its options. hufu(1). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "command.h"
#include "err.h"
#include "guess.h"
#include "help.h"
#include "out.h"
#include "tables.h"

static int exit_of(int error)
{
	return error == -EINVAL ? EXIT_MISUSE : EXIT_COULD_NOT;
}

static int check_operands(const struct call *call, const char *help, struct hufu_err *err)
{
	const struct command *command = call->command;

	if (call->n_operands < command->min_operands)
		return err_set(err, -EINVAL, "operands are missing: hufu %s %s (see %s)", command->name, command->usage,
			       help);
	if (call->n_operands > command->max_operands)
		return err_set(err, -EINVAL, "%s is one operand too many: see %s",
			       call->operands[command->max_operands], help);
	return 0;
}

/* --help, of a command or of the program, and --version. */
static int answer(const struct command *command, const struct globals *globals)
{
	if (globals->help && command)
		help_command(command);
	else if (globals->help)
		help_program();
	else
		out_text("hufu " HUFU_VERSION "\n");
	return EXIT_GOOD;
}

static int check_and_run(const struct call *call, const char *help, struct hufu_err *err)
{
	const struct opt_set set = {call->command->opts, call->opts};
	int r = opt_check_required(&set, help, err);

	if (r == 0)
		r = check_operands(call, help, err);
	return r < 0 ? exit_of(r) : call->command->run(call, err);
}

static int run_command(const struct command *command, char **words_left, struct globals *globals, struct hufu_err *err)
{
	autofree void *slots = calloc(1, command->opts_size ? command->opts_size : 1);
	struct opt_set sets[] = {{command->opts, slots}, {global_opts, globals}};
	struct call call = {.command = command, .globals = globals};
	char help[64];
	struct opt_words words = {.at = words_left, .help = help};
	int r, code;

	(void)snprintf(help, sizeof(help), "hufu %s --help", command->name);
	if (!slots)
		return exit_of(err_sys(err, -ENOMEM, "%s", command->name));
	call.opts = slots;
	r = opt_parse_all(sets, ARRAY_SIZE(sets), &words, &call.n_operands, err);
	call.operands = words.at;
	if (r < 0)
		code = exit_of(r);
	else if (globals->help || globals->version)
		code = answer(command, globals);
	else
		code = check_and_run(&call, help, err);
	opt_done(&sets[0]);
	return code;
}

static int unknown_command(const char *word, struct hufu_err *err)
{
	struct guess guess = {.word = word, .len = strlen(word)};

	for (const struct command *const *at = commands(); *at; at++)
		guess_try(&guess, (*at)->name);
	for (const struct command *const *at = commands(); *at && !guess.best; at++) {
		static char group[32]; /* outlives the search: the guess may point at it */

		(void)snprintf(group, sizeof(group), "%.*s", (int)strcspn((*at)->name, " "), (*at)->name);
		guess_try(&guess, group);
	}
	if (guess.best)
		return err_set(err, EXIT_MISUSE, "'%s' is no command: did you mean '%s'? (see hufu --help)", word,
			       guess.best);
	return err_set(err, EXIT_MISUSE, "'%s' is no command: see hufu --help", word);
}

/* Commands of two words: `hufu key new`. */
static int run_group(const char *group, char **words, struct globals *globals, struct hufu_err *err)
{
	const struct command *command;
	char name[64];

	if (globals->help || (words[0] && (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0))) {
		help_group(group);
		return EXIT_GOOD;
	}
	if (!words[0])
		return err_set(err, EXIT_MISUSE, "%s: which of its commands? See hufu %s --help", group, group);
	(void)snprintf(name, sizeof(name), "%s %s", group, words[0]);
	command = commands_find(name);
	return command ? run_command(command, words + 1, globals, err) : unknown_command(name, err);
}

static int run_program(char **argv, struct hufu_err *err)
{
	struct globals globals = {0};
	const struct opt_set set = {global_opts, &globals};
	struct opt_words words = {.at = argv, .help = "hufu --help"};
	const struct command *command;
	int r = opt_parse_leading(&set, 1, &words, err);

	if (r < 0)
		return exit_of(r);
	if (globals.tables)
		return tables_print(globals.tables, err);
	if (globals.version || (globals.help && !words.at[0]))
		return answer(NULL, &globals);
	if (!words.at[0]) {
		help_overview();
		return EXIT_MISUSE;
	}
	if (commands_is_group(words.at[0]))
		return run_group(words.at[0], words.at + 1, &globals, err);
	command = commands_find(words.at[0]);
	return command ? run_command(command, words.at + 1, &globals, err) : unknown_command(words.at[0], err);
}

/*
 * A program started with one of these closed would take the first file it opens for its output, or input. The wrong way
 * round, so that using it is an error as before.
 */
static int open_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return -errno;
	return 0;
}

int main(int argc, char **argv)
{
	struct hufu_err err = {0}, out_err = {0};
	int code = EXIT_COULD_NOT;
	int r = open_standard_fds();

	/* Writing to a reader that went away is an error like any other: a run ends cleanly, without a word. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (r < 0)
		(void)err_sys(&err, r, "/dev/null");
	else if (argc < 1)
		(void)err_set(&err, EXIT_MISUSE, "started without a name");
	else
		code = run_program(argv + 1, &err);
	r = out_finish(&out_err);
	if (err.text[0])
		out_error("%s", err.text);
	if (out_err.text[0])
		out_error("%s", out_err.text);
	return r < 0 ? EXIT_COULD_NOT : code;
}
