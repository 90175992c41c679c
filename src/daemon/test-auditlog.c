/* SPDX-License-Identifier: Apache-2.0 */
#include "test-scratch.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>

#include "auditlog.h"

#define THREADS	 8
#define EACH	 1250
#define PADDING	 "........................................................................................"
#define TMPFS_KB 64

static struct config config;

static int set_up(void **state)
{
	if (scratch_make(state) < 0 || config_init(&config, NULL) < 0)
		return -1;
	free(config.run_dir);
	config.run_dir = strdup(scratch);
	config.journal = false; /* not into the machine's own */
	return config.run_dir ? 0 : -1;
}

static int tear_down(void **state)
{
	config_done(&config);
	return scratch_remove(state);
}

/* What the file holds: how many lines of each thread, in their order, and how many it says are missing. */
struct found {
	unsigned long next[THREADS]; /* the number the thread's next line must at least have */
	unsigned long lines, lost, notices;
};

static void look_at(const char *path, struct found *found)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	memset(found, 0, sizeof(*found));
	assert_non_null(file);
	while ((len = getline(&line, &size, file)) > 0) {
		unsigned long thread, number, lost;
		char rest[128];

		assert_int_equal(line[len - 1], '\n');
		if (sscanf(line, "type=HUFU_LOST msg=audit(%*d.%*3d:0): lost=%lu%127s", &lost, rest) == 1) {
			found->lost += lost;
			found->notices++;
			continue;
		}
		assert_int_equal(sscanf(line, "type=TEST thread=%lu number=%lu %127s", &thread, &number, rest), 3);
		assert_true(thread < THREADS);
		assert_string_equal(rest, PADDING);
		assert_true(number >= found->next[thread]);
		found->next[thread] = number + 1;
		found->lines++;
	}
	free(line);
	(void)fclose(file);
}

struct job {
	struct auditlog *log;
	unsigned thread;
	unsigned n;
};

static void *put_lines(void *arg)
{
	const struct job *job = arg;
	char line[256];

	for (unsigned i = 0; i < job->n; i++) {
		(void)snprintf(line, sizeof(line), "type=TEST thread=%u number=%u " PADDING, job->thread, i);
		auditlog_put(job->log, line);
	}
	return NULL;
}

static void no_line_is_lost_without_a_word(void **state)
{
	pthread_t threads[THREADS];
	struct job jobs[THREADS];
	struct auditlog *log;
	struct hufu_err err;
	struct found found;
	struct stat st;
	uint64_t dropped;

	(void)state;
	assert_int_equal(auditlog_open(&config, &log, &err), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		jobs[i] = (struct job){log, i, EACH};
		assert_int_equal(pthread_create(&threads[i], NULL, put_lines, &jobs[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	dropped = auditlog_dropped(log);
	auditlog_close(log);
	look_at(scratch_path("audit.log"), &found);
	assert_int_equal(found.lines + dropped, THREADS * EACH);
	assert_int_equal(found.lost, dropped);
	assert_true(found.lines >= 8192);
	assert_int_equal(stat(scratch_path("audit.log"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void what_is_there_is_added_to(void **state)
{
	struct auditlog *log;
	struct hufu_err err;
	struct found found;

	(void)state;
	scratch_write("audit.log", "type=TEST thread=0 number=0 " PADDING "\n", 29 + sizeof(PADDING) - 1);
	assert_int_equal(chmod(scratch_path("audit.log"), 0666), 0);
	assert_int_equal(auditlog_open(&config, &log, &err), 0);
	auditlog_put(log, "type=TEST thread=1 number=0 " PADDING);
	auditlog_close(log);
	look_at(scratch_path("audit.log"), &found);
	assert_int_equal(found.lines, 2);
	assert_int_equal(found.notices, 0);
	auditlog_close(NULL);
}

static void logrotate_moves_it_away(void **state)
{
	struct auditlog *log;
	struct hufu_err err;
	struct found found;

	(void)state;
	(void)unlink(scratch_path("audit.log"));
	assert_int_equal(auditlog_open(&config, &log, &err), 0);
	auditlog_put(log, "type=TEST thread=0 number=0 " PADDING);
	for (int i = 0; i < 1000 && (look_at(scratch_path("audit.log"), &found), !found.lines); i++)
		(void)usleep(10000);
	assert_int_equal(rename(scratch_path("audit.log"), scratch_path("audit.log.1")), 0);
	auditlog_reopen(log);
	auditlog_put(log, "type=TEST thread=1 number=0 " PADDING);
	/* It cannot be opened: the file in use stays */
	assert_int_equal(rename(scratch_path("audit.log"), scratch_path("audit.log.2")), 0);
	assert_int_equal(symlink("elsewhere", scratch_path("audit.log")), 0);
	auditlog_reopen(log);
	auditlog_put(log, "type=TEST thread=2 number=0 " PADDING);
	auditlog_close(log);
	assert_int_equal(unlink(scratch_path("audit.log")), 0);
	assert_int_equal(access(scratch_path("elsewhere"), F_OK), -1);

	look_at(scratch_path("audit.log.1"), &found);
	assert_int_equal(found.lines, 1);
	assert_int_equal(found.next[0], 1);
	look_at(scratch_path("audit.log.2"), &found);
	assert_int_equal(found.lines, 2);
	assert_int_equal(found.next[1] + found.next[2], 2);
}

static void odd_things_in_its_place_are_refused(void **state)
{
	struct auditlog *log = NULL;
	struct hufu_err err = {0};

	(void)state;
	(void)unlink(scratch_path("audit.log"));
	assert_int_equal(symlink("/etc/passwd", scratch_path("audit.log")), 0);
	assert_int_equal(auditlog_open(&config, &log, &err), -ELOOP);
	assert_non_null(strstr(err.text, "audit.log"));
	assert_int_equal(unlink(scratch_path("audit.log")), 0);
	assert_int_equal(mkfifo(scratch_path("audit.log"), 0600), 0);
	assert_true(auditlog_open(&config, &log, &err) < 0); /* ENXIO: nobody reads it */
	assert_int_equal(unlink(scratch_path("audit.log")), 0);
	assert_null(log);
}

/* Fills the rest of the file system `dir` lies on; returns the name to remove. */
static const char *fill(const char *dir)
{
	static char path[PATH_MAX];
	char block[4096] = {0};
	int fd;

	(void)snprintf(path, sizeof(path), "%s/filler", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	(void)close(fd);
	return path;
}

/* In a mount namespace of its own: the last test of the program. */
static void a_full_disk_is_counted_and_survived(void **state)
{
	const struct timespec pause = {0, 10000000};
	struct auditlog *log;
	struct hufu_err err;
	struct found found;
	const char *filler;
	char options[32];
	uint64_t dropped;

	(void)state;
	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		print_message("skipped: a full disk needs a tmpfs, and that root\n");
		skip();
	}
	(void)snprintf(options, sizeof(options), "size=%dk", TMPFS_KB);
	assert_int_equal(mount("none", scratch, "tmpfs", 0, options), 0);
	assert_int_equal(auditlog_open(&config, &log, &err), 0);
	(void)put_lines(&(struct job){log, 0, 10});
	for (int i = 0; i < 1000 && (look_at(scratch_path("audit.log"), &found), found.lines < 10); i++)
		(void)nanosleep(&pause, NULL);
	filler = fill(scratch);
	/* More than the page that is begun can take, less than the queue */
	(void)put_lines(&(struct job){log, 1, 1000});
	for (int i = 0; i < 1000 && auditlog_dropped(log) < 900; i++)
		(void)nanosleep(&pause, NULL);
	(void)put_lines(&(struct job){log, 2, 1});
	for (int i = 0; i < 20; i++)
		(void)nanosleep(&pause, NULL);
	assert_int_equal(unlink(filler), 0);
	(void)put_lines(&(struct job){log, 3, 1});
	auditlog_put(log, "type=TEST thread=4 number=0 " PADDING);
	for (int i = 0; i < 1000 && (look_at(scratch_path("audit.log"), &found), !found.next[4]); i++)
		(void)nanosleep(&pause, NULL);
	dropped = auditlog_dropped(log);
	auditlog_close(log);

	look_at(scratch_path("audit.log"), &found); /* whole lines only */
	assert_int_equal(found.next[3], 1);
	assert_int_equal(found.lines + dropped, 10 + 1000 + 1 + 2);
	assert_int_equal(found.lost, dropped);
	assert_true(found.notices >= 1);
	assert_int_equal(umount2(scratch, MNT_DETACH), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line_is_lost_without_a_word),
		cmocka_unit_test(what_is_there_is_added_to),
		cmocka_unit_test(logrotate_moves_it_away),
		cmocka_unit_test(odd_things_in_its_place_are_refused),
		cmocka_unit_test(a_full_disk_is_counted_and_survived),
	};

	return cmocka_run_group_tests_name("auditlog", tests, set_up, tear_down);
}
