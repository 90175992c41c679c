/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ASKPASS_H
#define ASKPASS_H

#include "opt.h"

/* Where passphrases come from: the options, and what hufu_passphrase.get makes of them. */

struct askpass_opts {
	bool prompt;
	const char *file;
	const char *env;
	struct opt_number fd;
};

/* Rows for a command's table; `member` is a struct askpass_opts. */
#define ASKPASS_ROWS(type, member)                                                                                     \
	OPT_FLAG(0, "passphrase-prompt", type, member.prompt, "Ask for the passphrase on the terminal."),              \
		OPT_TEXT(0, "passphrase-file", "FILE", type, member.file,                                              \
			 "The passphrase is the first line of FILE."),                                                 \
		OPT_NUMBER(0, "passphrase-fd", "N", type, member.fd, 0, 1023,                                          \
			   "... or the first line read from descriptor N."),                                           \
		OPT_TEXT(0, "passphrase-env", "NAME", type, member.env,                                                \
			 "... or the value of the environment variable NAME.")

enum { ASKPASS_MAX = 1024 }; /* bytes of a passphrase */

/* One command's passphrases. A line read from a file or descriptor serves all keys of the command. */
struct askpass {
	struct askpass_opts opts;
	char *line; /* NULL: not read yet */
	size_t line_len;
	struct hufu_err err; /* why get() failed, which it cannot say itself; "" if it did not */
};

/* -EINVAL: more than one way is named. */
HUFU_MUST_USE int askpass_init(struct askpass *askpass, const struct askpass_opts *opts, struct hufu_err *err);
void askpass_done(struct askpass *askpass); /* wipes */
/* Was any way named? */
bool askpass_is_given(const struct askpass *askpass);
/* Asks on the terminal if no way is named. */
struct hufu_passphrase askpass_source(struct askpass *askpass);
/* hufu_key_load() with it; the reason in `err` is the better of the two. */
HUFU_MUST_USE int askpass_load_key(struct askpass *askpass, const char *path, struct hufu_key **ret_key,
				   struct hufu_err *err);

#endif
