/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PCRVALUES_H
#define PCRVALUES_H

#include "hufu.h"

/*
 * What the registers (PCRs) of a TPM hold, as a file says it: lines `bank index hex`, as `sha256 10 ef7b...`, what tpm2_pcrread(1)
 * prints, or what grep(1) prints of the files in /sys/class/tpm/tpm0/pcr-sha256. Empty lines and those that begin with `#` are skipped.
 */

enum { PCRVALUES_PCRS = 24, PCRVALUES_MAX = 24 * 8 };

struct pcrvalue {
	unsigned pcr;
	struct hufu_digest value;
};

struct pcrvalues {
	struct pcrvalue at[PCRVALUES_MAX];
	size_t n;
};

/* -EBADMSG: a line that is none, twice the same register, an unknown bank, or nothing at all; `err` names the line. */
HUFU_MUST_USE int pcrvalues_parse(const char *text, size_t len, struct pcrvalues *ret_values, struct hufu_err *err);
HUFU_MUST_USE int pcrvalues_load(const char *path, struct pcrvalues *ret_values, struct hufu_err *err);
/* NULL: the file does not say. */
const struct hufu_digest *pcrvalues_find(const struct pcrvalues *values, unsigned algo, unsigned pcr);

#endif
