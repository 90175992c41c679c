/* SPDX-License-Identifier: Apache-2.0 */
/* What each action does to a file, and says of it. */
#include "hex.h"
#include "test-trees.h"

#define SM3_ABC "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

static void test_sign(void **state)
{
	uint8_t value[HUFU_XATTR_MAX];
	char hex[2 * HUFU_DIGEST_MAX + 1];
	struct hufu_sig sig;
	ssize_t len;

	(void)state;
	put_text("a", "abc");
	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_int_equal(n_seen, 1);
	assert_int_equal(count.by_state[HUFU_FILE_SIGNED], 1);
	assert_int_equal(count.bytes, 3);
	hex_encode(report_of("a")->digest.bytes, report_of("a")->digest.len, hex);
	assert_string_equal(hex, SM3_ABC);

	len = get_value("a", value);
	assert_int_equal(report_of("a")->value_len, len);
	assert_memory_equal(report_of("a")->value, value, len);
	assert_int_equal(hufu_sig_decode(value, (size_t)len, &sig, NULL), 0);
	assert_int_equal(sig.type, HUFU_SIG_SIGNATURE);
	assert_int_equal(sig.version, 2);
	assert_int_equal(sig.algo, HUFU_HASH_SM3);
	assert_int_equal(sig.key_id, hufu_key_id(sm2_key));
	assert_int_equal(hufu_cert_verify(sm2_cert, &report_of("a")->digest, sig.bytes, sig.len, NULL), 0);
}

static void test_sign_again(void **state)
{
	uint8_t before[HUFU_XATTR_MAX], after[HUFU_XATTR_MAX];
	ssize_t before_len;

	(void)state;
	put_text("a", "abc");
	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	before_len = get_value("a", before);

	/* what is right stays as it is: SM2 signatures differ each time, so this shows */
	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_RIGHT, "");
	assert_true(report_of("a")->has_sig && report_of("a")->has_digest);
	assert_int_equal(get_value("a", after), before_len);
	assert_memory_equal(after, before, before_len);

	assert_int_equal(run_job(sign_job(HUFU_TREE_FORCE, 1), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_true(get_value("a", after) != before_len || memcmp(after, before, (size_t)before_len) != 0);

	/* other content, another key id, a hash label, nonsense: signed anew */
	put_text("a", "abd");
	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	struct hufu_tree_job job = sign_job(0, 1);
	job.key_id = 0x01020304;
	assert_int_equal(run_job(job, "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_memory_equal(report_of("a")->value + 3, "\001\002\003\004", 4);
	assert_int_equal(run_job(plain_job(HUFU_TREE_HASH, 0), "a"), 0);
	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	put_value("a", "\003\002\021nonsense", 11);
	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_RIGHT, "");
}

static void test_dry_run(void **state)
{
	uint8_t value[HUFU_XATTR_MAX];

	(void)state;
	put_text("a", "abc");
	assert_int_equal(run_job(sign_job(HUFU_TREE_DRY_RUN, 1), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_int_equal(get_value("a", value), -1);
	assert_int_equal(run_job(plain_job(HUFU_TREE_HASH, HUFU_TREE_DRY_RUN), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_int_equal(get_value("a", value), -1);

	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	assert_int_equal(run_job(sign_job(HUFU_TREE_DRY_RUN, 1), "a"), 0);
	assert_report("a", HUFU_FILE_RIGHT, "");
	put_text("a", "abd");
	assert_int_equal(run_job(sign_job(HUFU_TREE_DRY_RUN, 1), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_int_equal(run_job(plain_job(HUFU_TREE_CLEAR, HUFU_TREE_DRY_RUN), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "content or signature was changed");
}

static void test_hash(void **state)
{
	struct hufu_tree_job job = plain_job(HUFU_TREE_HASH, 0);
	char hex[2 * HUFU_XATTR_MAX + 1];

	(void)state;
	put_text("a", "abc");
	assert_int_equal(run_job(job, "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	hex_encode(report_of("a")->value, report_of("a")->value_len, hex);
	assert_string_equal(hex, "0411" SM3_ABC);
	assert_int_equal(run_job(job, "a"), 0);
	assert_report("a", HUFU_FILE_RIGHT, "");

	job.algo = HUFU_HASH_SHA1;
	assert_int_equal(run_job(job, "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	hex_encode(report_of("a")->value, report_of("a")->value_len, hex);
	assert_string_equal(hex, "01a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "no signature, only a hash (sha1)");
}

static void test_clear(void **state)
{
	uint8_t value[HUFU_XATTR_MAX];

	(void)state;
	put_text("a", "abc");
	assert_int_equal(run_job(plain_job(HUFU_TREE_CLEAR, 0), "a"), 0);
	assert_report("a", HUFU_FILE_RIGHT, "");
	put_value("a", "nonsense", 8);
	assert_int_equal(run_job(plain_job(HUFU_TREE_CLEAR, 0), "a"), 0);
	assert_report("a", HUFU_FILE_SIGNED, "");
	assert_int_equal(report_of("a")->value_len, 8);
	assert_int_equal(get_value("a", value), -1);
	assert_int_equal(errno, ENODATA);
}

static void test_show(void **state)
{
	static const uint8_t large[HUFU_XATTR_MAX + 1];

	(void)state;
	put_text("a", "abc");
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), "a"), 0);
	assert_report("a", HUFU_FILE_RIGHT, "nothing there");
	assert_false(report_of("a")->has_sig);

	put_value("a", "\003\002\021\001\002\003\004\000\001x", 10);
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), "a"), 0);
	assert_report("a", HUFU_FILE_RIGHT, "");
	assert_true(report_of("a")->has_sig);
	assert_int_equal(report_of("a")->sig.key_id, 0x01020304);
	assert_int_equal(report_of("a")->value_len, 10);

	put_value("a", "\003\002\021\001\002\003\004\000\002x", 10);
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), "a"), 0);
	assert_report("a", HUFU_FILE_FAILED, "malformed security.ima: the header says 2 bytes of signature, 1 follow");
	assert_int_equal(report_of("a")->error, -EBADMSG);
	assert_int_equal(report_of("a")->value_len, 10);
	assert_false(report_of("a")->has_sig);

	put_value("a", large, sizeof(large));
	assert_int_equal(run_job(plain_job(HUFU_TREE_SHOW, 0), "a"), 0);
	assert_int_equal(report_of("a")->state, HUFU_FILE_FAILED);
	assert_int_equal(report_of("a")->error, -EBADMSG);
}

static void test_verify(void **state)
{
	static const struct {
		const char *value;
		size_t len;
		const char *text;
	} cases[] = {
		{"", 0, "no signature: security.ima is empty"},
		{"\003", 1, "malformed security.ima: it ends within the 9 byte signature header"},
		{"\003\002\021\001\002\003\004\377\377x", 10,
		 "malformed security.ima: the header says 65535 bytes of signature, 1 follow"},
		{"\003\002\310\001\002\003\004\000\001x", 10,
		 "malformed security.ima: hash algorithm number 200 is not known"},
		{"\003\001\021\001\002\003\004\000\001x", 10,
		 "malformed security.ima: signature version 1 is not supported"},
		{"\007xyz", 4, "malformed security.ima: type 7 is not known"},
		{"\003\002\021\001\002\003\004\000\001x", 10,
		 "signed by key id 01020304, which is none of the given certificates"},
		{"\003\003\021\001\002\003\004\000\001x", 10,
		 "a signature of type 3 version 3, which hufu does not check"},
		{"\006\003\021\001\002\003\004\000\001x", 10,
		 "a signature of type 6 version 3, which hufu does not check"},
	};
	uint8_t value[HUFU_XATTR_MAX];
	ssize_t len;

	(void)state;
	put_text("a", "abc");
	assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "no signature");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		put_value("a", cases[i].value, cases[i].len);
		assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
		assert_report("a", HUFU_FILE_REFUSED, cases[i].text);
		assert_int_equal(report_of("a")->error, 0);
		assert_false(report_of("a")->has_digest); /* nobody need read the file for that */
	}
	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_RIGHT, "");
	assert_true(report_of("a")->has_digest && report_of("a")->has_sig);

	/* each single byte of content, then of the signature, counts */
	put_text("a", "abC");
	assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "content or signature was changed");
	put_text("a", "abc");
	len = get_value("a", value);
	for (ssize_t i = 9; i < len; i++) {
		value[i] ^= 1;
		put_value("a", value, (size_t)len);
		assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
		assert_report("a", HUFU_FILE_REFUSED, "content or signature was changed");
		value[i] ^= 1;
	}
}

/* SM2 signs SM3 and nothing else, whatever the value says. */
static void test_verify_wrong_algorithm(void **state)
{
	uint8_t value[HUFU_XATTR_MAX];
	ssize_t len;

	(void)state;
	put_text("a", "abc");
	assert_int_equal(run_job(sign_job(0, 1), "a"), 0);
	len = get_value("a", value);
	value[2] = HUFU_HASH_SHA256;
	put_value("a", value, (size_t)len);
	assert_int_equal(run_job(verify_job(0, 1), "a"), 0);
	assert_report("a", HUFU_FILE_REFUSED, "an sm2 key signs sm3 digests only, not sha256");
}

static void test_operands(void **state)
{
	struct hufu_tree_job job = plain_job(HUFU_TREE_SHOW, 0);

	(void)state;
	put_text("a", "abc");
	put_dir("d");
	put_text("d/b", "abc");
	assert_int_equal(symlink("a", in_tree("link")), 0);
	assert_int_equal(symlink("d", in_tree("dirlink")), 0);
	assert_int_equal(mkfifo(in_tree("pipe"), 0600), 0);

	assert_int_equal(run_job(job, "link"), -ELOOP);
	assert_non_null(strstr(last_err.text, "symbolic link"));
	assert_non_null(strstr(last_err.text, in_tree("link")));
	assert_int_equal(run_job(job, "dirlink"), -ELOOP);
	assert_int_equal(run_job(job, "dirlink/"), 0); /* the slash says: the directory */
	assert_report("dirlink/b", HUFU_FILE_RIGHT, "nothing there");
	assert_int_equal(run_job(job, "pipe"), -EINVAL);
	assert_non_null(strstr(last_err.text, "named pipe"));
	assert_int_equal(run_job(job, "none"), -ENOENT);
	assert_int_equal(run_job(job, "a/"), -ENOTDIR);
	assert_int_equal(run_job(job, "d//"), 0);
	assert_report("d/b", HUFU_FILE_RIGHT, "nothing there");
	assert_int_equal(run_job(job, "dirlink/b"), 0); /* a link on the way there is the caller's */
	assert_report("dirlink/b", HUFU_FILE_RIGHT, "nothing there");

	forget();
	assert_int_equal(hufu_tree_run(&job, in_tree("d"), &count, &last_err), -EISDIR);
	assert_non_null(strstr(last_err.text, "--recursive"));
	assert_int_equal(chdir(tree), 0);
	job.on_file = keep;
	assert_int_equal(hufu_tree_run(&job, "a", &count, NULL), 0);
	assert_string_equal(seen[0].path, "a");
	job.flags = HUFU_TREE_RECURSIVE;
	forget();
	assert_int_equal(hufu_tree_run(&job, ".", &count, NULL), 0);
	assert_string_equal(seen[0].path, "./a");
	assert_int_equal(hufu_tree_run(&job, "", &count, NULL), -ENOENT);
	assert_int_equal(chdir("/"), 0);
}

static void test_jobs_refused(void **state)
{
	struct hufu_tree_job job = sign_job(0, 1);

	(void)state;
	put_text("a", "abc");
	job.algo = HUFU_HASH_SHA256;
	assert_int_equal(run_job(job, "a"), -EINVAL);
	assert_non_null(strstr(last_err.text, "SM2 and SM3 go together"));
	job.algo = 99;
	assert_int_equal(run_job(job, "a"), -EINVAL);
	job = sign_job(0, 1);
	job.key = NULL;
	assert_int_equal(run_job(job, "a"), -EINVAL);
	job = plain_job((enum hufu_tree_action)77, 0);
	assert_int_equal(run_job(job, "a"), -EINVAL);
	job = plain_job(HUFU_TREE_HASH, 0);
	job.algo = HUFU_HASH_STREEBOG256;
	assert_int_equal(run_job(job, "a"), -ENOPKG);
	assert_int_equal(n_seen, 0);
}

static void test_counts_add_up(void **state)
{
	struct hufu_tree_job job = sign_job(place, 1);

	(void)state;
	put_text("a", "abc");
	put_text("b", "abcd");
	forget();
	assert_int_equal(hufu_tree_run(&job, in_tree("a"), &count, NULL), 0);
	assert_int_equal(hufu_tree_run(&job, in_tree("b"), &count, NULL), 0);
	assert_int_equal(count.by_state[HUFU_FILE_SIGNED], 2);
	assert_int_equal(count.bytes, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sign, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_sign_again, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_dry_run, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_hash, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_clear, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_show, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_verify, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_verify_wrong_algorithm, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_operands, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_jobs_refused, make_tree, drop_tree),
		cmocka_unit_test_setup_teardown(test_counts_add_up, make_tree, drop_tree),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
