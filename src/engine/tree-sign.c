/* SPDX-License-Identifier: Apache-2.0 */
/* The stage that signs. */
#include <errno.h>
#include <string.h>

#include "err.h"
#include "key-many.h"
#include "tree-work.h"

/* Puts the signature into the item's value. */
static int take(const struct hufu_tree_job *job, struct tree_item *item, struct key_many *signed_)
{
	struct hufu_sig sig = {.type = HUFU_SIG_SIGNATURE,
			       .version = 2,
			       .algo = item->digest.algo,
			       .key_id = job->key_id,
			       .bytes = signed_->sig,
			       .len = signed_->sig_len};
	uint8_t value[HUFU_XATTR_MAX];
	size_t value_len = 0;
	int r;

	if (signed_->result < 0)
		return err_prefix(&signed_->err, signed_->result, "cannot sign");
	r = hufu_sig_encode(&sig, value, sizeof(value), &value_len);
	if (r < 0)
		return err_sys(&signed_->err, r, "cannot encode the signature");
	return tree_item_set_value(item, value, value_len) < 0 ? err_sys(&signed_->err, -ENOMEM, "cannot sign") : 0;
}

void tree_sign(struct tree_worker *worker, size_t n)
{
	struct key_many many[TREE_BATCH];
	struct tree_work *works[TREE_BATCH];
	size_t n_many = 0;

	for (size_t i = 0; i < n; i++) {
		struct tree_work *work = &worker->works[i];

		if (work->step != TREE_STEP_SIGN)
			continue;
		works[n_many] = work;
		many[n_many].digest = &work->item->digest;
		many[n_many++].err.text[0] = '\0';
	}
	if (n_many)
		key_sign_many(worker->run->job->key, many, n_many);
	for (size_t i = 0; i < n_many; i++) {
		int r = take(worker->run->job, works[i]->item, &many[i]);

		if (r < 0)
			tree_work_fail(works[i], r, many[i].err.text);
		else
			works[i]->step = TREE_STEP_STORE;
	}
}
