/* SPDX-License-Identifier: Apache-2.0 */
#include "control-client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "clean.h"
#include "err.h"

static void answer(struct control_client *client, char *line, int64_t now_ms)
{
	client->out = line;
	client->out_len = line ? strlen(line) : 0;
	client->deadline_ms = now_ms + CONTROL_CLIENT_TIMEOUT_MS;
}

static void refuse(struct control_client *client, int code, const struct hufu_err *err, int64_t now_ms)
{
	answer(client, control_request_refuse(code, err), now_ms);
}

void control_client_init(struct control_client *client, int fd, int64_t now_ms)
{
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t len = sizeof(peer);
	struct hufu_err err;

	*client = (struct control_client){.fd = fd, .deadline_ms = now_ms + CONTROL_CLIENT_TIMEOUT_MS};
	client->in.limit = CONTROL_REQUEST_LINE_MAX + 1 + CONTROL_REQUEST_DATA_MAX + 1;
	/* Mode 0600 keeps others out already; a descriptor can be handed on, and a mode be changed */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 || peer.uid != 0)
		refuse(client, err_set(&err, -EPERM, "only root may ask"), &err, now_ms);
}

void control_client_done(struct control_client *client)
{
	if (client->fd >= 0)
		(void)close(client->fd);
	buf_done(&client->in);
	control_request_done(&client->request);
	free(client->out);
	*client = (struct control_client){.fd = -1};
}

short control_client_events(const struct control_client *client)
{
	return client->out ? POLLOUT : POLLIN;
}

/* The line has come, or enough to know that it never will. */
static int take_line(struct control_client *client, struct hufu_err *err)
{
	const uint8_t *end = client->in.len ? memchr(client->in.data, '\n', client->in.len) : NULL;
	size_t len = end ? (size_t)(end - client->in.data) : client->in.len;
	int r;

	if (len > CONTROL_REQUEST_LINE_MAX)
		return err_set(err, -EFBIG, "a line of more than %d bytes", CONTROL_REQUEST_LINE_MAX);
	if (!end)
		return 0;
	r = control_request_parse((const char *)client->in.data, len, &client->request, err);
	if (r == 0)
		client->head_len = len + 1;
	return r;
}

/* What has come is looked at: 1 a whole request, 0 more is to come, or a negative errno. */
static int look(struct control_client *client, bool ended, struct hufu_err *err)
{
	size_t wanted, got;
	int r;

	if (client->in.error)
		return err_sys(err, client->in.error, "request");
	if (!client->head_len) {
		r = take_line(client, err);
		if (r < 0)
			return r;
	}
	if (!client->head_len)
		return ended ? err_set(err, -EBADMSG, "the request ends without a newline") : 0;
	wanted = client->request.data_len;
	got = client->in.len - client->head_len;
	if (got > wanted)
		return err_set(err, -EBADMSG, "more than the %zu bytes announced follow", wanted);
	if (got < wanted && ended)
		return err_set(err, -EBADMSG, "%zu of the %zu bytes announced have come", got, wanted);
	return got == wanted;
}

static bool receive(struct control_client *client, struct service *service, int64_t now_ms)
{
	struct hufu_err err = {0};
	char chunk[16384];
	ssize_t n;
	int r;

	do {
		n = recv(client->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		buf_add(&client->in, chunk, (size_t)n);
		r = look(client, n == 0, &err);
	} while (r == 0);
	if (n == 0 && !client->in.len) /* came and went: nothing was asked */
		return false;
	if (r < 0)
		refuse(client, r, &err, now_ms);
	else
		answer(client,
		       control_request_answer(service, &client->request,
					      (const char *)client->in.data + client->head_len),
		       now_ms);
	return client->out;
}

/* True while there is more to send. */
static bool transmit(struct control_client *client)
{
	while (client->out_done < client->out_len) {
		ssize_t n = send(client->fd, client->out + client->out_done, client->out_len - client->out_done,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		client->out_done += (size_t)n;
	}
	return false;
}

bool control_client_step(struct control_client *client, struct service *service, int64_t now_ms)
{
	if (!client->out && !receive(client, service, now_ms))
		return false;
	return !client->out || transmit(client);
}

bool control_client_expire(struct control_client *client, int64_t now_ms)
{
	struct hufu_err err;

	if (client->out)
		return false;
	refuse(client,
	       err_set(&err, -ETIMEDOUT, "the request did not come within %d s", CONTROL_CLIENT_TIMEOUT_MS / 1000),
	       &err, now_ms);
	return client->out && transmit(client);
}
