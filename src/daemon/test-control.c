/* SPDX-License-Identifier: Apache-2.0 */
#include "test-control.h"

#include <sys/wait.h>

static void status(void **state)
{
	json_t *answer = ask("{\"do\":\"status\"}");
	const json_t *counts = json_object_get(answer, "counts");

	(void)state;
	assert_string_equal(text_in(answer, "version"), HUFU_VERSION);
	assert_int_equal(json_integer_value(json_object_get(answer, "pid")), getpid());
	assert_string_equal(text_in(answer, "mode"), "enforce");
	assert_string_equal(text_in(answer, "hash"), "sm3");
	assert_string_equal(text_in(answer, "template"), "ima-sig");
	assert_string_equal(text_in(answer, "run_dir"), config.run_dir);
	assert_int_equal(json_integer_value(json_object_get(counts, "list")), 1);
	assert_true(json_is_integer(json_object_get(counts, "audit_dropped")));
	assert_int_equal(json_object_size(json_object_get(answer, "keyrings")), HUFU_RING_COUNT);
	assert_true(json_is_object(json_object_get(answer, "watch")));
	assert_int_equal(json_integer_value(json_object_get(json_object_get(answer, "policy"), "rules")), 0);
	expect_ok(answer);
}

static void policies(void **state)
{
	json_t *answer;

	(void)state;
	expect_ok(load(RULE_1 "\n", false));
	expect_ok(load(RULE_2, false));
	answer = ask("{\"do\":\"policy-show\"}");
	assert_string_equal(text_in(answer, "policy"), RULE_1 "\n" RULE_2 "\n");
	expect_ok(answer);
	expect_ok(load(RULE_2 "\n", true));
	expect_policy(RULE_2 "\n");
	/* a load that says nothing changes nothing, as in the kernel */
	expect_refusal(load("", true), ENODATA, "there is no rule in it");
	expect_refusal(load("# nothing\n", false), ENODATA, "there is no rule in it");
	expect_policy(RULE_2 "\n");
}

static void a_bad_policy_is_refused_with_its_place(void **state)
{
	json_t *answer;

	(void)state;
	expect_ok(load(RULE_1 "\n", true));
	answer = load(RULE_2 "\n# fine\nmeasure func=NEVER_CHECK\n", true);
	assert_int_equal(json_integer_value(json_object_get(answer, "line")), 3);
	assert_int_equal(json_integer_value(json_object_get(answer, "column")), 9);
	expect_refusal(answer, EINVAL, "line 3, column 9");
	expect_refusal(load("measure uid=99999999999999999999\n", false), ERANGE, "line 1");
	expect_refusal(load("measure\xff\n", false), EINVAL, "\\xff");
	expect_policy(RULE_1 "\n");
}

/* Names can be any bytes; JSON is UTF-8. */
static void what_is_no_utf8_is_escaped(void **state)
{
	char *const run_dir = config.run_dir;
	char odd[] = "/run/\xc3\xa9\xff";
	json_t *answer;
	int fd = dial();

	(void)state;
	config.run_dir = odd;
	send_bytes(fd, "{\"do\":\"status\"}\n", 16);
	answer = receive(fd);
	config.run_dir = run_dir;
	assert_string_equal(text_in(answer, "run_dir"), "/run/\xc3\xa9\\xff");
	expect_ok(answer);
}

/* A CA in .builtin_trusted_keys, and a certificate it has signed. */
static void make_certificate(struct hufu_cert **ret_cert, bool trusted)
{
	const struct hufu_cert_params ca_params = {.subject = "Test CA"}, params = {.subject = "Signer"};
	struct hufu_key *ca_key = NULL, *key = NULL;
	struct hufu_cert *ca = NULL;
	const uint8_t *der;
	uint32_t serial;
	size_t len;

	assert_int_equal(hufu_key_generate("sm2", &ca_key, NULL), 0);
	assert_int_equal(hufu_key_generate("sm2", &key, NULL), 0);
	assert_int_equal(hufu_cert_make_ca(ca_key, &ca_params, &ca, NULL), 0);
	assert_int_equal(hufu_cert_issue(ca, ca_key, key, NULL, &params, ret_cert, NULL), 0);
	der = hufu_cert_der(ca, &len);
	if (trusted)
		assert_int_equal(hufu_trust_add(service.trust, HUFU_RING_BUILTIN, der, len, &serial, NULL, NULL), 0);
	hufu_cert_free(ca);
	hufu_key_free(ca_key);
	hufu_key_free(key);
}

static json_t *add(const char *ring, const void *der, size_t len)
{
	char head[128];

	(void)snprintf(head, sizeof(head), "{\"do\":\"keyring-add\",\"ring\":\"%s\",\"length\":%zu}", ring, len);
	return ask_data(head, der, len);
}

static void keyrings(void **state)
{
	struct hufu_cert *cert;
	const uint8_t *der;
	char head[128];
	json_t *answer, *keys;
	size_t len;

	(void)state;
	if (!control)
		skip();
	make_certificate(&cert, true);
	der = hufu_cert_der(cert, &len);
	answer = add("%:.ima", der, len);
	assert_string_equal(text_in(answer, "note"), "");
	(void)snprintf(head, sizeof(head), "%08llx",
		       (unsigned long long)json_integer_value(json_object_get(answer, "serial")));
	expect_ok(answer);
	answer = ask("{\"do\":\"keyring-list\",\"ring\":\".ima\"}");
	keys = json_object_get(answer, "keys");
	assert_int_equal(json_array_size(keys), 1);
	assert_memory_equal(json_string_value(json_array_get(keys, 0)), head, 8);
	assert_non_null(strstr(json_string_value(json_array_get(keys, 0)), "Signer: "));
	expect_ok(answer);
	(void)snprintf(head, sizeof(head), "{\"do\":\"keyring-remove\",\"ring\":\"ima\",\"id\":\"%08x\"}",
		       hufu_cert_info(cert)->key_id);
	expect_ok(ask(head));
	expect_refusal(ask(head), ENOENT, "");

	expect_refusal(add(".ima", der, len - 1), EBADMSG, "");
	expect_refusal(add(".ima", "", 0), EBADMSG, "");
	expect_refusal(add(".builtin_trusted_keys", der, len), EACCES, config.trust_dir);
	expect_refusal(add(".blacklist", der, len), EOPNOTSUPP, "");
	expect_refusal(add(".evm", der, len), ENOENT, "'.evm' is not a keyring");
	hufu_cert_free(cert);

	make_certificate(&cert, false);
	der = hufu_cert_der(cert, &len);
	expect_refusal(add(".ima", der, len), ENOKEY, "");
	hufu_cert_free(cert);
}

static void blacklist(void **state)
{
	const struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = 32, .bytes = {[31] = 7}};

	(void)state;
	expect_ok(ask("{\"do\":\"blacklist-add\",\"entry\":"
		      "\"bin:0000000000000000000000000000000000000000000000000000000000000007\"}"));
	assert_int_equal(hufu_trust_is_blacklisted(service.trust, &digest), 1);
	expect_refusal(ask("{\"do\":\"blacklist-add\",\"entry\":\"tbs:q\"}"), EINVAL, "");
}

/* ---- who may ask, and where ----------------------------------------------------------------------------------- */

static void only_root_may_ask(void **state)
{
	struct stat st;
	pid_t child;
	int status_of;

	(void)state;
	if (!control)
		skip();
	assert_int_equal(stat(scratch_path("run/control"), &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0600);
	/* Were the mode another, the answer would be the same */
	assert_int_equal(chmod(scratch, 0755), 0);
	assert_int_equal(chmod(scratch_path("run/control"), 0666), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		json_t *answer;
		bool refused;

		(void)alarm(30);
		if (setresuid(65534, 65534, 65534) < 0)
			_exit(2);
		answer = ask("{\"do\":\"status\"}");
		refused = strcmp(text_in(answer, "errno"), "EPERM") == 0 && !json_object_get(answer, "version");
		_exit(refused ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status_of, 0), child);
	assert_int_equal(status_of, 0);
	assert_int_equal(chmod(scratch_path("run/control"), 0600), 0);
}

/* What a daemon that died leaves. */
static void leave_socket(const char *dir)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/control", dir_fd);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	(void)close(fd);
	(void)close(dir_fd);
}

static void the_place_of_the_socket(void **state)
{
	char *const run_dir = config.run_dir;
	char deep[PATH_MAX / 2], socket_path[PATH_MAX];
	struct control *other = NULL;
	struct hufu_err err = {0};
	int fd;

	(void)state;
	if (!control)
		skip();
	/* Longer than a socket's path can be */
	(void)snprintf(deep, sizeof(deep), "%s/%0120d", scratch, 1);
	config.run_dir = deep;
	assert_int_equal(control_start(&service, &other, &err), -ENOENT);
	assert_int_equal(mkdir(deep, 0755), 0);
	leave_socket(deep);
	assert_int_equal(control_start(&service, &other, &err), 0);
	fd = dial_in(deep);
	send_bytes(fd, "{\"do\":\"status\"}\n", 16);
	expect_ok(receive(fd));
	control_stop(other);
	control_stop(NULL);
	(void)snprintf(socket_path, sizeof(socket_path), "%s/control", deep);
	assert_int_equal(access(socket_path, F_OK), -1);
	/* Something else */
	fd = open(socket_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(control_start(&service, &other, &err), -EEXIST);
	assert_non_null(strstr(err.text, "not a socket"));
	config.run_dir = run_dir;
}

int main(void)
{
#define test(name) cmocka_unit_test_setup(name, each)
	const struct CMUnitTest tests[] = {
		test(status),
		test(policies),
		test(a_bad_policy_is_refused_with_its_place),
		test(what_is_no_utf8_is_escaped),
		test(keyrings),
		test(blacklist),
		test(only_root_may_ask),
		test(the_place_of_the_socket),
	};

	return cmocka_run_group_tests_name("control", tests, set_up, tear_down);
}
