/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-run.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "clean.h"
#include "err.h"
#include "tree-walk.h"
#include "tree-work.h"

DEFINE_AUTO(struct tree_worker, tree_worker_free)

#define JOBS_MAX     256
#define TICK_NS	     200000000 /* between two calls of on_progress */
#define WINDOW	     16384 /* names that may wait for a slow file before them: some 10 MB at most */
#define WINDOW_ALONE 64 /* with one thread nobody runs ahead; enough that names without work leave full batches */
#define SHARE_BYTES                                                                                                    \
	(512 << 20) /* a worker's share at once, so that a handful fills the lanes; huge files by themselves */
#define DIRS_MAX 128 /* descriptors of directories kept open */

static unsigned n_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1; /* more CPUs than fit into the set: --jobs says it then */
	return CPU_COUNT(&set) > 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

/* How many descriptors may be open at once: half of what the limit allows belongs to whoever called us. */
static unsigned n_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > 1 << 16)
		return 1 << 15;
	return (unsigned)limit.rlim_cur / 2;
}

static unsigned between(unsigned value, unsigned least, unsigned most)
{
	return value < least ? least : value > most ? most : value;
}

int tree_run_init(struct tree_run *run, const struct hufu_tree_job *job, bool single, struct hufu_tree_count *count)
{
	unsigned jobs = between(job->jobs ? job->jobs : n_cpus(), 1, JOBS_MAX);
	unsigned budget = n_descriptors();
	int r;

	*run = (struct tree_run){.job = job, .count = count, .bytes_before = count->bytes};
	run->n_threads = single || jobs == 1 ? 0 : jobs;
	run->share = (struct tree_share){
		.n_takers = run->n_threads ? run->n_threads : 1,
		.n_max = between(budget / 2 / jobs, 1, TREE_BATCH),
		.bytes_max = SHARE_BYTES,
	};
	(void)clock_gettime(CLOCK_MONOTONIC, &run->last_tick);
	r = tree_dirs_init(&run->dirs, between(budget / 4, 4, DIRS_MAX));
	if (r < 0)
		return r;
	r = tree_queue_init(&run->queue, run->n_threads ? WINDOW : WINDOW_ALONE);
	if (r < 0)
		tree_dirs_done(&run->dirs);
	return r;
}

void tree_run_done(struct tree_run *run)
{
	tree_queue_done(&run->queue);
	tree_links_done(&run->links);
	tree_dirs_done(&run->dirs);
}

static void stop(struct tree_run *run)
{
	atomic_store(&run->stop, true);
	tree_queue_stop(&run->queue);
}

static int64_t ns_since(const struct timespec *then, const struct timespec *now)
{
	return (now->tv_sec - then->tv_sec) * INT64_C(1000000000) + now->tv_nsec - then->tv_nsec;
}

/* Shows progress if it is time. In the caller's thread. */
static void tick(struct tree_run *run)
{
	const struct hufu_tree_job *job = run->job;
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) < 0 || ns_since(&run->last_tick, &now) < TICK_NS)
		return;
	run->last_tick = now;
	run->count->bytes = run->bytes_before + atomic_load(&run->bytes);
	if (job->on_progress &&
	    job->on_progress(job->ctx, run->count, atomic_load(&run->n_found), atomic_load(&run->walk_done)))
		stop(run);
}

bool tree_run_alive(struct tree_run *run)
{
	if (run->n_threads == 0)
		tick(run);
	return !atomic_load(&run->stop);
}

/* The first name of a file brings its outcome, the others take it. They come in this order whoever did the work. */
static void settle_link(struct tree_item *item)
{
	struct tree_link *link = item->link;

	if (!item->repeated) {
		*link = (struct tree_link){.next = link->next, .dev = link->dev, .ino = link->ino};
		link->settled = !item->dropped;
		link->state = item->state;
		link->error = item->error;
		link->has_digest = item->has_digest;
		link->digest = item->digest;
		return;
	}
	item->dropped = !link->settled;
	item->state = link->state == HUFU_FILE_SIGNED ? HUFU_FILE_RIGHT : link->state;
	item->error = link->error;
	item->has_digest = link->has_digest;
	item->digest = link->digest;
	item->text = strdup(link->state == HUFU_FILE_FAILED ? "another name of a file that failed"
							    : "another name of a file that is done");
}

/* Hands out the item at the front of the queue. In the caller's thread. */
static void report(struct tree_run *run, struct tree_item *item)
{
	autofree char *path = NULL;

	if (item->link)
		settle_link(item);
	if (!item->dropped) {
		run->count->by_state[item->state]++;
		path = run->job->on_file && item->dir ? tree_dir_path(item->dir, item->name) : NULL;
	}
	if (!item->dropped && run->job->on_file)
		run->job->on_file(run->job->ctx, &(struct hufu_file_report){
							 .path = path ? path : item->name,
							 .state = item->state,
							 .error = item->error,
							 .text = item->text ? item->text : "",
							 .sig = item->has_sig ? &item->sig : NULL,
							 .digest = item->has_digest ? &item->digest : NULL,
							 .xattr = item->value,
							 .xattr_len = item->value_len,
						 });
	tree_queue_pop(&run->queue);
}

static void report_done(struct tree_run *run)
{
	struct tree_item *item;

	while ((item = tree_queue_front(&run->queue, NULL)))
		report(run, item);
}

/* Takes and does what is there, waiting for more if `wait`. */
static void work(struct tree_worker *worker, bool wait)
{
	struct tree_run *run = worker->run;
	struct tree_item *items[TREE_BATCH];
	size_t n;

	while ((n = tree_queue_take(&run->queue, &run->share, wait, items))) {
		tree_worker_do(worker, items, n);
		tree_queue_finish(&run->queue, items, n);
	}
}

struct tree_item *tree_run_next(struct tree_run *run)
{
	if (run->n_threads == 0 && tree_queue_full(&run->queue)) {
		work(run->worker, false);
		report_done(run);
	}
	return tree_queue_next(&run->queue);
}

void tree_run_drain(struct tree_run *run)
{
	if (run->n_threads == 0) {
		work(run->worker, false);
		report_done(run);
	} else
		tree_queue_drain(&run->queue);
}

void tree_run_put(struct tree_run *run, struct tree_item *item, enum tree_item_stage stage)
{
	(void)atomic_fetch_add(&run->n_found, 1);
	tree_queue_put(&run->queue, item, stage);
}

/* What is to be walked, and what came of it. */
struct walk {
	struct tree_run *run;
	const struct tree_run_walk *walk;
	int result;
	struct hufu_err err;
};

static void walk(struct walk *walk)
{
	walk->result = walk->walk->walk(walk->run, walk->walk->arg, &walk->err);
	atomic_store(&walk->run->walk_done, true);
	tree_queue_close(&walk->run->queue);
}

static int go_alone(struct tree_run *run, struct walk *todo)
{
	autodone(tree_worker_free) struct tree_worker *worker = NULL;
	int r = tree_worker_new(run, &worker);

	if (r < 0)
		return err_sys(&todo->err, r, "worker");
	run->worker = worker;
	walk(todo);
	work(worker, false);
	run->worker = NULL;
	return 0;
}

struct crew {
	pthread_t walker, workers[JOBS_MAX];
	struct tree_worker *own[JOBS_MAX]; /* of each worker */
	unsigned n;
};

static void *walker_main(void *todo)
{
	walk(todo);
	return NULL;
}

static void *worker_main(void *own)
{
	work(own, true);
	return NULL;
}

/* As many workers as can be had, but one at least, and the walker. */
static int start(struct crew *crew, struct tree_run *run, struct walk *todo)
{
	sigset_t all, before;
	int r = 0;

	/* signals are for the caller's own threads */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	for (; crew->n < run->n_threads; crew->n++) {
		r = tree_worker_new(run, &crew->own[crew->n]);
		if (r == 0)
			r = -pthread_create(&crew->workers[crew->n], NULL, worker_main, crew->own[crew->n]);
		if (r < 0) {
			tree_worker_free(crew->own[crew->n]);
			break;
		}
	}
	if (crew->n)
		r = -pthread_create(&crew->walker, NULL, walker_main, todo);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

static void deliver(struct tree_run *run)
{
	while (!tree_queue_over(&run->queue)) {
		struct timespec until = run->last_tick;
		struct tree_item *item;

		until.tv_nsec += TICK_NS;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		item = tree_queue_front(&run->queue, &until);
		if (item)
			report(run, item);
		tick(run);
	}
}

static int go_together(struct tree_run *run, struct walk *todo)
{
	struct crew crew = {0};
	int r = start(&crew, run, todo);

	if (r == 0) {
		deliver(run);
		(void)pthread_join(crew.walker, NULL);
	} else {
		(void)err_sys(&todo->err, r, "cannot start a thread");
		stop(run);
	}
	for (unsigned i = 0; i < crew.n; i++) {
		(void)pthread_join(crew.workers[i], NULL);
		tree_worker_free(crew.own[i]);
	}
	return r;
}

int tree_run_go_over(struct tree_run *run, const struct tree_run_walk *walk, struct hufu_err *err)
{
	struct walk todo = {.run = run, .walk = walk};
	int r = run->n_threads ? go_together(run, &todo) : go_alone(run, &todo);

	/* when the run was ended early: what was changed is reported all the same */
	tree_queue_abandon(&run->queue);
	report_done(run);
	run->count->bytes = run->bytes_before + atomic_load(&run->bytes);
	if (r == 0)
		r = todo.result;
	if (atomic_load(&run->stop) && r == 0)
		r = -ECANCELED;
	if (r == -ECANCELED)
		return err_set(err, r, "ended before everything was done");
	return r < 0 ? err_set(err, r, "%s", todo.err.text) : 0;
}

struct place {
	struct tree_dir *root;
	const char *name; /* NULL: all of `root` */
};

static int walk_place(struct tree_run *run, void *arg, struct hufu_err *err)
{
	const struct place *place = arg;

	return place->name ? tree_walk_name(run, place->root, place->name, err) : tree_walk(run, place->root, err);
}

int tree_run_go(struct tree_run *run, struct tree_dir *root, const char *name, struct hufu_err *err)
{
	struct place place = {root, name};

	return tree_run_go_over(run, &(struct tree_run_walk){walk_place, &place}, err);
}
