/* SPDX-License-Identifier: Apache-2.0 */
#include "test-list.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "hex.h"

#define SM3_ABC "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

static void test_new(void **state)
{
	static const char boot_record[] =
		"0a0000000adefe762c149c7cec19da62f0da1297fcfbffff06000000696d612d6e673f00000028000000"
		"7368613235363a00" ZEROS_32 "0f000000626f6f745f61676772656761746500";
	static const char *const names[] = {BINARY_LIST, ASCII_LIST, BOOT_ID};
	mode_t old_mask = umask(0777);
	autorecord *record = test_open();
	autofree char *boot_id = NULL;
	uint8_t binary[101];
	size_t len;

	(void)state;
	(void)umask(old_mask);
	assert_int_equal(hex_decode(boot_record, strlen(boot_record), binary, sizeof(binary)), sizeof(binary));
	test_is(BINARY_LIST, binary, sizeof(binary));
	test_is_text(ASCII_LIST, BOOT_LINE);
	assert_int_equal(file_read("/proc/sys/kernel/random/boot_id", 64, &boot_id, &len, NULL), 0);
	test_is(BOOT_ID, boot_id, len);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct stat st;

		assert_int_equal(stat(test_path(names[i]), &st), 0);
		assert_int_equal(st.st_mode, S_IFREG | 0440);
	}
	assert_int_equal(record_count(record), 1);
	assert_int_equal(record_violations(record), 0);
	assert_int_equal(record_failures(record), 0);
	assert_string_equal(record_note(record), "");
}

/* The first line under other defaults: the published template hashes. */
static void test_boot_aggregate_line(void **state)
{
	static const struct {
		unsigned hash;
		enum hufu_template as;
		const char *line;
	} cases[] = {
		{HUFU_HASH_SHA1, HUFU_TEMPLATE_IMA_NG,
		 "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-ng sha1:" ZEROS_20 " boot_aggregate\n"},
		{HUFU_HASH_SM3, HUFU_TEMPLATE_IMA_NG,
		 "10 a36c001ca568ef69205a092207453f4af2908f16 ima-ng sm3:" ZEROS_32 " boot_aggregate\n"},
		{HUFU_HASH_SHA256, HUFU_TEMPLATE_IMA_SIG,
		 "10 4f38ef8f82bbc2a73f2169c57ff5c76e14ce353d ima-sig sha256:" ZEROS_32 " boot_aggregate \n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct record *record = NULL;

		assert_int_equal(record_open(test_dir, cases[i].hash, cases[i].as, &record, NULL), 0);
		test_is_text(ASCII_LIST, cases[i].line);
		record_close(record);
		assert_int_equal(test_teardown(state), 0);
		assert_int_equal(test_setup(state), 0);
	}
}

static void test_refused(void **state)
{
	struct record *record = (struct record *)state;
	struct hufu_err err = {""};

	assert_int_equal(record_open(test_dir, HUFU_HASH_COUNT, HUFU_TEMPLATE_IMA_NG, &record, &err), -EINVAL);
	assert_int_equal(record_open(test_dir, HUFU_HASH_SM3, HUFU_TEMPLATE_NONE, &record, &err), -EINVAL);
	assert_int_equal(record_open(test_dir, HUFU_HASH_SM3, HUFU_TEMPLATE_COUNT, &record, &err), -EINVAL);
	assert_int_equal(record_open("/nonexistent", HUFU_HASH_SM3, HUFU_TEMPLATE_IMA_NG, &record, &err), -ENOENT);
	assert_string_equal(err.text, "measurement list in /nonexistent: cannot open the directory: No such file or "
				      "directory");
	assert_int_equal(record_open(test_dir, 11 /* wp256: libcrypto has none */, HUFU_TEMPLATE_IMA_NG, &record, &err),
			 -ENOPKG);
	assert_ptr_equal(record, state);
	record_close(NULL);
}

static void test_duplicates(void **state)
{
	struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = 32, .bytes = {1}};
	struct mlog_event event = {.digest = &digest, .name = "/a b"};
	autorecord *record = test_open();
	bool added = false;

	(void)state;
	assert_int_equal(record_add(record, 10, &event, &added, NULL), 0);
	assert_true(added);
	assert_int_equal(record_add(record, 10, &event, &added, NULL), 0);
	assert_false(added);
	event.name = "/a_b"; /* the same as stored */
	assert_int_equal(record_add(record, 10, &event, &added, NULL), 0);
	assert_false(added);
	assert_int_equal(record_add(record, 11, &event, &added, NULL), 0);
	assert_true(added); /* for another PCR */
	event.name = "/a";
	assert_int_equal(record_add(record, 10, &event, &added, NULL), 0);
	assert_true(added);
	digest.bytes[31] = 1;
	assert_int_equal(record_add(record, 10, &event, &added, NULL), 0);
	assert_true(added);
	event.template = HUFU_TEMPLATE_IMA_SIG;
	assert_int_equal(record_add(record, 10, &event, &added, NULL), 0);
	assert_true(added);
	/* no signature under ima-sig, an empty buffer under ima-buf: the same data, as in the kernel */
	event.template = HUFU_TEMPLATE_IMA_BUF;
	assert_int_equal(record_add(record, 10, &event, &added, NULL), 0);
	assert_false(added);
	assert_int_equal(record_count(record), 6);
}

static void test_lines(void **state)
{
	autorecord *record = test_open();
	struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = 32};
	struct mlog_event event = {.digest = &digest, .name = "/a b"};
	bool added;

	(void)state;
	assert_int_equal(hex_decode(SM3_ABC, strlen(SM3_ABC), digest.bytes, 32), 32);
	assert_int_equal(record_add(record, 10, &event, &added, NULL), 0);
	assert_int_equal(record_violation(record, "/x", NULL), 0);
	assert_int_equal(record_violation(record, "/x", NULL), 0); /* each counts */
	assert_int_equal(record_violations(record), 2);
	assert_int_equal(record_count(record), 4);
	test_is_text(ASCII_LIST, BOOT_LINE "10 e55eb45d27882154f86d4bdd1f869094d9a4ce05 ima-ng sm3:"
					   "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0 /a_b\n"
					   "10 " ZEROS_20 " ima-ng sha256:" ZEROS_32 " /x\n"
					   "10 " ZEROS_20 " ima-ng sha256:" ZEROS_32 " /x\n");
}

static void test_continued(void **state)
{
	autofree char *before = NULL;
	struct record *record;
	ssize_t len;

	(void)state;
	test_needs_root();
	record = test_open();
	assert_true(test_add(record, "/a"));
	assert_true(test_add(record, "/with\nnewline\n10 " ZEROS_20 " ima-ng"));
	assert_int_equal(record_violation(record, "/v", NULL), 0);
	record_close(record);
	len = test_read(BINARY_LIST, &before);
	record = test_open();
	assert_string_equal(record_note(record), "");
	assert_int_equal(record_count(record), 4);
	assert_int_equal(record_violations(record), 1);
	test_is(BINARY_LIST, before, (size_t)len);
	assert_false(test_add(record, "/a"));
	assert_false(test_add(record, "/with\nnewline\n10 " ZEROS_20 " ima-ng"));
	assert_true(test_add(record, "/v")); /* a violation is no duplicate of a measurement */
	record_close(record);
	record = test_open();
	assert_int_equal(record_count(record), 5);
	assert_false(test_add(record, "/v"));
	record_close(record);
}

static void test_bad_events(void **state)
{
	struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = 32};
	autofree uint8_t *extra = calloc(1, MLOG_DATA_MAX);
	struct mlog_event event = {
		.template = HUFU_TEMPLATE_IMA_BUF,
		.digest = &digest,
		.name = "/a",
		.extra = extra,
		.extra_len = MLOG_DATA_MAX,
	};
	autorecord *record = test_open();
	struct hufu_err err = {""};
	bool added = true;

	(void)state;
	assert_int_equal(record_add(record, 10, &event, &added, &err), -EFBIG);
	assert_string_equal(err.text, "measurement of /a: File too large");
	event.extra_len = 1;
	digest.len = 31;
	assert_int_equal(record_add(record, 10, &event, &added, NULL), -EINVAL);
	event.name = NULL;
	assert_int_equal(record_add(record, 10, &event, &added, &err), -EINVAL);
	assert_int_equal(record_violation(record, NULL, &err), -EINVAL);
	assert_true(added); /* untouched */
	assert_int_equal(record_failures(record), 4);
	assert_int_equal(record_count(record), 1);
	assert_int_equal(record_violations(record), 0);
	test_is_text(ASCII_LIST, BOOT_LINE);
	assert_true(test_add(record, "/a"));
}

static void limit_file_size(rlim_t size)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static ssize_t size_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(test_path(name), &st), 0);
	return st.st_size;
}

/* No room for the record, or the line, at any byte of it: then it is in neither file, and the next one goes well. */
static void test_no_room(void **state)
{
	ssize_t binary_len, ascii_len;
	unsigned n_refused = 0;
	struct record *record;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	record = test_open();
	assert_true(test_add(record, "/first"));
	binary_len = size_of(BINARY_LIST);
	ascii_len = size_of(ASCII_LIST);
	assert_true(ascii_len >
		    binary_len); /* so that there are limits at which the record fits and the line does not */
	for (ssize_t limit = binary_len; limit < ascii_len + 200; limit += 3) {
		bool added = true;
		int r;

		limit_file_size((rlim_t)limit);
		r = test_add_as(record, HUFU_TEMPLATE_NONE, 10, "/second", &added);
		limit_file_size(RLIM_INFINITY);
		if (r == 0)
			break;
		n_refused++;
		assert_true(r == -EFBIG || r == -ENOSPC);
		assert_int_equal(size_of(BINARY_LIST), binary_len);
		assert_int_equal(size_of(ASCII_LIST), ascii_len);
		assert_int_equal(record_failures(record), n_refused);
		assert_int_equal(record_count(record), 2);
	}
	assert_true(n_refused > 30);
	assert_int_equal(record_count(record), 3);
	limit_file_size((rlim_t)binary_len);
	assert_true(record_violation(record, "/v", NULL) < 0);
	limit_file_size(RLIM_INFINITY);
	assert_int_equal(record_violations(record), 0);
	assert_true(test_add(record, "/third"));
	record_close(record);
	if (geteuid() != 0)
		return;
	record = test_open();
	assert_string_equal(record_note(record), "");
	assert_int_equal(record_count(record), 4);
	record_close(record);
}

static void test_locked(void **state)
{
	struct record *second = (struct record *)state;
	autorecord *record = NULL;
	struct hufu_err err = {""};

	test_needs_root();
	record = test_open();
	assert_int_equal(record_open(test_dir, HUFU_HASH_SHA256, HUFU_TEMPLATE_IMA_NG, &second, &err), -EBUSY);
	assert_non_null(strstr(err.text, "another process keeps this list"));
	assert_ptr_equal(second, state);
	assert_true(test_add(record, "/a"));
}

enum { N_THREADS = 8, N_NAMES = 400 };

static void *add_many(void *arg)
{
	struct record *record = arg;
	unsigned n_added = 0;

	for (unsigned i = 0; i < N_NAMES; i++) {
		bool added = false;
		char name[32];

		(void)snprintf(name, sizeof(name), "/file-%u", i);
		if (test_add_as(record, HUFU_TEMPLATE_IMA_SIG, 10, name, &added) < 0)
			return (void *)~0UL;
		n_added += added;
		if (i % 40 == 0 && record_violation(record, name, NULL) < 0)
			return (void *)~0UL;
	}
	return (void *)(uintptr_t)n_added;
}

/* The same names from many threads at once: each once in the list, and no two records mixed. */
static void test_threads(void **state)
{
	autorecord *record = test_open();
	pthread_t threads[N_THREADS];
	uintptr_t n_added = 0;

	(void)state;
	for (size_t i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, record), 0);
	for (size_t i = 0; i < N_THREADS; i++) {
		void *result;

		assert_int_equal(pthread_join(threads[i], &result), 0);
		n_added += (uintptr_t)result;
	}
	assert_int_equal(n_added, N_NAMES);
	assert_int_equal(record_violations(record), N_THREADS * N_NAMES / 40);
	assert_int_equal(record_count(record), 1 + N_NAMES + N_THREADS * N_NAMES / 40);
	if (geteuid() != 0)
		return;
	record_close(take_ptr(record));
	record = test_open();
	assert_string_equal(record_note(record), "");
	assert_int_equal(record_count(record), 1 + N_NAMES + N_THREADS * N_NAMES / 40);
}

static void test_boot_aggregate(void **state)
{
	uint8_t pcrs[10 * 64];
	struct hufu_digest digest, expected;

	(void)state;
	for (size_t i = 0; i < sizeof(pcrs); i++)
		pcrs[i] = (uint8_t)(i * 7);
	assert_int_equal(record_boot_aggregate(HUFU_HASH_SM3, NULL, 0, &digest, NULL), 0);
	assert_int_equal(digest.algo, HUFU_HASH_SM3);
	assert_int_equal(digest.len, 32);
	assert_memory_equal(digest.bytes, (uint8_t[32]){0}, 32);
	assert_int_equal(record_boot_aggregate(HUFU_HASH_SHA256, pcrs, 320, &digest, NULL), 0);
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SHA256, pcrs, 320, &expected, NULL), 0);
	assert_memory_equal(digest.bytes, expected.bytes, 32);
	assert_int_equal(record_boot_aggregate(HUFU_HASH_SHA1, pcrs, 160, &digest, NULL), 0);
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SHA1, pcrs, 160, &expected, NULL), 0);
	assert_memory_equal(digest.bytes, expected.bytes, 20);
	assert_int_equal(record_boot_aggregate(HUFU_HASH_SHA1, pcrs, 200, &digest, NULL), -EINVAL);
	assert_int_equal(record_boot_aggregate(HUFU_HASH_SHA256, pcrs, 256, &digest, NULL), -EINVAL);
	assert_int_equal(record_boot_aggregate(200, NULL, 0, &digest, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		list_test(test_new),
		list_test(test_boot_aggregate_line),
		list_test(test_refused),
		list_test(test_duplicates),
		list_test(test_lines),
		list_test(test_continued),
		list_test(test_bad_events),
		list_test(test_no_room),
		list_test(test_locked),
		list_test(test_threads),
		list_test(test_boot_aggregate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
