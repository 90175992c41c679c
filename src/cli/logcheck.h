/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOGCHECK_H
#define LOGCHECK_H

#include "logreplay.h"
#include "signers.h"

/* What a list turns out to be, read from its begin to its end. */
struct logcheck {
	/* set before */
	const struct pcrvalues *wanted; /* NULL: not compared */
	const struct signers *signers; /* NULL: signatures are not looked at */

	/* found */
	uint64_t n_entries, n_violations, n_wrong, n_unknown;
	uint64_t n_signed, n_unsigned; /* with signers: good signatures, and entries of files without one */
	uint64_t first_wrong; /* its number, from 1; 0: none */
	char *first_name; /* NULL: it has none */
	struct hufu_err reason; /* of the first wrong entry, or of the end that came too early */
	bool broken; /* malformed after n_entries */
	struct hufu_digest boot_aggregate; /* len 0: the first entry is another, or of a template hufu does not know */
	struct logreplay replay;
};

void logcheck_done(struct logcheck *check);
/* Reads it all. "Wrong" is a finding; < 0: it could not be read or computed. */
HUFU_MUST_USE int logcheck_run(struct logcheck *check, struct hufu_mlog_reader *reader, struct hufu_err *err);

enum logcheck_boot {
	LOGCHECK_BOOT_UNKNOWN = 0, /* the registers it is made of are not known */
	LOGCHECK_BOOT_OTHER,
	LOGCHECK_BOOT_SAME,
};
/* Is boot_aggregate what registers 0 to 9 of its bank say (0 to 7 with SHA-1)? Kernel: ima_calc_boot_aggregate_tfm(). */
HUFU_MUST_USE int logcheck_boot(const struct logcheck *check, enum logcheck_boot *ret_boot, struct hufu_err *err);

#endif
