/* SPDX-License-Identifier: Apache-2.0 */
/* Opens: appraisal for writing, of new files, past the page cache; writers beside readers. */
#include "test-engines.h"

/* The opener himself is the writer: a lease would wait for him, and he for us. */
static void no_lease_for_writers(void **state)
{
	static const unsigned flags[] = {O_WRONLY, O_RDWR, O_TRUNC, O_WRONLY | O_APPEND};
	struct hufu_access access;

	(void)state;
	load_policy("appraise func=FILE_CHECK\n");
	put_file("f", "abc", 3);
	label("f", HUFU_HASH_SM3);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		access = access_of("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, flags[i]);
		assert_allowed(judge_access(&access));
		assert_int_equal(fcntl(access.fd, F_GETLEASE), F_UNLCK);
		assert_int_equal(close(access.fd), 0);
	}
}

static void writing_to_a_signed_file(void **state)
{
	struct hufu_access access;
	int writer;

	(void)state;
	load_policy("appraise func=FILE_CHECK\n");
	put_signed("f", "abc");
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY));
	assert_refused(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY), "signed-file-write");
	assert_heard(""); /* the kernel has no word for it */
	assert_refused(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ | HUFU_MAY_WRITE, O_RDWR), "signed-file-write");
	/* Flags that are not known: each mask is asked for, and the lease tells that nobody writes ... */
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, 0));
	/* ... or that somebody does, as the opener would */
	writer = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	access = access_of("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, 0);
	assert_refused(judge_access(&access), "signed-file-write");
	assert_int_equal(close(access.fd) | close(writer), 0);
	/* A rule for executions does not protect against writing, as in the kernel */
	load_policy(IMASIG);
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY));
}

static void new_files(void **state)
{
	(void)state;
	load_policy("appraise func=FILE_CHECK appraise_type=imasig\n");
	put_file("new", "", 0);
	assert_allowed(judge("new", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY | O_CREAT | O_EXCL));
	assert_heard("");
	/* without writing, without O_CREAT, for execution, or with content it is a file as others */
	assert_refused(judge("new", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY | O_CREAT), "IMA-signature-required");
	assert_refused(judge("new", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY), "IMA-signature-required");
	put_file("old", "x", 1);
	assert_refused(judge("old", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY | O_CREAT),
		       "IMA-signature-required");
	assert_allowed(judge("new", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ | HUFU_MAY_WRITE, O_RDWR | O_TMPFILE));
	/* O_DIRECTORY is a part of O_TMPFILE, and not enough */
	assert_refused(judge("new", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY | O_DIRECTORY),
		       "IMA-signature-required");
	load_policy("appraise\n");
	put_file("other", "", 0);
	assert_refused(judge("other", HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC | HUFU_MAY_WRITE, O_WRONLY | O_CREAT),
		       "missing-hash");
}

/* What is written under a rule that takes hashes is labelled when it is closed, or when it is next asked for. */
static void labels_what_was_written(void **state)
{
	struct hufu_access access;
	int writer;

	(void)state;
	load_policy("appraise func=FILE_CHECK\n");
	put_file("f", "abc", 3);
	assert_refused(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY), "missing-hash");
	put_file("f", "more", 4); /* who was refused has changed nothing: it is still no new file */
	assert_refused(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY), "missing-hash");
	put_file("f", "abc", 3);
	label("f", HUFU_HASH_SM3);
	/* opened for writing, written, and while the writer has it the label is not looked at */
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY));
	writer = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(writer, "xyz", 3), 3);
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY));
	access = access_of("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, 0);
	hufu_engine_closed(engine, access.fd); /* another closed it: it is not the last writer */
	assert_int_equal(close(writer), 0);
	hufu_engine_closed(engine, access.fd);
	assert_int_equal(close(access.fd), 0);
	free(take_heard());
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY));
	/* changed by somebody whom no rule saw: nothing is due, and it is refused */
	put_file("f", "123", 3);
	assert_refused(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY), "missing-hash");
}

/* A writer of whom no rule speaks makes nothing right, however soon after the other he comes. */
static void labels_nothing_of_strangers(void **state)
{
	struct hufu_access access;

	(void)state;
	load_policy("dont_appraise func=FILE_CHECK mask=MAY_APPEND\nappraise func=FILE_CHECK\n");
	put_file("f", "abc", 3);
	label("f", HUFU_HASH_SM3);
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY));
	load_policy("appraise func=FILE_CHECK uid=77\n");
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY));
	put_file("f", "xyz", 3);
	access = access_of("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, 0);
	hufu_engine_closed(engine, access.fd);
	assert_int_equal(close(access.fd), 0);
	load_policy("appraise func=FILE_CHECK\n");
	assert_true(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY).cause != HUFU_CAUSE_NONE);
	free(take_heard());
}

/* A signature is asked for: neither is a hash enough, nor is what is being written. */
static void labels_are_no_signatures(void **state)
{
	int writer;

	(void)state;
	load_policy("appraise func=FILE_CHECK mask=^MAY_WRITE\nappraise func=FILE_CHECK appraise_type=imasig\n");
	put_file("f", "abc", 3);
	label("f", HUFU_HASH_SM3);
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, O_WRONLY));
	writer = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(writer, "xyz", 3), 3);
	assert_refused(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY), "IMA-signature-required");
	assert_int_equal(close(writer), 0);
	assert_refused(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY), "IMA-signature-required");
}

static void direct_io(void **state)
{
	(void)state;
	load_policy("appraise func=FILE_CHECK\n");
	put_signed("f", "abc");
	assert_refused(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_DIRECT), "failed");
	assert_heard(HEAD "op=collect_data cause=failed(directio) comm=\"bash\" name=\"f\" " TAIL);
	load_policy("appraise func=FILE_CHECK permit_directio\n");
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_DIRECT));
	assert_heard(HEAD "op=collect_data cause=failed(directio) comm=\"bash\" name=\"f\" " TAIL);
	put_file("g", "abc", 3);
	assert_allowed(judge("g", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_DIRECT));
	free(take_heard());
	assert_refused(judge("g", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY), "missing-hash");
}

#define WRITES HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE

/* Judged as an access of ours, who may have it open. */
static void judge_ours(enum hufu_func func, unsigned mask, unsigned flags)
{
	struct hufu_access access = access_of("f", func, mask, flags);

	access.subject.pid = getpid();
	assert_allowed(judge_access(&access));
	assert_int_equal(close(access.fd), 0); /* it reads the file too */
}

static uint64_t count_violations(void)
{
	struct hufu_engine_stats stats;

	hufu_engine_stats(engine, &stats);
	return stats.violations;
}

static void time_of_measure_time_of_use(void **state)
{
	static const char line[] =
		"type=INTEGRITY_PCR: pid=812 uid=1001 auid=1001 ses=3 "
		"op=invalid_pcr cause=ToMToU comm=\"bash\" name=\"/x/f\" dev=\"vda1\" ino=1311 res=1 errno=0\n";
	int fd, writer;

	(void)state;
	load_policy("measure func=FILE_CHECK mask=MAY_READ\n");
	put_file("f", "abc", 3);
	judge_ours(HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY);
	fd = open(in_scratch("f"), O_RDONLY | O_CLOEXEC);
	/* no rule is about this */
	judge_ours(WRITES, O_WRONLY);
	assert_heard(line);
	judge_ours(WRITES | HUFU_MAY_READ, O_RDWR);
	assert_heard(line);
	/* to cut it off is not to open it for writing */
	judge_ours(WRITES | HUFU_MAY_READ, O_RDONLY | O_TRUNC);
	assert_heard("");
	/* flags that are not known: if somebody writes it is the opener, and once is enough */
	judge_ours(WRITES, 0);
	assert_heard("");
	writer = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	judge_ours(WRITES, 0);
	judge_ours(WRITES | HUFU_MAY_READ, 0);
	assert_heard(line);
	assert_int_equal(close(writer) | close(fd), 0);
	assert_int_equal(count_violations(), 3);
}

/* Nobody reads it, or nobody for whom it was measured. */
static void no_time_of_use(void **state)
{
	int fd;

	(void)state;
	put_file("f", "abc", 3);
	load_policy("measure func=FILE_CHECK mask=MAY_READ uid=0\n");
	fd = open(in_scratch("f"), O_RDONLY | O_CLOEXEC);
	judge_ours(HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY);
	judge_ours(WRITES, O_WRONLY);
	assert_int_equal(close(fd), 0);
	assert_int_equal(count_violations(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(no_lease_for_writers),
		ENGINE_TEST(writing_to_a_signed_file),
		ENGINE_TEST(new_files),
		ENGINE_TEST(labels_what_was_written),
		ENGINE_TEST(labels_nothing_of_strangers),
		ENGINE_TEST(labels_are_no_signatures),
		ENGINE_TEST(direct_io),
		ENGINE_TEST(time_of_measure_time_of_use),
		ENGINE_TEST(no_time_of_use),
	};

	return cmocka_run_group_tests(tests, make_pairs_and_labels, drop_pairs);
}
