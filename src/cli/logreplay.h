/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOGREPLAY_H
#define LOGREPLAY_H

#include <stdbool.h>

#include "hufu.h"

enum { LOGREPLAY_PCRS = 24, LOGREPLAY_SIZE = 20 };

/* What a list would have made of the PCRs of a TPM's SHA-1 bank. Zeroed is the state after power-on. */
struct logreplay {
	bool used[LOGREPLAY_PCRS];
	uint8_t values[LOGREPLAY_PCRS][LOGREPLAY_SIZE];
};

struct logreplay_hex {
	char text[2 * LOGREPLAY_SIZE + 1];
};

/*
 * Extends: new = SHA1(old || template hash). NULL is a violation, whose entry holds zeros and which extends ones, so that no
 * PCR value can be reached that says nothing happened. -EBADMSG: a PCR no TPM has.
 */
HUFU_MUST_USE int logreplay_extend(struct logreplay *replay, uint32_t pcr, const uint8_t *template_hash,
				   struct hufu_err *err);
struct logreplay_hex logreplay_hex(const struct logreplay *replay, unsigned pcr);

#endif
