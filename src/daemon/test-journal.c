/* SPDX-License-Identifier: Apache-2.0 */
#include "test-scratch.h"

#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "journal.h"

#define LINE                                                                                                           \
	"type=INTEGRITY_DATA msg=audit(1700000000.123:42): op=appraise_data cause=missing-hash name=\"/a%sb\" res=0"

static char got[4096];

/* A reader at the place of the journal's or syslog's socket. */
static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* One message, into `got`; false: none has come. */
static bool receive(int fd)
{
	struct pollfd wait = {fd, POLLIN, 0};
	ssize_t n;

	if (poll(&wait, 1, 500) <= 0)
		return false;
	n = recv(fd, got, sizeof(got) - 1, 0);
	got[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* In a mount namespace of our own, with /run and /dev of our own. */
static void a_line_goes_to_the_journal_or_to_syslog(void **state)
{
	int journal, syslog;

	(void)state;
	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		print_message("skipped: a /run and a /dev of its own need root and a mount namespace\n");
		skip();
	}
	assert_int_equal(mount("none", "/run", "tmpfs", 0, NULL), 0);
	assert_int_equal(mount("none", "/dev", "tmpfs", 0, NULL), 0);
	assert_int_equal(mkdir("/run/systemd", 0755), 0);
	assert_int_equal(mkdir("/run/systemd/journal", 0755), 0);
	journal = listen_at("/run/systemd/journal/socket");
	syslog = listen_at("/dev/log");

	journal_put(LINE);
	if (receive(journal)) {
		assert_non_null(strstr(got, "MESSAGE=" LINE "\n"));
		assert_non_null(strstr(got, "PRIORITY=4\n"));
		assert_non_null(strstr(got, "SYSLOG_IDENTIFIER=hufud\n"));
		assert_non_null(strstr(got, "AUDIT_TYPE_NAME=INTEGRITY_DATA\n"));
		assert_null(strstr(got, "CODE_FILE"));
		assert_false(receive(syslog));
	} else { /* built without libsystemd */
		assert_true(receive(syslog));
		assert_non_null(strstr(got, LINE));
	}

	/* No journal runs */
	assert_int_equal(unlink("/run/systemd/journal/socket"), 0);
	journal_put(LINE);
	assert_true(receive(syslog));
	assert_memory_equal(got, "<28>", 4); /* daemon, warning */
	assert_non_null(strstr(got, LINE));
	/* Nor syslog: nobody to tell, and no harm */
	assert_int_equal(unlink("/dev/log"), 0);
	(void)close(syslog);
	journal_put("not an audit line");
	(void)close(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_goes_to_the_journal_or_to_syslog),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
