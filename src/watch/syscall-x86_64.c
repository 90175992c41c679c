/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl together. /proc does not say which of the two tables a task used
 * (any task may use `int 0x80`), and need not: a number listed here for one table is, in the other, a call that neither opens
 * nor maps a file, so that it cannot be what the event is about. Of what the kernel reads for itself the stack has the last word.
 */
#include "syscall.h"

#include "clean.h"

const struct syscall_row syscall_rows[] = {
	/* 64-bit and x32 */
	{2, SYSCALL_OPEN, 1}, /* open */
	{85, SYSCALL_OPEN, SYSCALL_ARG_CREAT}, /* creat */
	{257, SYSCALL_OPEN, 2}, /* openat; 32-bit: remap_file_pages, so an ACCESS in it may map */
	{304, SYSCALL_OPEN, 2}, /* open_by_handle_at */
	{437, SYSCALL_OPEN_WIDE, 0}, /* openat2, the same number in both tables */
	{426, SYSCALL_OPEN_WIDE, 0}, /* io_uring_enter, the same in both */
	{59, SYSCALL_EXEC, 0}, /* execve */
	{322, SYSCALL_EXEC, 0}, /* execveat */
	{520, SYSCALL_EXEC, 0}, /* x32 execve */
	{545, SYSCALL_EXEC, 0}, /* x32 execveat */
	{9, SYSCALL_MMAP, 2}, /* mmap */
	{30, SYSCALL_MMAP_WIDE, 0}, /* shmat */
	{216, SYSCALL_MMAP_WIDE, 0}, /* remap_file_pages */
	{0, SYSCALL_READ, 0}, /* read */
	{1, SYSCALL_READ, 0}, /* write */
	{17, SYSCALL_READ, 0}, /* pread64 */
	{18, SYSCALL_READ, 0}, /* pwrite64 */
	{19, SYSCALL_READ, 0}, /* readv */
	{20, SYSCALL_READ, 0}, /* writev */
	{40, SYSCALL_READ, 0}, /* sendfile */
	{77, SYSCALL_READ, 0}, /* ftruncate */
	{275, SYSCALL_READ, 0}, /* splice */
	{285, SYSCALL_READ, 0}, /* fallocate */
	{296, SYSCALL_READ, 0}, /* pwritev */
	{326, SYSCALL_READ, 0}, /* copy_file_range */
	{327, SYSCALL_READ, 0}, /* preadv2 */
	{328, SYSCALL_READ, 0}, /* pwritev2 */
	{313, SYSCALL_MODULE, 0}, /* finit_module; 32-bit: splice */
	{320, SYSCALL_KEXEC, 4}, /* kexec_file_load; 32-bit: utimensat */
	/* 32-bit */
	{5, SYSCALL_OPEN, 1}, /* open */
	{8, SYSCALL_OPEN, SYSCALL_ARG_CREAT}, /* creat */
	{295, SYSCALL_OPEN, 2}, /* openat; 64-bit: preadv */
	{342, SYSCALL_OPEN, 2}, /* open_by_handle_at */
	{11, SYSCALL_EXEC, 0}, /* execve */
	{358, SYSCALL_EXEC, 0}, /* execveat */
	{192, SYSCALL_MMAP, 2}, /* mmap2 */
	{90, SYSCALL_MMAP_WIDE, 0}, /* old mmap: arguments in memory */
	{117, SYSCALL_MMAP_WIDE, 0}, /* ipc: shmat among others */
	{397, SYSCALL_MMAP_WIDE, 0}, /* shmat */
	{3, SYSCALL_READ, 0}, /* read */
	{4, SYSCALL_READ, 0}, /* write */
	{145, SYSCALL_READ, 0}, /* readv */
	{146, SYSCALL_READ, 0}, /* writev */
	{180, SYSCALL_READ, 0}, /* pread64 */
	{181, SYSCALL_READ, 0}, /* pwrite64 */
	{187, SYSCALL_READ, 0}, /* sendfile */
	{239, SYSCALL_READ, 0}, /* sendfile64 */
	{350, SYSCALL_MODULE, 0}, /* finit_module */
};

const size_t syscall_n_rows = ARRAY_SIZE(syscall_rows);
const unsigned syscall_ignored_bits = 0x40000000;
