/* SPDX-License-Identifier: Apache-2.0 */
#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bytes.h"
#include "clean.h"

#define STATUS(name, caps)                                                                                             \
	"Name:\t" name                                                                                                 \
	"\nUmask:\t0022\nState:\tD (disk sleep)\nTgid:\t812\nNgid:\t0\nPid:\t813\nPPid:\t1\nTracerPid:\t0\n"           \
	"Uid:\t1001\t1002\t1003\t1004\nGid:\t2001\t2002\t2003\t2004\nFDSize:\t64\nGroups:\t0 \nCapEff:\t" caps         \
	"\nSeccomp:\t0\n"

static void parses_status(void **state)
{
	struct hufu_subject subject = {.tid = 813};

	(void)state;
	assert_int_equal(task_parse_status(STATUS("bash", "00000000000000c0"), true, &subject), 0);
	assert_int_equal(subject.tid, 813);
	assert_int_equal(subject.pid, 812);
	assert_int_equal(subject.uid, 1001);
	assert_int_equal(subject.euid, 1002);
	assert_int_equal(subject.suid, 1003);
	assert_int_equal(subject.gid, 2001);
	assert_int_equal(subject.egid, 2002);
	assert_int_equal(subject.sgid, 2003);
	assert_true(subject.cap_setuid && subject.cap_setgid);
	assert_string_equal(subject.comm, "bash");
}

static void capabilities_of_another_user_namespace_do_not_count(void **state)
{
	struct hufu_subject subject = {0};

	(void)state;
	assert_int_equal(task_parse_status(STATUS("bash", "00000000000000c0"), false, &subject), 0);
	assert_false(subject.cap_setuid || subject.cap_setgid);
	assert_int_equal(task_parse_status(STATUS("bash", "0000000000000040"), true, &subject), 0);
	assert_false(subject.cap_setuid);
	assert_true(subject.cap_setgid);
}

static void unescapes_names(void **state)
{
	struct hufu_subject subject = {0};

	(void)state;
	/* A name cannot fake another line: the kernel writes a newline in it as \n */
	assert_int_equal(task_parse_status(STATUS("a\\nUid:\\\\", "0"), true, &subject), 0);
	assert_string_equal(subject.comm, "a\nUid:\\");
	assert_int_equal(subject.uid, 1001);
	assert_int_equal(task_parse_status(STATUS("a name of more than sixteen", "0"), true, &subject), 0);
	assert_string_equal(subject.comm, "a name of more t");
}

static void refuses_what_it_cannot_read(void **state)
{
	static const char *const bad[] = {
		"",
		"Name:\tx\n",
		"Name:\tx\nTgid:\t1\nUid:\t1\t2\nGid:\t1\t2\t3\t4\nCapEff:\t0\n",
		"Name:\tx\nTgid:\t1\nUid:\t1\t2\t3\t4\nGid:\ta\tb\tc\nCapEff:\t0\n",
		"Name:\tx\nTgid:\t1\nUid:\t1\t2\t99999999999\t4\nGid:\t1\t2\t3\t4\nCapEff:\t0\n",
		"Name:\tx\nTgid:\t1\nUid:\t1\t2\t3\t4\nGid:\t1\t2\t3\t4\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct hufu_subject subject = {.uid = 42};

		assert_int_equal(task_parse_status(bad[i], true, &subject), -EBADMSG);
		assert_int_equal(subject.uid, 42);
	}
}

static void reads_itself(void **state)
{
	struct hufu_subject subject;
	pid_t tid = (pid_t)syscall(SYS_gettid);

	(void)state;
	assert_int_equal(task_read(tid, &subject), 0);
	assert_int_equal(subject.tid, tid);
	assert_int_equal(subject.pid, getpid());
	assert_int_equal(subject.uid, getuid());
	assert_int_equal(subject.egid, getegid());
	assert_string_equal(subject.comm, "test-task");
	assert_true(task_is_ours(tid));
	assert_false(task_is_ours(getppid()));
	assert_int_equal(task_read_implies_exec(tid), 0);
}

static void knows_open_files(void **state)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat exe, root;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &exe), 0);
	assert_int_equal(stat("/", &root), 0);
	assert_true(task_has_open(getpid(), fd, &exe));
	assert_false(task_has_open(getpid(), fd, &root));
	assert_int_equal(close(fd), 0);
	assert_false(task_has_open(getpid(), fd, &exe));
	assert_false(task_has_open(getpid(), -1, &exe));
	assert_false(task_has_open(-1, 0, &exe));
}

static void reads_personality(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		(void)personality(READ_IMPLIES_EXEC);
		_exit(task_read_implies_exec((pid_t)syscall(SYS_gettid)) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(task_read_implies_exec(child)); /* gone: assume the worse */
}

static void gone_task(void **state)
{
	struct hufu_subject subject;

	(void)state;
	assert_int_equal(task_read(-1, &subject), -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_status),
		cmocka_unit_test(capabilities_of_another_user_namespace_do_not_count),
		cmocka_unit_test(unescapes_names),
		cmocka_unit_test(refuses_what_it_cannot_read),
		cmocka_unit_test(reads_itself),
		cmocka_unit_test(knows_open_files),
		cmocka_unit_test(reads_personality),
		cmocka_unit_test(gone_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
