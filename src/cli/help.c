/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "out.h"

enum {
	WIDTH = 79, /* columns; a terminal of 80 does not wrap then */
	OPT_COLUMN = 30, /* where the sentence about an option begins */
	COMMAND_COLUMN = 20,
};

void help_wrapped(const char *text, size_t column)
{
	size_t at = column;

	while (*text) {
		size_t len = strcspn(text, " \n");

		if (at > column && at + 1 + len > WIDTH) {
			out_text("\n%*s", (int)column, "");
			at = column;
		}
		out_text("%s%.*s", at > column ? " " : "", (int)len, text);
		at += len + (at > column);
		text += len;
		if (*text == '\n') {
			out_text("\n%s%*s", text[1] ? "\n" : "", text[1] ? (int)column : 0, "");
			at = column;
		}
		text += *text != '\0';
	}
}

static void put_opts(const struct opt *opts)
{
	for (; opts->name; opts++) {
		char letter[] = {'-', opts->letter, ',', '\0'};
		int used;

		if (!opts->help)
			continue;
		used = out_text("  %3s --%s%s%s", opts->letter ? letter : "", opts->name, opts->arg ? " " : "",
				opts->arg ? opts->arg : "");
		if (used + 2 > OPT_COLUMN) {
			out_text("\n");
			used = 0;
		}
		out_text("%*s", OPT_COLUMN - used, "");
		help_wrapped(opts->help, OPT_COLUMN);
		out_text("%s\n", opts->required ? " Needed." : "");
	}
}

static void put_brief(const struct command *command)
{
	out_text("  %-*s%s\n", COMMAND_COLUMN - 2, command->name, command->brief);
}

void help_command(const struct command *command)
{
	int used;

	used = out_text("usage: hufu %s%s", command->name, *command->usage ? " " : "");
	help_wrapped(command->usage, (size_t)used);
	out_text("\n\n");
	help_wrapped(command->brief, 0);
	out_text(".\n\n");
	put_opts(command->opts);
	if (command->asks_daemon)
		put_opts(global_opts);
	else
		out_text("  -h, --help%*sShow this.\n", OPT_COLUMN - 12, "");
	if (command->more) {
		out_text("\n");
		help_wrapped(command->more, 0);
	}
	out_text("\nManual: %s\n", command->page);
}

void help_group(const char *group)
{
	size_t len = strlen(group);

	out_text("usage: hufu %s COMMAND [option...]\n\n", group);
	for (const struct command *const *at = commands(); *at; at++)
		if (strncmp((*at)->name, group, len) == 0 && (*at)->name[len] == ' ')
			put_brief(*at);
	out_text("\nMore: hufu %s COMMAND --help\n", group);
}

void help_program(void)
{
	out_text("usage: hufu [option...] COMMAND [option...] [operand...]\n\n");
	help_wrapped(
		"Integrity of files with SM2 and SM3: makes keys and certificates, signs files for the kernel's IMA, "
		"checks them, and drives hufud, which measures and appraises what runs.\n",
		0);
	out_text("\nCommands:\n");
	for (const struct command *const *at = commands(); *at; at++)
		put_brief(*at);
	out_text("\nOptions:\n");
	put_opts(global_opts);
	out_text("\nExit: 0 all good, 1 something was refused or could not be signed, 2 misuse,\n"
		 "3 could not decide or could not do. More: hufu COMMAND --help, hufu(1).\n");
}

void help_overview(void)
{
	out_text("hufu " HUFU_VERSION ": files signed with SM2 and SM3, from a key to a refused program:\n"
		 "\n"
		 "  1. An authority, and trust in it:\n"
		 "       hufu key new -o ca.key\n"
		 "       hufu cert ca --key ca.key -o ca.cert\n"
		 "       cp ca.cert /etc/hufu/trust.d/\n"
		 "  2. A signer, certified by it:\n"
		 "       hufu key new -o ima.key\n"
		 "       hufu cert issue --ca ca.cert --ca-key ca.key --key ima.key \\\n"
		 "            --der -o ima.der\n"
		 "  3. Signatures on what may run:\n"
		 "       hufu sign -r -k ima.key --cert ima.der /usr/bin /usr/lib\n"
		 "  4. The daemon, and the signer's certificate in its keyring:\n"
		 "       systemctl start hufud\n"
		 "       hufu keyring add %%:.ima < ima.der\n"
		 "  5. A policy, checked and loaded:\n"
		 "       hufu policy check ima.policy && hufu policy load ima.policy\n"
		 "  6. What happened:\n"
		 "       hufu status; hufu log show; hufu log verify\n"
		 "\n"
		 "All commands: hufu --help. Manual: hufu(1).\n");
}
