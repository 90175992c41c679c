/* SPDX-License-Identifier: Apache-2.0 */
#include "kstack.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "clean.h"

#define HEAD "[<0>] fanotify_handle_event+0xbf5/0x1bd0\n[<0>] fsnotify+0x3af/0xf70\n"
#define TAIL "[<0>] do_syscall_64+0x71/0x290\n[<0>] entry_SYSCALL_64_after_hwframe+0x76/0x7e\n"

static void parses(void **state)
{
	static const struct {
		const char *text;
		unsigned facts;
	} rows[] = {
		{"", 0},
		{"garbage\n", 0},
		{"[<0>]\n[<0>] \n", 0},
		{HEAD TAIL, KSTACK_KNOWN},
		/* the program itself */
		{HEAD "[<0>] do_open_execat+0x5d/0x120\n[<0>] alloc_bprm+0x20/0x220\n" TAIL,
		 KSTACK_KNOWN | KSTACK_EXEC_OPEN},
		/* a script's interpreter is a program too */
		{HEAD "[<0>] open_exec+0x26/0x60\n[<0>] load_script+0x1ed/0x2f0\n" TAIL, KSTACK_KNOWN},
		{HEAD "[<0>] open_exec+0x26/0x60\n[<0>] load_elf_binary+0x1b1/0x1870\n" TAIL,
		 KSTACK_KNOWN | KSTACK_ELF_LOADER},
		{HEAD "[<0>] vm_mmap_pgoff+0x1f1/0x210\n[<0>] elf_load+0xaf/0x2b0\n[<0>] "
		      "load_elf_binary+0x65a/0x1870\n" TAIL,
		 KSTACK_KNOWN | KSTACK_ELF_LOADER | KSTACK_MAPPING},
		{HEAD "[<0>] load_elf_binary.isra.0+0x1b1/0x1870\n" TAIL, KSTACK_KNOWN | KSTACK_ELF_LOADER},
		/* another function whose name only begins so */
		{HEAD "[<0>] load_elf_binary_of_another_kind+0x1/0x2\n" TAIL, KSTACK_KNOWN},
		{HEAD "[<0>] kernel_read_file+0x1/0x2\n[<0>] kernel_read_file_from_fd+0x4e/0x80\n"
		      "[<0>] __do_sys_finit_module+0xac/0x120\n" TAIL,
		 KSTACK_KNOWN | KSTACK_KERNEL_READ},
		{HEAD "[<0>] kernel_read_file+0x1/0x2\n[<0>] kernel_read_file_from_path_initns+0x7a/0xa0\n"
		      "[<0>] fw_get_filesystem_firmware+0x1/0x2\n[<0>] _request_firmware.part.0+0x1/0x2\n" TAIL,
		 KSTACK_KNOWN | KSTACK_KERNEL_READ | KSTACK_FIRMWARE},
		{HEAD "[<0>] kernel_read_file+0x1/0x2\n[<0>] _request_firmware+0x1/0x2\n" TAIL,
		 KSTACK_KNOWN | KSTACK_KERNEL_READ | KSTACK_FIRMWARE},
		/* no newline at the end */
		{"[<0>] vm_mmap_pgoff+0x1/0x2", KSTACK_KNOWN | KSTACK_MAPPING},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (kstack_parse(rows[i].text) != rows[i].facts)
			fail_msg("row %zu: %x", i, kstack_parse(rows[i].text));
}

static void gone_task_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(kstack_read(-1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(gone_task_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
