/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXIT_H
#define EXIT_H

/* Exit codes of every command: hufu(1). */
enum exit_code {
	EXIT_GOOD = 0, /* all of it */
	EXIT_REFUSED = 1, /* at least one file or entry was refused, or could not be signed */
	EXIT_MISUSE = 2, /* the command line makes no sense; nothing was done */
	EXIT_COULD_NOT = 3, /* could not decide, could not do, or was interrupted */
};

#endif
