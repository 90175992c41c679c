/* SPDX-License-Identifier: Apache-2.0 */
#include "classify.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "bytes.h"
#include "clean.h"
#include "deed.h"
#include "kstack.h"

#define EXEC   FANGROUP_EXEC
#define OPEN   FANGROUP_OPEN
#define ACCESS FANGROUP_ACCESS
#define READ   FANGROUP_READ
#define MAPS   (KSTACK_KNOWN | KSTACK_MAPPING)
#define KREAD  (KSTACK_KNOWN | KSTACK_KERNEL_READ)

static const char *const names[HUFU_FUNC_COUNT] = {
	[HUFU_FUNC_FILE_CHECK] = "FILE_CHECK",
	[HUFU_FUNC_MMAP_CHECK] = "MMAP_CHECK",
	[HUFU_FUNC_MMAP_CHECK_REQPROT] = "MMAP_CHECK_REQPROT",
	[HUFU_FUNC_BPRM_CHECK] = "BPRM_CHECK",
	[HUFU_FUNC_CREDS_CHECK] = "CREDS_CHECK",
	[HUFU_FUNC_MODULE_CHECK] = "MODULE_CHECK",
	[HUFU_FUNC_FIRMWARE_CHECK] = "FIRMWARE_CHECK",
	[HUFU_FUNC_KEXEC_KERNEL_CHECK] = "KEXEC_KERNEL_CHECK",
	[HUFU_FUNC_KEXEC_INITRAMFS_CHECK] = "KEXEC_INITRAMFS_CHECK",
};

#define EVERY_KERNEL_READ "MODULE_CHECK:4 KEXEC_KERNEL_CHECK:4 KEXEC_INITRAMFS_CHECK:4 FIRMWARE_CHECK:4"

struct row {
	const char *what;
	struct classify_facts facts;
	const char *accesses; /* "FUNC:mask" each, a star if only for ELF files */
};

static const struct row rows[] = {
	{"program", {.events = EXEC, .stack = KSTACK_KNOWN}, "BPRM_CHECK:1 CREDS_CHECK:1"},
	{"program, no stack", {.events = EXEC}, "BPRM_CHECK:1 CREDS_CHECK:1"},
	{"ld.so", {.events = EXEC, .stack = KSTACK_KNOWN | KSTACK_ELF_LOADER}, ""},
	{"exec's plain open", {.events = OPEN, .syscall = {.kind = SYSCALL_EXEC}}, "FILE_CHECK:1"},
	{"program and its open",
	 {.events = EXEC, .with_open = true, .stack = KSTACK_KNOWN},
	 "FILE_CHECK:1 BPRM_CHECK:1 CREDS_CHECK:1"},
	{"ld.so, with opens", {.events = EXEC, .with_open = true, .stack = KSTACK_KNOWN | KSTACK_ELF_LOADER}, ""},
	{"exec's open, judged already", {.events = OPEN, .open_done = true, .syscall = {.kind = SYSCALL_EXEC}}, ""},
	{"exec's open, judged, mappings at open",
	 {.events = OPEN, .open_done = true, .map_at_open = true, .syscall = {.kind = SYSCALL_EXEC}},
	 "MMAP_CHECK_REQPROT:1* MMAP_CHECK:1*"},
	{"no open of an execution",
	 {.events = OPEN, .open_done = true, .syscall = {.kind = SYSCALL_OPEN, .flags = O_RDONLY}},
	 "FILE_CHECK:4"},
	{"read", {.events = OPEN, .syscall = {.kind = SYSCALL_OPEN, .flags = O_RDONLY}}, "FILE_CHECK:4"},
	{"write", {.events = OPEN, .syscall = {.kind = SYSCALL_OPEN, .flags = O_WRONLY}}, "FILE_CHECK:2"},
	{"both", {.events = OPEN, .syscall = {.kind = SYSCALL_OPEN, .flags = O_RDWR}}, "FILE_CHECK:6"},
	{"mode 3", {.events = OPEN, .syscall = {.kind = SYSCALL_OPEN, .flags = O_ACCMODE}}, "FILE_CHECK:6"},
	{"truncate", {.events = OPEN, .syscall = {.kind = SYSCALL_OPEN, .flags = O_RDONLY | O_TRUNC}}, "FILE_CHECK:6"},
	{"append", {.events = OPEN, .syscall = {.kind = SYSCALL_OPEN, .flags = O_WRONLY | O_APPEND}}, "FILE_CHECK:10"},
	{"openat2",
	 {.events = OPEN, .syscall = {.kind = SYSCALL_OPEN_WIDE}},
	 "FILE_CHECK:4 FILE_CHECK:2 FILE_CHECK:6 FILE_CHECK:12 FILE_CHECK:10 FILE_CHECK:14"},
	{"unknown call",
	 {.events = OPEN},
	 "FILE_CHECK:4 FILE_CHECK:2 FILE_CHECK:6 FILE_CHECK:12 FILE_CHECK:10 FILE_CHECK:14"},
	{"unknown call, mappings at open",
	 {.events = OPEN, .map_at_open = true},
	 "FILE_CHECK:4 FILE_CHECK:2 FILE_CHECK:6 FILE_CHECK:12 FILE_CHECK:10 FILE_CHECK:14 "
	 "MMAP_CHECK_REQPROT:1* MMAP_CHECK:1*"},
	{"read, mappings at open",
	 {.events = OPEN, .map_at_open = true, .syscall = {.kind = SYSCALL_OPEN, .flags = O_RDONLY}},
	 "FILE_CHECK:4 MMAP_CHECK_REQPROT:1* MMAP_CHECK:1*"},
	{"exec, mappings at open",
	 {.events = OPEN, .map_at_open = true, .syscall = {.kind = SYSCALL_EXEC}},
	 "FILE_CHECK:1 MMAP_CHECK_REQPROT:1* MMAP_CHECK:1*"},
	{"write only, mappings at open",
	 {.events = OPEN, .map_at_open = true, .syscall = {.kind = SYSCALL_OPEN, .flags = O_WRONLY}},
	 "FILE_CHECK:2"},
	{"plain read", {.events = ACCESS, .syscall = {.kind = SYSCALL_READ}}, ""},
	{"mmap rx",
	 {.events = ACCESS, .syscall = {.kind = SYSCALL_MMAP, .flags = PROT_READ | PROT_EXEC}},
	 "MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"mmap r", {.events = ACCESS, .syscall = {.kind = SYSCALL_MMAP, .flags = PROT_READ}}, ""},
	{"mmap r with READ_IMPLIES_EXEC",
	 {.events = ACCESS, .read_implies_exec = true, .syscall = {.kind = SYSCALL_MMAP, .flags = PROT_READ}},
	 "MMAP_CHECK:1"},
	{"mmap w with READ_IMPLIES_EXEC",
	 {.events = ACCESS, .read_implies_exec = true, .syscall = {.kind = SYSCALL_MMAP, .flags = PROT_WRITE}},
	 ""},
	{"execve reads a header", {.events = ACCESS, .stack = KSTACK_KNOWN, .syscall = {.kind = SYSCALL_EXEC}}, ""},
	{"execve maps a segment",
	 {.events = ACCESS, .stack = MAPS, .syscall = {.kind = SYSCALL_EXEC}},
	 "MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"execve, no stack",
	 {.events = ACCESS, .syscall = {.kind = SYSCALL_EXEC}},
	 "FIRMWARE_CHECK:4 MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"old mmap",
	 {.events = ACCESS, .stack = MAPS, .syscall = {.kind = SYSCALL_MMAP_WIDE}},
	 "MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"unknown call reads", {.events = ACCESS, .stack = KSTACK_KNOWN}, ""},
	{"unknown call, no stack", {.events = ACCESS}, EVERY_KERNEL_READ " MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"module", {.events = READ, .stack = KREAD, .syscall = {.kind = SYSCALL_MODULE}}, "MODULE_CHECK:4"},
	{"module, mappings watched",
	 {.events = ACCESS, .stack = KREAD, .syscall = {.kind = SYSCALL_MODULE}},
	 "MODULE_CHECK:4"},
	{"module, no stack", {.events = READ, .syscall = {.kind = SYSCALL_MODULE}}, "MODULE_CHECK:4 FIRMWARE_CHECK:4"},
	{"32-bit splice, with the number of finit_module",
	 {.events = READ, .stack = KSTACK_KNOWN, .syscall = {.kind = SYSCALL_MODULE}},
	 ""},
	{"firmware for a module that starts",
	 {.events = READ, .stack = KREAD | KSTACK_FIRMWARE, .syscall = {.kind = SYSCALL_MODULE}},
	 "FIRMWARE_CHECK:4"},
	{"firmware for a write to sysfs",
	 {.events = READ, .with_firmware = true, .stack = KREAD | KSTACK_FIRMWARE, .syscall = {.kind = SYSCALL_READ}},
	 "FIRMWARE_CHECK:4"},
	{"firmware, read by a thread of the kernel",
	 {.events = READ, .stack = KREAD | KSTACK_FIRMWARE},
	 "FIRMWARE_CHECK:4"},
	{"another reader in the kernel",
	 {.events = READ, .with_firmware = true, .stack = KREAD, .syscall = {.kind = SYSCALL_READ}},
	 "FIRMWARE_CHECK:4"},
	{"another reader in the kernel, call unknown", {.events = READ, .stack = KREAD}, EVERY_KERNEL_READ},
	{"read, rules about firmware, no stack",
	 {.events = READ, .with_firmware = true, .syscall = {.kind = SYSCALL_READ}},
	 "FIRMWARE_CHECK:4"},
	{"read, rules about firmware",
	 {.events = READ, .with_firmware = true, .stack = KSTACK_KNOWN, .syscall = {.kind = SYSCALL_READ}},
	 ""},
	{"read, no such rules", {.events = READ, .syscall = {.kind = SYSCALL_READ}}, ""},
	{"mmap, rules about firmware",
	 {.events = ACCESS,
	  .with_firmware = true,
	  .stack = MAPS,
	  .syscall = {.kind = SYSCALL_MMAP, .flags = PROT_EXEC}},
	 "MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"execve reads a header, nobody asks for mappings",
	 {.events = READ, .stack = KSTACK_KNOWN, .syscall = {.kind = SYSCALL_EXEC}},
	 ""},
	{"a kernel to boot",
	 {.events = READ, .stack = KREAD, .kexec = CLASSIFY_KEXEC_KERNEL, .syscall = {.kind = SYSCALL_KEXEC}},
	 "KEXEC_KERNEL_CHECK:4"},
	{"its initramfs",
	 {.events = READ, .stack = KREAD, .kexec = CLASSIFY_KEXEC_INITRAMFS, .syscall = {.kind = SYSCALL_KEXEC}},
	 "KEXEC_INITRAMFS_CHECK:4"},
	{"one file for both",
	 {.events = READ,
	  .stack = KREAD,
	  .kexec = CLASSIFY_KEXEC_KERNEL | CLASSIFY_KEXEC_INITRAMFS,
	  .syscall = {.kind = SYSCALL_KEXEC}},
	 "KEXEC_KERNEL_CHECK:4 KEXEC_INITRAMFS_CHECK:4"},
	{"either of the two",
	 {.events = READ, .stack = KREAD, .syscall = {.kind = SYSCALL_KEXEC}},
	 "KEXEC_KERNEL_CHECK:4 KEXEC_INITRAMFS_CHECK:4"},
	{"nothing", {.events = 0}, ""},
};

static void classifies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct classify_access accesses[CLASSIFY_MAX];
		size_t n = classify(&rows[i].facts, accesses);
		autobuf text = {0};
		autofree char *got = NULL;

		for (size_t k = 0; k < n; k++)
			buf_printf(&text, "%s%s:%u%s", k ? " " : "", names[accesses[k].func], accesses[k].mask,
				   accesses[k].if_elf ? "*" : "");
		got = buf_take_str(&text);
		if (strcmp(got, rows[i].accesses) != 0)
			fail_msg("%s: %s", rows[i].what, got);
	}
}

/* What a simulation takes for the accesses of a plain open. */
static void reading_is_the_deed_of_that_name(void **state)
{
	const struct classify_facts facts = {.events = OPEN, .syscall = {.kind = SYSCALL_OPEN, .flags = O_RDONLY}};
	const struct deed_row *row = deed_row(DEED_READ);
	struct classify_access accesses[CLASSIFY_MAX];

	(void)state;
	assert_int_equal(classify(&facts, accesses), row->n);
	assert_int_equal(accesses[0].func, row->accesses[0].func);
	assert_int_equal(accesses[0].mask, row->accesses[0].mask);
}

static void asks_for_stack_only_where_it_decides(void **state)
{
	const struct syscall reading = {.kind = SYSCALL_READ}, mapping = {.kind = SYSCALL_MMAP}, unknown = {0};
	const struct syscall module = {.kind = SYSCALL_MODULE};

	(void)state;
	assert_true(classify_needs_stack(EXEC, &unknown, false));
	assert_false(classify_needs_stack(OPEN, &unknown, true));
	assert_false(classify_needs_stack(ACCESS, &reading, false));
	assert_false(classify_needs_stack(ACCESS, &mapping, false));
	assert_true(classify_needs_stack(ACCESS, &unknown, false));
	assert_false(classify_needs_stack(READ, &reading, false));
	assert_true(classify_needs_stack(READ, &reading, true));
	assert_true(classify_needs_stack(ACCESS, &mapping, true));
	assert_true(classify_needs_stack(READ, &module, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classifies),
		cmocka_unit_test(reading_is_the_deed_of_that_name),
		cmocka_unit_test(asks_for_stack_only_where_it_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
