/* SPDX-License-Identifier: Apache-2.0 */
/* Real permission events, on a file system of our own in a mount namespace of our own. */
#include "pending.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clean.h"

#define WAIT_MS 10000

struct fixture {
	char dir[64], file[96];
	bool mounted;
	struct fangroup *group;
	struct pending *pending;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct hufu_err err = {""};
	unsigned granted = 0;
	autoclose int fd = -1;

	*state = f;
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/hufu-test-pending.XXXXXX");
	if (!mkdtemp(f->dir) || unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", f->dir, "tmpfs", 0, "size=1m") < 0)
		return 0; /* the tests skip */
	f->mounted = true;
	(void)snprintf(f->file, sizeof(f->file), "%s/file", f->dir);
	fd = open(f->file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || fangroup_new(&f->group, &err) < 0)
		return -1;
	return fangroup_watch(f->group, f->dir, FANGROUP_OPEN, &granted, &err);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	pending_free(f->pending);
	fangroup_free(f->group);
	if (f->mounted)
		(void)umount2(f->dir, MNT_DETACH);
	(void)rmdir(f->dir);
	free(f);
	return 0;
}

static struct fixture *ready(void **state, unsigned deadline_ms)
{
	struct fixture *f = *state;

	if (!f->mounted) {
		print_message("skipped: needs root, for a mount namespace and fanotify\n");
		skip();
	}
	assert_int_equal(pending_new(f->group, deadline_ms, &f->pending), 0);
	return f;
}

/* A child that opens the file: exits 0 when it may, with the errno when not. Its clock ends it, whatever happens. */
static pid_t start_opener(const struct fixture *f)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child)
		return child;
	(void)alarm(WAIT_MS / 1000);
	_exit(open(f->file, O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno);
}

static struct fangroup_event next_event(const struct fixture *f)
{
	struct pollfd poll_fd = {.fd = fangroup_fd(f->group), .events = POLLIN};
	struct fangroup_event event = {.fd = -1};

	assert_int_equal(poll(&poll_fd, 1, WAIT_MS), 1);
	assert_int_equal(fangroup_read(f->group, &event, 1), 1);
	assert_true(event.fd >= 0);
	assert_int_equal(event.events, FANGROUP_OPEN);
	return event;
}

static int exit_code(pid_t child)
{
	int status = -1;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void answers_once(void **state)
{
	struct fixture *f = ready(state, WAIT_MS);
	struct pending_counts counts;

	for (int allow = 0; allow <= 1; allow++) {
		pid_t child = start_opener(f);
		struct fangroup_event event = next_event(f);
		struct pending_event *item;

		assert_int_equal(event.tid, child);
		pending_put(f->pending, &event);
		pending_expire(f->pending); /* not yet */
		item = pending_take(f->pending);
		assert_int_equal(pending_event(item)->tid, child);
		pending_finish(f->pending, item, allow);
		assert_int_equal(exit_code(child), allow ? 0 : EPERM);
		assert_int_equal(fcntl(event.fd, F_GETFD), -1); /* closed */
	}
	pending_count(f->pending, &counts);
	assert_int_equal(counts.allowed, 1);
	assert_int_equal(counts.denied, 1);
	assert_int_equal(counts.expired, 0);
	assert_int_equal(counts.waiting, 0);
	assert_int_equal(counts.most, 1);
}

static void deadline_denies_what_is_queued(void **state)
{
	struct fixture *f = ready(state, 0);
	struct pending_counts counts;
	pid_t child = start_opener(f);
	struct fangroup_event event = next_event(f);

	pending_put(f->pending, &event);
	pending_expire(f->pending);
	assert_int_equal(exit_code(child), EPERM);
	pending_count(f->pending, &counts);
	assert_int_equal(counts.expired, 1);
	assert_int_equal(counts.denied, 1);
	assert_int_equal(counts.waiting, 0);
}

static void deadline_answers_for_a_slow_judge(void **state)
{
	struct fixture *f = ready(state, 0);
	struct pending_counts counts;
	pid_t child = start_opener(f);
	struct fangroup_event event = next_event(f);
	struct pending_event *item;

	pending_put(f->pending, &event);
	item = pending_take(f->pending);
	pending_expire(f->pending);
	pending_expire(f->pending); /* once only */
	assert_int_equal(exit_code(child), EPERM);
	/* The judge still reads from it, and comes too late to allow */
	assert_true(fcntl(event.fd, F_GETFD) >= 0);
	pending_finish(f->pending, item, true);
	assert_int_equal(fcntl(event.fd, F_GETFD), -1);
	pending_count(f->pending, &counts);
	assert_int_equal(counts.allowed, 0);
	assert_int_equal(counts.denied, 1);
	assert_int_equal(counts.expired, 1);
	assert_int_equal(counts.unanswered, 0);
}

static void what_is_left_is_denied(void **state)
{
	struct fixture *f = ready(state, WAIT_MS);
	pid_t child = start_opener(f);
	struct fangroup_event event = next_event(f);

	pending_put(f->pending, &event);
	pending_free(f->pending);
	f->pending = NULL;
	assert_int_equal(exit_code(child), EPERM);
}

/* A program that was let through keeps its descriptor, and so its lease, for a moment; a refused one does not. */
static void a_program_lingers(void **state)
{
	struct fixture *f = ready(state, WAIT_MS);

	for (int allow = 0; allow <= 1; allow++) {
		pid_t child = start_opener(f);
		struct fangroup_event event = next_event(f);

		event.events = FANGROUP_EXEC; /* as if it were */
		pending_put(f->pending, &event);
		pending_finish(f->pending, pending_take(f->pending), allow);
		assert_int_equal(exit_code(child), allow ? 0 : EPERM);
		assert_int_equal(fcntl(event.fd, F_GETFD) >= 0, allow);
		(void)usleep(2 * PENDING_LINGER_MS * 1000);
		assert_false(pending_release(f->pending));
		assert_int_equal(fcntl(event.fd, F_GETFD), -1);
	}
}

/* Of one event, as if it were that of an execution, and the open that follows. */
static struct pending_event *take_as(const struct fixture *f, struct fangroup_event event, unsigned events)
{
	event.events = events;
	event.fd =
		fcntl(event.fd, F_DUPFD_CLOEXEC, 0); /* the kernel takes no answer for it: it is the other that waits */
	pending_put(f->pending, &event);
	return pending_take(f->pending);
}

static void an_open_is_done_with_its_execution(void **state)
{
	struct fixture *f = ready(state, WAIT_MS);
	pid_t child = start_opener(f);
	struct fangroup_event event = next_event(f);
	struct fangroup_event other = event;
	autoclose int elsewhere = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct pending_event *open, *program = take_as(f, event, FANGROUP_EXEC);

	pending_set_open_done(program);
	open = take_as(f, event, FANGROUP_OPEN);
	assert_false(pending_take_open_done(f->pending, open)); /* not let through yet */
	pending_finish(f->pending, program, true);
	other.tid++;
	program = take_as(f, other, FANGROUP_OPEN);
	assert_false(pending_take_open_done(f->pending, program)); /* another task */
	pending_finish(f->pending, program, true);
	other = (struct fangroup_event){.tid = event.tid, .fd = elsewhere};
	program = take_as(f, other, FANGROUP_OPEN);
	assert_false(pending_take_open_done(f->pending, program)); /* another file */
	pending_finish(f->pending, program, true);
	assert_true(pending_take_open_done(f->pending, open));
	assert_false(pending_take_open_done(f->pending, open)); /* once */
	pending_finish(f->pending, open, true);
	assert_int_equal(fangroup_answer(f->group, event.fd, true), 0);
	assert_int_equal(close(event.fd), 0);
	assert_int_equal(exit_code(child), 0);
}

static void stop_lets_the_takers_go(void **state)
{
	struct fixture *f = ready(state, WAIT_MS);

	pending_stop(f->pending);
	assert_null(pending_take(f->pending));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deadline_denies_what_is_queued, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deadline_answers_for_a_slow_judge, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_left_is_denied, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_program_lingers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_open_is_done_with_its_execution, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stop_lets_the_takers_go, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
