/* SPDX-License-Identifier: Apache-2.0 */
/* Files that somebody works on while they are read. */
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdatomic.h>

#include "test-trees.h"
#include "tree-run.h"

#define SIZE (24 << 20) /* some tenth of a second to hash */

/* What a thread does to the file whenever another eighth of it was read, so that it hits while it is being read. */
struct meddler {
	struct tree_run *run;
	int fd;
	void (*touch)(int fd, unsigned turn);
	unsigned turns;
	unsigned n_others; /* files that are hashed together with it */
	atomic_bool stop;
};

static void *meddle(void *arg)
{
	struct meddler *meddler = arg;
	uint64_t next = SIZE / 8;

	for (unsigned i = 0; i < meddler->turns; i++, next += SIZE / 8) {
		while (atomic_load(&meddler->run->bytes) < next)
			if (atomic_load(&meddler->stop))
				return NULL;
		meddler->touch(meddler->fd, i);
	}
	return NULL;
}

static void change_byte(int fd, unsigned turn)
{
	uint8_t byte = (uint8_t)(turn + 1);

	(void)!pwrite(fd, &byte, 1, SIZE / 2);
}

static void grow(int fd, unsigned turn)
{
	(void)!pwrite(fd, "x", 1, SIZE + (off_t)turn);
}

static void shrink(int fd, unsigned turn)
{
	(void)!ftruncate(fd, SIZE - 4096 * (off_t)(turn + 1));
}

static void touch_mode(int fd, unsigned turn)
{
	(void)!fchmod(fd, turn % 2 ? 0644 : 0600);
}

static void sign_against(struct meddler *meddler)
{
	struct hufu_tree_job job = sign_job(place | HUFU_TREE_FORCE, 1);
	autoclose int fd = open(in_tree("a"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct tree_dir *root = NULL;
	struct tree_run run;
	pthread_t thread;

	forget();
	job.on_file = keep;
	assert_int_equal(ftruncate(fd, SIZE), 0);
	for (unsigned i = 0; i < meddler->n_others; i++) {
		const char name[] = {(char)('b' + i), '\0'};

		put_text(name, "");
		assert_int_equal(truncate(in_tree(name), SIZE), 0);
	}
	assert_int_equal(tree_run_init(&run, &job, meddler->n_others == 0, &count), 0);
	assert_int_equal(tree_dir_root(&run.dirs, open(tree, O_RDONLY | O_CLOEXEC), in_tree(""), &root), 0);
	meddler->fd = fd;
	meddler->run = &run;
	atomic_store(&meddler->stop, false);
	assert_int_equal(pthread_create(&thread, NULL, meddle, meddler), 0);
	assert_int_equal(tree_run_go(&run, root, meddler->n_others ? NULL : "a", &last_err), 0);
	atomic_store(&meddler->stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	tree_dir_unref(root);
	tree_run_done(&run);
}

static void test_restless(void **state)
{
	static void (*const touches[])(int, unsigned) = {change_byte, grow, shrink, touch_mode};
	uint8_t value[HUFU_XATTR_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(touches); i++) {
		struct meddler meddler = {.touch = touches[i], .turns = 1000};

		sign_against(&meddler);
		assert_report("a", HUFU_FILE_FAILED, "changed while it was read");
		assert_int_equal(report_of("a")->error, -EBUSY);
		assert_int_equal(get_value("a", value), -1);
		assert_false(report_of("a")->has_digest);
	}
}

/* One change, and then peace: the second reading counts. */
static void test_once(void **state)
{
	static void (*const touches[])(int, unsigned) = {change_byte, grow, shrink};

	(void)state;
	for (unsigned i = 0; i < 2 * ARRAY_SIZE(touches); i++) {
		struct meddler meddler = {.touch = touches[i / 2], .turns = 1, .n_others = i % 2 * 3};

		sign_against(&meddler);
		assert_report("a", HUFU_FILE_SIGNED, "");
		for (char name[] = "b"; name[0] < (char)('b' + meddler.n_others); name[0]++)
			assert_report(name, HUFU_FILE_SIGNED, "");
		assert_true(count.bytes > (uint64_t)SIZE * (1 + meddler.n_others)); /* it was read more than once */
		assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
		assert_report("a", HUFU_FILE_RIGHT, "");
	}
}

static void test_sizes(void **state)
{
	static const off_t sizes[] = {0, 1, 63, 64, 65, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, (1 << 20) + 7};
	struct hufu_tree_job job = plain_job(HUFU_TREE_HASH, HUFU_TREE_FORCE);
	uint8_t *data = malloc(2 << 20);

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < 2 << 20; i++)
		data[i] = (uint8_t)(i * i / 7 + i);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct hufu_digest digest;

		put("a", data, (size_t)sizes[i]);
		job.algo = i % 2 ? HUFU_HASH_SM3 : HUFU_HASH_SHA512;
		assert_int_equal(run_job(job, "a"), 0);
		assert_report("a", HUFU_FILE_SIGNED, "");
		assert_int_equal(hufu_digest_mem(job.algo, data, (size_t)sizes[i], &digest, NULL), 0);
		assert_memory_equal(&report_of("a")->digest, &digest, sizeof(digest));
		assert_int_equal(count.bytes, sizes[i]);
	}
	free(data);
}

/* More files than lanes, of lengths that end all over a block and a piece, one of them far longer: libcrypto says the same. */
static void test_many(void **state)
{
	enum { N = 40, LONGEST = 300000 };
	struct hufu_tree_job job = plain_job(HUFU_TREE_HASH, HUFU_TREE_FORCE);
	uint8_t *data = malloc(LONGEST * 10);
	size_t lens[N];
	char name[8];

	(void)state;
	assert_non_null(data);
	assert_int_equal(RAND_bytes(data, LONGEST * 10), 1);
	for (unsigned i = 0; i < N; i++) {
		uint32_t random;

		memcpy(&random, data + (size_t)4 * i, 4);
		lens[i] = i == 7 ? LONGEST * 10 : random % (i % 3 ? 5000 : LONGEST);
		(void)snprintf(name, sizeof(name), "f%02u", i);
		put(name, data, lens[i]);
	}
	job.algo = HUFU_HASH_SM3;
	for (job.jobs = 1; job.jobs < 4; job.jobs++) {
		assert_int_equal(run_job(job, ""), 0);
		for (unsigned i = 0; i < N; i++) {
			uint8_t theirs[32];

			(void)snprintf(name, sizeof(name), "f%02u", i);
			assert_report(name, HUFU_FILE_SIGNED, "");
			assert_int_equal(EVP_Digest(data, lens[i], theirs, NULL, EVP_sm3(), NULL), 1);
			assert_memory_equal(report_of(name)->digest.bytes, theirs, sizeof(theirs));
		}
	}
	free(data);
}

/* One worker reads files that were signed over different algorithms, one after another. */
static void test_mixed_algorithms(void **state)
{
	static const unsigned algos[] = {HUFU_HASH_SHA256, HUFU_HASH_SHA512, HUFU_HASH_SHA256, HUFU_HASH_SHA1};
	static const struct hufu_cert_params params = {.subject = "rsa"};
	struct hufu_tree_job job = {.action = HUFU_TREE_SIGN, .jobs = 1};
	struct hufu_cert *cert = NULL;
	struct hufu_key *key = NULL;
	char name[2] = "a";

	(void)state;
	assert_int_equal(hufu_key_generate("rsa:2048", &key, NULL), 0);
	assert_int_equal(hufu_cert_make_ca(key, &params, &cert, NULL), 0);
	job.key = key;
	job.key_id = hufu_key_id(key);
	for (size_t i = 0; i < ARRAY_SIZE(algos); i++, name[0]++) {
		put_text(name, "abc");
		job.algo = algos[i];
		assert_int_equal(run_job(job, name), 0);
		assert_report(name, HUFU_FILE_SIGNED, "");
	}
	job = plain_job(HUFU_TREE_VERIFY, 0);
	job.certs = (const struct hufu_cert *const[]){sm2_cert, cert};
	job.n_certs = 2;
	assert_int_equal(run_job(job, ""), 0);
	assert_int_equal(count.by_state[HUFU_FILE_RIGHT], ARRAY_SIZE(algos));
	hufu_cert_free(cert);
	hufu_key_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_restless, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_once, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_sizes, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_many, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_mixed_algorithms, make_tree, drop_tree),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
