/* SPDX-License-Identifier: Apache-2.0 */
#include "procinfo.h"

#include <ctype.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "clean.h"
#include "file.h"

enum { FILE_MAX = 65536, UNSET = -1 };

/* A file of /proc as text, NULL if it cannot be read. */
static char *read_text(const char *path)
{
	char *text;
	size_t len;

	return file_read(path, FILE_MAX, &text, &len, NULL) < 0 ? NULL : text;
}

static char *read_task(pid_t tid, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", tid, name);
	return read_text(path);
}

/* Uid and Gid have four numbers: real, effective, saved, file system. The file escapes newlines in the task's name. */
static void read_status(pid_t tid, struct procinfo *info)
{
	autofree char *text = read_task(tid, "status");
	const char *uid = text ? strstr(text, "\nUid:") : NULL;
	const char *gid = text ? strstr(text, "\nGid:") : NULL;
	const char *ppid = text ? strstr(text, "\nPPid:") : NULL;
	unsigned number;

	if (uid && sscanf(uid, "\nUid: %*u %*u %*u %u", &number) == 1)
		info->fsuid = number;
	if (gid && sscanf(gid, "\nGid: %*u %*u %*u %u", &number) == 1)
		info->fsgid = number;
	if (ppid && sscanf(ppid, "\nPPid: %u", &number) == 1)
		info->ppid = (pid_t)number;
}

/* Documentation/admin-guide/devices.txt */
static void name_tty(unsigned dev, struct procinfo *info)
{
	unsigned number = minor(dev);

	if (major(dev) >= 136 && major(dev) <= 143)
		(void)snprintf(info->tty, sizeof(info->tty), "pts%u", (major(dev) - 136) * 256 + number);
	else if (major(dev) == 4 && number < 64)
		(void)snprintf(info->tty, sizeof(info->tty), "tty%u", number);
	else if (major(dev) == 4)
		(void)snprintf(info->tty, sizeof(info->tty), "ttyS%u", number - 64);
	else if (dev)
		(void)snprintf(info->tty, sizeof(info->tty), "%u:%u", major(dev), number);
}

/* The name in parentheses may hold parentheses: what counts begins after the last. */
static void read_stat(pid_t tid, struct procinfo *info)
{
	autofree char *text = read_task(tid, "stat");
	const char *rest = text ? strrchr(text, ')') : NULL;
	int dev;

	if (rest && sscanf(rest, ") %*c %*d %*d %*d %d", &dev) == 1)
		name_tty((unsigned)dev, info);
}

void procinfo_read(const struct hufu_subject *subject, struct procinfo *ret_info)
{
	char path[64];
	ssize_t len;

	*ret_info = (struct procinfo){.fsuid = subject->euid, .fsgid = subject->egid, .tty = "(none)"};
	read_status(subject->tid, ret_info);
	read_stat(subject->tid, ret_info);
	(void)snprintf(path, sizeof(path), "/proc/%d/exe", subject->tid);
	len = readlink(path, ret_info->exe, sizeof(ret_info->exe) - 1);
	ret_info->exe[len > 0 ? len : 0] = '\0';
}

static uint32_t read_number(const char *path)
{
	autofree char *text = read_text(path);
	char *end;
	unsigned long number;

	if (!text || !isdigit((unsigned char)text[0]))
		return (uint32_t)UNSET;
	number = strtoul(text, &end, 10);
	return *end == '\0' || *end == '\n' ? (uint32_t)number : (uint32_t)UNSET;
}

void procinfo_self(struct hufu_subject *ret_subject)
{
	struct hufu_subject subject = {.tid = gettid(), .pid = getpid()};
	autofree char *label = read_text("/proc/thread-self/attr/current");
	uid_t uid = 0, euid = 0, suid = 0;
	gid_t gid = 0, egid = 0, sgid = 0;

	(void)getresuid(&uid, &euid, &suid);
	(void)getresgid(&gid, &egid, &sgid);
	subject.uid = uid;
	subject.euid = euid;
	subject.suid = suid;
	subject.gid = gid;
	subject.egid = egid;
	subject.sgid = sgid;
	subject.auid = read_number("/proc/thread-self/loginuid");
	subject.ses = read_number("/proc/thread-self/sessionid");
	(void)prctl(PR_GET_NAME, subject.comm);
	if (label)
		(void)snprintf(subject.label, sizeof(subject.label), "%.*s", (int)strcspn(label, "\n"), label);
	*ret_subject = subject;
}
