/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLASSIFY_H
#define CLASSIFY_H

#include "fangroup.h"
#include "hufu.h"
#include "syscall.h"

/*
 * From an event and what the task is doing to the accesses the kernel's IMA would see: func and mask. Pure; where something cannot
 * be known the result is the widest, so that a rule is never missed.
 */

struct classify_facts {
	unsigned events; /* enum fangroup_events */
	struct syscall syscall; /* SYSCALL_UNKNOWN: not to be seen */
	unsigned stack; /* enum kstack_facts, 0: not to be seen */
	bool read_implies_exec; /* personality: PROT_READ maps are executable */
	bool with_open; /* EXEC: the open is judged with it, before it, in the kernel's order */
	bool open_done; /* OPEN: if it is that of an execution, it was judged with that */
	bool with_firmware; /* there are rules about firmware, which any call may make the kernel load */
	unsigned kexec; /* enum classify_kexec: which of the two it is that kexec_file_load(2) reads; 0: not known */
	bool map_at_open; /* no FANGROUP_ACCESS on this file system: mappings are judged when the file is opened */
};

enum classify_kexec { CLASSIFY_KEXEC_KERNEL = 1 << 0, CLASSIFY_KEXEC_INITRAMFS = 1 << 1 };

struct classify_access {
	enum hufu_func func;
	unsigned mask; /* enum hufu_mask */
	unsigned open_flags; /* O_ flags if known, else 0 */
	bool maybe; /* one of several that it may be: a refusal says nothing of the next */
	bool if_elf; /* only when the file is an ELF image: a mapping that may follow this open */
};

#define CLASSIFY_MAX 8

/* The accesses to judge, in the kernel's order; none: the event means nothing to a policy. Returns their number. */
size_t classify(const struct classify_facts *facts, struct classify_access ret_accesses[CLASSIFY_MAX]);

/* Is the stack needed to classify this event? It costs some microseconds, and most events do not need it. */
bool classify_needs_stack(unsigned events, const struct syscall *syscall, bool with_firmware);

#endif
