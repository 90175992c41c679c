/* SPDX-License-Identifier: Apache-2.0 */
#include "test-engines.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

#include "content.h"

static int open_file(const char *name, int flags)
{
	int fd = open(in_scratch(name), flags | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static struct content open_content(const char *name)
{
	struct content content;

	assert_int_equal(content_open(open_file(name, O_RDONLY), HUFU_HASH_SM3, &content), 0);
	return content;
}

static void sleep_ms(long ms)
{
	const struct timespec time = {ms / 1000, ms % 1000 * 1000000};

	(void)nanosleep(&time, NULL);
}

static void what_is_no_file(void **state)
{
	struct content content;
	int fds[2];

	(void)state;
	assert_int_equal(content_open(-1, HUFU_HASH_SM3, &content), -EBADF);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(content_open(fds[0], HUFU_HASH_SM3, &content), 0);
	assert_false(S_ISREG(content.before.st_mode));
	assert_int_equal(close(fds[0]) | close(fds[1]), 0);
}

/* Which algorithm is logged and compared: ima_get_hash_algo() */
static void announced_algorithm(void **state)
{
	static const struct {
		const char *value;
		size_t len;
		enum hufu_hash algo;
	} cases[] = {
#define VALUE(text) (text), sizeof(text) - 1
		{VALUE("\x04"), HUFU_HASH_SM3},
		{VALUE("\x04\x04"), HUFU_HASH_SHA256},
		{VALUE("\x04\x16"), HUFU_HASH_SHA3_512},
		{VALUE("\x04\x17"), HUFU_HASH_SM3},
		{VALUE("\x04\xff"), HUFU_HASH_SM3},
		{VALUE("\x03\x02\x04......"), HUFU_HASH_SM3}, /* no longer than its header */
		{VALUE("\x03\x02\x04......."), HUFU_HASH_SHA256},
		{VALUE("\x03\x02\x63......."), HUFU_HASH_SM3},
		{VALUE("\x03\x03\x04......."), HUFU_HASH_SM3},
		{VALUE("\x03\x01\x04......."), HUFU_HASH_SM3},
		{VALUE("\x06\x03\x04......."), HUFU_HASH_SHA256},
		{VALUE("\x06\x02\x04......."), HUFU_HASH_SM3},
		{VALUE("\x01...................."), HUFU_HASH_SHA1},
		{VALUE("\x01................\0\0\0\0"), HUFU_HASH_MD5},
		{VALUE("\x01................"), HUFU_HASH_MD5},
		{VALUE("\x01..................."), HUFU_HASH_SM3},
		{VALUE("\x01....................."), HUFU_HASH_SM3},
		{VALUE("\x02\x04"), HUFU_HASH_SM3},
		{VALUE("\xff\x04"), HUFU_HASH_SM3},
	};

	(void)state;
	put_file("f", "abc", 3);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct content content;

		set_value("f", cases[i].value, cases[i].len);
		content = open_content("f");
		assert_int_equal(content.xattr_error, 0);
		assert_int_equal(content.xattr_len, cases[i].len);
		if (content.digest.algo != cases[i].algo)
			fail_msg("case %zu: %s", i, hufu_hash_name(content.digest.algo));
		assert_int_equal(content.digest.len, hufu_hash_size(cases[i].algo));
		assert_int_equal(close(content.fd), 0);
	}
}

static void values_that_are_none(void **state)
{
	static uint8_t big[HUFU_XATTR_MAX + 1] = {0x03, 0x02, 0x04};
	struct content content;

	(void)state;
	put_file("f", "abc", 3);
	content = open_content("f");
	assert_int_equal(content.xattr_error, -ENODATA);
	assert_int_equal(content.xattr_len, 0);
	assert_int_equal(close(content.fd), 0);
	set_value("f", "", 0);
	content = open_content("f");
	assert_int_equal(content.xattr_error, -ENODATA);
	assert_int_equal(close(content.fd), 0);
	set_value("f", big, HUFU_XATTR_MAX);
	content = open_content("f");
	assert_int_equal(content.xattr_error, 0);
	assert_int_equal(content.xattr_len, HUFU_XATTR_MAX);
	assert_int_equal(close(content.fd), 0);
	set_value("f", big, HUFU_XATTR_MAX + 1);
	content = open_content("f");
	assert_int_equal(content.xattr_error, -ERANGE);
	assert_int_equal(content.xattr_len, 0);
	assert_int_equal(content.digest.algo, HUFU_HASH_SM3);
	assert_int_equal(close(content.fd), 0);
}

static void digests_once(void **state)
{
	static const uint8_t zeros[HUFU_DIGEST_MAX];
	struct hufu_digest digest;
	struct content content;

	(void)state;
	put_file("f", "abc", 3);
	content = open_content("f");
	assert_int_equal(content.digest_error, -EAGAIN);
	assert_memory_equal(content.digest.bytes, zeros, sizeof(zeros));
	content_hash(&content);
	assert_int_equal(content.digest_error, 0);
	digest_file("f", HUFU_HASH_SM3, &digest);
	assert_memory_equal(content.digest.bytes, digest.bytes, digest.len);
	put_file("f", "abd", 3); /* another file of that name; and this one is not hashed again */
	content_hash(&content);
	assert_memory_equal(content.digest.bytes, digest.bytes, digest.len);
	assert_int_equal(close(content.fd), 0);
}

static void algorithm_that_is_not_here(void **state)
{
	static const uint8_t zeros[HUFU_DIGEST_MAX];
	struct content content;

	(void)state;
	put_file("f", "abc", 3);
	set_value("f", "\x04\x10", 2); /* Tiger */
	content = open_content("f");
	assert_int_equal(content.digest.algo, 16);
	content_hash(&content);
	assert_int_equal(content.digest_error, -ENOPKG);
	assert_int_equal(content.digest.len, 24);
	assert_memory_equal(content.digest.bytes, zeros, sizeof(zeros));
	assert_int_equal(close(content.fd), 0);
}

/* ---- leases ---- */

static void lease_keeps_writers_out(void **state)
{
	struct content content;
	int fd;

	(void)state;
	put_file("f", "abc", 3);
	content = open_content("f");
	content_lease(&content);
	assert_int_equal(content.writers, CONTENT_WRITERS_NONE);
	assert_true(open(in_scratch("f"), O_WRONLY | O_NONBLOCK | O_CLOEXEC) < 0); /* and SIGURG has not ended us */
	assert_int_equal(errno, EAGAIN);
	/* Who has waited is known afterwards */
	content_hash(&content);
	assert_int_equal(content.digest_error, 0);
	assert_int_equal(content.writers, CONTENT_WRITERS_SOME);
	assert_int_equal(close(content.fd), 0);
	fd = open_file("f", O_WRONLY | O_NONBLOCK);
	assert_int_equal(close(fd), 0);
}

static void lease_is_not_had_with_a_writer(void **state)
{
	static const int flags[] = {O_WRONLY, O_RDWR, O_WRONLY | O_APPEND};
	struct content content;

	(void)state;
	put_file("f", "abc", 3);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		int writer = open_file("f", flags[i]);

		content = open_content("f");
		content_lease(&content);
		assert_int_equal(content.writers, CONTENT_WRITERS_SOME);
		content_hash(&content);
		assert_int_equal(content.digest_error, 0);
		assert_int_equal(close(content.fd) | close(writer), 0);
	}
	content = open_content("f");
	content_lease(&content);
	assert_int_equal(content.writers, CONTENT_WRITERS_NONE);
	content_lease(&content); /* a second access judged on the same descriptor */
	assert_int_equal(content.writers, CONTENT_WRITERS_NONE);
	assert_int_equal(close(content.fd), 0);
}

/* Whose descriptor is closed: the mapping still writes. */
static void mapping_is_a_writer(void **state)
{
	struct content content;
	int fd;
	char *map;

	(void)state;
	put_file("f", "abc", 3);
	fd = open_file("f", O_RDWR);
	map = mmap(NULL, 3, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(map != MAP_FAILED);
	assert_int_equal(close(fd), 0);
	content = open_content("f");
	content_lease(&content);
	assert_int_equal(content.writers, CONTENT_WRITERS_SOME);
	assert_int_equal(close(content.fd) | munmap(map, 3), 0);
	content = open_content("f");
	content_lease(&content);
	assert_int_equal(content.writers, CONTENT_WRITERS_NONE);
	assert_int_equal(close(content.fd), 0);
}

static void reader_does_not_matter(void **state)
{
	struct content content;
	int reader;

	(void)state;
	put_file("f", "abc", 3);
	reader = open_file("f", O_RDONLY);
	content = open_content("f");
	content_lease(&content);
	content_hash(&content);
	assert_int_equal(content.writers, CONTENT_WRITERS_NONE);
	assert_int_equal(close(content.fd) | close(reader), 0);
}

/* ---- files that do not hold still ---- */

enum { BIG = 32 << 20 };

struct restless {
	int fd;
	atomic_bool stop;
	void (*move)(struct restless *restless);
};

static void *be_restless(void *ctx)
{
	struct restless *restless = ctx;

	while (!atomic_load(&restless->stop)) {
		restless->move(restless);
		sleep_ms(1);
	}
	return NULL;
}

static void grow(struct restless *restless)
{
	struct stat st;

	assert_int_equal(fstat(restless->fd, &st), 0);
	assert_int_equal(pwrite(restless->fd, "x", 1, st.st_size), 1);
}

static void shrink(struct restless *restless)
{
	struct stat st;

	assert_int_equal(fstat(restless->fd, &st), 0);
	assert_int_equal(ftruncate(restless->fd, st.st_size / 2), 0);
}

static void overwrite(struct restless *restless)
{
	assert_int_equal(pwrite(restless->fd, "y", 1, 0), 1);
}

/* As a writer who takes care to put the old time back. */
static void overwrite_in_secret(struct restless *restless)
{
	const struct timespec times[2] = {{0, UTIME_OMIT}, {1, 0}};

	assert_int_equal(pwrite(restless->fd, "y", 1, 0), 1);
	assert_int_equal(futimens(restless->fd, times), 0);
}

static void notices(void (*move)(struct restless *restless))
{
	static const uint8_t zeros[HUFU_DIGEST_MAX];
	struct restless restless = {.move = move};
	struct content content;
	pthread_t thread;

	put_file("big", "", 0);
	assert_int_equal(truncate(in_scratch("big"), BIG), 0);
	restless.fd = open_file("big", O_RDWR);
	restless.move(&restless);
	content = open_content("big");
	assert_int_equal(pthread_create(&thread, NULL, be_restless, &restless), 0);
	content_lease(&content);
	assert_int_equal(content.writers, CONTENT_WRITERS_SOME);
	content_hash(&content);
	atomic_store(&restless.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(content.digest_error, -ESTALE);
	assert_memory_equal(content.digest.bytes, zeros, sizeof(zeros));
	assert_int_equal(close(content.fd) | close(restless.fd), 0);
}

static void what_does_not_hold_still(void **state)
{
	(void)state;
	notices(grow);
	notices(shrink);
	notices(overwrite);
	notices(overwrite_in_secret);
}

/* Its name goes, its content stays: what a package manager does to a file that is being used. */
static void file_that_vanishes(void **state)
{
	struct content content;
	struct hufu_digest digest;

	(void)state;
	put_file("f", "abc", 3);
	digest_file("f", HUFU_HASH_SM3, &digest);
	content = open_content("f");
	content_lease(&content);
	assert_int_equal(content.writers, CONTENT_WRITERS_NONE);
	assert_int_equal(unlink(in_scratch("f")), 0);
	content_hash(&content);
	assert_int_equal(content.digest_error, 0);
	assert_memory_equal(content.digest.bytes, digest.bytes, digest.len);
	assert_int_equal(close(content.fd), 0);
}

/* A lease on a stacked file system does not see who writes to the one below; where it sees all, touch(1) changes nothing. */
static void time_under_a_lease(void **state)
{
	struct content content;

	(void)state;
	put_file("f", "abc", 3);
	for (int holds = 0; holds <= 1; holds++) {
		content = open_content("f");
		content.lease_holds = holds;
		content_lease(&content);
		assert_int_equal(futimens(content.fd, (const struct timespec[2]){{0, UTIME_OMIT}, {holds + 1, 0}}), 0);
		content_hash(&content);
		assert_int_equal(content.digest_error, holds ? 0 : -ESTALE);
		assert_int_equal(close(content.fd), 0);
	}
}

static void cut_off_under_a_lease(void **state)
{
	struct content content;

	(void)state;
	put_file("f", "abc", 3);
	content = open_content("f");
	content_lease(&content);
	content.lease_holds = true;
	assert_int_equal(close(open(in_scratch("f"), O_RDONLY | O_TRUNC | O_CLOEXEC)), 0);
	assert_int_equal(fcntl(content.fd, F_GETLEASE), F_RDLCK);
	content_hash(&content);
	assert_true(content.digest_error);
	(void)close(content.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_file),
		cmocka_unit_test(announced_algorithm),
		cmocka_unit_test(values_that_are_none),
		cmocka_unit_test(digests_once),
		cmocka_unit_test(algorithm_that_is_not_here),
		cmocka_unit_test(lease_keeps_writers_out),
		cmocka_unit_test(lease_is_not_had_with_a_writer),
		cmocka_unit_test(mapping_is_a_writer),
		cmocka_unit_test(reader_does_not_matter),
		cmocka_unit_test(what_does_not_hold_still),
		cmocka_unit_test(file_that_vanishes),
		cmocka_unit_test(time_under_a_lease),
		cmocka_unit_test(cut_off_under_a_lease),
	};

	return cmocka_run_group_tests(tests, make_pairs_and_labels, drop_pairs);
}
