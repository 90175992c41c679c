/* SPDX-License-Identifier: Apache-2.0 */
#include "auditlog.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <time.h>

#include "clean.h"
#include "err.h"
#include "journal.h"
#include "say.h"
#include "thread.h"

#define LINES_MAX     8192
#define BYTES_MAX     (8 << 20) /* a path of 4096 bytes makes a line of 9 KiB: lines alone are no bound */
#define CLOSE_SECONDS 10

struct entry {
	char *line;
	uint64_t lost; /* lines dropped before this one */
};

struct auditlog {
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	struct entry queue[LINES_MAX]; /* a ring */
	size_t first, count, bytes;
	uint64_t dropped; /* ever */
	uint64_t lost; /* after the last line in the queue, and not said yet */
	bool stop;

	pthread_t thread;
	char *path;
	bool journal;
	pthread_mutex_t file_lock; /* of fd: the thread writes, auditlog_reopen() puts another in its place */
	int fd;
};

/* ---- the file ------------------------------------------------------------------------------------------------- */

static int open_file(const char *path, struct hufu_err *err)
{
	autoclose int fd =
		open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, -errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s: not a regular file", path);
	if (fchmod(fd, 0600) < 0)
		return err_sys(err, -errno, "%s", path);
	return take_fd(&fd);
}

/* A full disk took half a line, which would swallow the beginning of the next one. */
static void take_back(int fd, ssize_t n)
{
	off_t end = lseek(fd, 0, SEEK_CUR);

	if (end < n || ftruncate(fd, end - n) < 0)
		sayf(LOG_ERR, "audit log: half a line is left in it: %s", strerrorname_np(errno));
}

/* The whole line, or nothing of it. */
static bool write_line(int fd, const char *line)
{
	struct iovec parts[] = {{(char *)(uintptr_t)line, strlen(line)}, {(char *)(uintptr_t) "\n", 1}};
	ssize_t n;

	do
		n = writev(fd, parts, 2);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)parts[0].iov_len + 1)
		return true;
	if (n > 0)
		take_back(fd, n);
	return false;
}

static bool put_file(struct auditlog *log, const char *line)
{
	bool written;

	(void)pthread_mutex_lock(&log->file_lock);
	written = write_line(log->fd, line);
	(void)pthread_mutex_unlock(&log->file_lock);
	return written;
}

static void put_journal(const struct auditlog *log, const char *line)
{
	if (log->journal)
		journal_put(line);
}

/* ---- the thread ----------------------------------------------------------------------------------------------- */

/* The next line, or none and a number of lost ones; false: all is written and it is time to go. */
static bool next(struct auditlog *log, struct entry *ret_entry)
{
	bool more;

	(void)pthread_mutex_lock(&log->lock);
	while (!log->count && !log->lost && !log->stop)
		(void)pthread_cond_wait(&log->wake, &log->lock);
	more = log->count || log->lost;
	*ret_entry = (struct entry){NULL, 0};
	if (log->count) {
		*ret_entry = log->queue[log->first];
		log->first = (log->first + 1) % LINES_MAX;
		log->count--;
		log->bytes -= strlen(ret_entry->line);
	} else {
		ret_entry->lost = log->lost;
		log->lost = 0;
	}
	(void)pthread_mutex_unlock(&log->lock);
	return more;
}

/* Says how many lines are missing here; false: the disk is full for this line too. */
static bool put_lost(struct auditlog *log, uint64_t lost)
{
	struct timespec now;
	char line[128];

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)snprintf(line, sizeof(line), "type=HUFU_LOST msg=audit(%lld.%03ld:0): lost=%llu", (long long)now.tv_sec,
		       now.tv_nsec / 1000000, (unsigned long long)lost);
	if (!put_file(log, line))
		return false;
	put_journal(log, line);
	return true;
}

static void put_line(struct auditlog *log, const char *line, uint64_t *lost)
{
	if (!put_file(log, line)) {
		++*lost;
		(void)pthread_mutex_lock(&log->lock);
		log->dropped++;
		(void)pthread_mutex_unlock(&log->lock);
	}
	put_journal(log, line);
}

static void *run(void *arg)
{
	struct auditlog *log = arg;
	struct entry entry;
	uint64_t lost = 0; /* lines missing in the file, those a full disk did not take among them, and not said yet */

	while (next(log, &entry)) {
		lost += entry.lost;
		if (lost && put_lost(log, lost))
			lost = 0;
		if (entry.line)
			put_line(log, entry.line, &lost);
		free(entry.line);
	}
	if (lost)
		(void)put_lost(log, lost);
	return NULL;
}

/* ---- for the others ------------------------------------------------------------------------------------------- */

void auditlog_put(void *ctx, const char *line)
{
	struct auditlog *log = ctx;
	char *copy = strdup(line);
	size_t len = strlen(line);

	(void)pthread_mutex_lock(&log->lock);
	if (copy && !log->stop && log->count < LINES_MAX && log->bytes + len <= BYTES_MAX) {
		log->queue[(log->first + log->count) % LINES_MAX] = (struct entry){take_ptr(copy), log->lost};
		log->lost = 0;
		log->count++;
		log->bytes += len;
	} else {
		log->lost++;
		log->dropped++;
	}
	(void)pthread_cond_signal(&log->wake);
	(void)pthread_mutex_unlock(&log->lock);
	free(copy);
}

uint64_t auditlog_dropped(struct auditlog *log)
{
	uint64_t dropped;

	(void)pthread_mutex_lock(&log->lock);
	dropped = log->dropped;
	(void)pthread_mutex_unlock(&log->lock);
	return dropped;
}

void auditlog_reopen(struct auditlog *log)
{
	struct hufu_err err;
	int fd = open_file(log->path, &err);
	int old;

	if (fd < 0) {
		sayf(LOG_ERR, "audit log not opened anew: %s", err.text);
		return;
	}
	(void)pthread_mutex_lock(&log->file_lock);
	old = log->fd;
	log->fd = fd;
	(void)pthread_mutex_unlock(&log->file_lock);
	(void)close(old);
}

static void release(struct auditlog *log)
{
	(void)pthread_mutex_destroy(&log->lock);
	(void)pthread_mutex_destroy(&log->file_lock);
	(void)pthread_cond_destroy(&log->wake);
	if (log->fd >= 0)
		(void)close(log->fd);
	free(log->path);
	free(log);
}

int auditlog_open(const struct config *config, struct auditlog **ret_log, struct hufu_err *err)
{
	struct auditlog *log = calloc(1, sizeof(*log));
	int r;

	if (!log)
		return err_sys(err, -ENOMEM, "audit log");
	(void)pthread_mutex_init(&log->lock, NULL);
	(void)pthread_mutex_init(&log->file_lock, NULL);
	(void)pthread_cond_init(&log->wake, NULL);
	log->journal = config->journal;
	if (asprintf(&log->path, "%s/audit.log", config->run_dir) < 0) {
		log->path = NULL;
		log->fd = -1;
		r = err_sys(err, -ENOMEM, "audit log");
	} else {
		r = log->fd = open_file(log->path, err);
	}
	if (r >= 0) {
		r = thread_start(&log->thread, "hufud-audit", run, log);
		if (r < 0)
			(void)err_sys(err, r, "audit log: no thread");
	}
	if (r < 0) {
		release(log);
		return r;
	}
	*ret_log = log;
	return 0;
}

void auditlog_close(struct auditlog *log)
{
	if (!log)
		return;
	(void)pthread_mutex_lock(&log->lock);
	log->stop = true;
	(void)pthread_cond_signal(&log->wake);
	(void)pthread_mutex_unlock(&log->lock);
	/* A journal that takes nothing more must not keep the daemon from ending; the thread then keeps what it uses */
	if (thread_join(log->thread, CLOSE_SECONDS) == 0)
		release(log);
}
