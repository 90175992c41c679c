/* SPDX-License-Identifier: Apache-2.0 */
#include "task.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

#include "clean.h"
#include "procfile.h"

#define CAP_SETGID_BIT 6 /* include/uapi/linux/capability.h */
#define CAP_SETUID_BIT 7
#define STATUS_MAX     (1 << 20)

/* The value after "Name:\t" at the start of a line, or NULL. */
static const char *find_line(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 1;
	}
	return NULL;
}

/* "Uid:\treal\teffective\tsaved\tfs" */
static int take_ids(const char *text, const char *name, uint32_t ids[3])
{
	const char *at = find_line(text, name);

	for (int i = 0; i < 3; i++) {
		char *end = NULL;
		unsigned long value;

		if (!at)
			return -EBADMSG;
		value = strtoul(at, &end, 10);
		if (end == at || value > UINT32_MAX)
			return -EBADMSG;
		ids[i] = (uint32_t)value;
		at = end;
	}
	return 0;
}

/* The kernel escapes newline and backslash in the name (fs/proc/array.c); audit wants the plain bytes. */
static void take_comm(const char *at, char comm[17])
{
	size_t len = 0;

	at += strspn(at, "\t ");
	while (*at && *at != '\n' && len < 16) {
		if (at[0] == '\\' && (at[1] == 'n' || at[1] == '\\')) {
			comm[len++] = at[1] == 'n' ? '\n' : '\\';
			at += 2;
			continue;
		}
		comm[len++] = *at++;
	}
	comm[len] = '\0';
}

int task_parse_status(const char *text, bool same_userns, struct hufu_subject *ret_subject)
{
	struct hufu_subject subject = *ret_subject;
	const char *comm = find_line(text, "Name");
	const char *tgid = find_line(text, "Tgid");
	const char *caps = find_line(text, "CapEff");
	uint32_t uids[3], gids[3];
	uint64_t effective;

	if (!comm || !tgid || !caps || take_ids(text, "Uid", uids) < 0 || take_ids(text, "Gid", gids) < 0)
		return -EBADMSG;
	take_comm(comm, subject.comm);
	subject.pid = (pid_t)strtol(tgid, NULL, 10);
	effective = same_userns ? strtoull(caps, NULL, 16) : 0;
	subject.cap_setuid = effective >> CAP_SETUID_BIT & 1;
	subject.cap_setgid = effective >> CAP_SETGID_BIT & 1;
	subject.uid = uids[0];
	subject.euid = uids[1];
	subject.suid = uids[2];
	subject.gid = gids[0];
	subject.egid = gids[1];
	subject.sgid = gids[2];
	*ret_subject = subject;
	return 0;
}

static uint32_t read_number(pid_t tid, const char *name)
{
	char text[32];

	if (procfile_read(tid, name, text, sizeof(text)) <= 0)
		return UINT32_MAX; /* unset, as without CONFIG_AUDIT */
	return (uint32_t)strtoul(text, NULL, 10);
}

static bool same_user_namespace(pid_t tid)
{
	struct stat ours, theirs;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", tid);
	return stat("/proc/self/ns/user", &ours) == 0 && stat(path, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
	       ours.st_dev == theirs.st_dev;
}

static int read_status(pid_t tid, struct hufu_subject *subject)
{
	char status[4096];
	ssize_t len = procfile_read(tid, "status", status, sizeof(status));
	autofree char *longer = NULL;

	if (len < 0)
		return (int)len;
	if ((size_t)len + 1 < sizeof(status))
		return task_parse_status(status, same_user_namespace(tid), subject);
	/* A task may be in 65,536 groups, all on one line before the capabilities */
	longer = malloc(STATUS_MAX);
	if (!longer)
		return -ENOMEM;
	len = procfile_read(tid, "status", longer, STATUS_MAX);
	return len < 0 ? (int)len : task_parse_status(longer, same_user_namespace(tid), subject);
}

int task_read(pid_t tid, struct hufu_subject *ret_subject)
{
	struct hufu_subject subject = {.tid = tid};
	int r = read_status(tid, &subject);

	if (r < 0)
		return r;
	subject.auid = read_number(tid, "loginuid");
	subject.ses = read_number(tid, "sessionid");
	if (procfile_read(tid, "attr/current", subject.label, sizeof(subject.label)) < 0)
		subject.label[0] = '\0';
	subject.label[strcspn(subject.label, "\n")] = '\0';
	*ret_subject = subject;
	return 0;
}

bool task_read_implies_exec(pid_t tid)
{
	char text[32];

	if (procfile_read(tid, "personality", text, sizeof(text)) <= 0)
		return true;
	return strtoul(text, NULL, 16) & READ_IMPLIES_EXEC;
}

bool task_has_open(pid_t tid, int fd, const struct stat *st)
{
	struct stat its;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", tid, fd);
	return stat(path, &its) == 0 && its.st_dev == st->st_dev && its.st_ino == st->st_ino;
}

bool task_is_ours(pid_t tid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d", tid);
	return access(path, F_OK) == 0;
}
