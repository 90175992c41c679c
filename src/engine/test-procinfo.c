/* SPDX-License-Identifier: Apache-2.0 */
#include "test-certs.h"

#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "procinfo.h"

static void myself(void **state)
{
	struct hufu_subject self;

	(void)state;
	assert_int_equal(prctl(PR_SET_NAME, "my name is long"), 0);
	procinfo_self(&self);
	assert_int_equal(self.tid, gettid());
	assert_int_equal(self.pid, getpid());
	assert_int_equal(self.uid, getuid());
	assert_int_equal(self.egid, getegid());
	assert_string_equal(self.comm, "my name is long");
	assert_null(strchr(self.label, '\n'));
}

static void another(void **state)
{
	struct hufu_subject subject = {.tid = getpid(), .pid = getpid(), .euid = 77, .egid = 78};
	struct procinfo info;
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	(void)state;
	assert_true(len > 0);
	exe[len] = '\0';
	procinfo_read(&subject, &info);
	assert_int_equal(info.ppid, getppid());
	assert_int_equal(info.fsuid, getuid());
	assert_string_equal(info.exe, exe);
}

/* Ids of the file system are neither of the other three. */
static void file_system_ids(void **state)
{
	struct hufu_subject subject = {.tid = getpid(), .pid = getpid()};
	struct procinfo info;

	(void)state;
	if (geteuid() != 0)
		skip();
	(void)setfsgid(4242);
	(void)setfsuid(4141);
	procinfo_read(&subject, &info);
	(void)setfsuid(0);
	(void)setfsgid(0);
	assert_int_equal(info.fsuid, 4141);
	assert_int_equal(info.fsgid, 4242);
}

static void gone(void **state)
{
	struct hufu_subject subject = {.tid = 0x7fffffff, .pid = 0x7fffffff, .euid = 77, .egid = 78};
	struct procinfo info;

	(void)state;
	procinfo_read(&subject, &info);
	assert_int_equal(info.ppid, 0);
	assert_int_equal(info.fsuid, 77);
	assert_int_equal(info.fsgid, 78);
	assert_string_equal(info.tty, "(none)");
	assert_string_equal(info.exe, "");
}

/* A process with a terminal of its own, and with a name made to confuse. */
static void terminal(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), ready[2], done[2];
	struct hufu_subject subject = {0};
	struct procinfo info;
	char name[64], wanted[32], byte;
	unsigned number;
	pid_t pid;

	(void)state;
	if (master < 0)
		skip();
	assert_int_equal(grantpt(master) | unlockpt(master), 0);
	assert_int_equal(ptsname_r(master, name, sizeof(name)), 0);
	assert_int_equal(sscanf(name, "/dev/pts/%u", &number), 1);
	assert_int_equal(pipe2(ready, O_CLOEXEC) | pipe2(done, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (setsid() < 0 || open(name, O_RDWR | O_CLOEXEC) < 0 || prctl(PR_SET_NAME, ") S 1\nUid:\t9") < 0 ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		(void)close(done[1]);
		(void)!read(done[0], &byte, 1);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	subject.tid = subject.pid = pid;
	procinfo_read(&subject, &info);
	assert_int_equal(close(done[1]), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)snprintf(wanted, sizeof(wanted), "pts%u", number);
	assert_string_equal(info.tty, wanted);
	assert_int_equal(info.ppid, getpid());
	assert_int_equal(info.fsuid, getuid());
	assert_int_equal(close(master) | close(ready[0]) | close(ready[1]) | close(done[0]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(myself), cmocka_unit_test(another),  cmocka_unit_test(file_system_ids),
		cmocka_unit_test(gone),	  cmocka_unit_test(terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
