/* SPDX-License-Identifier: Apache-2.0 */
#include "completion.h"

#include <string.h>

#include "clean.h"
#include "command.h"
#include "out.h"

/* Values that are words of a list, by what --help calls them; DIR is a directory, anything else a file. */
static const struct {
	const char *arg, *words;
} values[] = {
	{"HASH", "sm3 sha1 sha256 sha384 sha512"},
	{"TYPE", "sm2 rsa ecdsa-p256 ecdsa-p384"},
	{"f", "f"},
};
/* Values that cannot be guessed. */
static const char *const opaque[] = {"N", "HEX", "ID", "NAME"};

/* Operands that are words, by command; others are files. */
static const struct {
	const char *command, *words;
} operands[] = {
	{"keyring list", ".builtin_trusted_keys .secondary_trusted_keys .ima .blacklist"},
	{"keyring add", ".secondary_trusted_keys .ima .blacklist"},
	{"keyring remove", ".secondary_trusted_keys .ima .blacklist"},
};

static void put_value_case(const struct opt *opt)
{
	out_text("\t\t--%s", opt->name);
	if (opt->letter)
		out_text(" | -%c", opt->letter);
	out_text(") ");
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (strcmp(values[i].arg, opt->arg) == 0) {
			out_text("kind=words words='%s' ;;\n", values[i].words);
			return;
		}
	for (size_t i = 0; i < ARRAY_SIZE(opaque); i++)
		if (strcmp(opaque[i], opt->arg) == 0) {
			out_text("kind=none ;;\n");
			return;
		}
	out_text("kind=%s ;;\n", strcmp(opt->arg, "DIR") == 0 ? "dirs" : "files");
}

static void put_value_cases(const struct opt *opts)
{
	for (; opts->name; opts++)
		if (opts->arg && opts->help)
			put_value_case(opts);
}

static void put_names(const struct opt *opts)
{
	for (; opts->name; opts++)
		if (opts->help)
			out_text(" --%s", opts->name);
}

static void put_command(const struct command *command)
{
	const char *words = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(operands); i++)
		if (strcmp(operands[i].command, command->name) == 0)
			words = operands[i].words;
	out_text("\t'%s')\n\t\toptions='", command->name);
	put_names(command->opts);
	if (command->asks_daemon)
		put_names(global_opts);
	else
		out_text(" --help");
	out_text("'\n");
	if (words)
		out_text("\t\toperands='%s'\n", words);
	out_text("\t\tcase $previous in\n");
	put_value_cases(command->opts);
	put_value_cases(global_opts);
	out_text("\t\tesac\n\t\t;;\n");
}

/* `group` NULL: the first words of all commands; else the second words of its own. */
static void put_words(const char *group)
{
	size_t group_len = group ? strlen(group) : 0;
	const char *before = "";
	size_t before_len = 0;

	for (const struct command *const *at = commands(); *at; at++) {
		const char *name = (*at)->name;
		size_t len = strcspn(name, " ");

		if (group && (len != group_len || memcmp(name, group, len) != 0))
			continue;
		if (group) {
			out_text(" %s", name + len + 1);
		} else if (len != before_len || memcmp(name, before, len) != 0) {
			out_text(" %.*s", (int)len, name);
			before = name;
			before_len = len;
		}
	}
}

static void put_group(const char *group, size_t len)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "%.*s", (int)len, group);
	out_text("\t%s)\n\t\toptions=--help\n\t\toperands='", name);
	put_words(name);
	out_text("'\n\t\t;;\n");
}

static void put_groups(void)
{
	const char *before = "";

	for (const struct command *const *at = commands(); *at; at++) {
		const char *name = (*at)->name;
		size_t len = strcspn(name, " ");

		if (name[len] == ' ' && (strncmp(before, name, len) != 0 || before[len] != ' '))
			put_group(name, len);
		before = name;
	}
}

/* Finds the command among the words before the cursor: the first one or two that are no options, nor their values. */
static const char find_command[] = "# Completion of hufu for bash, made by the program from its own tables.\n"
				   "_hufu()\n"
				   "{\n"
				   "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
				   "\tlocal command='' options='' operands='' kind='' words='' word i skip=''\n"
				   /* bash takes --key=FILE for three words */
				   "\tif [[ $current == = ]]; then\n"
				   "\t\tcurrent=''\n"
				   "\telif [[ $previous == = ]]; then\n"
				   "\t\tprevious=${COMP_WORDS[COMP_CWORD - 2]}\n"
				   "\tfi\n"
				   "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
				   "\t\tword=${COMP_WORDS[i]}\n"
				   "\t\tif [[ $skip ]]; then\n"
				   "\t\t\tskip=''\n"
				   "\t\t\tcontinue\n"
				   "\t\tfi\n"
				   "\t\tcase $word in\n"
				   "\t\t--root | --run-dir) skip=1 ;;\n"
				   "\t\t-*) ;;\n";

static const char offer[] = "\tcase $kind in\n"
			    "\twords) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\") ;;\n"
			    "\tfiles) _hufu_files -f \"$current\" ;;\n"
			    "\tdirs) _hufu_files -d \"$current\" ;;\n"
			    "\tnone) COMPREPLY=() ;;\n"
			    "\t*)\n"
			    "\t\tif [[ $current == -* ]]; then\n"
			    "\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n"
			    "\t\telif [[ $operands && $previous == \"${command##* }\" || $command == '' ]]; then\n"
			    "\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$operands\" -- \"$current\")\n"
			    "\t\telse\n"
			    "\t\t\t_hufu_files -f \"$current\"\n"
			    "\t\tfi\n"
			    "\t\t;;\n"
			    "\tesac\n"
			    "}\n"
			    "_hufu_files()\n"
			    "{\n"
			    "\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"$2\")\n"
			    "\tcompopt -o filenames 2>/dev/null\n"
			    "}\n"
			    "complete -F _hufu hufu\n";

void completion_bash(void)
{
	out_text("%s\t\t*)\n\t\t\tcommand=${command:+$command }$word\n\t\t\tcase $command in\n\t\t\t", find_command);
	for (const struct command *const *at = commands(); *at; at++) {
		const char *name = (*at)->name;
		size_t len = strcspn(name, " ");

		if (name[len] == ' ' && (at == commands() || strncmp(at[-1]->name, name, len + 1) != 0))
			out_text("%s%.*s", at == commands() ? "" : " | ", (int)len, name);
	}
	out_text(") ;;\n\t\t\t*) break ;;\n\t\t\tesac\n\t\t\t;;\n\t\tesac\n\tdone\n\tcase $command "
		 "in\n\t'')\n\t\toptions='");
	put_names(global_opts);
	out_text("'\n\t\toperands='");
	put_words(NULL);
	out_text("'\n\t\tcase $previous in\n");
	put_value_cases(global_opts);
	out_text("\t\tesac\n\t\t;;\n");
	put_groups();
	for (const struct command *const *at = commands(); *at; at++)
		put_command(*at);
	out_text("\tesac\n%s", offer);
}
