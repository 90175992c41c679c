/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "config.h"

/* hufud's command line. Kept, so that it can be applied again over a configuration that was read again. */
struct options {
	const char *root, *config_file;
	int mode; /* enum hufu_mode, -1: not given */
	const char **watch;
	size_t n_watch;
	bool no_securityfs;
};

/* 1: --help or --version was answered; 0; -EINVAL. Strings stay argv's. */
HUFU_MUST_USE int options_parse(int argc, char **argv, struct options *ret_options, struct hufu_err *err);
void options_done(struct options *options);
/* Defaults, then the file, then the command line. */
HUFU_MUST_USE int options_apply(const struct options *options, struct config *ret_config, struct hufu_err *err);

/* The same again into a running configuration: mode and watched file systems change, paths and sizes stay as they were at the start. */
HUFU_MUST_USE int options_reload(const struct options *options, struct config *config, struct hufu_err *err);

#endif
