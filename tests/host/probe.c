/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One access by one system call, and what came of it on stdout: "ok" or the name of the errno. For the host tests, which copy it onto
 * the watched file system (signed) and run it as the user the policy names.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static int finish(long result)
{
	int error = errno;

	(void)puts(result < 0 ? strerrorname_np(error) : "ok");
	return result < 0;
}

/* "r", "w", "rw", with "a" append, "t" truncate, "c" create */
static int flags_of(const char *word)
{
	int flags = strchr(word, 'w') ? strchr(word, 'r') ? O_RDWR : O_WRONLY : O_RDONLY;

	if (strchr(word, 'a'))
		flags |= O_APPEND;
	if (strchr(word, 't'))
		flags |= O_TRUNC;
	if (strchr(word, 'c'))
		flags |= O_CREAT;
	return flags | O_CLOEXEC;
}

static int do_open(const char *how, const char *path)
{
	return finish(open(path, flags_of(how), 0644));
}

static int do_openat2(const char *how, const char *path)
{
	struct open_how open_how = {.flags = (unsigned)flags_of(how)};

	return finish(syscall(SYS_openat2, AT_FDCWD, path, &open_how, sizeof(open_how)));
}

static int do_creat(const char *how, const char *path)
{
	(void)how;
	return finish(creat(path, 0644));
}

static int map(const char *path, int prot)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return finish(fd);
	return finish(mmap(NULL, 4096, prot, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0);
}

static int do_mmap(const char *how, const char *path)
{
	return map(path, (strchr(how, 'r') ? PROT_READ : 0) | (strchr(how, 'x') ? PROT_EXEC : 0));
}

static int do_implied(const char *how, const char *path)
{
	(void)how;
	(void)personality(READ_IMPLIES_EXEC);
	return map(path, PROT_READ);
}

static int do_dlopen(const char *how, const char *path)
{
	(void)how;
	if (dlopen(path, RTLD_NOW))
		return finish(0);
	(void)puts(dlerror());
	return 1;
}

static int do_fexecve(const char *how, const char *path)
{
	char *const args[] = {(char *)(size_t)path, NULL};
	int fd = open(path, O_PATH | O_CLOEXEC);

	(void)how;
	return finish(fd < 0 ? fd : syscall(SYS_execveat, fd, "", args, environ, AT_EMPTY_PATH));
}

static int do_exec(const char *how, const char *path)
{
	char *const args[] = {(char *)(size_t)path, NULL};

	(void)how;
	return finish(execve(path, args, environ));
}

/* A program whose argument list is too long fails after it was opened: what is opened next is a program again. */
static int do_e2big(const char *how, const char *path)
{
	size_t n = 1u << 20;
	char **many = calloc(n + 1, sizeof(*many));
	char big[4096];

	(void)how;
	if (!many)
		return 2;
	(void)memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	for (size_t i = 0; i < n; i++)
		many[i] = big;
	if (execve("/usr/bin/id", many, environ) == 0 || errno != E2BIG)
		return finish(-1);
	return do_exec("", path);
}

static int do_read(const char *how, const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	(void)how;
	return finish(fd < 0 ? fd : read(fd, &byte, 1));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const char *how, const char *path);
	} rows[] = {
		{"open", do_open},	 {"openat2", do_openat2}, {"creat", do_creat},	   {"mmap", do_mmap},
		{"implied", do_implied}, {"dlopen", do_dlopen},	  {"fexecve", do_fexecve}, {"exec", do_exec},
		{"e2big", do_e2big},	 {"read", do_read},
	};

	for (size_t i = 0; argc == 4 && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(argv[1], rows[i].name) == 0)
			return rows[i].run(argv[2], argv[3]);
	(void)fputs("usage: probe open|openat2|creat|mmap|implied|dlopen|fexecve|exec|e2big|read HOW PATH\n", stderr);
	return 2;
}
