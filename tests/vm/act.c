/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does things to files, one after another, and says what came of each: `act open r FILE , read , close`. `act serve` takes such lists
 * from standard input, each word ended by NUL and each list by an empty word, does each in a child, and answers with a line. For the
 * cases that are run under two engines: linked statically, so that nothing but what is asked for is opened.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kexec.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

extern char **environ;

#define PAGE 4096

static int fd = -1; /* of the last open */
static void *mapped = MAP_FAILED;

static const struct {
	char letter;
	int flag;
} flags[] = {
	{'a', O_APPEND}, {'c', O_CREAT},     {'x', O_EXCL},    {'t', O_TRUNC},	  {'d', O_DIRECT},
	{'p', O_PATH},	 {'D', O_DIRECTORY}, {'T', O_TMPFILE}, {'n', O_NOFOLLOW},
};

static int flags_of(const char *how)
{
	int result = strchr(how, 'w') ? strchr(how, 'r') ? O_RDWR : O_WRONLY : O_RDONLY;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strchr(how, flags[i].letter))
			result |= flags[i].flag;
	return result | O_CLOEXEC;
}

static int prot_of(const char *how)
{
	return (strchr(how, 'r') ? PROT_READ : 0) | (strchr(how, 'w') ? PROT_WRITE : 0) |
	       (strchr(how, 'x') ? PROT_EXEC : 0);
}

static long do_open(char **args)
{
	fd = open(args[1], flags_of(args[0]), 0644);
	return fd;
}

static long do_read(char **args)
{
	char bytes[64];

	(void)args;
	return read(fd, bytes, sizeof(bytes));
}

static long do_write(char **args)
{
	return write(fd, args[0], strlen(args[0]));
}

static long do_close(char **args)
{
	(void)args;
	return close(fd);
}

/* `s`: shared */
static long do_mmap(char **args)
{
	mapped = mmap(NULL, PAGE, prot_of(args[0]), strchr(args[0], 's') ? MAP_SHARED : MAP_PRIVATE, fd, 0);
	return mapped == MAP_FAILED ? -1 : 0;
}

static long do_mprotect(char **args)
{
	return mprotect(mapped, PAGE, prot_of(args[0]));
}

static long do_store(char **args)
{
	memcpy(mapped, args[0], strlen(args[0]));
	return msync(mapped, PAGE, MS_SYNC);
}

static long do_truncate(char **args)
{
	return truncate(args[1], strtol(args[0], NULL, 10));
}

static long do_rename(char **args)
{
	return rename(args[0], args[1]);
}

static long do_link(char **args)
{
	return link(args[0], args[1]);
}

static long do_unlink(char **args)
{
	return unlink(args[0]);
}

static long do_mknod(char **args)
{
	return mknod(args[0], S_IFREG | 0644, 0);
}

static long do_chmod(char **args)
{
	return chmod(args[1], (mode_t)strtol(args[0], NULL, 8));
}

/* Links what O_TMPFILE made. */
static long do_linkat(char **args)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, path, AT_FDCWD, args[0], AT_SYMLINK_FOLLOW);
}

static long exec_child(long (*exec_it)(const char *path), const char *path)
{
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		return -1;
	if (child == 0) {
		(void)exec_it(path);
		_exit(errno);
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

static long exec_path(const char *path)
{
	char *const args[] = {(char *)(size_t)path, NULL};

	return execve(path, args, environ);
}

static long exec_fd(const char *path)
{
	char *const args[] = {(char *)(size_t)path, NULL};

	return syscall(SYS_execveat, fd, "", args, environ, AT_EMPTY_PATH);
}

/* The program is expected to end with 0: any other exit code is taken for an errno. */
static long do_exec(char **args)
{
	return exec_child(exec_path, args[0]);
}

static long do_fexec(char **args)
{
	(void)args;
	return exec_child(exec_fd, "it");
}

/* Real and effective user, real and effective group. */
static long do_ids(char **args)
{
	gid_t gid = (gid_t)strtol(args[2], NULL, 10), egid = (gid_t)strtol(args[3], NULL, 10);
	uid_t uid = (uid_t)strtol(args[0], NULL, 10), euid = (uid_t)strtol(args[1], NULL, 10);

	if (setgroups(0, NULL) < 0 || setresgid(gid, egid, egid) < 0)
		return -1;
	return setresuid(uid, euid, euid);
}

/* Another process opens the file, while this one has what it has. */
static long do_other(char **args)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		if (fd >= 0)
			(void)close(fd);
		_exit(open(args[1], flags_of(args[0]), 0644) < 0 ? errno : 0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

static long do_module(char **args)
{
	(void)args;
	return syscall(SYS_finit_module, fd, "", 0);
}

/* The same from memory, where no file is to be seen. */
static long do_module_buffer(char **args)
{
	struct stat st;
	void *image;

	(void)args;
	if (fstat(fd, &st) < 0)
		return -1;
	image = malloc((size_t)st.st_size);
	if (!image || read(fd, image, (size_t)st.st_size) != st.st_size)
		return -1;
	return syscall(SYS_init_module, image, st.st_size, "");
}

/* A kernel and its initramfs are made ready to boot, and thrown away again. "-": without initramfs. */
static long do_kexec(char **args)
{
	bool alone = strcmp(args[1], "-") == 0;
	int kernel = open(args[0], O_RDONLY | O_CLOEXEC), initramfs = alone ? -1 : open(args[1], O_RDONLY | O_CLOEXEC);
	long result;
	int error;

	if (kernel < 0 || (initramfs < 0 && !alone))
		return -1;
	result = syscall(SYS_kexec_file_load, kernel, initramfs, 1ul, "", alone ? KEXEC_FILE_NO_INITRAMFS : 0ul);
	error = errno;
	if (result == 0)
		(void)syscall(SYS_kexec_file_load, -1, -1, 0ul, NULL, KEXEC_FILE_UNLOAD);
	errno = error;
	return result;
}

static const struct {
	const char *name;
	int n_args;
	long (*run)(char **args);
} rows[] = {
	{"open", 2, do_open},	  {"read", 0, do_read},
	{"write", 1, do_write},	  {"close", 0, do_close},
	{"mmap", 1, do_mmap},	  {"mprotect", 1, do_mprotect},
	{"store", 1, do_store},	  {"truncate", 2, do_truncate},
	{"rename", 2, do_rename}, {"link", 2, do_link},
	{"unlink", 1, do_unlink}, {"mknod", 1, do_mknod},
	{"chmod", 2, do_chmod},	  {"linkat", 1, do_linkat},
	{"exec", 1, do_exec},	  {"fexec", 0, do_fexec},
	{"other", 2, do_other},	  {"ids", 4, do_ids},
	{"module", 0, do_module}, {"module-buffer", 0, do_module_buffer},
	{"kexec", 2, do_kexec},
};

/* Goes on after a failure; the exit code is that of the last thing. */
static int act(char **args, int n, long *ret_result)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(args[0], rows[i].name) != 0 || n - 1 < rows[i].n_args)
			continue;
		*ret_result = rows[i].run(args + 1);
		(void)printf("%s:%s", args[0], *ret_result < 0 ? strerrorname_np(errno) : "ok");
		return rows[i].n_args + 1;
	}
	return -1;
}

static int act_all(char **args, int n)
{
	long result = 0;
	int i = 0;

	while (i < n) {
		int used = act(args + i, n - i, &result);

		if (used < 0) {
			(void)printf("%s: not a thing to do, or too little is said of it\n", args[i]);
			return 2;
		}
		i += used;
		if (i < n && strcmp(args[i], ",") == 0)
			i++;
		(void)putchar(i < n ? ' ' : '\n');
		(void)fflush(stdout);
	}
	return result < 0;
}

#define WORDS_MAX 64

/* 0: a list is complete; -1: no more. */
static int read_words(char *words[WORDS_MAX], int *ret_n)
{
	size_t size = 0;
	int n = 0;

	while (n < WORDS_MAX) {
		char *word = NULL;
		ssize_t len = getdelim(&word, &size, '\0', stdin);

		size = 0;
		if (len <= 0)
			return -1;
		if (len == 1) {
			*ret_n = n;
			return 0;
		}
		words[n++] = word;
	}
	return -1;
}

static int serve(void)
{
	char *words[WORDS_MAX];
	int n = 0;

	while (read_words(words, &n) == 0) {
		pid_t child = fork();

		if (child == 0)
			_exit(act_all(words, n));
		if (child < 0 || waitpid(child, NULL, 0) != child)
			return 1;
		while (n > 0)
			free(words[--n]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "serve") == 0)
		return serve();
	return act_all(argv + 1, argc - 1);
}
