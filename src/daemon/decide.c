/* SPDX-License-Identifier: Apache-2.0 */
#include "decide.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "classify.h"
#include "clean.h"
#include "file.h"
#include "kstack.h"
#include "object.h"
#include "task.h"

/* The path as the kernel's list has it: no " (deleted)", which d_path() adds for an unlinked file. */
static void read_path(int fd, const struct stat *st, char path[PATH_MAX])
{
	static const char deleted[] = " (deleted)";
	char link[64];
	ssize_t len;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, PATH_MAX - 1);
	if (len < 0) {
		(void)snprintf(path, PATH_MAX, "(unknown)");
		return;
	}
	path[len] = '\0';
	len -= (ssize_t)sizeof(deleted) - 1;
	if (st->st_nlink == 0 && len > 0 && strcmp(path + len, deleted) == 0)
		path[len] = '\0';
}

static bool is_elf(int fd)
{
	char magic[4];

	return file_pread(fd, magic, sizeof(magic), 0) == sizeof(magic) && memcmp(magic, "\177ELF", 4) == 0;
}

/* Is there a rule that could want anything of this event at all? */
static unsigned possible_actions(struct service *service, unsigned events)
{
	static const struct {
		unsigned events;
		enum hufu_func func;
	} funcs[] = {
		{FANGROUP_EXEC, HUFU_FUNC_BPRM_CHECK},
		{FANGROUP_EXEC, HUFU_FUNC_CREDS_CHECK},
		{FANGROUP_OPEN, HUFU_FUNC_FILE_CHECK},
		{FANGROUP_OPEN | FANGROUP_ACCESS, HUFU_FUNC_MMAP_CHECK},
		{FANGROUP_OPEN | FANGROUP_ACCESS, HUFU_FUNC_MMAP_CHECK_REQPROT},
		{FANGROUP_ACCESS | FANGROUP_READ, HUFU_FUNC_MODULE_CHECK},
		{FANGROUP_ACCESS | FANGROUP_READ, HUFU_FUNC_FIRMWARE_CHECK},
		{FANGROUP_ACCESS | FANGROUP_READ, HUFU_FUNC_KEXEC_KERNEL_CHECK},
		{FANGROUP_ACCESS | FANGROUP_READ, HUFU_FUNC_KEXEC_INITRAMFS_CHECK},
	};
	unsigned actions = 0;

	for (size_t i = 0; i < ARRAY_SIZE(funcs); i++)
		if (events & funcs[i].events)
			actions |= hufu_engine_actions(service->engine, funcs[i].func);
	return actions;
}

#define KEXEC_FILE_NO_INITRAMFS 0x4 /* include/uapi/linux/kexec.h */

/* Its descriptors are numbers that another thread could give to other files meanwhile; who may call it is trusted: threat-model.md. */
static unsigned kexec_part(pid_t tid, const struct syscall *call, const struct stat *st)
{
	unsigned parts = 0;

	if (task_has_open(tid, call->kernel_fd, st))
		parts |= CLASSIFY_KEXEC_KERNEL;
	if (!(call->flags & KEXEC_FILE_NO_INITRAMFS) && task_has_open(tid, call->initramfs_fd, st))
		parts |= CLASSIFY_KEXEC_INITRAMFS;
	return parts;
}

/* -ESRCH: the task is gone. */
static int look_at_task(const struct fangroup_event *event, const struct stat *st, struct classify_facts *facts)
{
	int r = 0;

	facts->events = event->events;
	if (!(event->events & FANGROUP_EXEC))
		r = syscall_read(event->tid, &facts->syscall);
	if (r == -ESRCH)
		return r;
	if (classify_needs_stack(event->events, &facts->syscall, facts->with_firmware))
		facts->stack = kstack_read(event->tid);
	if (facts->syscall.kind == SYSCALL_MMAP && !(facts->syscall.flags & PROT_EXEC))
		facts->read_implies_exec = task_read_implies_exec(event->tid);
	if (facts->syscall.kind == SYSCALL_KEXEC)
		facts->kexec = kexec_part(event->tid, &facts->syscall, st);
	return 0;
}

static bool judge_all(struct service *service, struct hufu_access *access, const struct classify_access *wanted,
		      size_t n)
{
	bool allow = true;

	/* As in the kernel, what is refused gets no further; but for an open whose mask is not known */
	for (size_t i = 0; i < n; i++) {
		struct hufu_verdict verdict;

		if (wanted[i].if_elf && !is_elf(access->fd))
			continue;
		access->func = wanted[i].func;
		access->mask = wanted[i].mask;
		access->open_flags = wanted[i].open_flags;
		hufu_engine_judge(service->engine, access, &verdict);
		allow = allow && verdict.allow;
		if (!allow && !wanted[i].maybe)
			break;
	}
	return allow;
}

bool decide(struct service *service, struct fstable *table, const struct fangroup_event *event,
	    struct decide_hints *hints)
{
	struct classify_access wanted[CLASSIFY_MAX];
	struct classify_facts facts = {.map_at_open = hints->map_at_open, .open_done = hints->open_done};
	struct object object;
	struct hufu_access access = {.fd = event->fd};
	char path[PATH_MAX];
	unsigned actions = possible_actions(service, event->events);
	struct stat st;
	size_t n;

	if (!actions)
		return true;
	if (fstat(event->fd, &st) < 0)
		return !(actions & HUFU_POLICY_APPRAISE);
	if (!S_ISREG(st.st_mode))
		return true;
	/* A task outside our pid namespace cannot be asked who it is */
	facts.with_firmware = hufu_engine_actions(service->engine, HUFU_FUNC_FIRMWARE_CHECK);
	if (event->tid <= 0 || look_at_task(event, &st, &facts) < 0)
		return !(actions & HUFU_POLICY_APPRAISE);
	facts.with_open = hufu_engine_actions(service->engine, HUFU_FUNC_FILE_CHECK);
	n = classify(&facts, wanted);
	if (n == 0)
		return true;
	if (task_read(event->tid, &access.subject) < 0)
		return !(actions & HUFU_POLICY_APPRAISE);
	object_read(service, table, event->fd, &st, &object);
	read_path(event->fd, &st, path);
	access.object = object.object;
	access.path = path;
	access.dev = object.fs.name;
	access.ino = st.st_ino;
	access.size = (uint64_t)st.st_size;
	hints->with_open = event->events & FANGROUP_EXEC && wanted[0].func == HUFU_FUNC_FILE_CHECK;
	return judge_all(service, &access, wanted, n);
}
