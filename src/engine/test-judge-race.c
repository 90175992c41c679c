/* SPDX-License-Identifier: Apache-2.0 */
/* Writers against judges, and everything at once. Run under ThreadSanitizer now and then: meson setup -Db_sanitize=thread. */
#include "test-engines.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

#define GOOD "the signed content, which may run"
#define EVIL "content of the same length: no!!!"
enum { LEN = sizeof(GOOD) - 1, RUN_MS = 700 };
_Static_assert(sizeof(GOOD) == sizeof(EVIL), "the size must not tell");

static uint64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct attack {
	const char *path;
	bool (*put)(const struct attack *attack, const char *text); /* false: not this time */
	atomic_bool stop;
	atomic_uint n_evil; /* how often evil was in the file */
};

static bool put_by_write(const struct attack *attack, const char *text)
{
	int fd = open(attack->path, O_WRONLY | O_CLOEXEC); /* waits for leases */
	bool done = fd >= 0 && pwrite(fd, text, LEN, 0) == LEN;

	if (fd >= 0)
		(void)close(fd);
	return done;
}

static bool put_by_mapping(const struct attack *attack, const char *text)
{
	int fd = open(attack->path, O_RDWR | O_CLOEXEC);
	char *map = fd < 0 ? MAP_FAILED : mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		(void)close(fd);
	if (map == MAP_FAILED)
		return false;
	memcpy(map, text, LEN);
	return munmap(map, LEN) == 0;
}

static bool put_in_secret(const struct attack *attack, const char *text)
{
	struct timespec times[2] = {{0, UTIME_OMIT}, {1000, 0}};

	return put_by_write(attack, text) && utimensat(AT_FDCWD, attack->path, times, 0) == 0;
}

/* Evil for a moment, good for another. */
static void *keep_changing(void *ctx)
{
	const struct timespec moment = {0, 200000};
	struct attack *attack = ctx;

	while (!atomic_load(&attack->stop)) {
		if (attack->put(attack, EVIL))
			atomic_fetch_add(&attack->n_evil, 1);
		(void)nanosleep(&moment, NULL);
		(void)attack->put(attack, GOOD);
		(void)nanosleep(&moment, NULL);
	}
	return NULL;
}

/* Whatever was allowed is what was signed, until the answer is given. */
static void holds_against(bool (*put)(const struct attack *attack, const char *text), enum hufu_func func)
{
	struct attack attack = {.path = in_scratch("target"), .put = put};
	unsigned n_allowed = 0, n_refused = 0;
	uint64_t end = now_ms() + RUN_MS;
	pthread_t thread;

	load_policy("appraise appraise_type=imasig\n");
	put_signed("target", GOOD);
	assert_int_equal(pthread_create(&thread, NULL, keep_changing, &attack), 0);
	while (now_ms() < end || ((!n_allowed || !n_refused) && now_ms() < end + 20000)) {
		struct hufu_access access = access_of("target", func, HUFU_MAY_EXEC, 0);
		struct hufu_verdict verdict = judge_access(&access);
		char text[LEN];

		if (verdict.allow) {
			n_allowed++;
			for (unsigned i = 0; i < 20; i++) {
				assert_int_equal(pread(access.fd, text, LEN, 0), LEN);
				assert_memory_equal(text, GOOD, LEN);
			}
		} else {
			n_refused++;
		}
		assert_int_equal(close(access.fd), 0);
	}
	atomic_store(&attack.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(n_allowed > 0);
	assert_true(n_refused > 0);
	assert_true(atomic_load(&attack.n_evil) > 0);
}

static void writes(void **state)
{
	(void)state;
	holds_against(put_by_write, HUFU_FUNC_BPRM_CHECK);
	holds_against(put_in_secret, HUFU_FUNC_BPRM_CHECK);
}

static void mappings(void **state)
{
	(void)state;
	holds_against(put_by_mapping, HUFU_FUNC_MMAP_CHECK);
}

/* ---- everything at once ---- */

enum { JUDGES = 8, ROUNDS = 150, LOADS = 40 }; /* at least */

static atomic_uint n_odd; /* verdicts that nothing explains */
static atomic_uint n_judged, n_loads;

/* What each file can be told under any of the policies that come and go. */
static const struct {
	const char *name;
	enum hufu_cause cause; /* beside NONE, when no rule asks */
} files[] = {
	{"good", HUFU_CAUSE_INVALID_SIGNATURE}, /* while its certificate is away */
	{"unsigned", HUFU_CAUSE_SIGNATURE_REQUIRED},
	{"stranger", HUFU_CAUSE_INVALID_SIGNATURE},
};

static void *keep_judging(void *ctx)
{
	unsigned number = *(unsigned *)ctx;

	for (unsigned i = 0; i < ROUNDS || atomic_load(&n_loads) < LOADS; i++) {
		size_t which = (number + i) % ARRAY_SIZE(files);
		struct hufu_access access = {.func = i % 2 ? HUFU_FUNC_BPRM_CHECK : HUFU_FUNC_FILE_CHECK,
					     .mask = HUFU_MAY_EXEC,
					     .subject = bash,
					     .dev = "vda1"};
		struct hufu_verdict verdict;
		char path[32];

		(void)snprintf(path, sizeof(path), "/x/%u/%u", number, i % 10);
		access.path = path;
		access.fd = open(in_scratch(files[which].name), O_RDONLY | O_CLOEXEC);
		hufu_engine_judge(engine, &access, &verdict);
		(void)close(access.fd);
		atomic_fetch_add(&n_judged, 1);
		if (verdict.cause && verdict.cause != files[which].cause)
			atomic_fetch_add(&n_odd, 1);
		if (!verdict.allow && !verdict.cause)
			atomic_fetch_add(&n_odd, 1);
		(void)hufu_engine_actions(engine, access.func);
	}
	return NULL;
}

static void *keep_stirring(void *ctx)
{
	static const char *const policies[] = {
		"measure\nappraise appraise_type=imasig\naudit func=BPRM_CHECK\n",
		"dont_appraise\nmeasure template=ima-ng\n",
		"appraise uid=1001 appraise_type=imasig\n",
		"this is none\n",
	};
	atomic_bool *stop = ctx;
	struct der signer = der_of(leaf.cert);

	while (!atomic_load(stop)) {
		unsigned number = atomic_fetch_add(&n_loads, 1);
		const char *text = policies[number % ARRAY_SIZE(policies)];
		struct hufu_engine_stats stats;
		autofree char *printed = NULL;
		uint32_t serial;
		char id[9];

		if (hufu_engine_load_policy(engine, text, strlen(text), false, NULL, NULL) < 0 && text != policies[3])
			atomic_fetch_add(&n_odd, 1);
		if (hufu_engine_print_policy(engine, true, &printed) < 0)
			atomic_fetch_add(&n_odd, 1);
		hufu_engine_set_mode(engine, number % 7 ? HUFU_MODE_ENFORCE : HUFU_MODE_LOG);
		hufu_engine_stats(engine, &stats);
		if (hufu_trust_add(trust, HUFU_RING_IMA, signer.data, signer.len, &serial, NULL, NULL) < 0)
			atomic_fetch_add(&n_odd, 1);
		(void)snprintf(id, sizeof(id), "%08x", serial);
		if (hufu_trust_remove(trust, HUFU_RING_IMA, id, NULL) < 0)
			atomic_fetch_add(&n_odd, 1);
	}
	return NULL;
}

static void all_at_once(void **state)
{
	atomic_bool stop = false;
	struct hufu_engine_stats stats;
	unsigned numbers[JUDGES];
	pthread_t judges[JUDGES], stirrer;

	(void)state;
	put_signed("good", "abc");
	put_file("unsigned", "abc", 3);
	put_file("stranger", "abc", 3);
	sign("stranger", &stranger);
	assert_int_equal(pthread_create(&stirrer, NULL, keep_stirring, &stop), 0);
	for (unsigned i = 0; i < JUDGES; i++) {
		numbers[i] = i;
		assert_int_equal(pthread_create(&judges[i], NULL, keep_judging, &numbers[i]), 0);
	}
	for (unsigned i = 0; i < JUDGES; i++)
		assert_int_equal(pthread_join(judges[i], NULL), 0);
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(stirrer, NULL), 0);
	assert_int_equal(atomic_load(&n_odd), 0);
	hufu_engine_stats(engine, &stats);
	assert_int_equal(stats.judged, atomic_load(&n_judged));
	assert_true(stats.appraised > 0);
	assert_true(stats.measured > 0);
	assert_int_equal(stats.list_count, stats.measured + 1);
	assert_int_equal(stats.audit_lines, n_heard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(writes),
		ENGINE_TEST(mappings),
		ENGINE_TEST(all_at_once),
	};

	return cmocka_run_group_tests(tests, make_pairs_and_labels, drop_pairs);
}
