/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_H
#define RECORD_H

#include "mlog.h"

/*
 * The measurement list of this boot on disk, in `dir`:
 *
 *   binary_runtime_measurements   authoritative; each record is one write(2)
 *   ascii_runtime_measurements    the same entries as text
 *   boot_id                       of the boot the list belongs to
 *   *.previous                    the list of another boot, moved away by record_open()
 *
 * All mode 0440 and only ever appended to. Threads may share the object: it locks itself.
 */
struct record;

/*
 * Opens the list in `dir` (which exists) or begins a new one with boot_aggregate. `hash` is ima_hash: boot_aggregate, the
 * zero digest of violations, and the key of the duplicate table. `template` is the default template, never NONE.
 *
 * A list of this boot is continued: every entry is checked, the duplicate table is built again, a torn last record is cut
 * off, and the ascii file is made to hold exactly the same entries. record_note() says what had to be repaired.
 * -EBADMSG: an entry in the middle is wrong; nothing is changed then. -EBUSY: another process has the list open.
 * -EINVAL: `hash` or `template` is none. Continuing needs the right to write files of mode 0440 (CAP_DAC_OVERRIDE).
 */
HUFU_MUST_USE int record_open(const char *dir, unsigned hash, enum hufu_template template, struct record **ret_record,
			      struct hufu_err *err);
void record_close(struct record *record);

/* What record_open() repaired, in words; "" if nothing. */
const char *record_note(const struct record *record);

/*
 * Adds an entry unless one with the same template data and PCR is there already (`*ret_added` false, 0). An event whose
 * template is NONE gets the default one. On failure the entry is in neither file: -ENOSPC ..., -EFBIG data of more than
 * MLOG_DATA_MAX, -EINVAL an event that cannot be encoded, -EIO the list was left damaged by an earlier failure.
 */
HUFU_MUST_USE int record_add(struct record *record, uint32_t pcr, const struct mlog_event *event, bool *ret_added,
			     struct hufu_err *err);
/* Adds a violation: default template and PCR, template hash and digest all zero; never suppressed as a duplicate. */
HUFU_MUST_USE int record_violation(struct record *record, const char *name, struct hufu_err *err);

uint64_t record_count(struct record *record); /* entries, with boot_aggregate and violations */
uint64_t record_violations(struct record *record);
uint64_t record_failures(struct record *record); /* entries that could not be written since record_open() */

/*
 * The digest of boot_aggregate: `hash` over the values of PCRs 0 to 9 (0 to 7 for SHA-1) one after another; zeros if there
 * are none (`pcrs_len` 0), as on a machine without a TPM.
 */
HUFU_MUST_USE int record_boot_aggregate(unsigned hash, const void *pcrs, size_t pcrs_len,
					struct hufu_digest *ret_digest, struct hufu_err *err);

#endif
