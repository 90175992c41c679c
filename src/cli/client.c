/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "err.h"

enum {
	ANSWER_MAX = 16 << 20, /* bytes; a policy is 1 MiB, and JSON may escape it */
	DEADLINE = 30, /* seconds for the whole exchange: loading a policy sets marks on every file system */
};

char *client_run_path(const struct globals *globals, const char *name)
{
	char *path = NULL;
	int n = globals->run_dir ? asprintf(&path, "%s/%s", globals->run_dir, name)
				 : asprintf(&path, "%s/run/hufu/%s", globals->root ? globals->root : "", name);

	return n < 0 ? NULL : path;
}

static int no_daemon(int code, const char *dir, struct hufu_err *err)
{
	if (code == -ENOENT || code == -ECONNREFUSED || code == -ENOTDIR)
		return err_set(err, code,
			       "no hufud answers at %s/control: start it with `systemctl start hufud`, or say "
			       "with --root or --run-dir where it runs",
			       dir);
	if (code == -EACCES || code == -EPERM)
		return err_set(err, code, "%s/control: only root may talk to hufud", dir);
	return err_sys(err, code, "%s/control", dir);
}

/*
 * A socket's path has room for 107 bytes, which a --root may well exceed: the directory is opened, and the socket named
 * through its descriptor.
 */
static int connect_to(const char *dir, int *ret_fd, struct hufu_err *err)
{
	autoclose int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (dir_fd < 0)
		return no_daemon(-errno, dir, err);
	if (fd < 0)
		return err_sys(err, -errno, "socket");
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/control", dir_fd);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return no_daemon(-errno, dir, err);
	*ret_fd = take_fd(&fd);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int wait_for(int fd, short events, int64_t deadline, struct hufu_err *err)
{
	struct pollfd wait = {.fd = fd, .events = events};

	for (;;) {
		int64_t left = deadline - now_ms();
		int n = poll(&wait, 1, left > 0 ? (int)left : 0);

		if (n > 0)
			return 0;
		if (n == 0)
			return err_set(err, -ETIMEDOUT, "hufud did not answer within %d seconds", DEADLINE);
		if (errno != EINTR)
			return err_sys(err, -errno, "hufud");
	}
}

static int send_all(int fd, const void *data, size_t len, int64_t deadline, struct hufu_err *err)
{
	const char *at = data;

	while (len) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n >= 0) {
			at += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			int r = wait_for(fd, POLLOUT, deadline, err);

			if (r < 0)
				return r;
		} else if (errno == EPIPE || errno == ECONNRESET) {
			return 0; /* it has heard enough; its answer, if there is one, says why */
		} else if (errno != EINTR) {
			return err_sys(err, -errno, "asking hufud");
		}
	}
	return 0;
}

/* Reads up to the newline of the answer. */
static int read_answer(int fd, struct buf *answer, int64_t deadline, struct hufu_err *err)
{
	char part[16384];

	while (!answer->len || !memchr(answer->data, '\n', answer->len)) {
		int r = wait_for(fd, POLLIN, deadline, err);
		ssize_t n;

		if (r < 0)
			return r;
		n = recv(fd, part, sizeof(part), 0);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return err_sys(err, -errno, "hufud's answer");
		if (n == 0)
			return err_set(err, -ECONNRESET, "hufud closed the connection without an answer");
		buf_add(answer, part, (size_t)n);
		if (answer->error)
			return err_sys(err, answer->error, "hufud's answer");
	}
	return 0;
}

static int exchange(int fd, json_t *request, const struct client_data *data, json_t **ret_answer, struct hufu_err *err)
{
	const int64_t deadline = now_ms() + (int64_t)DEADLINE * 1000;
	autofree char *line = json_dumps(request, JSON_COMPACT);
	autobuf answer = {.limit = ANSWER_MAX};
	json_t *value;
	int r;

	if (!line)
		return err_sys(err, -ENOMEM, "asking hufud");
	r = send_all(fd, line, strlen(line), deadline, err);
	if (r == 0)
		r = send_all(fd, "\n", 1, deadline, err);
	if (r == 0 && data)
		r = send_all(fd, data->bytes, data->len, deadline, err);
	if (r == 0)
		r = read_answer(fd, &answer, deadline, err);
	if (r < 0)
		return r;
	value = json_loadb((const char *)answer.data, answer.len, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK,
			   NULL);
	if (!json_is_object(value) || !json_is_boolean(json_object_get(value, "ok"))) {
		json_decref(value);
		return err_set(err, -EPROTO, "what answers is not hufud, or another version of it");
	}
	*ret_answer = value;
	return 0;
}

int client_ask(const struct globals *globals, json_t *request, const struct client_data *data, json_t **ret_answer,
	       struct hufu_err *err)
{
	autodone(json_decref) json_t *owned = request;
	autofree char *dir = client_run_path(globals, "");
	autoclose int fd = -1;
	int r;

	if (!dir || !owned || (data && json_object_set_new(owned, "length", json_integer((json_int_t)data->len)) < 0))
		return err_sys(err, -ENOMEM, "asking hufud");
	dir[strlen(dir) - 1] = '\0'; /* the slash before the empty name */
	r = connect_to(*dir ? dir : "/", &fd, err);
	return r < 0 ? r : exchange(fd, owned, data, ret_answer, err);
}

bool client_refused(const json_t *answer, struct hufu_err *err)
{
	const char *sentence = json_string_value(json_object_get(answer, "error"));
	const char *name = json_string_value(json_object_get(answer, "errno"));

	if (json_is_true(json_object_get(answer, "ok")))
		return false;
	(void)err_set(err, 0, "%s%s%s%s", sentence ? sentence : "hufud refuses, and does not say why", name ? " (" : "",
		      name ? name : "", name ? ")" : "");
	return true;
}
