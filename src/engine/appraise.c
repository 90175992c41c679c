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
	[HUFU_CAUSE_INVALID_VERITY_SIGNATURE] = "invalid-verity-signature",
	[HUFU_CAUSE_NO_VERITY_DIGEST] = "no-verity-digest",
	[HUFU_CAUSE_DENIED_HASH_ALGORITHM] = "denied-hash-algorithm",
	[HUFU_CAUSE_SIGV3_REQUIRED] = "IMA-sigv3-required",
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
	return appraisal->require_verity ? HUFU_CAUSE_VERITY_REQUIRED
	       : appraisal->require_sig	 ? HUFU_CAUSE_SIGNATURE_REQUIRED
					 : HUFU_CAUSE_MISSING_HASH;
}

static uint8_t version_of(const struct content *content)
{
	return content->xattr_len > 1 ? content->xattr[1] : 1;
}

/* By version, before the rest of the value is looked at: version 1 and 3 have other headers. */
static enum hufu_cause check_version(const struct appraisal *appraisal, const struct content *content)
{
	uint8_t version = version_of(content);

	if (version == 1) /* is checked with keys that .ima does not hold */
		return HUFU_CAUSE_INVALID_SIGNATURE;
	if (version == 0)
		return HUFU_CAUSE_UNKNOWN;
	if (appraisal->require_sigv3)
		return version == 3 ? HUFU_CAUSE_NONE : HUFU_CAUSE_SIGV3_REQUIRED;
	return version == 2 ? HUFU_CAUSE_NONE : HUFU_CAUSE_INVALID_SIGNATURE_VERSION;
}

/* What is wrong with a value of this type, if anything, and what stands for a value that does not decode: xattr_verify(). */
static enum hufu_cause check_type(const struct appraisal *appraisal, const struct content *content,
				  enum hufu_cause *ret_malformed)
{
	switch (content->xattr[0]) {
	case HUFU_SIG_SIGNATURE:
		*ret_malformed = HUFU_CAUSE_INVALID_SIGNATURE;
		return appraisal->require_verity ? HUFU_CAUSE_VERITY_REQUIRED : check_version(appraisal, content);
	case HUFU_SIG_HASH_OLD:
	case HUFU_SIG_HASH:
		*ret_malformed = HUFU_CAUSE_INVALID_HASH;
		if (appraisal->require_verity)
			return HUFU_CAUSE_VERITY_REQUIRED;
		return appraisal->require_sig ? HUFU_CAUSE_SIGNATURE_REQUIRED : HUFU_CAUSE_NONE;
	case HUFU_SIG_VERITY:
		*ret_malformed = HUFU_CAUSE_INVALID_VERITY_SIGNATURE;
		if (appraisal->require_sig && !appraisal->require_verity)
			return HUFU_CAUSE_SIGNATURE_REQUIRED;
		return version_of(content) == 3 ? HUFU_CAUSE_NONE : HUFU_CAUSE_INVALID_SIGNATURE_VERSION;
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

/*
 * What a signature of version 3 signs: the digest of the type of the value, the number of the algorithm and the digest itself.
 * Kernel: calc_file_id_hash(), struct ima_file_id.
 */
static int hash_file_id(const struct hufu_sig *sig, const struct hufu_digest *digest, struct hufu_digest *ret_hash)
{
	uint8_t id[2 + HUFU_DIGEST_MAX] = {sig->type, digest->algo};

	memcpy(id + 2, digest->bytes, digest->len);
	return hufu_digest_mem(digest->algo, id, 2u + digest->len, ret_hash, NULL);
}

static bool signature_is_right(const struct hufu_sig *sig, const struct hufu_digest *digest,
			       const struct hufu_trust *trust)
{
	struct hufu_digest id;

	if (sig->version != 3)
		return hufu_trust_verify(trust, sig, digest, NULL) == 0;
	return hash_file_id(sig, digest, &id) == 0 && hufu_trust_verify(trust, sig, &id, NULL) == 0;
}

void appraise_digest(struct appraisal *appraisal, const struct content *content, const struct hufu_trust *trust)
{
	const struct hufu_sig *sig = &appraisal->sig;
	const struct hufu_digest *digest = &content->digest;
	bool is_hash = sig->type == HUFU_SIG_HASH || sig->type == HUFU_SIG_HASH_OLD;
	bool right;

	if (content->digest_error) {
		appraisal->cause = appraisal->require_verity ? HUFU_CAUSE_NO_VERITY_DIGEST : HUFU_CAUSE_FAILED;
		return;
	}
	appraisal->blacklisted = hufu_trust_is_blacklisted(trust, digest);
	if (appraisal->blacklisted)
		right = false;
	else if (is_hash)
		right = sig->algo == digest->algo && sig->len == digest->len &&
			memcmp(sig->bytes, digest->bytes, digest->len) == 0;
	else
		right = signature_is_right(sig, digest, trust);
	if (!right)
		appraisal->cause = is_hash			  ? HUFU_CAUSE_INVALID_HASH
				   : sig->type == HUFU_SIG_VERITY ? HUFU_CAUSE_INVALID_VERITY_SIGNATURE
								  : HUFU_CAUSE_INVALID_SIGNATURE;
}
