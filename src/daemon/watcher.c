/* SPDX-License-Identifier: Apache-2.0 */
#include "watcher.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clean.h"
#include "decide.h"
#include "err.h"
#include "fangroup.h"
#include "fstable.h"
#include "pending.h"
#include "places.h"
#include "task.h"

#define READ_AT_ONCE 64
#define TICK_MS	     250 /* how late a deadline may be noticed */

struct watcher {
	struct service *service;
	struct fangroup *group;
	struct fstable *table;
	struct places *places;
	struct pending *pending;
	pthread_t reader, *workers;
	unsigned n_workers; /* that run */
	bool reader_runs;
	int stop_fd, lease_fd;
	_Atomic uint64_t events, own, read_errors;
};

static void answer_own(struct watcher *watcher, const struct fangroup_event *event)
{
	if (event->events != FANGROUP_CLOSE)
		(void)fangroup_answer(watcher->group, event->fd, true);
	(void)close(event->fd);
	watcher->own++;
}

static void read_events(struct watcher *watcher)
{
	struct fangroup_event events[READ_AT_ONCE];
	int n = fangroup_read(watcher->group, events, ARRAY_SIZE(events));

	if (n < 0) {
		/* No descriptor for an event (the kernel has refused that access): wait until some are closed */
		watcher->read_errors++;
		(void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		return;
	}
	for (int i = 0; i < n; i++) {
		watcher->events++;
		if (task_is_ours(events[i].tid))
			answer_own(watcher, &events[i]);
		else
			pending_put(watcher->pending, &events[i]);
	}
}

static uint64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static sigset_t lease_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, WATCHER_LEASE_SIGNAL);
	return set;
}

int watcher_block_lease_signal(void)
{
	sigset_t set = lease_signals();

	return sigprocmask(SIG_BLOCK, &set, NULL);
}

/* A writer waits for each of them. */
static void read_leases(struct watcher *watcher)
{
	struct signalfd_siginfo infos[16];
	ssize_t len = read(watcher->lease_fd, infos, sizeof(infos));

	for (ssize_t i = 0; i < len / (ssize_t)sizeof(infos[0]); i++)
		hufu_engine_lease_broken(watcher->service->engine, infos[i].ssi_fd);
}

static void *run_reader(void *ctx)
{
	struct watcher *watcher = ctx;
	struct pollfd fds[] = {
		{.fd = fangroup_fd(watcher->group), .events = POLLIN},
		{.fd = watcher->lease_fd, .events = POLLIN},
		{.fd = watcher->stop_fd, .events = POLLIN},
	};
	uint64_t tidied_ms = 0;
	bool lingering = false;

	while (!(fds[2].revents & POLLIN)) {
		int n = poll(fds, ARRAY_SIZE(fds), lingering ? PENDING_LINGER_MS : TICK_MS);

		if (n > 0 && fds[1].revents & POLLIN)
			read_leases(watcher);
		if (n > 0 && fds[0].revents & POLLIN)
			read_events(watcher);
		lingering = pending_release(watcher->pending);
		if (now_ms() < tidied_ms + TICK_MS)
			continue;
		tidied_ms = now_ms();
		pending_expire(watcher->pending);
		hufu_engine_tidy(watcher->service->engine);
	}
	return NULL;
}

static void *run_worker(void *ctx)
{
	struct watcher *watcher = ctx;
	struct pending_event *item;

	while ((item = pending_take(watcher->pending))) {
		const struct fangroup_event *event = pending_event(item);
		struct decide_hints hints = {0};
		struct stat st;
		bool allow;

		if (event->events == FANGROUP_CLOSE) {
			hufu_engine_closed(watcher->service->engine, event->fd);
			pending_finish(watcher->pending, item, true);
			continue;
		}
		hints.map_at_open = fstat(event->fd, &st) < 0 || places_map_at_open(watcher->places, st.st_dev);
		hints.open_done = pending_take_open_done(watcher->pending, item);
		allow = decide(watcher->service, watcher->table, event, &hints);
		if (hints.with_open)
			pending_set_open_done(item);
		pending_finish(watcher->pending, item, allow);
	}
	return NULL;
}

static int start_threads(struct watcher *watcher, struct hufu_err *err)
{
	long n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned wanted = watcher->service->config->jobs;
	int r;

	if (!wanted)
		wanted = n_cpus > 0 ? (unsigned)n_cpus : 1;
	/* One more than CPUs, and two at the least: a slow disk must not hold up a file that is in memory */
	wanted++;
	watcher->workers = calloc(wanted, sizeof(*watcher->workers));
	if (!watcher->workers)
		return err_sys(err, -ENOMEM, "threads");
	r = pthread_create(&watcher->reader, NULL, run_reader, watcher);
	watcher->reader_runs = r == 0;
	for (unsigned i = 0; i < wanted && r == 0; i++) {
		r = pthread_create(&watcher->workers[i], NULL, run_worker, watcher);
		if (r == 0)
			watcher->n_workers++;
	}
	return r ? err_sys(err, -r, "cannot start a thread") : 0;
}

static int prepare(struct watcher *watcher, struct hufu_err *err)
{
	sigset_t leases = lease_signals();
	int r = fangroup_new(&watcher->group, err);

	if (r < 0)
		return r;
	r = fstable_new(&watcher->table, err);
	if (r < 0)
		return r;
	watcher->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (watcher->stop_fd < 0)
		return err_sys(err, -errno, "eventfd");
	watcher->lease_fd = signalfd(-1, &leases, SFD_CLOEXEC | SFD_NONBLOCK);
	if (watcher->lease_fd < 0)
		return err_sys(err, -errno, "signalfd");
	if (places_new(watcher->group, watcher->table, &watcher->places) < 0 ||
	    pending_new(watcher->group, watcher->service->config->deadline_ms, &watcher->pending) < 0)
		return err_sys(err, -ENOMEM, "watcher");
	return 0;
}

int watcher_start(struct service *service, struct watcher **ret_watcher, struct hufu_err *err)
{
	struct watcher *watcher = calloc(1, sizeof(*watcher));
	int r;

	if (!watcher)
		return err_sys(err, -ENOMEM, "watcher");
	watcher->service = service;
	watcher->stop_fd = watcher->lease_fd = -1;
	r = prepare(watcher, err);
	if (r == 0)
		r = start_threads(watcher, err);
	/* The first mark comes when everything that answers runs */
	if (r == 0)
		r = watcher_update(watcher, err);
	if (r < 0) {
		watcher_stop(watcher);
		return r;
	}
	*ret_watcher = watcher;
	return 0;
}

void watcher_stop(struct watcher *watcher)
{
	if (!watcher)
		return;
	if (watcher->pending)
		pending_stop(watcher->pending);
	for (unsigned i = 0; i < watcher->n_workers; i++)
		(void)pthread_join(watcher->workers[i], NULL);
	if (watcher->reader_runs) {
		(void)eventfd_write(watcher->stop_fd, 1);
		(void)pthread_join(watcher->reader, NULL);
	}
	pending_free(watcher->pending);
	places_free(watcher->places);
	fangroup_free(watcher->group);
	fstable_free(watcher->table);
	if (watcher->stop_fd >= 0)
		(void)close(watcher->stop_fd);
	if (watcher->lease_fd >= 0)
		(void)close(watcher->lease_fd);
	free(watcher->workers);
	free(watcher);
}

/* Events a policy needs: asking for few is what keeps everyone else fast. */
static unsigned wanted_events(struct hufu_engine *engine)
{
	static const struct {
		enum hufu_func func;
		unsigned events;
	} rows[] = {
		{HUFU_FUNC_BPRM_CHECK, FANGROUP_EXEC},
		{HUFU_FUNC_CREDS_CHECK, FANGROUP_EXEC},
		{HUFU_FUNC_FILE_CHECK, FANGROUP_OPEN},
		{HUFU_FUNC_MMAP_CHECK, FANGROUP_ACCESS},
		{HUFU_FUNC_MMAP_CHECK_REQPROT, FANGROUP_ACCESS},
		{HUFU_FUNC_MODULE_CHECK, FANGROUP_READ},
		{HUFU_FUNC_FIRMWARE_CHECK, FANGROUP_READ},
		{HUFU_FUNC_KEXEC_KERNEL_CHECK, FANGROUP_READ},
		{HUFU_FUNC_KEXEC_INITRAMFS_CHECK, FANGROUP_READ},
	};
	unsigned events = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (hufu_engine_actions(engine, rows[i].func))
			events |= rows[i].events;
	/* What was written under such a rule gets its hash when it is closed */
	if (hufu_engine_actions(engine, HUFU_FUNC_FILE_CHECK) & (HUFU_POLICY_APPRAISE | HUFU_POLICY_HASH))
		events |= FANGROUP_CLOSE;
	return events;
}

int watcher_update(struct watcher *watcher, struct hufu_err *err)
{
	return places_update(watcher->places, watcher->service->config, wanted_events(watcher->service->engine), err);
}

int watcher_mounts_fd(const struct watcher *watcher)
{
	return fstable_fd(watcher->table);
}

int watcher_mounts(struct watcher *watcher, struct hufu_err *err)
{
	int r = fstable_refresh(watcher->table, err);

	return r < 0 ? r : watcher_update(watcher, err);
}

void watcher_status(struct watcher *watcher, void *json)
{
	struct pending_counts counts;

	pending_count(watcher->pending, &counts);
	(void)json_object_set_new(json, "point", json_string("fanotify"));
	(void)json_object_set_new(json, "file_systems", places_json(watcher->places));
	(void)json_object_set_new(json, "events",
				  json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "seen",
					    (json_int_t)watcher->events, "own", (json_int_t)watcher->own, "allowed",
					    (json_int_t)counts.allowed, "denied", (json_int_t)counts.denied, "expired",
					    (json_int_t)counts.expired, "no_memory", (json_int_t)counts.no_memory,
					    "unanswered", (json_int_t)counts.unanswered, "read_errors",
					    (json_int_t)watcher->read_errors, "waiting", (json_int_t)counts.waiting,
					    "most_waiting", (json_int_t)counts.most));
}
