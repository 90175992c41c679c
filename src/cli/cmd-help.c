/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "command.h"
#include "err.h"
#include "help.h"

static const struct opt opts_help[] = {
	OPT_END,
};

static int run_help(const struct call *call, struct hufu_err *err)
{
	const struct command *command;
	char name[64];

	if (call->n_operands == 0) {
		help_program();
		return EXIT_GOOD;
	}
	(void)snprintf(name, sizeof(name), "%s%s%s", call->operands[0], call->n_operands > 1 ? " " : "",
		       call->n_operands > 1 ? call->operands[1] : "");
	command = commands_find(name);
	if (command)
		help_command(command);
	else if (call->n_operands == 1 && commands_is_group(name))
		help_group(name);
	else
		return err_set(err, EXIT_MISUSE, "'%s' is no command: see hufu --help", name);
	return EXIT_GOOD;
}

const struct command cmd_help = {
	.name = "help",
	.usage = "[COMMAND]",
	.brief = "Show help, of a command or of all",
	.page = "hufu(1)",
	.opts = opts_help,
	.max_operands = 2,
	.run = run_help,
};
