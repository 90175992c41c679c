/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SECURITYFS_H
#define TEST_SECURITYFS_H

/* For the tests of the view: one that is mounted, in a mount namespace of its own. */

#include "test-service.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "securityfs.h"

#define RULE_1 "measure func=BPRM_CHECK uid=1001"
#define RULE_2 "appraise func=MMAP_CHECK uid=1001"
#define RULE_3 "audit func=BPRM_CHECK"

static struct securityfs *fs;

/*
 * A process that has a file of its own view open and is killed never ends: closing it asks a thread that is no more. So whatever
 * ends this one closes the connection first.
 */
static void end(int number)
{
	char name[32], target[32];

	for (int fd = 3; fd < 1024; fd++) {
		ssize_t len;

		(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
		len = readlink(name, target, sizeof(target));
		if (len == 9 && memcmp(target, "/dev/fuse", 9) == 0)
			(void)close(fd);
	}
	_exit(128 + number);
}

/* A mount namespace of our own: whatever happens, nothing stays mounted on the machine. */
static int set_up(void **state)
{
	struct hufu_err err = {0};

	if (geteuid() != 0 || access("/dev/fuse", F_OK) < 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		print_message("skipped: a FUSE mount needs root, /dev/fuse and a mount namespace\n");
		return 0;
	}
	for (size_t i = 0; i < 4; i++)
		(void)signal((const int[]){SIGALRM, SIGTERM, SIGINT, SIGPIPE}[i], end);
	if (service_set_up(state) < 0)
		return -1;
	if (securityfs_start(&service, &fs, &err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	return chmod(scratch, 0755);
}

static int tear_down(void **state)
{
	if (!fs)
		return 0;
	securityfs_stop(fs);
	securityfs_stop(NULL);
	return service_tear_down(state);
}

static int each(void **state)
{
	(void)alarm(100);
	return fs ? forget_policy(state) : 0;
}

/* A path in the view. */
static const char *view(const char *name)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "run/securityfs/%s", name);
	return scratch_path(path);
}

static int open_view(const char *name, int flags)
{
	int fd = open(view(name), flags | O_CLOEXEC, 0644);

	return fd < 0 ? -errno : fd;
}

static void expect_file(const char *path, const char *expected)
{
	static char text[1 << 20];
	FILE *file = fopen(path, "re");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	assert_int_equal(ferror(file), 0);
	(void)fclose(file);
	assert_string_equal(text, expected);
}

/* Runs a shell in the scratch directory, with the view in $V: its exit code. */
static int shell(const char *command)
{
	pid_t child = fork();
	int status = -1;

	assert_true(child >= 0);
	if (!child) {
		(void)alarm(60);
		(void)setenv("V", config.securityfs, 1);
		if (chdir(scratch) == 0)
			(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#endif
