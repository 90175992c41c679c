/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "hufu.h"

/* hufud's configuration: defaults, then the file, then the command line. All paths are absolute or below `root`. */
struct config {
	char *root; /* "" or a directory that stands before the default paths: tests and the quickstart use it */
	char *file; /* ROOT/etc/hufu/hufud.conf */
	char *trust_dir; /* ROOT/etc/hufu/trust.d: roots of trust */
	char *ima_dir; /* ROOT/etc/hufu/ima.d: certificates for .ima, *.der */
	char *policy; /* ROOT/etc/hufu/policy */
	char *run_dir; /* ROOT/run/hufu */
	char *securityfs; /* RUN/securityfs: mount point of the view; "" switches it off */
	char **watch; /* file systems to watch, by any path on them; none: all local ones */
	size_t n_watch;
	enum hufu_mode mode;
	unsigned hash; /* ima_hash */
	enum hufu_template template; /* ima_template */
	unsigned jobs; /* threads that judge; 0: one a CPU */
	bool journal; /* audit lines to the journal or syslog too */
	unsigned deadline_ms; /* an access not decided by then is denied and counted */
};

/* Defaults for `root` (NULL: the machine's own). */
HUFU_MUST_USE int config_init(struct config *config, const char *root);
void config_done(struct config *config);
/* Reads `config->file`. A missing file is fine unless `must_exist`. Unknown sections and keys, bad values: -EINVAL, with the line. */
HUFU_MUST_USE int config_read(struct config *config, bool must_exist, struct hufu_err *err);
HUFU_MUST_USE int config_add_watch(struct config *config, const char *path);

#endif
