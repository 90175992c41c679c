/* SPDX-License-Identifier: Apache-2.0 */
#include "appraise.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"

static const char *const cause_names[HUFU_CAUSE_COUNT] = {
	[HUFU_CAUSE_NONE] = "",
	[HUFU_CAUSE_MISSING_HASH] = "missing-hash",
	[HUFU_CAUSE_SIGNATURE_REQUIRED] = "IMA-signature-required",
	[HUFU_CAUSE_INVALID_HASH] = "invalid-hash",
	[HUFU_CAUSE_INVALID_SIGNATURE] = "invalid-signature",
	[HUFU_CAUSE_INVALID_SIGNATURE_VERSION] = "invalid-signature-version",
	[HUFU_CAUSE_UNKNOWN_IMA_DATA] = "unknown-ima-data",
	[HUFU_CAUSE_UNKNOWN] = "unknown",
	[HUFU_CAUSE_FAILED] = "failed",
	[HUFU_CAUSE_MMAPPED_WRITERS] = "mmapped_writers",
	[HUFU_CAUSE_VERITY_REQUIRED] = "verity-signature-required",
	[HUFU_CAUSE_SIGNED_FILE] = "signed-file-write",
};

const char *hufu_cause_name(enum hufu_cause cause)
{
	return (unsigned)cause < HUFU_CAUSE_COUNT ? cause_names[cause] : "";
}

static enum hufu_cause missing(const struct appraisal *appraisal)
{
	if (appraisal->is_new)
		return HUFU_CAUSE_NONE;
	return appraisal->require_sig ? HUFU_CAUSE_SIGNATURE_REQUIRED : HUFU_CAUSE_MISSING_HASH;
}

/* By version, before the rest of the value is looked at: version 1 and 3 have other headers. */
static enum hufu_cause check_version(const struct content *content)
{
	struct bytes in = bytes_of(content->xattr, content->xattr_len);
	uint8_t version;

	(void)bytes_u8(&in);
	version = bytes_u8(&in);
	if (!bytes_ok(&in) || version == 1) /* version 1 is checked with keys that .ima does not hold */
		return HUFU_CAUSE_INVALID_SIGNATURE;
	if (version == 0)
		return HUFU_CAUSE_UNKNOWN;
	return version == 2 ? HUFU_CAUSE_NONE : HUFU_CAUSE_INVALID_SIGNATURE_VERSION;
}

/* What is wrong with a value of this type, if anything, and what stands for a value that does not decode. */
static enum hufu_cause check_type(const struct appraisal *appraisal, const struct content *content,
				  enum hufu_cause *ret_malformed)
{
	switch (content->xattr[0]) {
	case HUFU_SIG_SIGNATURE:
		*ret_malformed = HUFU_CAUSE_INVALID_SIGNATURE;
		return check_version(content);
	case HUFU_SIG_HASH_OLD:
	case HUFU_SIG_HASH:
		*ret_malformed = HUFU_CAUSE_INVALID_HASH;
		return appraisal->require_sig ? HUFU_CAUSE_SIGNATURE_REQUIRED : HUFU_CAUSE_NONE;
	case HUFU_SIG_VERITY: /* signs a digest that no rule of ours asks for */
		return HUFU_CAUSE_SIGNATURE_REQUIRED;
	default:
		return HUFU_CAUSE_UNKNOWN_IMA_DATA;
	}
}

bool appraise_label(struct appraisal *appraisal, const struct content *content)
{
	enum hufu_cause malformed = HUFU_CAUSE_UNKNOWN_IMA_DATA;

	/* No xattrs on this file system: the kernel refuses as well, though without a word */
	if (content->xattr_error == -ENODATA || content->xattr_error == -EOPNOTSUPP) {
		appraisal->cause = missing(appraisal);
		return true;
	}
	if (content->xattr_error) {
		appraisal->cause = HUFU_CAUSE_UNKNOWN;
		return true;
	}
	appraisal->cause = check_type(appraisal, content, &malformed);
	if (appraisal->cause)
		return true;
	if (hufu_sig_decode(content->xattr, content->xattr_len, &appraisal->sig, NULL) < 0)
		appraisal->cause = malformed;
	return appraisal->cause;
}

void appraise_digest(struct appraisal *appraisal, const struct content *content, const struct hufu_trust *trust)
{
	const struct hufu_sig *sig = &appraisal->sig;
	const struct hufu_digest *digest = &content->digest;
	bool is_signature = sig->type == HUFU_SIG_SIGNATURE;
	bool right;

	if (content->digest_error) {
		appraisal->cause = HUFU_CAUSE_FAILED;
		return;
	}
	appraisal->blacklisted = hufu_trust_is_blacklisted(trust, digest);
	if (appraisal->blacklisted)
		right = false;
	else if (is_signature)
		right = hufu_trust_verify(trust, sig, digest, NULL) == 0;
	else
		right = sig->algo == digest->algo && sig->len == digest->len &&
			memcmp(sig->bytes, digest->bytes, digest->len) == 0;
	if (!right)
		appraisal->cause = is_signature ? HUFU_CAUSE_INVALID_SIGNATURE : HUFU_CAUSE_INVALID_HASH;
}
