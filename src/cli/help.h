/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HELP_H
#define HELP_H

#include "command.h"

/* Help on standard output, at most 79 columns wide, from the tables. */
void help_program(void); /* hufu --help */
void help_overview(void); /* hufu alone: from a key to a refused program in six steps */
void help_group(const char *group); /* hufu key --help */
void help_command(const struct command *command);
/* `text` from `column` on, which is where the cursor stands; further lines are indented by as much. */
void help_wrapped(const char *text, size_t column);

#endif
