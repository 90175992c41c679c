/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APPRAISE_H
#define APPRAISE_H

#include "content.h"

/*
 * Is a file what its security.ima says, and who says so? Kernel: ima_appraise_measurement(), xattr_verify(),
 * security/integrity/ima/ima_appraise.c.
 */
struct appraisal {
	bool require_sig; /* appraise_type= any */
	bool require_verity; /* digest_type=verity: the digest is fs-verity's */
	bool require_sigv3;
	bool is_new; /* an empty file that this access may have made */
	enum hufu_cause cause; /* why not; NONE: it is right */
	bool blacklisted; /* the digest is on .blacklist: part of the cause */
	struct hufu_sig sig; /* what there is to check; its bytes are in the content */
};

/* All that needs no digest. False: appraise_digest() has the last word. */
bool appraise_label(struct appraisal *appraisal, const struct content *content);
/* After content_hash(). */
void appraise_digest(struct appraisal *appraisal, const struct content *content, const struct hufu_trust *trust);

#endif
