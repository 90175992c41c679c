/* SPDX-License-Identifier: Apache-2.0 */
/* execve(2): begin_new_exec() and what leads to it in fs/exec.c, fs/binfmt_script.c and fs/binfmt_elf.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "simulate-find.h"
#include "simulate-image.h"
#include "simulate.h"

enum { DEPTH_MAX = 5 }; /* interpreters of interpreters: exec_binprm() */

struct exec {
	struct simulate *simulate;
	struct hufu_simulate_report *report;
	struct simulate_file file; /* what is executed by now: the file, then its interpreter */
	struct image image; /* of `file` */
	char name[PATH_MAX]; /* of `file`, if it is an interpreter */
};

/* The first that goes wrong is all the user gets to see. */
static bool is_settled(const struct exec *exec)
{
	return exec->report->cause || exec->report->error;
}

static void blame(struct exec *exec, const char *interpreter)
{
	if (!interpreter)
		return;
	(void)snprintf(exec->simulate->via, sizeof(exec->simulate->via), "%s", interpreter);
	exec->report->via = exec->simulate->via;
}

/* `interpreter`: what `file` is called, NULL if it is the file itself, of which also measurements are reported. */
static void judge(struct exec *exec, const struct simulate_file *file, const struct simulate_user *as, enum deed deed,
		  const char *interpreter)
{
	struct hufu_simulate_report *report = exec->report;
	struct simulate_finding finding = {0};

	simulate_judge(exec->simulate, file, as, deed, &finding);
	if (!interpreter && finding.measure_rule && !report->measure_rule) {
		report->measure_rule = finding.measure_rule;
		report->pcr = finding.pcr;
	}
	if (!finding.cause || is_settled(exec))
		return;
	report->cause = finding.cause;
	report->func = finding.func;
	report->rule = finding.rule;
	blame(exec, interpreter);
}

static bool maps_at_open(const struct exec *exec)
{
	return exec->simulate->job->flags & HUFU_SIMULATE_MAP_AT_OPEN;
}

/* The open inside execve(2), of programs and interpreters of all kinds. */
static void judge_open(struct exec *exec, const struct simulate_file *file, const struct image *image,
		       const char *interpreter)
{
	judge(exec, file, &exec->simulate->user, DEED_OPEN_TO_EXEC, interpreter);
	if (maps_at_open(exec) && image->elf)
		judge(exec, file, &exec->simulate->user, DEED_MAP, interpreter);
}

static void judge_segments(struct exec *exec, const struct simulate_file *file, const struct image *image,
			   const struct simulate_user *as, const char *interpreter)
{
	if (image->maps && !maps_at_open(exec) && !is_settled(exec))
		judge(exec, file, as, DEED_MAP, interpreter);
}

/* The file for reading, without a trace in its access time if that can be. */
static int open_found(int found)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOATIME);
	if (fd < 0 && errno == EPERM)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* 0 and a descriptor to be closed; or nothing, and the report says why. Negative: could not be looked at. */
static int open_interpreter(struct exec *exec, const char *name, struct simulate_file *ret_file)
{
	struct simulate *simulate = exec->simulate;
	autoclose int found = -ENOENT;
	struct stat st;
	int fd;

	/* From where the program is started, which nobody knows */
	if (name[0] == '/')
		found = simulate_find(simulate->root_fd, name, &simulate->user, &st);
	if (found >= 0 && !simulate_permit(&simulate->user, found, &st, PERMIT_EXEC)) {
		(void)close(found);
		found = -EACCES;
	}
	if (found < 0) {
		exec->report->error = found;
		blame(exec, name);
		return 0;
	}
	fd = open_found(found);
	if (fd < 0)
		return fd;
	if (simulate_permit_noexec(fd)) {
		exec->report->error = -EACCES;
		blame(exec, name);
	}
	*ret_file = (struct simulate_file){.fd = fd, .st = st, .path = name};
	return 0;
}

/* The ELF interpreter is opened with the ids there were; when segments are mapped, set-user-id has come to count. */
static int run_elf(struct exec *exec, const char *called)
{
	const struct simulate_user *user = &exec->simulate->user;
	struct simulate_file loader = {.fd = -1};
	struct simulate_user as = *user;
	struct image image;
	int r = 0;

	if (exec->image.interpreter[0])
		r = open_interpreter(exec, exec->image.interpreter, &loader);
	if (r == 0 && loader.fd >= 0)
		r = simulate_image_read(loader.fd, &image);
	if (r == 0 && !is_settled(exec)) {
		simulate_permit_become(user, exec->file.fd, &exec->file.st, &as.uid, &as.gid);
		if (loader.fd >= 0)
			judge_open(exec, &loader, &image, exec->image.interpreter);
		judge_segments(exec, &exec->file, &exec->image, &as, called);
		if (loader.fd >= 0)
			judge_segments(exec, &loader, &image, &as, exec->image.interpreter);
	}
	if (loader.fd >= 0)
		(void)close(loader.fd);
	return r;
}

/* To the interpreter of the script that is executed by now. */
static int go_on(struct exec *exec)
{
	struct simulate_file next = {.fd = -1};
	int r = open_interpreter(exec, exec->image.interpreter, &next);

	if (r < 0 || next.fd < 0)
		return r;
	memcpy(exec->name, exec->image.interpreter, strlen(exec->image.interpreter) + 1);
	(void)close(exec->file.fd);
	exec->file = next;
	exec->file.path = exec->name;
	return 0;
}

static int run(struct exec *exec)
{
	const struct simulate_user *user = &exec->simulate->user;

	for (unsigned depth = 0;; depth++) {
		const char *called = depth ? exec->name : NULL;
		int r = simulate_image_read(exec->file.fd, &exec->image);

		if (r < 0)
			return r;
		judge_open(exec, &exec->file, &exec->image, called);
		if (!is_settled(exec))
			judge(exec, &exec->file, user, DEED_EXEC, called);
		if (depth > DEPTH_MAX && !is_settled(exec)) {
			exec->report->error = -ELOOP;
			blame(exec, called);
		}
		if (is_settled(exec) || exec->image.kind == IMAGE_NONE)
			return 0;
		if (exec->image.kind == IMAGE_ELF)
			return run_elf(exec, called);
		r = go_on(exec);
		if (r < 0 || is_settled(exec))
			return r;
	}
}

int simulate_exec(struct simulate *simulate, const struct simulate_file *file, struct hufu_simulate_report *report)
{
	struct exec exec = {.simulate = simulate, .report = report, .file = *file};
	int r;

	exec.file.fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
	if (exec.file.fd < 0)
		return -errno;
	r = run(&exec);
	(void)close(exec.file.fd);
	return r;
}
