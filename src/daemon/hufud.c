/* SPDX-License-Identifier: Apache-2.0 */
/* hufud: puts the parts together, waits for signals and mounts, takes the parts apart again. hufud(8). */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <syslog.h>

#include "auditlog.h"
#include "clean.h"
#include "config.h"
#include "control.h"
#include "err.h"
#include "file.h"
#include "keyqueue.h"
#include "keys.h"
#include "lock.h"
#include "lsm.h"
#include "options.h"
#include "policy-load.h"
#include "ready.h"
#include "say.h"
#include "securityfs.h"
#include "service.h"
#include "watcher.h"

#define CACHE_MAX 16384 /* files whose verdict is remembered: each holds a descriptor */

enum exit_code { EXIT_GOOD = 0, EXIT_MISUSE = 2, EXIT_COULD_NOT = 3 };

/* Everything that is started, in the order it is started; stop() goes the other way. */
struct daemon {
	struct options options;
	struct config config;
	struct service service;
	struct control *control;
	struct securityfs *securityfs;
	int lock_fd;
	int signal_fd;
};

static void watch_status(struct service *service, void *json)
{
	watcher_status(service->watcher, json);
}

/* What is remembered leaves most descriptors to accesses that wait: without one the kernel refuses them. */
static size_t cache_max(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < 4)
		return 1;
	return limit.rlim_cur / 4 < CACHE_MAX ? (size_t)limit.rlim_cur / 4 : CACHE_MAX;
}

/* Each waiting access holds a descriptor: as many as the machine allows. */
static void raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* Signals come through a descriptor; blocked before any thread starts, so that no thread gets them. */
static int block_signals(struct hufu_err *err)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || watcher_block_lease_signal() < 0)
		return err_sys(err, -errno, "signals");
	/* SIGIO tells of a broken lease, whose breaking is what we want and all we need; its default would end us */
	(void)signal(SIGIO, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd < 0 ? err_sys(err, -errno, "signals") : fd;
}

static void key_added(void *ctx, enum hufu_ring ring, const void *der, size_t len)
{
	keyqueue_put(ctx, ring, der, len);
}

static int load_keys(struct service *service, struct hufu_err *err)
{
	const struct keys_events events = {.say = say, .added = key_added, .ctx = service};

	return keys_load(service->config, service->trust, &events, err);
}

static int start_engine(struct daemon *daemon, struct hufu_err *err)
{
	struct config *config = &daemon->config;
	autofree char *list_dir = NULL;
	struct hufu_engine_opts opts = {
		.trust = daemon->service.trust,
		.hash = config->hash,
		.tmpl = config->template,
		.mode = config->mode,
		.lsm = daemon->service.lsm,
		.on_audit = auditlog_put,
		.ctx = daemon->service.auditlog,
	};
	int r;

	if (asprintf(&list_dir, "%s/ima", config->run_dir) < 0) {
		list_dir = NULL;
		return err_sys(err, -ENOMEM, "engine");
	}
	r = file_make_dirs(list_dir, 0755, err);
	if (r < 0)
		return r;
	opts.list_dir = list_dir;
	opts.lease_signal = WATCHER_LEASE_SIGNAL;
	opts.cache_max = cache_max();
	r = hufu_engine_new(&opts, &daemon->service.engine, err);
	if (r < 0)
		return r;
	if (hufu_engine_note(daemon->service.engine)[0])
		sayf(LOG_WARNING, "measurement list: %s", hufu_engine_note(daemon->service.engine));
	return 0;
}

static int start_service(struct daemon *daemon, struct hufu_err *err)
{
	struct service *service = &daemon->service;
	int r = file_make_dirs(daemon->config.run_dir, 0755, err);

	if (r < 0)
		return r;
	daemon->lock_fd = lock_take(daemon->config.run_dir, err);
	if (daemon->lock_fd < 0)
		return daemon->lock_fd;
	r = auditlog_open(&daemon->config, &service->auditlog, err);
	if (r < 0)
		return r;
	r = hufu_trust_new(&service->trust);
	if (r < 0)
		return err_sys(err, r, "keyrings");
	r = keyqueue_new(&service->keyqueue);
	if (r < 0)
		return err_sys(err, r, "keyrings");
	r = load_keys(service, err);
	if (r < 0)
		return r;
	daemon->service.lsm = lsm_active();
	r = start_engine(daemon, err);
	return r < 0 ? r : policy_load_file(service, err);
}

static int start(struct daemon *daemon, struct hufu_err *err)
{
	struct service *service = &daemon->service;
	int r;

	raise_limits();
	daemon->signal_fd = block_signals(err);
	if (daemon->signal_fd < 0)
		return daemon->signal_fd;
	service->config = &daemon->config;
	service->load_policy = policy_load;
	service->watch_status = watch_status;
	r = start_service(daemon, err);
	if (r == 0)
		r = watcher_start(service, &service->watcher, err);
	if (r == 0)
		r = control_start(service, &daemon->control, err);
	if (r == 0 && daemon->config.securityfs[0])
		r = securityfs_start(service, &daemon->securityfs, err);
	return r;
}

static void stop(struct daemon *daemon)
{
	struct service *service = &daemon->service;

	securityfs_stop(daemon->securityfs);
	control_stop(daemon->control);
	watcher_stop(service->watcher);
	hufu_engine_free(service->engine);
	hufu_trust_free(service->trust);
	keyqueue_free(service->keyqueue);
	if (service->auditlog)
		auditlog_close(service->auditlog);
	policy_load_done(service);
	if (daemon->signal_fd >= 0)
		(void)close(daemon->signal_fd);
	if (daemon->lock_fd >= 0)
		(void)close(daemon->lock_fd);
}

/*
 * HUP: configuration, certificates and policy are read again. What cannot be read leaves what is in force, with a message: a typing
 * error must neither open nor close the machine.
 */
static void reload(struct daemon *daemon)
{
	struct hufu_err err = {""};
	int r;

	ready_say_reloading();
	auditlog_reopen(daemon->service.auditlog);
	/* A policy load in another thread looks at the list of file systems */
	(void)pthread_mutex_lock(&daemon->service.policy_lock);
	r = options_reload(&daemon->options, &daemon->config, &err);
	(void)pthread_mutex_unlock(&daemon->service.policy_lock);
	if (r == 0) {
		hufu_engine_set_mode(daemon->service.engine, daemon->config.mode);
		r = load_keys(&daemon->service, &err);
	}
	if (r >= 0)
		r = policy_load_file(&daemon->service, &err);
	if (r >= 0)
		r = watcher_mounts(daemon->service.watcher, &err);
	if (r < 0)
		sayf(LOG_ERR, "reload: %s; what was in force stays", err.text);
	else
		say(NULL, LOG_NOTICE, "configuration read again");
	ready_say_ready();
}

/* True: end. */
static bool take_signal(struct daemon *daemon)
{
	struct signalfd_siginfo info;

	if (read(daemon->signal_fd, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo == SIGHUP) {
		reload(daemon);
		return false;
	}
	return true;
}

static void run(struct daemon *daemon)
{
	struct pollfd fds[] = {
		{.fd = daemon->signal_fd, .events = POLLIN},
		{.fd = watcher_mounts_fd(daemon->service.watcher), .events = POLLPRI},
	};
	struct hufu_err err = {""};

	for (;;) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			continue;
		if (fds[0].revents & POLLIN && take_signal(daemon))
			return;
		if (fds[1].revents & (POLLPRI | POLLERR) && watcher_mounts(daemon->service.watcher, &err) < 0)
			sayf(LOG_ERR, "mounts have changed: %s", err.text);
	}
}

static void say_started(struct daemon *daemon)
{
	struct hufu_engine_stats stats;

	hufu_engine_stats(daemon->service.engine, &stats);
	sayf(LOG_NOTICE, "%s: policy rules %u, list entries %llu, watching %s",
	     stats.mode == HUFU_MODE_LOG ? "logging only" : "enforcing", stats.n_rules,
	     (unsigned long long)stats.list_count,
	     daemon->config.n_watch ? "the file systems that were named" : "all local file systems");
	ready_say_ready();
}

int main(int argc, char **argv)
{
	struct daemon daemon = {.lock_fd = -1, .signal_fd = -1};
	struct hufu_err err = {""};
	int r = options_parse(argc, argv, &daemon.options, &err);

	if (r > 0) /* --help, --version */
		return EXIT_GOOD;
	(void)pthread_mutex_init(&daemon.service.policy_lock, NULL);
	if (r == 0)
		r = options_apply(&daemon.options, &daemon.config, &err);
	if (r < 0) {
		say(NULL, LOG_ERR, err.text);
		options_done(&daemon.options);
		return EXIT_MISUSE;
	}
	r = start(&daemon, &err);
	if (r < 0) {
		say(NULL, LOG_ERR, err.text);
	} else {
		say_started(&daemon);
		run(&daemon);
		ready_say_stopping();
	}
	stop(&daemon);
	config_done(&daemon.config);
	options_done(&daemon.options);
	return r < 0 ? EXIT_COULD_NOT : EXIT_GOOD;
}
