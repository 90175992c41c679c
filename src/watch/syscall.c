/* SPDX-License-Identifier: Apache-2.0 */
#include "syscall.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clean.h"
#include "procfile.h"

#define N_ARGS 6
#define N_REGS 2 /* after them: stack pointer, instruction pointer */
#define TRIES  100
#define TRY_NS 100000 /* 0.1 ms: 10 ms at the most, the task only has to be switched out */

static const struct syscall_row *find_row(unsigned long number)
{
	number &= ~(unsigned long)syscall_ignored_bits;
	for (size_t i = 0; i < syscall_n_rows; i++)
		if (syscall_rows[i].number == number)
			return &syscall_rows[i];
	return NULL;
}

void syscall_parse(const char *text, struct syscall *ret_syscall)
{
	struct syscall call = {.kind = SYSCALL_UNKNOWN};
	const struct syscall_row *row;
	unsigned long args[N_ARGS + N_REGS];
	char *at = NULL;
	unsigned long number;

	*ret_syscall = call;
	if (text[0] < '0' || text[0] > '9')
		return;
	errno = 0;
	number = strtoul(text, &at, 10);
	for (size_t i = 0; i < N_ARGS + N_REGS; i++) {
		char *end = NULL;

		if (*at != ' ')
			return;
		args[i] = strtoul(at + 1, &end, 16);
		if (end == at + 1)
			return;
		at = end;
	}
	row = errno ? NULL : find_row(number);
	/* copy_thread() has set both to 0, arch/x86/kernel/process.c */
	if (!row || (!args[N_ARGS] && !args[N_ARGS + 1]))
		return;
	call.kind = row->kind;
	if (row->kind == SYSCALL_OPEN && row->arg == SYSCALL_ARG_CREAT)
		call.flags = O_WRONLY | O_CREAT | O_TRUNC;
	else if (row->kind == SYSCALL_OPEN || row->kind == SYSCALL_MMAP || row->kind == SYSCALL_KEXEC)
		call.flags = (unsigned)args[row->arg];
	call.kernel_fd = (int)args[0];
	call.initramfs_fd = (int)args[1];
	*ret_syscall = call;
}

int syscall_read(pid_t tid, struct syscall *ret_syscall)
{
	char text[256];

	for (unsigned i = 0; i < TRIES; i++) {
		ssize_t len = procfile_read(tid, "syscall", text, sizeof(text));

		if (len < 0)
			return (int)len;
		if (strncmp(text, "running", 7) != 0)
			break;
		(void)nanosleep(&(struct timespec){.tv_nsec = TRY_NS}, NULL);
	}
	syscall_parse(text, ret_syscall);
	return 0;
}
