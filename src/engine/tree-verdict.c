/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-verdict.h"

#include <errno.h>

#include "err.h"

static bool names(const struct hufu_sig *sig, const struct hufu_cert *cert)
{
	return hufu_cert_info(cert)->key_id == sig->key_id;
}

static void refuse(struct tree_verdict *ret_verdict)
{
	ret_verdict->state = HUFU_FILE_REFUSED;
	ret_verdict->error = 0;
}

void tree_verdict_before(const struct hufu_tree_job *job, const struct hufu_sig *sig, struct tree_verdict *ret_verdict)
{
	struct hufu_err *reason = &ret_verdict->reason;

	*ret_verdict = (struct tree_verdict){0};
	refuse(ret_verdict);
	if (sig->type == HUFU_SIG_HASH || sig->type == HUFU_SIG_HASH_OLD) {
		(void)err_set(reason, 0, "no signature, only a hash (%s)", hufu_hash_name(sig->algo));
		return;
	}
	/* version 3 signs a digest of type, algorithm and digest; type 6 one of the fs-verity tree */
	if (sig->type != HUFU_SIG_SIGNATURE || sig->version != 2) {
		(void)err_set(reason, 0, "a signature of type %u version %u, which hufu does not check", sig->type,
			      sig->version);
		return;
	}
	for (size_t i = 0; i < job->n_certs; i++)
		if (names(sig, job->certs[i])) {
			ret_verdict->state = HUFU_FILE_RIGHT;
			return;
		}
	(void)err_set(reason, 0, "signed by key id %08x, which is none of the given certificates", sig->key_id);
}

void tree_verdict_after(const struct hufu_tree_job *job, const struct hufu_sig *sig, const struct hufu_digest *digest,
			struct tree_verdict *ret_verdict)
{
	*ret_verdict = (struct tree_verdict){0};
	refuse(ret_verdict);
	(void)err_set(&ret_verdict->reason, 0, "content or signature was changed");
	/* the id is four bytes, which two keys may share: one of them is enough */
	for (size_t i = 0; i < job->n_certs; i++) {
		struct hufu_err err = {0};
		int r;

		if (!names(sig, job->certs[i]))
			continue;
		r = hufu_cert_verify(job->certs[i], digest, sig->bytes, sig->len, &err);
		if (r == 0) {
			*ret_verdict = (struct tree_verdict){.state = HUFU_FILE_RIGHT};
			return;
		}
		if (r == -EINVAL)
			ret_verdict->reason = err;
		else if (r != -EKEYREJECTED) {
			*ret_verdict = (struct tree_verdict){.state = HUFU_FILE_FAILED, .error = r, .reason = err};
			return;
		}
	}
}
