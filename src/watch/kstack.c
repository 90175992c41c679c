/* SPDX-License-Identifier: Apache-2.0 */
#include "kstack.h"

#include <string.h>

#include "clean.h"
#include "procfile.h"

/*
 * Functions that are called through pointers or from other files, so that no compiler can inline them away: fs/binfmt_elf.c,
 * binfmt_elf_fdpic.c, mm/util.c, mm/mmap.c, ipc/shm.c, fs/kernel_read_file.c; of the loader of firmware
 * (drivers/base/firmware_loader/main.c) any one of three is enough, and the first is in another file.
 */
static const struct {
	const char *name;
	unsigned fact;
} frames[] = {
	{"load_elf_binary", KSTACK_ELF_LOADER},
	{"load_elf_fdpic_binary", KSTACK_ELF_LOADER},
	{"do_open_execat", KSTACK_EXEC_OPEN},
	{"vm_mmap_pgoff", KSTACK_MAPPING},
	{"do_mmap", KSTACK_MAPPING},
	{"do_shmat", KSTACK_MAPPING},
	{"__do_sys_remap_file_pages", KSTACK_MAPPING},
	{"__x64_sys_remap_file_pages", KSTACK_MAPPING},
	{"__ia32_sys_remap_file_pages", KSTACK_MAPPING},
	{"kernel_read_file", KSTACK_KERNEL_READ},
	{"kernel_read_file_from_path_initns", KSTACK_FIRMWARE},
	{"fw_get_filesystem_firmware", KSTACK_FIRMWARE},
	{"_request_firmware", KSTACK_FIRMWARE},
};

static unsigned fact_of(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
		if (strlen(frames[i].name) == len && memcmp(frames[i].name, name, len) == 0)
			return frames[i].fact;
	return 0;
}

unsigned kstack_parse(const char *text)
{
	unsigned facts = 0;

	for (const char *line = text; *line;) {
		const char *end = strchrnul(line, '\n');
		const char *name = memchr(line, ']', (size_t)(end - line));

		if (name && end - name > 2 && name[1] == ' ') {
			name += 2;
			/* "name.isra.0+0x1/0x2": the suffix is the compiler's */
			facts |= KSTACK_KNOWN | fact_of(name, strcspn(name, "+.\n"));
		}
		line = *end ? end + 1 : end;
	}
	return facts;
}

unsigned kstack_read(pid_t tid)
{
	char text[8192]; /* 64 frames at most, MAX_STACK_TRACE_DEPTH in fs/proc/base.c */

	if (procfile_read(tid, "stack", text, sizeof(text)) < 0)
		return 0;
	return kstack_parse(text);
}
