/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>

#include "clean.h"
#include "control-client.h"
#include "err.h"
#include "say.h"
#include "thread.h"

#define NAME	     "control"
#define CLIENTS	     16 /* served side by side; more wait in the kernel's queue */
#define BACKLOG	     64
#define PAUSE_MS     100 /* after accept(2) failed for want of descriptors or memory */
#define STOP_SECONDS 30 /* a policy that is being loaded is let finish */

struct control {
	struct service *service;
	pthread_t thread;
	int dir_fd, listen_fd, stop_fd;
	bool bound;
	struct control_client clients[CLIENTS];
};

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the thread ----------------------------------------------------------------------------------------------- */

enum { SLOT_STOP, SLOT_LISTEN, SLOT_CLIENT };

/* Fills the poll table and returns how long poll(2) may wait: -1, or until the next deadline. */
static int prepare(const struct control *control, bool paused, struct pollfd slots[SLOT_CLIENT + CLIENTS])
{
	int64_t now = now_ms(), wait = paused ? PAUSE_MS : -1;
	bool full = true;

	for (size_t i = 0; i < CLIENTS; i++) {
		const struct control_client *client = &control->clients[i];
		int64_t left = client->deadline_ms > now ? client->deadline_ms - now : 0;

		slots[SLOT_CLIENT + i] = (struct pollfd){client->fd, control_client_events(client), 0};
		if (client->fd < 0)
			full = false;
		else if (wait < 0 || left < wait)
			wait = left;
	}
	slots[SLOT_STOP] = (struct pollfd){control->stop_fd, POLLIN, 0};
	slots[SLOT_LISTEN] = (struct pollfd){full || paused ? -1 : control->listen_fd, POLLIN, 0};
	return (int)wait;
}

/* True: no more can be taken for the moment, wait a little. */
static bool accept_one(struct control *control)
{
	struct control_client *client = control->clients;
	int fd = accept4(control->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
	while (client->fd >= 0) /* a place is free, or the listening socket was not polled */
		client++;
	control_client_init(client, fd, now_ms());
	return false;
}

static void serve(struct control *control, struct control_client *client, short events)
{
	bool goes_on = true;

	if (events)
		goes_on = control_client_step(client, control->service, now_ms());
	if (goes_on && now_ms() >= client->deadline_ms)
		goes_on = control_client_expire(client, now_ms());
	if (!goes_on)
		control_client_done(client);
}

static void *run(void *arg)
{
	struct control *control = arg;
	bool paused = false;

	for (;;) {
		struct pollfd slots[SLOT_CLIENT + CLIENTS];
		int wait = prepare(control, paused, slots);

		if (poll(slots, ARRAY_SIZE(slots), wait) < 0 && errno != EINTR) {
			sayf(LOG_ERR, "control socket: poll: %s; it is closed", strerrorname_np(errno));
			return NULL;
		}
		if (slots[SLOT_STOP].revents)
			return NULL;
		for (size_t i = 0; i < CLIENTS; i++)
			if (slots[SLOT_CLIENT + i].fd >= 0)
				serve(control, &control->clients[i], slots[SLOT_CLIENT + i].revents);
		paused = slots[SLOT_LISTEN].revents && accept_one(control);
	}
}

/* ---- start and stop ------------------------------------------------------------------------------------------- */

/* Removes what a daemon that died left there; nothing but a socket. */
static int remove_stale(int dir_fd, struct hufu_err *err)
{
	struct stat st;

	if (fstatat(dir_fd, NAME, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys(err, -errno, NAME);
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, -EEXIST, NAME ": there is something that is not a socket; remove it");
	return unlinkat(dir_fd, NAME, 0) < 0 ? err_sys(err, -errno, NAME ": cannot remove") : 0;
}

static int open_socket(struct control *control, const char *dir, struct hufu_err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int r;

	control->dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	control->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control->dir_fd < 0 || control->listen_fd < 0)
		return err_sys(err, -errno, NAME);
	r = remove_stale(control->dir_fd, err);
	if (r < 0)
		return r;
	/* A socket's path has room for 107 bytes: the directory is named through its descriptor */
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/" NAME, control->dir_fd);
	/* The mode before bind(2): the name then appears with it, and is never wider for a moment */
	if (fchmod(control->listen_fd, 0600) < 0 ||
	    bind(control->listen_fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return err_sys(err, -errno, NAME ": cannot bind");
	control->bound = true;
	return listen(control->listen_fd, BACKLOG) < 0 ? err_sys(err, -errno, NAME ": cannot listen") : 0;
}

static void release(struct control *control)
{
	for (size_t i = 0; i < CLIENTS; i++)
		control_client_done(&control->clients[i]);
	if (control->bound)
		(void)unlinkat(control->dir_fd, NAME, 0);
	if (control->listen_fd >= 0)
		(void)close(control->listen_fd);
	if (control->dir_fd >= 0)
		(void)close(control->dir_fd);
	if (control->stop_fd >= 0)
		(void)close(control->stop_fd);
	free(control);
}

int control_start(struct service *service, struct control **ret_control, struct hufu_err *err)
{
	const char *dir = service->config->run_dir;
	struct control *control = calloc(1, sizeof(*control));
	int r;

	if (!control)
		return err_sys(err, -ENOMEM, "control socket");
	control->service = service;
	control->listen_fd = control->dir_fd = -1;
	for (size_t i = 0; i < CLIENTS; i++)
		control->clients[i].fd = -1;
	control->stop_fd = eventfd(0, EFD_CLOEXEC);
	r = control->stop_fd < 0 ? err_sys(err, -errno, "eventfd") : open_socket(control, dir, err);
	if (r == 0) {
		r = thread_start(&control->thread, "hufud-control", run, control);
		if (r < 0)
			(void)err_sys(err, r, "no thread");
	}
	if (r < 0) {
		release(control);
		return err_prefix(err, r, "control socket in %s", dir);
	}
	*ret_control = control;
	return 0;
}

void control_stop(struct control *control)
{
	if (!control)
		return;
	(void)eventfd_write(control->stop_fd, 1);
	if (thread_join(control->thread, STOP_SECONDS) == 0)
		release(control);
	else
		sayf(LOG_ERR, "the control thread does not end");
}
