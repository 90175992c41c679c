/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYSCALL_H
#define SYSCALL_H

#include "hufu.h"

/*
 * What a waiting task is doing, from /proc/<tid>/syscall: the number and its arguments as the registers held them at entry. They
 * cannot change while the task waits for its answer. Arguments in memory can, so they are never looked at.
 */
enum syscall_kind {
	SYSCALL_UNKNOWN = 0, /* not in the table, or not to be seen: assume the widest */
	SYSCALL_OPEN, /* flags are in an argument */
	SYSCALL_OPEN_WIDE, /* opens with flags in memory (openat2), or by a worker (io_uring) */
	SYSCALL_EXEC,
	SYSCALL_MMAP, /* protection is in an argument */
	SYSCALL_MMAP_WIDE, /* maps with its arguments in memory, or always executable: old mmap, shmat, remap_file_pages */
	SYSCALL_READ, /* reads, writes, truncates: cannot map */
	SYSCALL_MODULE, /* finit_module */
	SYSCALL_KEXEC, /* kexec_file_load: descriptors and flags are in arguments */
};

struct syscall {
	enum syscall_kind kind;
	unsigned flags; /* OPEN: O_ flags; MMAP: PROT_ bits; KEXEC: KEXEC_FILE_ flags */
	int kernel_fd, initramfs_fd; /* KEXEC */
};

/* Reads it for `tid`; retries for a few milliseconds while the task is still on its way to sleep. -ESRCH: it is gone. */
HUFU_MUST_USE int syscall_read(pid_t tid, struct syscall *ret_syscall);
/*
 * The text of the file: "257 0xffffff9c 0x7f.. 0x0 ...\n"; "running\n" and anything else gives SYSCALL_UNKNOWN. So does a task that
 * has no program to go back to: a thread of the kernel, whose number is 0, or a worker of io_uring, whose number is that of the call
 * which its maker happened to be in.
 */
void syscall_parse(const char *text, struct syscall *ret_syscall);

/* One machine's system calls; syscall-<machine>.c, chosen by the build. */
struct syscall_row {
	unsigned number;
	enum syscall_kind kind;
	unsigned arg; /* OPEN, MMAP, KEXEC: which argument (0-based) holds the flags */
};
#define SYSCALL_ARG_CREAT 6 /* no argument: creat(2) is O_WRONLY|O_CREAT|O_TRUNC */
extern const struct syscall_row syscall_rows[];
extern const size_t syscall_n_rows;
/* Bits of the number to ignore: x32 sets 0x40000000. */
extern const unsigned syscall_ignored_bits;

#endif
