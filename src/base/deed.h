/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEED_H
#define DEED_H

#include <stddef.h>

#include "hufu.h"

/*
 * What a task does with a file, and the accesses the kernel's IMA sees of it, in its order: process_measurement()'s callers in
 * security/integrity/ima/ima_main.c. One table for hufud, which watches tasks, and for a simulation, which imagines them.
 */
enum deed {
	DEED_READ, /* open(2) with O_RDONLY */
	DEED_OPEN_TO_EXEC, /* the open inside execve(2): of programs, interpreters of scripts, and ELF interpreters */
	DEED_EXEC, /* programs, scripts and interpreters of scripts; of an ELF interpreter the kernel does not ask this */
	DEED_MAP, /* mmap(2) with PROT_EXEC, and the segments that execve(2) maps */
	/* What the kernel reads for itself: security_kernel_read_file()'s callers */
	DEED_MODULE, /* finit_module(2) */
	DEED_FIRMWARE, /* request_firmware() in whatever a task, or the kernel itself, is doing */
	DEED_KEXEC_KERNEL, /* kexec_file_load(2) */
	DEED_KEXEC_INITRAMFS,
	DEED_COUNT,
};

struct deed_access {
	enum hufu_func func;
	unsigned mask; /* enum hufu_mask */
};

struct deed_row {
	struct deed_access accesses[2];
	size_t n;
};

/* `deed` is below DEED_COUNT. */
const struct deed_row *deed_row(enum deed deed);

#endif
