/* SPDX-License-Identifier: Apache-2.0 */
#include "syscall.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clean.h"

struct row {
	const char *text;
	enum syscall_kind kind;
	unsigned flags;
};

static void parses(void **state)
{
	static const struct row rows[] = {
#ifdef __x86_64__
		{"257 0xffffff9c 0x7ffe 0x80000 0x0 0x0 0x0 0x7ffe71b57260 0x7f0b715dd011\n", SYSCALL_OPEN, O_CLOEXEC},
		{"2 0x1 0x401 0x1b6 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_OPEN, O_WRONLY | O_APPEND},
		{"85 0x1 0x1b6 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_OPEN, O_WRONLY | O_CREAT | O_TRUNC},
		{"5 0x1 0x2 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_OPEN, O_RDWR}, /* 32-bit open */
		{"437 0x1 0x2 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_OPEN_WIDE, 0},
		{"426 0x1 0x2 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_OPEN_WIDE, 0},
		{"59 0x1 0x2 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_EXEC, 0},
		{"11 0x1 0x2 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_EXEC, 0}, /* 32-bit execve */
		{"9 0x0 0x1000 0x5 0x2 0x3 0x0 0x1 0x2\n", SYSCALL_MMAP, PROT_READ | PROT_EXEC},
		{"1073741833 0x0 0x1000 0x4 0x2 0x3 0x0 0x1 0x2\n", SYSCALL_MMAP, PROT_EXEC}, /* x32 */
		{"192 0x0 0x1000 0x1 0x2 0x3 0x0 0x1 0x2\n", SYSCALL_MMAP, PROT_READ},
		{"90 0x0 0x1000 0x1 0x2 0x3 0x0 0x1 0x2\n", SYSCALL_MMAP_WIDE, 0},
		{"0 0x3 0x7f 0x20000 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_READ, 0},
		{"0 0x3 0x7f 0x20000 0x0 0x0 0x0 0x0 0x2\n", SYSCALL_READ,
		 0}, /* who has no stack has a program all the same */
		{"313 0x3 0x7f 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_MODULE, 0},
		{"350 0x3 0x7f 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_MODULE, 0}, /* 32-bit finit_module */
		{"320 0x3 0x4 0x5 0x7f 0x4 0x0 0x1 0x2\n", SYSCALL_KEXEC, 4},
#endif
		{"9999 0x0 0x0 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_UNKNOWN, 0},
		{"-1 0x7ffe 0x7f0b\n", SYSCALL_UNKNOWN, 0}, /* not in a system call */
		{"0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, 0}, /* a thread of the kernel */
		{"257 0xffffff9c 0x7ffe 0x1 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, 0}, /* a worker of io_uring */
		{"257 0xffffff9c 0x7ffe 0x1 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, 0},
		{"257 0x1 0x2\n", SYSCALL_UNKNOWN, 0},
		{"257 x y z\n", SYSCALL_UNKNOWN, 0},
		{"99999999999999999999999 0x0 0x0 0x0 0x0 0x0 0x0 0x1 0x2\n", SYSCALL_UNKNOWN, 0},
		{"running\n", SYSCALL_UNKNOWN, 0},
		{"", SYSCALL_UNKNOWN, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct syscall call = {.kind = SYSCALL_EXEC, .flags = 77};

		syscall_parse(rows[i].text, &call);
		if (call.kind != rows[i].kind || call.flags != rows[i].flags)
			fail_msg("%s: kind %d, flags %x", rows[i].text, call.kind, call.flags);
	}
}

/* A real task that waits in a real call: a child that reads from a pipe nobody writes to. */
static void reads_waiting_task(void **state)
{
	struct syscall call;
	int ends[2];
	pid_t child;
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close(ends[1]);
		(void)alarm(30);
		_exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
	}
	/* Until it is there: 5 s at the most */
	for (int i = 0; i < 5000; i++) {
		assert_int_equal(syscall_read(child, &call), 0);
		if (call.kind == SYSCALL_READ)
			break;
		(void)usleep(1000);
	}
#ifdef __x86_64__
	assert_int_equal(call.kind, SYSCALL_READ);
#else
	assert_int_equal(call.kind, SYSCALL_UNKNOWN);
#endif
	(void)close(ends[0]);
	(void)close(ends[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(syscall_read(child, &call), -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(reads_waiting_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
