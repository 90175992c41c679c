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
#define MAPS   (KSTACK_KNOWN | KSTACK_MAPPING)

static const char *const names[HUFU_FUNC_COUNT] = {
	[HUFU_FUNC_FILE_CHECK] = "FILE_CHECK",
	[HUFU_FUNC_MMAP_CHECK] = "MMAP_CHECK",
	[HUFU_FUNC_MMAP_CHECK_REQPROT] = "MMAP_CHECK_REQPROT",
	[HUFU_FUNC_BPRM_CHECK] = "BPRM_CHECK",
	[HUFU_FUNC_CREDS_CHECK] = "CREDS_CHECK",
};

struct row {
	const char *what;
	struct classify_facts facts;
	const char *accesses; /* "FUNC:mask" each, a star if only for ELF files */
};

static const struct row rows[] = {
	{"program", {.events = EXEC, .stack = KSTACK_KNOWN}, "BPRM_CHECK:1 CREDS_CHECK:1"},
	{"program, no stack", {.events = EXEC}, "BPRM_CHECK:1 CREDS_CHECK:1"},
	{"ld.so", {.events = EXEC, .stack = KSTACK_KNOWN | KSTACK_ELF_LOADER}, ""},
	{"exec's plain open", {.events = OPEN, .syscall = {SYSCALL_EXEC, 0}}, "FILE_CHECK:1"},
	{"program and its open",
	 {.events = EXEC, .with_open = true, .stack = KSTACK_KNOWN},
	 "FILE_CHECK:1 BPRM_CHECK:1 CREDS_CHECK:1"},
	{"ld.so, with opens", {.events = EXEC, .with_open = true, .stack = KSTACK_KNOWN | KSTACK_ELF_LOADER}, ""},
	{"exec's open, judged already", {.events = OPEN, .open_done = true, .syscall = {SYSCALL_EXEC, 0}}, ""},
	{"exec's open, judged, mappings at open",
	 {.events = OPEN, .open_done = true, .map_at_open = true, .syscall = {SYSCALL_EXEC, 0}},
	 "MMAP_CHECK_REQPROT:1* MMAP_CHECK:1*"},
	{"no open of an execution",
	 {.events = OPEN, .open_done = true, .syscall = {SYSCALL_OPEN, O_RDONLY}},
	 "FILE_CHECK:4"},
	{"read", {.events = OPEN, .syscall = {SYSCALL_OPEN, O_RDONLY}}, "FILE_CHECK:4"},
	{"write", {.events = OPEN, .syscall = {SYSCALL_OPEN, O_WRONLY}}, "FILE_CHECK:2"},
	{"both", {.events = OPEN, .syscall = {SYSCALL_OPEN, O_RDWR}}, "FILE_CHECK:6"},
	{"mode 3", {.events = OPEN, .syscall = {SYSCALL_OPEN, O_ACCMODE}}, "FILE_CHECK:6"},
	{"truncate", {.events = OPEN, .syscall = {SYSCALL_OPEN, O_RDONLY | O_TRUNC}}, "FILE_CHECK:6"},
	{"append", {.events = OPEN, .syscall = {SYSCALL_OPEN, O_WRONLY | O_APPEND}}, "FILE_CHECK:10"},
	{"openat2",
	 {.events = OPEN, .syscall = {SYSCALL_OPEN_WIDE, 0}},
	 "FILE_CHECK:4 FILE_CHECK:2 FILE_CHECK:6 FILE_CHECK:12 FILE_CHECK:10 FILE_CHECK:14"},
	{"unknown call",
	 {.events = OPEN},
	 "FILE_CHECK:4 FILE_CHECK:2 FILE_CHECK:6 FILE_CHECK:12 FILE_CHECK:10 FILE_CHECK:14"},
	{"unknown call, mappings at open",
	 {.events = OPEN, .map_at_open = true},
	 "FILE_CHECK:4 FILE_CHECK:2 FILE_CHECK:6 FILE_CHECK:12 FILE_CHECK:10 FILE_CHECK:14 "
	 "MMAP_CHECK_REQPROT:1* MMAP_CHECK:1*"},
	{"read, mappings at open",
	 {.events = OPEN, .map_at_open = true, .syscall = {SYSCALL_OPEN, O_RDONLY}},
	 "FILE_CHECK:4 MMAP_CHECK_REQPROT:1* MMAP_CHECK:1*"},
	{"exec, mappings at open",
	 {.events = OPEN, .map_at_open = true, .syscall = {SYSCALL_EXEC, 0}},
	 "FILE_CHECK:1 MMAP_CHECK_REQPROT:1* MMAP_CHECK:1*"},
	{"write only, mappings at open",
	 {.events = OPEN, .map_at_open = true, .syscall = {SYSCALL_OPEN, O_WRONLY}},
	 "FILE_CHECK:2"},
	{"plain read", {.events = ACCESS, .syscall = {SYSCALL_READ, 0}}, ""},
	{"mmap rx",
	 {.events = ACCESS, .syscall = {SYSCALL_MMAP, PROT_READ | PROT_EXEC}},
	 "MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"mmap r", {.events = ACCESS, .syscall = {SYSCALL_MMAP, PROT_READ}}, ""},
	{"mmap r with READ_IMPLIES_EXEC",
	 {.events = ACCESS, .read_implies_exec = true, .syscall = {SYSCALL_MMAP, PROT_READ}},
	 "MMAP_CHECK:1"},
	{"mmap w with READ_IMPLIES_EXEC",
	 {.events = ACCESS, .read_implies_exec = true, .syscall = {SYSCALL_MMAP, PROT_WRITE}},
	 ""},
	{"execve reads a header", {.events = ACCESS, .stack = KSTACK_KNOWN, .syscall = {SYSCALL_EXEC, 0}}, ""},
	{"execve maps a segment",
	 {.events = ACCESS, .stack = MAPS, .syscall = {SYSCALL_EXEC, 0}},
	 "MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"execve, no stack", {.events = ACCESS, .syscall = {SYSCALL_EXEC, 0}}, "MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"old mmap",
	 {.events = ACCESS, .stack = MAPS, .syscall = {SYSCALL_MMAP_WIDE, 0}},
	 "MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
	{"unknown call reads", {.events = ACCESS, .stack = KSTACK_KNOWN}, ""},
	{"unknown call, no stack", {.events = ACCESS}, "MMAP_CHECK_REQPROT:1 MMAP_CHECK:1"},
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
	const struct classify_facts facts = {.events = OPEN, .syscall = {SYSCALL_OPEN, O_RDONLY}};
	const struct deed_row *row = deed_row(DEED_READ);
	struct classify_access accesses[CLASSIFY_MAX];

	(void)state;
	assert_int_equal(classify(&facts, accesses), row->n);
	assert_int_equal(accesses[0].func, row->accesses[0].func);
	assert_int_equal(accesses[0].mask, row->accesses[0].mask);
}

static void asks_for_stack_only_where_it_decides(void **state)
{
	const struct syscall reading = {SYSCALL_READ, 0}, mapping = {SYSCALL_MMAP, 0}, unknown = {SYSCALL_UNKNOWN, 0};

	(void)state;
	assert_true(classify_needs_stack(EXEC, &unknown));
	assert_false(classify_needs_stack(OPEN, &unknown));
	assert_false(classify_needs_stack(ACCESS, &reading));
	assert_false(classify_needs_stack(ACCESS, &mapping));
	assert_true(classify_needs_stack(ACCESS, &unknown));
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
