/* SPDX-License-Identifier: Apache-2.0 */
#include "policy-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "bytes.h"
#include "clean.h"
#include "err.h"
#include "file.h"
#include "policy-check.h"
#include "say.h"

struct policy_file {
	struct service *service;
	bool open;
	bool append; /* O_APPEND: offsets are what FUSE thinks the size is, they say nothing */
	uint64_t offset; /* where the last write ended */
	uint64_t buffer_end; /* where the writer's buffer ended when it was written last */
	bool broken; /* the last line taken was the end of a buffer of several lines, without a newline */

	struct buf text; /* the lines taken so far */
	unsigned n_rules, n_writes;
	bool invalid;
};

int policy_file_new(struct service *service, struct policy_file **ret_file)
{
	struct policy_file *file = calloc(1, sizeof(*file));

	if (!file)
		return -ENOMEM;
	file->service = service;
	*ret_file = file;
	return 0;
}

void policy_file_free(struct policy_file *file)
{
	if (!file)
		return;
	buf_done(&file->text);
	free(file);
}

static void forget(struct policy_file *file)
{
	buf_done(&file->text);
	file->text.limit = HUFU_POLICY_MAX;
	file->n_rules = 0;
}

int policy_file_open(struct policy_file *file, bool append)
{
	if (file->open)
		return -EBUSY;
	forget(file);
	file->open = true;
	file->append = append;
	file->offset = file->buffer_end = 0;
	file->broken = false;
	file->n_writes = 0;
	file->invalid = false;
	return 0;
}

/* ---- taking lines --------------------------------------------------------------------------------------------- */

/* Checks text of one or more lines and keeps it for the close. */
static int keep(struct policy_file *file, const char *text, size_t len, struct hufu_err *err)
{
	struct service *service = file->service;
	int n_rules = hufu_engine_check_policy(service->engine, text, len, service->custom_policy, err);

	if (n_rules < 0)
		return n_rules;
	buf_add(&file->text, text, len);
	if (len && text[len - 1] != '\n')
		buf_u8(&file->text, '\n');
	if (file->text.error)
		return err_sys(err, file->text.error, "a load of more than %d bytes", HUFU_POLICY_MAX);
	file->n_rules += (unsigned)n_rules;
	return 0;
}

/*
 * Is it a file of our own view? A process that has one open and is killed never ends: closing it asks the process itself. So it
 * is looked at through a descriptor that only names it, and by what the kernel knows without asking (AT_STATX_DONT_SYNC).
 */
static bool in_view(const struct policy_file *file, int fd)
{
	const char *view = file->service->config->securityfs;
	const int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
	struct statx ours, its;

	return view[0] && statx(AT_FDCWD, view, flags, STATX_TYPE, &ours) == 0 &&
	       statx(fd, "", flags | AT_EMPTY_PATH, STATX_TYPE, &its) == 0 && ours.stx_dev_major == its.stx_dev_major &&
	       ours.stx_dev_minor == its.stx_dev_minor;
}

/* kernel_read_file(), as ima_read_policy() calls it: a regular file that is not empty. */
static int read_rules(const struct policy_file *file, const char *path, char **ret_text, size_t *ret_len,
		      struct hufu_err *err)
{
	autoclose int name_fd = open(path, O_PATH | O_CLOEXEC);
	autoclose int fd = -1;
	autofree char *text = NULL;
	char name[64];
	struct stat st;
	size_t len;
	int r;

	if (name_fd < 0)
		return err_sys(err, -errno, "%s", path);
	if (in_view(file, name_fd))
		return err_set(err, -EINVAL, "%s: a file of this view", path);
	if (fstat(name_fd, &st) < 0)
		return err_sys(err, -errno, "%s", path);
	if (!S_ISREG(st.st_mode) || !st.st_size)
		return err_set(err, -EINVAL, "%s: not a regular file, or empty", path);
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", name_fd);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_sys(err, -errno, "%s", path);
	if (!policy_check_file(file->service, fd, path))
		return err_set(err, -EACCES, "%s: refused by the policy in force (POLICY_CHECK)", path);
	r = file_read_fd(fd, HUFU_POLICY_MAX, &text, &len, err);
	if (r < 0)
		return err_prefix(err, r, "%s", path);
	if (!len || text[len - 1] != '\n')
		return err_set(err, -EINVAL, "%s: the last line has no newline: is the file whole?", path);
	*ret_text = take_ptr(text);
	*ret_len = len;
	return 0;
}

static int keep_file(struct policy_file *file, const char *name, size_t len, struct hufu_err *err)
{
	autofree char *path = NULL, *text = NULL;
	size_t text_len = 0;
	int r;

	if (len >= PATH_MAX || memchr(name, '\0', len))
		return err_set(err, -EINVAL, "the path is too long, or has a NUL byte");
	path = strndup(name, len);
	if (!path)
		return err_sys(err, -ENOMEM, "policy");
	r = read_rules(file, path, &text, &text_len, err);
	if (r < 0)
		return r;
	r = keep(file, text, text_len, err);
	return r < 0 ? err_prefix(err, r, "%s", path) : 0;
}

static int check_place(struct policy_file *file, uint64_t offset, struct hufu_err *err)
{
	if (!file->append && offset && offset != file->offset)
		return err_set(err, -EINVAL, "written at an offset");
	if (file->broken)
		return err_set(err, -EINVAL,
			       "the writer's buffer broke the line before in two; write the path of the file instead");
	return 0;
}

static void complain(const struct policy_file *file, bool half, const struct hufu_err *err)
{
	/* Each write is a line, and was looked at by itself */
	static const char first[] = "line 1, ";
	bool is_rule = strncmp(err->text, first, sizeof(first) - 1) == 0;

	sayf(LOG_WARNING, "policy refused: line %u%s%s%s", file->n_writes, is_rule ? ", " : ": ",
	     err->text + (is_rule ? sizeof(first) - 1 : 0),
	     half ? " (did the writer's buffer break the line in two? Write the path of the file instead)" : "");
}

ssize_t policy_file_write(struct policy_file *file, const char *data, size_t len, uint64_t offset)
{
	const char *newline = memchr(data, '\n', len);
	size_t line_len = newline ? (size_t)(newline - data) : len;
	size_t taken = newline ? line_len + 1 : len;
	/* The rest of a buffer that was written before, without an end of line: it may go on in the next buffer */
	bool half = !newline && file->n_writes && offset + len == file->buffer_end;
	struct hufu_err err = {0};
	int r;

	file->n_writes++;
	r = check_place(file, offset, &err);
	if (r == 0 && data[0] != '/')
		r = policy_check_direct(file->service, &err);
	if (r == 0)
		r = data[0] == '/' ? keep_file(file, data, line_len, &err) : keep(file, data, line_len, &err);
	if (r < 0) {
		file->invalid = true;
		complain(file, half, &err);
		return r;
	}
	file->broken = half;
	if (offset == file->offset)
		file->offset += taken;
	file->buffer_end = offset + len;
	return (ssize_t)taken;
}

void policy_file_fail(struct policy_file *file)
{
	file->invalid = true;
}

/* ---- closing -------------------------------------------------------------------------------------------------- */

static void apply(struct policy_file *file)
{
	struct service *service = file->service;
	struct hufu_policy_where where = {0};
	struct hufu_err err = {0};
	unsigned n_rules = file->n_rules;
	int r = service->load_policy(service, (const char *)file->text.data, file->text.len, false, &where, &err);

	forget(file);
	if (r < 0)
		sayf(LOG_ERR, "policy update failed: %s", err.text);
	else
		sayf(LOG_INFO, "policy update completed: %u %s", n_rules, n_rules == 1 ? "rule" : "rules");
}

/* Has a process a descriptor of a file of this name? When in doubt, yes. */
static bool holds(int proc_fd, const char *pid)
{
	char path[NAME_MAX + 8], target[PATH_MAX];
	bool found = false;
	struct dirent *entry;
	DIR *dir;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/fd", pid);
	fd = openat(proc_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno != ENOENT && errno != ESRCH;
	dir = fdopendir(fd);
	if (!dir) {
		(void)close(fd);
		return true;
	}
	/* Links are read, never followed: the file itself is answered for by the thread that asks here */
	while (!found && (entry = readdir(dir))) {
		ssize_t len = readlinkat(fd, entry->d_name, target, sizeof(target) - 1);
		const char *slash;

		target[len > 0 ? len : 0] = '\0';
		slash = strrchr(target, '/');
		found = slash && strcmp(slash, "/policy") == 0;
	}
	(void)closedir(dir);
	return found;
}

static bool somebody_holds(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	bool found = false;

	if (!proc)
		return true;
	while (!found && (entry = readdir(proc)))
		found = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && holds(dirfd(proc), entry->d_name);
	(void)closedir(proc);
	return found;
}

void policy_file_flush(struct policy_file *file, pid_t tid)
{
	/* Who closes it has taken it from his table already. One whom we do not see may have others beside him */
	if (file->open && !file->invalid && file->n_rules && tid && !somebody_holds())
		apply(file);
}

void policy_file_close(struct policy_file *file)
{
	if (file->invalid)
		sayf(LOG_WARNING, "policy update failed: nothing was changed");
	else if (file->n_rules)
		apply(file);
	forget(file);
	file->open = false;
}
