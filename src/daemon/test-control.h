/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_CONTROL_H
#define TEST_CONTROL_H

/* For the tests of the control socket: a daemon that answers on it, and a client. */

#include "test-service.h"

#include <errno.h>
#include <jansson.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "control.h"

#define RULE_1 "measure func=BPRM_CHECK uid=1001"
#define RULE_2 "appraise func=MMAP_CHECK uid=1001"

static struct control *control;

static int set_up(void **state)
{
	struct hufu_err err = {0};

	if (geteuid() != 0) {
		print_message("skipped: the control socket answers root only, and this is not root\n");
		return 0;
	}
	if (service_set_up(state) < 0)
		return -1;
	if (control_start(&service, &control, &err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	return 0;
}

__attribute__((unused)) static int tear_down(void **state)
{
	if (!control)
		return 0;
	control_stop(control);
	return service_tear_down(state);
}

static int each(void **state)
{
	(void)alarm(100);
	return control ? forget_policy(state) : 0;
}

__attribute__((unused)) static int dial_in(const char *dir)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct timeval patience = {30, 0};
	int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(dir_fd >= 0 && fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/control", dir_fd);
	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	(void)close(dir_fd);
	return fd;
}

static int dial(void)
{
	if (!control)
		skip();
	return dial_in(config.run_dir);
}

/* What the other end may refuse to hear in full is no failure. */
static void send_bytes(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n < 0)
			return;
		at += n;
		len -= (size_t)n;
	}
}

/* The answer: one line, then the end. */
static json_t *receive(int fd)
{
	static char text[4 << 20];
	json_error_t error;
	size_t len = 0;
	json_t *answer;
	ssize_t n;

	while ((n = recv(fd, text + len, sizeof(text) - len, 0)) > 0)
		len += (size_t)n;
	assert_true(n == 0 || errno == ECONNRESET); /* it did not read all we sent */
	(void)close(fd);
	assert_true(len > 0);
	assert_ptr_equal(memchr(text, '\n', len), text + len - 1);
	answer = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	assert_true(json_is_object(answer));
	return answer;
}

static json_t *ask_data(const char *head, const void *data, size_t len)
{
	int fd = dial();

	send_bytes(fd, head, strlen(head));
	send_bytes(fd, "\n", 1);
	send_bytes(fd, data, len);
	return receive(fd);
}

static json_t *ask(const char *head)
{
	return ask_data(head, "", 0);
}

static const char *text_in(const json_t *answer, const char *key)
{
	const char *text = json_string_value(json_object_get(answer, key));

	assert_non_null(text);
	return text;
}

static void expect_ok(json_t *answer)
{
	if (!json_is_true(json_object_get(answer, "ok")))
		fail_msg("%s", text_in(answer, "error"));
	json_decref(answer);
}

static void expect_refusal(json_t *answer, int error, const char *sentence)
{
	assert_true(json_is_false(json_object_get(answer, "ok")));
	assert_string_equal(text_in(answer, "errno"), strerrorname_np(error));
	assert_int_equal(json_integer_value(json_object_get(answer, "code")), -error);
	if (!strstr(text_in(answer, "error"), sentence))
		fail_msg("'%s' is not in '%s'", sentence, text_in(answer, "error"));
	json_decref(answer);
}

static json_t *load(const char *text, bool replace)
{
	char head[128];

	(void)snprintf(head, sizeof(head), "{\"do\":\"policy-load\",\"replace\":%s,\"length\":%zu}",
		       replace ? "true" : "false", strlen(text));
	return ask_data(head, text, strlen(text));
}

#endif
