/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, order, progress, and an early end. */
#include <dirent.h>
#include <pthread.h>
#include <time.h>

#include "test-trees.h"

static void put_sparse(const char *name, off_t size)
{
	autoclose int fd = open(in_tree(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_int_equal(ftruncate(fd, size), 0);
}

static unsigned n_threads_now(void)
{
	DIR *tasks = opendir("/proc/self/task");
	unsigned n = 0;

	assert_non_null(tasks);
	while (readdir(tasks))
		n++;
	(void)closedir(tasks);
	return n - 2;
}

static unsigned n_before; /* threads of the test itself: a sanitizer may have one */

static int count_threads(void **state)
{
	(void)state;
	n_before = n_threads_now();
	return 0;
}

/* Some hundred files of all sizes in some directories: small ones overtake large ones. */
static void put_mixture(void)
{
	char name[64];

	for (unsigned dir = 0; dir < 7; dir++) {
		(void)snprintf(name, sizeof(name), "d%u", dir);
		put_dir(name);
		for (unsigned i = 0; i < 60; i++) {
			(void)snprintf(name, sizeof(name), "d%u/f%u", dir, i);
			put_sparse(name, i % 20 == 0 ? 3000000 + 7 * i : i % 3 == 0 ? 0 : 100 * i);
		}
	}
	assert_int_equal(symlink("nowhere", in_tree("d3/f3x")), 0);
	assert_int_equal(link(in_tree("d5/f7"), in_tree("d2/z")), 0);
}

static void test_same_for_all_jobs(void **state)
{
	static const unsigned jobs[] = {2, 8, 64};
	struct hufu_tree_job job = plain_job(HUFU_TREE_HASH, HUFU_TREE_FORCE);
	struct seen *first;
	size_t n_first;

	(void)state;
	put_mixture();
	assert_int_equal(run_job(job, ""), 0);
	first = seen;
	n_first = n_seen;
	seen = NULL;
	n_seen = 0;
	assert_int_equal(n_first, 7 * 60 + 2);
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		job.jobs = jobs[i];
		assert_int_equal(run_job(job, ""), 0);
		assert_int_equal(n_seen, n_first);
		for (size_t at = 0; at < n_seen; at++) {
			assert_string_equal(seen[at].path, first[at].path);
			assert_int_equal(seen[at].state, first[at].state);
			assert_int_equal(seen[at].value_len, first[at].value_len);
			assert_memory_equal(seen[at].value, first[at].value, first[at].value_len);
		}
		assert_int_equal(n_threads_now(), n_before);
	}
	forget();
	seen = first;
	n_seen = n_first;
}

static struct {
	pthread_t caller;
	unsigned n_threads; /* at most, as seen from on_file */
	unsigned n_files;
} watched;

static void watch_threads(void *ctx, const struct hufu_file_report *report)
{
	unsigned n = n_threads_now();

	(void)ctx;
	(void)report;
	assert_true(pthread_equal(pthread_self(), watched.caller));
	if (n > watched.n_threads)
		watched.n_threads = n;
	watched.n_files++;
}

static unsigned threads_of(unsigned jobs, const char *name)
{
	struct hufu_tree_job job = plain_job(HUFU_TREE_HASH, HUFU_TREE_RECURSIVE | place);

	watched.caller = pthread_self();
	watched.n_threads = 0;
	watched.n_files = 0;
	job.jobs = jobs;
	job.on_file = watch_threads;
	assert_int_equal(hufu_tree_run(&job, in_tree(name), &count, NULL), 0);
	return watched.n_threads - n_before;
}

static void test_threads(void **state)
{
	(void)state;
	put_mixture();
	put_text("single", "abc");
	assert_int_equal(threads_of(1, ""), 0);
	assert_int_equal(watched.n_files, 7 * 60 + 3);
	assert_int_equal(threads_of(5, "single"), 0); /* nothing to share out */
	assert_in_range(threads_of(3, ""), 2, 4); /* three workers and the walk, some of which may be over */
}

static void test_progress(void **state)
{
	(void)state;
	put_sparse("large", 3 << 26);
	for (unsigned jobs = 1; jobs <= 2; jobs++) {
		struct hufu_tree_job job = plain_job(HUFU_TREE_HASH, HUFU_TREE_FORCE);
		struct timespec before, after;
		double seconds;

		job.jobs = jobs;
		(void)clock_gettime(CLOCK_MONOTONIC, &before);
		assert_int_equal(run_job(job, ""), 0);
		(void)clock_gettime(CLOCK_MONOTONIC, &after);
		seconds = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
		assert_true(n_ticks <= 5 * seconds + 1);
		assert_true(n_ticks >= 1 || seconds < 0.4);
		assert_int_equal(count.bytes, 3 << 26);
		assert_report("large", HUFU_FILE_SIGNED, "");
	}
}

static void cancel_in(unsigned jobs)
{
	struct hufu_tree_job job = plain_job(HUFU_TREE_HASH, HUFU_TREE_FORCE);
	uint8_t value[HUFU_XATTR_MAX];

	job.jobs = jobs;
	cancel_at = 1;
	assert_int_equal(run_job(job, ""), -ECANCELED);
	cancel_at = 0;
	assert_string_not_equal(last_err.text, "");
	assert_int_equal(n_ticks, 1);
	assert_int_equal(n_threads_now(), n_before);
	/* what was done is told, and nothing else */
	assert_report("a", HUFU_FILE_SIGNED, "");
	for (size_t i = 0; i < n_seen; i++)
		assert_string_not_equal(seen[i].path, in_tree("b"));
	assert_int_equal(get_value("b", value), -1);
	assert_true(count.bytes < (uint64_t)1 << 36);
}

static void test_cancel(void **state)
{
	(void)state;
	put_text("a", "abc");
	put_sparse("b", (off_t)1 << 36); /* minutes */
	put_text("c", "abc");
	cancel_in(1);
	cancel_in(2);
	cancel_in(8);
}

/* More names wait behind a slow file than the queue holds: the walk has to wait, and to go on. */
static void test_full_queue(void **state)
{
	char name[32];

	(void)state;
	put_sparse("0", 1 << 26);
	for (unsigned i = 0; i < 20000; i++) {
		(void)snprintf(name, sizeof(name), "n%05u", i);
		assert_int_equal(symlink("x", in_tree(name)), 0);
	}
	put_text("z", "abc");
	for (unsigned jobs = 1; jobs <= 2; jobs++) {
		struct hufu_tree_job job = plain_job(HUFU_TREE_HASH, HUFU_TREE_FORCE);

		job.jobs = jobs;
		assert_int_equal(run_job(job, ""), 0);
		assert_int_equal(n_seen, 20002);
		assert_int_equal(count.by_state[HUFU_FILE_SIGNED], 2);
		assert_int_equal(count.by_state[HUFU_FILE_SKIPPED], 20000);
		assert_string_equal(seen[20001].path, in_tree("z"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_for_all_jobs, make_large_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_threads, make_large_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_progress, make_large_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_cancel, make_large_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_full_queue, make_large_tree, drop_tree),
	};

	return cmocka_run_group_tests(tests, count_threads, NULL);
}
