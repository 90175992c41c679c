/* SPDX-License-Identifier: Apache-2.0 */
/* Real leases and real writers. */
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "clean.h"

#define EXT4	0xef53
#define OVERLAY 0x794c7630
#define SIGNAL	(SIGRTMIN + 4)

struct fixture {
	char path[64];
	struct cache *cache;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	sigset_t set;
	int fd;

	*state = f;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGNAL);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)snprintf(f->path, sizeof(f->path), "/tmp/hufu-test-cache.XXXXXX");
	fd = mkstemp(f->path);
	if (fd < 0 || write(fd, "content", 7) != 7 || close(fd) < 0)
		return -1;
	return cache_new(2, SIGNAL, &f->cache);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	cache_free(f->cache);
	(void)unlink(f->path);
	free(f);
	return 0;
}

/* What the engine does with one access up to the cache. */
static void look(const char *path, struct content *content)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(content_open(fd, HUFU_HASH_SM3, content), 0);
	content_lease(content);
	if (content->writers == CONTENT_WRITERS_UNKNOWN) {
		(void)close(fd);
		print_message("skipped: needs a file system with leases at /tmp\n");
		skip();
	}
}

static void learn(struct fixture *f, uint64_t magic, uint64_t generation, bool proved)
{
	struct content content;

	look(f->path, &content);
	content_hash(&content);
	assert_int_equal(content.digest_error, 0);
	content.proved = proved;
	cache_put(f->cache, &content, magic, generation);
	(void)close(content.fd);
}

/* Is it known, and proved? -1: not known. */
static int ask(struct fixture *f, uint64_t generation)
{
	struct content content;
	int known;

	look(f->path, &content);
	cache_get(f->cache, &content, generation);
	known = content.digest_error == 0 ? content.proved : -1;
	(void)close(content.fd);
	return known;
}

static void remembers(void **state)
{
	struct fixture *f = *state;
	struct cache_counts counts;

	assert_int_equal(ask(f, 1), -1);
	learn(f, EXT4, 1, false);
	assert_int_equal(ask(f, 1), false);
	learn(f, EXT4, 1, true); /* replaces */
	assert_int_equal(ask(f, 1), true);
	assert_int_equal(ask(f, 2), false); /* other keyrings: the digest stands, the signature does not */
	cache_count(f->cache, &counts);
	assert_int_equal(counts.entries, 1);
	assert_int_equal(counts.hits, 3);
	assert_int_equal(counts.misses, 1);
}

static void does_not_take_what_is_written_elsewhere(void **state)
{
	struct fixture *f = *state;

	learn(f, OVERLAY, 1, true);
	assert_int_equal(ask(f, 1), -1);
}

static void does_not_take_what_is_open_for_writing(void **state)
{
	struct fixture *f = *state;
	autoclose int writer = open(f->path, O_WRONLY | O_CLOEXEC);
	struct content content;

	look(f->path, &content);
	assert_int_equal(content.writers, CONTENT_WRITERS_SOME);
	content_hash(&content);
	cache_put(f->cache, &content, EXT4, 1);
	(void)close(content.fd);
	assert_true(writer >= 0);
	cache_tidy(f->cache);
	(void)close(take_fd(&writer));
	assert_int_equal(ask(f, 1), -1);
}

/* Between hash and cache the kernel may have taken the lease away, and given a new one of something else. */
static void does_not_take_what_has_changed_since(void **state)
{
	struct fixture *f = *state;
	struct content content;

	look(f->path, &content);
	content_hash(&content);
	(void)nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	assert_int_equal(chmod(f->path, 0640), 0);
	cache_put(f->cache, &content, EXT4, 1);
	(void)close(content.fd);
	assert_int_equal(ask(f, 1), -1);
}

/* One event is several accesses: the second must not take the first one's signal away, for which a writer waits. */
static void keeps_its_signal(void **state)
{
	struct fixture *f = *state;
	struct content content;

	look(f->path, &content);
	content_hash(&content);
	cache_put(f->cache, &content, EXT4, 1);
	content_lease(&content);
	assert_int_equal(content.writers, CONTENT_WRITERS_NONE);
	assert_int_equal(fcntl(content.fd, F_GETSIG), SIGNAL);
	(void)close(content.fd);
}

/* Each way to come to write; every one has to wait for the lease. */
static int write_plain(const char *path)
{
	int fd = open(path, O_WRONLY);

	return fd < 0 || pwrite(fd, "X", 1, 0) != 1;
}

static int write_mapped(const char *path)
{
	int fd = open(path, O_RDWR);
	char *map = fd < 0 ? MAP_FAILED : mmap(NULL, 7, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return 1;
	map[0] = 'X';
	return 0;
}

static int write_truncate(const char *path)
{
	return truncate(path, 3);
}

static int write_truncating_open(const char *path)
{
	return open(path, O_WRONLY | O_TRUNC) < 0;
}

static void breaks(struct fixture *f, int (*writes)(const char *path))
{
	const struct timespec ten_seconds = {.tv_sec = 10};
	sigset_t set;
	siginfo_t info;
	struct stat before, after;
	int status = -1;
	pid_t child;

	learn(f, EXT4, 1, true);
	assert_int_equal(stat(f->path, &before), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close_range(3, ~0u, 0); /* a copy of the descriptor would keep the lease */
		(void)alarm(30);
		_exit(writes(f->path));
	}
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGNAL);
	assert_int_equal(sigtimedwait(&set, &info, &ten_seconds), SIGNAL);
	/* The writer waits, and what is known is known no more, even before the signal is dealt with */
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	assert_int_equal(stat(f->path, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
	cache_broken(f->cache, info.si_fd);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(ask(f, 1), -1);
}

static void a_writer_waits_until_it_is_forgotten(void **state)
{
	breaks(*state, write_plain);
	breaks(*state, write_mapped);
	breaks(*state, write_truncate);
	breaks(*state, write_truncating_open);
}

/* The one way that breaks no lease: what it leaves is empty, and known to be another content. */
static void a_truncation_by_a_reader_is_seen(void **state)
{
	struct fixture *f = *state;

	learn(f, EXT4, 1, true);
	assert_int_equal(ask(f, 1), true);
	(void)close(open(f->path, O_RDONLY | O_TRUNC | O_CLOEXEC));
	assert_int_equal(ask(f, 1), -1);
}

static void a_lost_signal_is_found(void **state)
{
	struct fixture *f = *state;
	struct cache_counts counts = {0};
	int status = -1;
	pid_t child;

	learn(f, EXT4, 1, true);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close_range(3, ~0u, 0);
		(void)alarm(30);
		_exit(write_plain(f->path));
	}
	/* Nobody takes the signal; ten seconds at the most, the idle time is not what ends it */
	for (int i = 0; i < 1000 && !counts.broken; i++) {
		(void)usleep(10000);
		cache_tidy(f->cache);
		cache_count(f->cache, &counts);
	}
	assert_int_equal(counts.broken, 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void ends_the_oldest_and_the_idle(void **state)
{
	struct fixture *f = *state;
	struct fixture second = {.cache = f->cache}, third = {.cache = f->cache};
	struct fixture *both[] = {&second, &third};
	struct cache_counts counts;

	learn(f, EXT4, 1, true);
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		(void)snprintf(both[i]->path, sizeof(both[i]->path), "/tmp/hufu-test-cache.XXXXXX");
		(void)close(mkstemp(both[i]->path));
		learn(both[i], EXT4, 1, true);
	}
	assert_int_equal(ask(f, 1), -1); /* room for two */
	assert_int_equal(ask(&second, 1), true);
	assert_int_equal(ask(&third, 1), true);
	(void)sleep(CACHE_IDLE_SECONDS + 1);
	cache_tidy(f->cache);
	cache_count(f->cache, &counts);
	assert_int_equal(counts.entries, 0);
	(void)unlink(second.path);
	(void)unlink(third.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(remembers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(does_not_take_what_is_written_elsewhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(does_not_take_what_is_open_for_writing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(does_not_take_what_has_changed_since, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_its_signal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_writer_waits_until_it_is_forgotten, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_truncation_by_a_reader_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_lost_signal_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ends_the_oldest_and_the_idle, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
