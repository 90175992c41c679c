/* SPDX-License-Identifier: Apache-2.0 */
#include "bootid.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "file.h"

#define ID_FILE	  "boot_id"
#define ID_SOURCE "/proc/sys/kernel/random/boot_id"
#define ID_TEMP	  "boot_id.tmp"

enum { ID_LEN = 36 }; /* of a UUID as text */

struct bootid {
	char text[ID_LEN + 1];
};

/* -ENOENT: there is no such file. */
static int read_id(int dir_fd, const char *name, struct bootid *ret_id, struct hufu_err *err)
{
	autoclose int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	autofree char *text = NULL;
	size_t len;
	int r;

	if (fd < 0)
		return err_sys(err, -errno, "%s", name);
	r = file_read_fd(fd, ID_LEN + 1, &text, &len, err);
	if (r < 0)
		return err_prefix(err, r == -EFBIG ? -EBADMSG : r, "%s", name);
	if (len && text[len - 1] == '\n')
		text[--len] = '\0';
	if (len != ID_LEN || strlen(text) != len)
		return err_set(err, -EBADMSG, "%s: not the id of a boot", name);
	memcpy(ret_id->text, text, sizeof(ret_id->text));
	return 0;
}

/* Complete or not at all: a list whose boot is not known would have to be refused. */
static int write_id(int dir_fd, const struct bootid *id, struct hufu_err *err)
{
	autoclose int fd = -1;
	int r;

	if (unlinkat(dir_fd, ID_TEMP, 0) < 0 && errno != ENOENT)
		return err_sys(err, -errno, "%s", ID_TEMP);
	fd = openat(dir_fd, ID_TEMP, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0440);
	if (fd < 0)
		return err_sys(err, -errno, "%s", ID_TEMP);
	r = file_write_all(fd, id->text, ID_LEN);
	if (r == 0)
		r = file_write_all(fd, "\n", 1);
	if (r == 0 && (fchmod(fd, 0440) < 0 || fsync(fd) < 0 || renameat(dir_fd, ID_TEMP, dir_fd, ID_FILE) < 0))
		r = -errno;
	if (r < 0) {
		(void)unlinkat(dir_fd, ID_TEMP, 0);
		return err_sys(err, r, "%s: cannot write", ID_FILE);
	}
	return 0;
}

static int exists(int dir_fd, const char *name, bool *ret_exists, struct hufu_err *err)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		*ret_exists = true;
	else if (errno == ENOENT)
		*ret_exists = false;
	else
		return err_sys(err, -errno, "%s", name);
	return 0;
}

static int move_away(int dir_fd, const char *name, struct hufu_err *err)
{
	autofree char *previous = NULL;

	if (asprintf(&previous, "%s.previous", name) < 0) {
		previous = NULL;
		return err_sys(err, -ENOMEM, "%s", name);
	}
	if (renameat(dir_fd, name, dir_fd, previous) < 0 && errno != ENOENT)
		return err_sys(err, -errno, "%s: cannot rename it to %s", name, previous);
	return 0;
}

static int begin_boot(int dir_fd, const char *const *names, const struct bootid *now, struct hufu_err *err)
{
	for (; *names; names++) {
		int r = move_away(dir_fd, *names, err);

		if (r < 0)
			return r;
	}
	/* Before the list is made, so that there is never one of this boot that does not say so. */
	return write_id(dir_fd, now, err);
}

int bootid_settle(int dir_fd, const char *const *names, bool *ret_is_new, struct hufu_err *ret_note,
		  struct hufu_err *err)
{
	struct bootid now, then = {""};
	const char *odd = NULL; /* a file that is there but not the first one */
	bool first = false;
	bool same;
	int r = read_id(AT_FDCWD, ID_SOURCE, &now, err);

	if (r < 0)
		return r;
	for (size_t i = 0; names[i]; i++) {
		bool there;

		r = exists(dir_fd, names[i], &there, err);
		if (r < 0)
			return r;
		if (i == 0)
			first = there;
		else if (there)
			odd = names[i];
	}
	r = read_id(dir_fd, ID_FILE, &then, err);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == -ENOENT)
		err_clear(err);
	if (r == -ENOENT && (first || odd))
		return err_set(err, -EBADMSG,
			       "%s is there but %s is not: which boot is the list from? Move it away to begin anew",
			       first ? names[0] : odd, ID_FILE);
	same = r == 0 && strcmp(now.text, then.text) == 0;
	if (same && !first && odd)
		return err_set(err, -EBADMSG, "%s of this boot is gone, %s is there. Move it away to begin anew",
			       names[0], odd);
	err_clear(ret_note);
	if (same && !first)
		(void)err_set(ret_note, 0, "%s of this boot is gone: begun anew", names[0]);
	if (!same) {
		r = begin_boot(dir_fd, names, &now, err);
		if (r < 0)
			return r;
	}
	*ret_is_new = !first || !same;
	return 0;
}
