/* SPDX-License-Identifier: Apache-2.0 */
/* The stage that signs. */
#include <errno.h>
#include <string.h>

#include "err.h"
#include "tree-work.h"

static int sign(const struct hufu_tree_job *job, struct tree_item *item, struct hufu_err *err)
{
	struct hufu_sig sig = {
		.type = HUFU_SIG_SIGNATURE, .version = 2, .algo = item->digest.algo, .key_id = job->key_id};
	uint8_t bytes[HUFU_SIG_MAX], value[HUFU_XATTR_MAX];
	size_t value_len = 0;
	int r;

	r = hufu_key_sign(job->key, &item->digest, bytes, &sig.len, err);
	if (r < 0)
		return err_prefix(err, r, "cannot sign");
	sig.bytes = bytes;
	r = hufu_sig_encode(&sig, value, sizeof(value), &value_len);
	if (r < 0)
		return err_sys(err, r, "cannot encode the signature");
	return tree_item_set_value(item, value, value_len) < 0 ? err_sys(err, -ENOMEM, "cannot sign") : 0;
}

void tree_sign(struct tree_worker *worker, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct tree_work *work = &worker->works[i];
		struct hufu_err err = {0};
		int r;

		if (work->step != TREE_STEP_SIGN)
			continue;
		r = sign(worker->run->job, work->item, &err);
		if (r < 0)
			tree_work_fail(work, r, err.text);
		else
			work->step = TREE_STEP_STORE;
	}
}
