/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_H
#define KEYS_H

#include "config.h"
#include "hufu.h"

struct keys_events {
	void (*say)(void *ctx, int priority, const char *text);
	void (*added)(void *ctx, enum hufu_ring ring, const void *der, size_t len); /* may be NULL */
	void *ctx;
};

/*
 * Fills the keyrings from trust_dir (PEM or DER, *.der *.pem *.crt *.cer *.cert -> .builtin_trusted_keys) and ima_dir (the
 * same, -> .ima), in the order of their names; trust_dir/blacklist, if it is there, has one `tbs:`/`bin:` entry a line.
 * One bad file does not stop the others: each is said, and counted. A missing directory is empty.
 * Returns the number of certificates refused, or a negative errno when a directory cannot be read.
 */
HUFU_MUST_USE int keys_load(const struct config *config, struct hufu_trust *trust, const struct keys_events *events,
			    struct hufu_err *err);

#endif
