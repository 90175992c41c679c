/* SPDX-License-Identifier: Apache-2.0 */
#include "classify.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "clean.h"
#include "deed.h"
#include "kstack.h"

struct out {
	struct classify_access *accesses;
	size_t count;
};

static void put(struct out *out, enum hufu_func func, unsigned mask, unsigned open_flags)
{
	out->accesses[out->count++] = (struct classify_access){.func = func, .mask = mask, .open_flags = open_flags};
}

static void put_deed(struct out *out, enum deed deed)
{
	const struct deed_row *row = deed_row(deed);

	for (size_t i = 0; i < row->n; i++)
		put(out, row->accesses[i].func, row->accesses[i].mask, 0);
}

/* ima_file_check()'s mask: MAY_ bits of the access mode, O_TRUNC adds WRITE, O_APPEND adds APPEND (fs/open.c, build_open_flags). */
static unsigned mask_of_flags(unsigned flags)
{
	static const unsigned by_mode[] = {HUFU_MAY_READ, HUFU_MAY_WRITE, HUFU_MAY_READ | HUFU_MAY_WRITE,
					   HUFU_MAY_READ | HUFU_MAY_WRITE};
	unsigned mask = by_mode[flags & O_ACCMODE];

	if (flags & O_TRUNC)
		mask |= HUFU_MAY_WRITE;
	if (flags & O_APPEND)
		mask |= HUFU_MAY_APPEND;
	return mask;
}

/* A rule may ask for one exact mask, so an unknown one has to be tried as each that open(2) can have. */
static void put_every_mask(struct out *out)
{
	static const unsigned every[] = {
		HUFU_MAY_READ,
		HUFU_MAY_WRITE,
		HUFU_MAY_READ | HUFU_MAY_WRITE,
		HUFU_MAY_READ | HUFU_MAY_APPEND,
		HUFU_MAY_WRITE | HUFU_MAY_APPEND,
		HUFU_MAY_READ | HUFU_MAY_WRITE | HUFU_MAY_APPEND,
	};

	for (size_t i = 0; i < ARRAY_SIZE(every); i++) {
		put(out, HUFU_FUNC_FILE_CHECK, every[i], 0);
		out->accesses[out->count - 1].maybe = true;
	}
}

static void classify_exec(const struct classify_facts *facts, struct out *out)
{
	/* ld.so is opened for execution too, but it is no program: the kernel asks FILE_CHECK and MMAP_CHECK of it only */
	if (facts->stack & KSTACK_ELF_LOADER)
		return;
	/* fanotify tells of the execution before the open; ima_file_check() comes before ima_bprm_check() */
	if (facts->with_open)
		put_deed(out, DEED_OPEN_TO_EXEC);
	put_deed(out, DEED_EXEC);
}

static void classify_open(const struct classify_facts *facts, struct out *out)
{
	bool reads = true;

	if (facts->syscall.kind == SYSCALL_EXEC) {
		if (!facts->open_done)
			put_deed(out, DEED_OPEN_TO_EXEC);
	} else if (facts->syscall.kind == SYSCALL_OPEN) {
		unsigned mask = mask_of_flags(facts->syscall.flags);

		reads = mask & HUFU_MAY_READ;
		put(out, HUFU_FUNC_FILE_CHECK, mask, facts->syscall.flags);
	} else {
		put_every_mask(out);
	}
	if (facts->map_at_open && reads) {
		put_deed(out, DEED_MAP);
		out->accesses[out->count - 1].if_elf = true;
		out->accesses[out->count - 2].if_elf = true;
	}
}

static void put_kexec(const struct classify_facts *facts, struct out *out)
{
	if (facts->kexec != CLASSIFY_KEXEC_INITRAMFS)
		put_deed(out, DEED_KEXEC_KERNEL);
	if (facts->kexec != CLASSIFY_KEXEC_KERNEL)
		put_deed(out, DEED_KEXEC_INITRAMFS);
}

/*
 * What the kernel reads for itself, and for what: security_kernel_read_file(). A module comes by its system call only, so does what is
 * to be booted; firmware may be asked for in any call, also in those (by the module as it starts), and by threads of the kernel.
 */
static void put_kernel_read(const struct classify_facts *facts, struct out *out)
{
	enum syscall_kind kind = facts->syscall.kind;
	bool known = facts->stack & KSTACK_KNOWN;

	if (known && facts->stack & KSTACK_FIRMWARE) {
		put_deed(out, DEED_FIRMWARE);
		return;
	}
	if (kind == SYSCALL_MODULE || kind == SYSCALL_UNKNOWN)
		put_deed(out, DEED_MODULE);
	if (kind == SYSCALL_KEXEC || kind == SYSCALL_UNKNOWN)
		put_kexec(facts, out);
	/* A reader that is not known, or that cannot be seen: as the strictest */
	if (!known || (kind != SYSCALL_MODULE && kind != SYSCALL_KEXEC))
		put_deed(out, DEED_FIRMWARE);
}

static bool may_be_kernel_read(const struct classify_facts *facts)
{
	if (facts->stack & KSTACK_KNOWN)
		return facts->stack & KSTACK_KERNEL_READ;
	/* Of these the stack is not asked unless firmware matters */
	return facts->with_firmware || (facts->syscall.kind != SYSCALL_READ && facts->syscall.kind != SYSCALL_MMAP);
}

static void classify_mapping(const struct classify_facts *facts, struct out *out)
{
	const struct syscall *call = &facts->syscall;

	if (call->kind == SYSCALL_READ)
		return;
	if (call->kind == SYSCALL_MMAP) {
		if (call->flags & PROT_EXEC)
			put_deed(out, DEED_MAP);
		else if (facts->read_implies_exec && call->flags & PROT_READ) /* applied, though not requested */
			put(out, HUFU_FUNC_MMAP_CHECK, HUFU_MAY_EXEC, 0);
		return;
	}
	/* execve reads headers and maps segments; the others cannot be told apart by their number */
	if (!(facts->stack & KSTACK_KNOWN) || facts->stack & KSTACK_MAPPING)
		put_deed(out, DEED_MAP);
}

static void classify_access(const struct classify_facts *facts, struct out *out)
{
	if (may_be_kernel_read(facts))
		put_kernel_read(facts, out);
	if (facts->events & FANGROUP_ACCESS)
		classify_mapping(facts, out);
}

bool classify_needs_stack(unsigned events, const struct syscall *syscall, bool with_firmware)
{
	if (events & FANGROUP_EXEC)
		return true;
	if (!(events & (FANGROUP_ACCESS | FANGROUP_READ)))
		return false;
	return with_firmware || (syscall->kind != SYSCALL_READ && syscall->kind != SYSCALL_MMAP);
}

size_t classify(const struct classify_facts *facts, struct classify_access ret_accesses[CLASSIFY_MAX])
{
	struct out out = {.accesses = ret_accesses};

	if (facts->events & FANGROUP_EXEC)
		classify_exec(facts, &out);
	else if (facts->events & FANGROUP_OPEN)
		classify_open(facts, &out);
	else if (facts->events & (FANGROUP_ACCESS | FANGROUP_READ))
		classify_access(facts, &out);
	return out.count;
}
