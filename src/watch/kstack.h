/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KSTACK_H
#define KSTACK_H

#include "hufu.h"

/*
 * Where in the kernel a waiting task stands, from /proc/<tid>/stack (CONFIG_STACKTRACE, readable with CAP_SYS_ADMIN). The names of
 * the functions it is in tell what no argument tells, and no task can forge them.
 */
enum kstack_facts {
	KSTACK_KNOWN = 1 << 0, /* it could be read; without it nothing below means anything */
	KSTACK_ELF_LOADER =
		1 << 1, /* load_elf_binary: what is opened is the ELF interpreter (ld.so), what is mapped a segment */
	KSTACK_MAPPING = 1 << 2, /* a file is being mapped */
	KSTACK_EXEC_OPEN = 1 << 4, /* do_open_execat: a program is being opened, nothing of it was read yet */
	KSTACK_KERNEL_READ = 1 << 3, /* kernel_read_file: a module, a firmware image, ... */
	KSTACK_FIRMWARE = 1 << 5, /* on behalf of the firmware loader */
};

unsigned kstack_read(pid_t tid);
/* The text of the file: lines `[<0>] name+0x12/0x34`. */
unsigned kstack_parse(const char *text);

#endif
