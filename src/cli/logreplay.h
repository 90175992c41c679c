/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOGREPLAY_H
#define LOGREPLAY_H

#include <stdbool.h>

#include "pcrvalues.h"

enum { LOGREPLAY_BANKS = 16 };

/*
 * What a list would have made of one bank of a TPM. `padded`: as a kernel fills a bank whose algorithm it does not have, with the SHA-1
 * template hash and zeros behind it (kernel: ima_calc_field_array_hash(), ima_queue.c).
 */
struct logreplay_bank {
	unsigned algo;
	bool padded;
	uint8_t values[PCRVALUES_PCRS][HUFU_DIGEST_MAX];
	uint64_t reached
		[PCRVALUES_PCRS]; /* the last entry after which the register held what it is said to hold; 0: none */
};

/* Zeroed is the state after power-on, with no banks. */
struct logreplay {
	const struct pcrvalues *wanted; /* NULL: none */
	uint64_t n_entries;
	bool used[PCRVALUES_PCRS];
	struct logreplay_bank banks[LOGREPLAY_BANKS];
	size_t n_banks;
};

/* Replays the SHA-1 bank, and each bank that `wanted` (may be NULL) speaks of. */
void logreplay_init(struct logreplay *replay, const struct pcrvalues *wanted);
/*
 * Extends each bank by the entry: new = H(old || template hash). A violation holds zeros and extends ones, so that no PCR value can be
 * reached that says nothing happened. -EBADMSG: a PCR no TPM has. An entry whose template is not known goes into the SHA-1 bank as
 * it says itself; -EPROTONOSUPPORT: other banks are asked for.
 */
HUFU_MUST_USE int logreplay_extend(struct logreplay *replay, const struct hufu_mlog_entry *entry, struct hufu_err *err);

struct logreplay_hex {
	char text[2 * HUFU_DIGEST_MAX + 1];
};
struct logreplay_hex logreplay_hex(const struct logreplay *replay, unsigned algo, unsigned pcr);

enum logreplay_match {
	LOGREPLAY_OTHER = 0, /* the list does not lead there */
	LOGREPLAY_EARLIER, /* it did, but then it went on */
	LOGREPLAY_SAME,
};
/*
 * Is it for the list to say what this register holds? One that it does not use may be anybody's, but not 10: a list that nothing
 * extends into it comes of a register that is zero, or entries were left out.
 */
bool logreplay_concerns(const struct logreplay *replay, const struct pcrvalue *wanted);
/* `ret_reached`: after which entry. */
enum logreplay_match logreplay_compare(const struct logreplay *replay, const struct pcrvalue *wanted,
				       uint64_t *ret_reached);
bool logreplay_is_violation(const struct hufu_mlog_entry *entry);

#endif
