/* SPDX-License-Identifier: Apache-2.0 */
/* Appraisal of real files: what is refused, with which cause and which record. The list is in test-judge-list.c. */
#include "test-engines.h"

static void nothing_asked(void **state)
{
	(void)state;
	put_file("f", "abc", 3);
	assert_allowed(judge_exec("f")); /* no policy at all */
	load_policy("appraise func=BPRM_CHECK uid=0\nmeasure func=FILE_CHECK\n");
	assert_allowed(judge_exec("f"));
	load_policy("dont_appraise func=BPRM_CHECK\nappraise func=BPRM_CHECK\n");
	assert_allowed(judge_exec("f"));
	assert_heard("");
}

static void signed_by_a_key_of_ima(void **state)
{
	struct hufu_verdict verdict;

	(void)state;
	load_policy(IMASIG);
	put_signed("f", "abc");
	verdict = judge_exec("f");
	assert_allowed(verdict);
	assert_false(verdict.measured);
	assert_int_equal(verdict.decision.appraise_rule, 1);
	put_signed("f", "");
	assert_allowed(judge_exec("f"));
	assert_heard("");
}

static void refused_with_the_cause(void **state)
{
	uint8_t value[HUFU_XATTR_MAX + 1] = {0};
	size_t len;

	(void)state;
	load_policy(IMASIG);
	put_file("unsigned", "abc", 3);
	assert_refused(judge_exec("unsigned"), "IMA-signature-required");
	assert_heard(appraised("IMA-signature-required", "unsigned"));
	put_file("hashed", "abc", 3);
	label("hashed", HUFU_HASH_SM3);
	assert_refused(judge_exec("hashed"), "IMA-signature-required");
	assert_heard(appraised("IMA-signature-required", "hashed"));
	put_file("stranger", "abc", 3);
	sign("stranger", &stranger);
	assert_refused(judge_exec("stranger"), "invalid-signature");
	assert_heard(appraised("invalid-signature", "stranger"));
	put_file("by-ca", "abc", 3);
	sign("by-ca", &ca); /* a root is trusted for certificates, not for files */
	assert_refused(judge_exec("by-ca"), "invalid-signature");
	put_signed("altered", "abc");
	len = make_value("altered", &leaf, value);
	put_file("altered", "abd", 3);
	set_value("altered", value, len);
	assert_refused(judge_exec("altered"), "invalid-signature");
	put_signed("lying", "abc");
	value[8]++;
	set_value("lying", value, len);
	assert_refused(judge_exec("lying"), "invalid-signature");
	value[8]--;
	value[1] = 3;
	set_value("lying", value, len);
	assert_refused(judge_exec("lying"), "invalid-signature-version");
	value[1] = 2;
	value[0] = 5;
	set_value("lying", value, len);
	assert_refused(judge_exec("lying"), "unknown-ima-data");
	value[0] = 3;
	set_value("lying", value, sizeof(value));
	assert_refused(judge_exec("lying"), "unknown");
	set_value("lying", value, len);
	assert_allowed(judge_exec("lying"));
}

static void hashes_where_they_are_enough(void **state)
{
	(void)state;
	load_policy("appraise func=BPRM_CHECK\n");
	put_file("f", "abc", 3);
	assert_refused(judge_exec("f"), "missing-hash");
	assert_heard(appraised("missing-hash", "f"));
	label("f", HUFU_HASH_SHA256);
	assert_allowed(judge_exec("f"));
	label("f", HUFU_HASH_SM3);
	assert_allowed(judge_exec("f"));
	put_file("g", "abd", 3);
	set_value("g", "\x04\x11", 2);
	assert_refused(judge_exec("g"), "invalid-hash");
	assert_heard(appraised("invalid-hash", "g"));
	put_signed("h", "abc"); /* a signature is more than asked for, and is checked all the same */
	assert_allowed(judge_exec("h"));
	put_file("i", "abc", 3);
	sign("i", &stranger);
	assert_refused(judge_exec("i"), "invalid-signature");
}

static void algorithm_that_is_not_here(void **state)
{
	(void)state;
	load_policy("appraise func=BPRM_CHECK\n");
	put_file("tiger", "abc", 3);
	set_value("tiger", "\x04\x10........................", 26);
	assert_refused(judge_exec("tiger"), "failed");
	/* One record, of what could not be read, with the last component only */
	assert_heard(HEAD "op=collect_data cause=failed comm=\"bash\" name=\"tiger\" " TAIL);
}

static void only_logged(void **state)
{
	struct hufu_verdict verdict;
	struct hufu_engine_stats stats;

	(void)state;
	load_policy(IMASIG);
	put_file("f", "abc", 3);
	hufu_engine_set_mode(engine, HUFU_MODE_LOG);
	verdict = judge_exec("f");
	assert_true(verdict.allow);
	assert_int_equal(verdict.cause, HUFU_CAUSE_SIGNATURE_REQUIRED);
	assert_heard(appraised("IMA-signature-required", "f"));
	hufu_engine_set_mode(engine, HUFU_MODE_ENFORCE);
	assert_refused(judge_exec("f"), "IMA-signature-required");
	hufu_engine_stats(engine, &stats);
	assert_int_equal(stats.judged, 2);
	assert_int_equal(stats.appraised, 2);
	assert_int_equal(stats.refused, 2);
	assert_int_equal(stats.n_rules, 1);
}

static void blacklisted(void **state)
{
	(void)state;
	load_policy("appraise\n");
	put_signed("f", "abc");
	put_file("g", "abc", 3);
	label("g", HUFU_HASH_SM3);
	assert_allowed(judge_exec("f"));
	assert_int_equal(hufu_trust_blacklist(
				 trust, "bin:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", NULL),
			 0);
	assert_refused(judge_exec("f"), "invalid-signature");
	assert_refused(judge_exec("g"), "invalid-hash");
}

static void certificate_withdrawn(void **state)
{
	char id[9];

	(void)state;
	load_policy(IMASIG);
	put_signed("f", "abc");
	assert_allowed(judge_exec("f"));
	(void)snprintf(id, sizeof(id), "%08x", hufu_cert_info(leaf.cert)->key_id);
	assert_int_equal(hufu_trust_remove(trust, HUFU_RING_IMA, id, NULL), 0);
	assert_refused(judge_exec("f"), "invalid-signature");
}

static void no_descriptor_or_no_file(void **state)
{
	struct hufu_access access;
	int fds[2];

	(void)state;
	load_policy("appraise\n");
	put_signed("f", "abc");
	access = access_of("f", HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, 0);
	assert_int_equal(close(access.fd), 0);
	assert_refused(judge_access(&access), "failed");
	assert_heard(HEAD "op=collect_data cause=failed comm=\"bash\" name=\"f\" " TAIL);
	/* One that cannot be read from: the label is fine, the content is not to be had */
	access.fd = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	assert_refused(judge_access(&access), "failed");
	assert_int_equal(close(access.fd), 0);
	/* Directories, devices, pipes: not regular, not appraised */
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	access.fd = fds[0];
	assert_allowed(judge_access(&access));
	assert_int_equal(close(fds[0]) | close(fds[1]), 0);
	access.fd = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_allowed(judge_access(&access));
	assert_int_equal(close(access.fd), 0);
}

/* The kernel refuses there too, without a record; ours says what is the matter. */
static void file_system_without_attributes(void **state)
{
	struct hufu_access access;

	(void)state;
	load_policy("appraise\n");
	put_file("f", "abc", 3);
	access = access_of("f", HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, 0);
	assert_int_equal(close(access.fd), 0);
	access.fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	assert_refused(judge_access(&access), "missing-hash");
	assert_heard(appraised("missing-hash", "f"));
	load_policy(IMASIG);
	assert_refused(judge_access(&access), "IMA-signature-required");
	assert_int_equal(close(access.fd), 0);
}

/* A name as hostile as can be makes one record, as in the kernel. */
static void hostile_name(void **state)
{
	struct hufu_access access;

	(void)state;
	load_policy(IMASIG);
	put_file("f", "abc", 3);
	access = access_of("f", HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, 0);
	access.path = "/x/a b\ntype=INTEGRITY_DATA";
	assert_refused(judge_access(&access), "IMA-signature-required");
	assert_int_equal(close(access.fd), 0);
	assert_heard(HEAD "op=appraise_data cause=IMA-signature-required comm=\"bash\" "
			  "name=2F782F6120620A747970653D494E544547524954595F44415441 " TAIL);
}

/* ---- files that somebody writes to ---- */

static void writer_elsewhere(void **state)
{
	static const struct {
		enum hufu_func func;
		unsigned mask;
		const char *cause, *record;
	} cases[] = {
		{HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, "", ""},
		{HUFU_FUNC_FILE_CHECK, HUFU_MAY_EXEC, "", ""},
		{HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, "failed",
		 "op=collect_data cause=failed comm=\"bash\" name=\"f\" "},
		{HUFU_FUNC_CREDS_CHECK, HUFU_MAY_EXEC, "failed",
		 "op=collect_data cause=failed comm=\"bash\" name=\"f\" "},
		{HUFU_FUNC_MMAP_CHECK, HUFU_MAY_EXEC, "mmapped_writers",
		 "op=mmap_file cause=mmapped_writers comm=\"bash\" name=\"/x/f\" "},
		{HUFU_FUNC_MMAP_CHECK_REQPROT, HUFU_MAY_EXEC, "mmapped_writers",
		 "op=mmap_file cause=mmapped_writers comm=\"bash\" name=\"/x/f\" "},
	};
	int writer;

	(void)state;
	load_policy("appraise appraise_type=imasig\n");
	put_signed("f", "abc");
	writer = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	assert_true(writer >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct hufu_verdict verdict = judge("f", cases[i].func, cases[i].mask, 0);
		char record[512] = "";

		assert_string_equal(hufu_cause_name(verdict.cause), cases[i].cause);
		assert_int_equal(verdict.allow, !cases[i].cause[0]);
		if (cases[i].cause[0])
			(void)snprintf(record, sizeof(record), HEAD "%s" TAIL, cases[i].record);
		assert_heard(record);
	}
	/* What is wrong with the label is said first */
	put_file("f", "abc", 3);
	assert_int_equal(close(writer), 0);
	writer = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	assert_refused(judge_exec("f"), "IMA-signature-required");
	assert_int_equal(close(writer), 0);
}

/* From the hash to the end of the descriptor, which comes after the answer, nobody gets at the file. */
static void writer_has_to_wait(void **state)
{
	struct hufu_access access;
	int writer;

	(void)state;
	load_policy(IMASIG);
	put_signed("f", "abc");
	access = access_of("f", HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, 0);
	assert_allowed(judge_access(&access));
	assert_int_equal(fcntl(access.fd, F_GETLEASE), F_RDLCK);
	assert_true(open(in_scratch("f"), O_WRONLY | O_NONBLOCK | O_CLOEXEC) < 0);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(close(access.fd), 0);
	writer = open(in_scratch("f"), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(writer >= 0);
	assert_int_equal(close(writer), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(nothing_asked),
		ENGINE_TEST(signed_by_a_key_of_ima),
		ENGINE_TEST(refused_with_the_cause),
		ENGINE_TEST(hashes_where_they_are_enough),
		ENGINE_TEST(algorithm_that_is_not_here),
		ENGINE_TEST(only_logged),
		ENGINE_TEST(blacklisted),
		ENGINE_TEST(certificate_withdrawn),
		ENGINE_TEST(no_descriptor_or_no_file),
		ENGINE_TEST(file_system_without_attributes),
		ENGINE_TEST(hostile_name),
		ENGINE_TEST(writer_elsewhere),
		ENGINE_TEST(writer_has_to_wait),
	};

	return cmocka_run_group_tests(tests, make_pairs_and_labels, drop_pairs);
}
