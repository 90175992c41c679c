/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "tree-action.h"
#include "tree-value.h"
#include "tree-walk.h"

DEFINE_AUTO(struct tree_worker, tree_worker_free)

/* O_NONBLOCK: a name that has become a named pipe by now must not hold us; on a regular file it means nothing */
#define OPEN_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

int tree_worker_new(struct tree_run *run, struct tree_worker **ret_worker)
{
	autodone(tree_worker_free) struct tree_worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		return -ENOMEM;
	worker->run = run;
	worker->buffer = malloc(TREE_BUFFER);
	if (!worker->buffer)
		return -ENOMEM;
	*ret_worker = take_ptr(worker);
	return 0;
}

void tree_worker_free(struct tree_worker *worker)
{
	if (!worker)
		return;
	digest_free(worker->digest);
	free(worker->buffer);
	free(worker);
}

void tree_work_settle(struct tree_work *work, enum hufu_file_state state, const char *text)
{
	work->step = TREE_STEP_END;
	work->item->state = state;
	work->item->error = 0;
	work->item->text = text && *text ? strdup(text) : NULL;
}

void tree_work_fail(struct tree_work *work, int error, const char *text)
{
	tree_work_settle(work, HUFU_FILE_FAILED, text);
	work->item->error = error;
}

void tree_work_drop(struct tree_work *work)
{
	work->step = TREE_STEP_END;
	work->item->dropped = true;
}

static void fail_open(struct tree_work *work, int error)
{
	static const struct {
		int error;
		const char *text;
	} texts[] = {
		{-ENOENT, "vanished while the tree was walked"},
		{-ELOOP, "became a symbolic link while the tree was walked"},
		{-ESTALE, "its directory was replaced while the tree was walked"},
		{-EMFILE, "too many open files: raise `ulimit -n`, or use fewer jobs"},
		{-EWOULDBLOCK, "cannot open: another process holds a lease on it"},
	};
	struct hufu_err err = {0};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i].error == error) {
			tree_work_fail(work, error, texts[i].text);
			return;
		}
	(void)err_sys(&err, error, "cannot open");
	tree_work_fail(work, error, err.text);
}

/* Opens the file; what is not there any more, or not what the walk saw, ends the work. */
static bool open_file(struct tree_work *work)
{
	struct tree_item *item = work->item;
	struct hufu_err err = {0};

	work->fd = tree_dir_open(item->dir, item->name, OPEN_FLAGS, 0);
	if (work->fd < 0) {
		fail_open(work, work->fd);
		return false;
	}
	if (fstat(work->fd, &work->stat) < 0) {
		fail_open(work, -errno);
		return false;
	}
	if (!S_ISREG(work->stat.st_mode)) {
		(void)err_set(&err, 0, "became a %s while the tree was walked", tree_walk_type(work->stat.st_mode));
		tree_work_fail(work, -ESTALE, err.text);
		return false;
	}
	if (item->link && (work->stat.st_dev != item->link->dev || work->stat.st_ino != item->link->ino)) {
		/* its other names would be given the outcome of this stranger */
		tree_work_fail(work, -ESTALE, "was replaced while the tree was walked");
		return false;
	}
	return true;
}

static struct tree_place place_of(const struct hufu_tree_job *job, const struct tree_work *work)
{
	return (struct tree_place){
		.fd = work->fd, .dir = work->item->dir, .name = work->item->name, .flags = job->flags};
}

/* Reads and decodes the value that is there. */
static void find(const struct hufu_tree_job *job, struct tree_work *work, struct tree_found *ret_found)
{
	struct tree_place place = place_of(job, work);
	struct tree_item *item = work->item;
	uint8_t value[HUFU_XATTR_MAX];
	struct hufu_err *reason = &ret_found->reason, inner;
	size_t len = 0;
	int r;

	*ret_found = (struct tree_found){0};
	r = tree_value_read(&place, value, &len, reason);
	if (r == TREE_VALUE_NONE) {
		ret_found->kind = TREE_FOUND_NOTHING;
		return;
	}
	if (r == 0 && tree_item_set_value(item, value, len) < 0)
		r = err_set(reason, -ENOMEM, "out of memory");
	if (r < 0) {
		ret_found->kind = r == -EBADMSG ? TREE_FOUND_MALFORMED : TREE_FOUND_ERROR;
		ret_found->error = r;
		return;
	}
	r = hufu_sig_decode(item->value, len, &item->sig, reason);
	if (r < 0) {
		ret_found->kind = TREE_FOUND_MALFORMED;
		inner = *reason;
		ret_found->error =
			err_set(reason, r, "%s%s", r == -ENODATA ? "no signature: " : "malformed ", inner.text);
		return;
	}
	item->has_sig = true;
	ret_found->kind = TREE_FOUND_VALUE;
}

static void begin(struct tree_worker *worker, struct tree_work *work, const struct tree_action *action)
{
	const struct hufu_tree_job *job = worker->run->job;
	struct tree_found found;

	if (!tree_run_alive(worker->run)) {
		tree_work_drop(work);
		return;
	}
	if (!open_file(work))
		return;
	find(job, work, &found);
	action->look(job, work, &found);
	/* small files: their reads overlap while the rest of the handful is opened; large ones are read ahead as they go */
	if (work->step == TREE_STEP_HASH && work->stat.st_size > 0 && work->stat.st_size < TREE_BUFFER)
		(void)posix_fadvise(work->fd, 0, work->stat.st_size, POSIX_FADV_WILLNEED);
}

static void store(const struct hufu_tree_job *job, struct tree_work *work)
{
	struct tree_place place = place_of(job, work);
	struct hufu_err err = {0};
	int r;

	if (job->action == HUFU_TREE_CLEAR)
		r = tree_value_remove(&place, &err);
	else
		r = tree_value_write(&place, work->item->value, work->item->value_len, &err);
	if (r == 0) {
		tree_work_settle(work, HUFU_FILE_SIGNED, NULL);
		return;
	}
	tree_work_fail(work, r, err.text);
	if (job->action != HUFU_TREE_CLEAR)
		tree_item_drop_value(work->item); /* it is not there */
}

void tree_worker_do(struct tree_worker *worker, struct tree_item *const *items, size_t n)
{
	const struct hufu_tree_job *job = worker->run->job;
	const struct tree_action *action = tree_action_of(job->action);
	struct tree_work *works = worker->works;

	for (size_t i = 0; i < n; i++) {
		works[i] = (struct tree_work){.item = items[i], .fd = -1};
		begin(worker, &works[i], action);
	}
	tree_hash(worker, n);
	for (size_t i = 0; i < n; i++)
		if (works[i].step == TREE_STEP_HASH)
			action->judge(job, &works[i]);
	tree_sign(worker, n);
	for (size_t i = 0; i < n; i++) {
		if (works[i].step == TREE_STEP_STORE)
			store(job, &works[i]);
		if (works[i].fd >= 0)
			(void)close(works[i].fd);
	}
}
