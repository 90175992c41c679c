/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "command.h"

static const struct command *const table[] = {
	&cmd_key_new,	     &cmd_cert_ca,
	&cmd_cert_issue,     &cmd_cert_show,
	&cmd_sign,	     &cmd_verify,
	&cmd_hash,	     &cmd_show,
	&cmd_clear,	     &cmd_policy_check,
	&cmd_policy_show,    &cmd_policy_load,
	&cmd_policy_explain, &cmd_policy_simulate,
	&cmd_keyring_list,   &cmd_keyring_add,
	&cmd_keyring_remove, &cmd_log_show,
	&cmd_log_verify,     &cmd_status,
	&cmd_help,	     NULL,
};

const struct opt global_opts[] = {
	OPT_TEXT(0, "root", "DIR", struct globals, root, "Take hufud's files below DIR, as hufud --root does."),
	OPT_TEXT(0, "run-dir", "DIR", struct globals, run_dir, "Where hufud's run directory is. [ROOT/run/hufu]"),
	OPT_FLAG('h', "help", struct globals, help, "Show this."),
	OPT_FLAG(0, "version", struct globals, version, "Show the version."),
	OPT_TEXT(0, "print-tables", "KIND", struct globals, tables, NULL),
	OPT_END,
};

const struct command *const *commands(void)
{
	return table;
}

const struct command *commands_find(const char *name)
{
	for (size_t i = 0; table[i]; i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	return NULL;
}

bool commands_is_group(const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; table[i]; i++)
		if (strncmp(table[i]->name, word, len) == 0 && table[i]->name[len] == ' ')
			return true;
	return false;
}
