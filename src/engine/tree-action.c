/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-action.h"

#include <errno.h>
#include <string.h>

#include "clean.h"
#include "err.h"
#include "key-check.h"
#include "tree-verdict.h"

/* Something is to be written: is it allowed to? */
static void change(const struct hufu_tree_job *job, struct tree_work *work, enum tree_step step)
{
	if (job->flags & HUFU_TREE_DRY_RUN)
		tree_work_settle(work, HUFU_FILE_SIGNED, NULL);
	else
		work->step = step;
}

/* Could it be that what is there is what this job would make? */
static bool may_be_ours(const struct hufu_tree_job *job, const struct tree_item *item)
{
	const struct hufu_sig *sig = &item->sig;

	return item->has_sig && !(job->flags & HUFU_TREE_FORCE) && sig->type == HUFU_SIG_SIGNATURE &&
	       sig->version == 2 && sig->algo == job->algo && sig->key_id == job->key_id;
}

static void look_sign(const struct hufu_tree_job *job, struct tree_work *work, const struct tree_found *found)
{
	if (found->kind == TREE_FOUND_ERROR) {
		tree_work_fail(work, found->error, found->reason.text);
		return;
	}
	if (job->flags & HUFU_TREE_DRY_RUN && !may_be_ours(job, work->item)) {
		tree_work_settle(work, HUFU_FILE_SIGNED, NULL); /* it would be, whatever its content */
		return;
	}
	work->algo = job->algo;
	work->step = TREE_STEP_HASH;
}

static void judge_sign(const struct hufu_tree_job *job, struct tree_work *work)
{
	struct tree_item *item = work->item;

	if (may_be_ours(job, item) &&
	    key_check(job->key, &item->digest, bytes_of(item->sig.bytes, item->sig.len), NULL) == 0)
		tree_work_settle(work, HUFU_FILE_RIGHT, NULL);
	else
		change(job, work, TREE_STEP_SIGN);
}

static void look_hash(const struct hufu_tree_job *job, struct tree_work *work, const struct tree_found *found)
{
	if (found->kind == TREE_FOUND_ERROR) {
		tree_work_fail(work, found->error, found->reason.text);
		return;
	}
	work->algo = job->algo;
	work->step = TREE_STEP_HASH;
}

static void judge_hash(const struct hufu_tree_job *job, struct tree_work *work)
{
	struct tree_item *item = work->item;
	bool old = job->algo == HUFU_HASH_SHA1 || job->algo == HUFU_HASH_MD5; /* as the kernel: ima_fix_xattr() */
	const struct hufu_sig label = {.type = old ? HUFU_SIG_HASH_OLD : HUFU_SIG_HASH,
				       .algo = (uint8_t)job->algo,
				       .bytes = item->digest.bytes,
				       .len = item->digest.len};
	uint8_t value[2 + HUFU_DIGEST_MAX];
	size_t len = 0;
	int r = hufu_sig_encode(&label, value, sizeof(value), &len);

	if (r < 0) {
		tree_work_fail(work, r, "this algorithm has no hash label");
		return;
	}
	if (!(job->flags & HUFU_TREE_FORCE) && item->value_len == len && memcmp(item->value, value, len) == 0) {
		tree_work_settle(work, HUFU_FILE_RIGHT, NULL);
		return;
	}
	if (tree_item_set_value(item, value, len) < 0)
		tree_work_fail(work, -ENOMEM, "out of memory");
	else
		change(job, work, TREE_STEP_STORE);
}

static void settle_verdict(struct tree_work *work, const struct tree_verdict *verdict)
{
	if (verdict->state == HUFU_FILE_FAILED)
		tree_work_fail(work, verdict->error, verdict->reason.text);
	else
		tree_work_settle(work, verdict->state, verdict->reason.text);
}

static void look_verify(const struct hufu_tree_job *job, struct tree_work *work, const struct tree_found *found)
{
	struct tree_verdict verdict;

	if (found->kind == TREE_FOUND_ERROR && found->error != -EOPNOTSUPP)
		tree_work_fail(work, found->error, found->reason.text);
	else if (found->kind == TREE_FOUND_MALFORMED)
		tree_work_settle(work, HUFU_FILE_REFUSED, found->reason.text);
	else if (found->kind != TREE_FOUND_VALUE)
		tree_work_settle(work, HUFU_FILE_REFUSED, "no signature");
	else {
		tree_verdict_before(job, &work->item->sig, &verdict);
		work->algo = work->item->sig.algo;
		if (verdict.state == HUFU_FILE_RIGHT)
			work->step = TREE_STEP_HASH;
		else
			settle_verdict(work, &verdict);
	}
}

static void judge_verify(const struct hufu_tree_job *job, struct tree_work *work)
{
	struct tree_verdict verdict;

	tree_verdict_after(job, &work->item->sig, &work->item->digest, &verdict);
	settle_verdict(work, &verdict);
}

static void look_show(const struct hufu_tree_job *job, struct tree_work *work, const struct tree_found *found)
{
	(void)job;
	if (found->kind == TREE_FOUND_VALUE)
		tree_work_settle(work, HUFU_FILE_RIGHT, NULL);
	else if (found->kind == TREE_FOUND_NOTHING || found->error == -EOPNOTSUPP)
		tree_work_settle(work, HUFU_FILE_RIGHT, "nothing there");
	else
		tree_work_fail(work, found->error, found->reason.text);
}

static void look_clear(const struct hufu_tree_job *job, struct tree_work *work, const struct tree_found *found)
{
	if (found->kind == TREE_FOUND_NOTHING || found->error == -EOPNOTSUPP)
		tree_work_settle(work, HUFU_FILE_RIGHT, NULL);
	else if (found->kind == TREE_FOUND_ERROR)
		tree_work_fail(work, found->error, found->reason.text);
	else
		change(job, work, TREE_STEP_STORE); /* whatever it is */
}

const struct tree_action *tree_action_of(enum hufu_tree_action action)
{
	static const struct tree_action actions[] = {
		[HUFU_TREE_SIGN] = {look_sign, judge_sign},	  [HUFU_TREE_HASH] = {look_hash, judge_hash},
		[HUFU_TREE_VERIFY] = {look_verify, judge_verify}, [HUFU_TREE_SHOW] = {look_show, NULL},
		[HUFU_TREE_CLEAR] = {look_clear, NULL},
	};

	return (size_t)action < ARRAY_SIZE(actions) ? &actions[action] : NULL;
}
