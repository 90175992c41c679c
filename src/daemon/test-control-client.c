/* SPDX-License-Identifier: Apache-2.0 */
#include "test-control.h"

#include <time.h>

#include "control-request.h"

/* `text` up to its end, after which the client says nothing more. */
static json_t *ask_raw(const void *text, size_t len)
{
	int fd = dial();

	send_bytes(fd, text, len);
	(void)shutdown(fd, SHUT_WR);
	return receive(fd);
}

static void malformed_requests(void **state)
{
	static const struct {
		const char *text;
		int error;
		const char *sentence;
	} rows[] = {
		{"{\"do\":\"status\"}", EBADMSG, "without a newline"},
		{"{", EBADMSG, "without a newline"},
		{"\n", EBADMSG, "not JSON"},
		{"{\n", EBADMSG, "not JSON"},
		{"garbage\n", EBADMSG, "not JSON"},
		{"\xff\xfe\n", EBADMSG, "not JSON"},
		{"[]\n", EBADMSG, "not a JSON object"},
		{"{}\n", EINVAL, "no \"do\""},
		{"{\"do\":1}\n", EINVAL, "no \"do\""},
		{"{\"do\":\"dance\"}\n", EINVAL, "unknown request 'dance'"},
		{"{\"do\":\"status\",\"do\":\"policy-show\"}\n", EBADMSG, "not JSON"},
		{"{\"do\":\"status\",\"verbose\":true}\n", EINVAL, "does not belong"},
		{"{\"do\":\"status\",\"length\":0}\n", EINVAL, "does not belong"},
		{"{\"do\":\"status\"} {}\n", EBADMSG, "not JSON"},
		{"{\"do\":\"status\"}\nmore", EBADMSG, "more than the 0 bytes"},
		{"{\"do\":\"status\\u0000\"}\n", EBADMSG, "not JSON"},
		{"{\"do\":\"policy-load\",\"length\":3}\nabc", EINVAL, "\"replace\""},
		{"{\"do\":\"policy-load\",\"replace\":1,\"length\":3}\nabc", EINVAL, "\"replace\""},
		{"{\"do\":\"policy-load\",\"replace\":true}\n", EINVAL, "\"length\""},
		{"{\"do\":\"policy-load\",\"replace\":true,\"length\":\"3\"}\nabc", EINVAL, "\"length\""},
		{"{\"do\":\"policy-load\",\"replace\":true,\"length\":3.0}\nabc", EINVAL, "\"length\""},
		{"{\"do\":\"policy-load\",\"replace\":true,\"length\":-1}\n", EINVAL, "negative"},
		{"{\"do\":\"policy-load\",\"replace\":true,\"length\":1048577}\n", EFBIG, "1048576"},
		{"{\"do\":\"policy-load\",\"replace\":true,\"length\":9223372036854775807}\n", EFBIG, "1048576"},
		{"{\"do\":\"policy-load\",\"replace\":true,\"length\":9223372036854775808}\n", EBADMSG, "not JSON"},
		{"{\"do\":\"policy-load\",\"replace\":true,\"length\":4}\nabc", EBADMSG, "3 of the 4 bytes"},
		{"{\"do\":\"policy-load\",\"replace\":true,\"length\":2}\nabc", EBADMSG, "more than the 2 bytes"},
		{"{\"do\":\"keyring-list\",\"ring\":\"\"}\n", ENOENT, "'' is not a keyring"},
		{"{\"do\":\"keyring-remove\",\"ring\":\".ima\"}\n", EINVAL, "\"id\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s\n", rows[i].text);
		expect_refusal(ask_raw(rows[i].text, strlen(rows[i].text)), rows[i].error, rows[i].sentence);
	}
	expect_policy("");
}

static void requests_of_all_sizes(void **state)
{
	const size_t len = CONTROL_REQUEST_LINE_MAX + 16;
	char *text = malloc(len);
	char *most = malloc(CONTROL_REQUEST_DATA_MAX);
	char head[128];

	(void)state;
	assert_true(text && most);
	memset(text, ' ', len);
	expect_refusal(ask_raw(text, len), EFBIG, "more than 65536 bytes");
	/* The longest line, and the most data */
	memcpy(text, "{\"do\":\"status\"}", 15);
	text[CONTROL_REQUEST_LINE_MAX] = '\n';
	expect_ok(ask_raw(text, CONTROL_REQUEST_LINE_MAX + 1));
	memset(most, '\n', CONTROL_REQUEST_DATA_MAX);
	memcpy(most, "audit", 5);
	(void)snprintf(head, sizeof(head), "{\"do\":\"policy-load\",\"replace\":true,\"length\":%d}",
		       CONTROL_REQUEST_DATA_MAX);
	expect_ok(ask_data(head, most, CONTROL_REQUEST_DATA_MAX));
	/* Deep */
	memset(text, '[', len);
	text[60000] = '\n';
	expect_refusal(ask_raw(text, 60001), EBADMSG, "not JSON");
	free(text);
	free(most);
}

/* The request comes byte by byte. */
static void a_slow_request_is_served(void **state)
{
	static const char text[] = "{\"do\":\"policy-load\",\"replace\":true,\"length\":33}\n" RULE_1 "\n";
	int fd = dial();

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		send_bytes(fd, text + i, 1);
		(void)usleep(1000);
	}
	expect_ok(receive(fd));
	expect_policy(RULE_1 "\n");
}

static void clients_that_go_away(void **state)
{
	static const char *const texts[] = {"", "{\"do\":", "{\"do\":\"status\"}\n",
					    "{\"do\":\"policy-load\",\"replace\":true,\"length\":100}\nhalf"};

	(void)state;
	for (int i = 0; i < 200; i++) {
		const char *text = texts[(size_t)i % (sizeof(texts) / sizeof(texts[0]))];
		int fd = dial();

		send_bytes(fd, text, strlen(text));
		(void)close(fd);
	}
	expect_ok(ask("{\"do\":\"status\"}"));
}

static double now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void clients_that_stall_stop_nobody(void **state)
{
	enum { FEW = 10, MANY = 20 };
	int stalled[MANY];
	double start, took;

	(void)state;
	for (int i = 0; i < FEW; i++)
		stalled[i] = dial();
	start = now();
	expect_ok(ask("{\"do\":\"status\"}"));
	assert_true(now() - start < 3);
	/* Every place is taken, and some wait: five seconds until one is free */
	for (int i = FEW; i < MANY; i++) {
		stalled[i] = dial();
		send_bytes(stalled[i], "{", 1);
	}
	start = now();
	expect_ok(ask("{\"do\":\"status\"}"));
	took = now() - start;
	assert_true(took > 3 && took < 15);
	for (int i = 0; i < MANY; i++)
		expect_refusal(receive(stalled[i]), ETIMEDOUT, "within 5 s");
}

/* An answer larger than what the kernel holds for a client that does not read. */
static void a_client_that_does_not_read(void **state)
{
	const size_t len = 900000;
	char *text = malloc(len + 1);
	json_t *answer;
	int fd;

	(void)state;
	assert_non_null(text);
	for (size_t at = 0; at + sizeof(RULE_1) <= len; at += sizeof(RULE_1)) {
		memcpy(text + at, RULE_1 "\n", sizeof(RULE_1));
		text[at + sizeof(RULE_1)] = '\0';
	}
	expect_ok(load(text, true));
	fd = dial();
	send_bytes(fd, "{\"do\":\"policy-show\"}\n", 21);
	(void)usleep(200000);
	expect_ok(ask("{\"do\":\"status\"}"));
	/* And one that reads late gets all of it */
	answer = receive(fd);
	assert_string_equal(text_in(answer, "policy"), text);
	expect_ok(answer);
	free(text);
}

int main(void)
{
#define test(name) cmocka_unit_test_setup(name, each)
	const struct CMUnitTest tests[] = {
		test(malformed_requests),   test(requests_of_all_sizes),	  test(a_slow_request_is_served),
		test(clients_that_go_away), test(clients_that_stall_stop_nobody), test(a_client_that_does_not_read),
	};

	return cmocka_run_group_tests_name("control-client", tests, set_up, tear_down);
}
