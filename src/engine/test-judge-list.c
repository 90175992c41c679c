/* SPDX-License-Identifier: Apache-2.0 */
/* Measurement, violations and the audit action: what comes into the list and what is said about it. */
#include "test-engines.h"

#include <limits.h>
#include <sched.h>
#include <sys/mount.h>

#define PCR_HEAD "type=INTEGRITY_PCR: pid=812 uid=1001 auid=1001 ses=3 "
#define ZEROS_64 "0000000000000000000000000000000000000000000000000000000000000000"
#define SM3_ABC	 "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

/* The list without boot_aggregate and without template hashes, which test-record.c is about: PCR, template, rest. */
static char *read_list(void)
{
	struct hufu_mlog_reader *reader;
	struct hufu_mlog_entry entry;
	struct hufu_err err = {0};
	autobuf text = {0};
	int r;

	assert_int_equal(hufu_mlog_open(in_scratch("list/binary_runtime_measurements"), &reader, &err), 0);
	while ((r = hufu_mlog_next(reader, &entry, &err)) > 0) {
		autofree char *line = NULL;

		assert_int_equal(hufu_mlog_check(&entry, &err), 0);
		if (strcmp(entry.name, "boot_aggregate") == 0)
			continue;
		assert_int_equal(hufu_mlog_ascii(&entry, &line), 0);
		buf_printf(&text, "%.2s%s%s\n", line, memcmp(line + 3, ZEROS_64, 40) == 0 ? " violation" : "",
			   line + 43);
	}
	assert_int_equal(r, 0);
	hufu_mlog_close(reader);
	return buf_take_str(&text);
}

static void assert_list(const char *wanted)
{
	autofree char *text = read_list();

	assert_non_null(text);
	assert_string_equal(text, wanted);
}

static void what_is_measured(void **state)
{
	struct hufu_verdict verdict;

	(void)state;
	load_policy("measure func=BPRM_CHECK\n");
	put_file("f", "abc", 3);
	verdict = judge_exec("f");
	assert_allowed(verdict);
	assert_true(verdict.measured);
	verdict = judge_exec("f"); /* once */
	assert_allowed(verdict);
	assert_false(verdict.measured);
	assert_list("10 ima-sig sm3:" SM3_ABC " /x/f \n");
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, 0)); /* not asked for */
	assert_heard("");
}

static void by_template_and_pcr(void **state)
{
	autofree char *wanted = NULL;
	uint8_t value[HUFU_XATTR_MAX];
	char hex[2 * HUFU_XATTR_MAX + 1];

	(void)state;
	put_signed("f", "abc");
	hex_encode(value, make_value("f", &leaf, value), hex);
	set_value("f", value, strlen(hex) / 2); /* SM2 signs differently each time */
	load_policy("measure func=BPRM_CHECK\n");
	assert_true(judge_exec("f").measured);
	/* once for each PCR, whatever the template: IMA_MEASURED */
	load_policy("measure func=BPRM_CHECK template=ima-ng\n");
	assert_false(judge_exec("f").measured);
	load_policy("measure func=BPRM_CHECK template=ima-ng pcr=9\n");
	assert_true(judge_exec("f").measured);
	load_policy("measure func=BPRM_CHECK template=ima-buf pcr=11\n");
	assert_true(judge_exec("f").measured);
	assert_true(asprintf(&wanted,
			     "10 ima-sig sm3:" SM3_ABC " /x/f %s\n"
			     " 9 ima-ng sm3:" SM3_ABC " /x/f\n"
			     "11 ima-buf sm3:" SM3_ABC " /x/f \n",
			     hex) > 0);
	assert_list(wanted);
}

/* The digest is of the algorithm the label names, and a hash is no signature for the third field. */
static void by_algorithm_of_the_label(void **state)
{
	(void)state;
	load_policy("measure func=BPRM_CHECK\n");
	put_file("f", "abc", 3);
	label("f", HUFU_HASH_SHA256);
	assert_true(judge_exec("f").measured);
	assert_list("10 ima-sig sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad /x/f \n");
}

static void what_is_refused_is_measured_first(void **state)
{
	struct hufu_verdict verdict;

	(void)state;
	load_policy("measure func=BPRM_CHECK\nappraise func=BPRM_CHECK\n");
	put_file("f", "abc", 3);
	verdict = judge_exec("f");
	assert_refused(verdict, "missing-hash");
	assert_true(verdict.measured);
	assert_list("10 ima-sig sm3:" SM3_ABC " /x/f \n");
}

static void blacklisted_digest_is_an_entry(void **state)
{
	struct hufu_digest digest;
	char hex[65], wanted[512];
	uint8_t abc[32];

	(void)state;
	load_policy("measure func=BPRM_CHECK\nappraise func=BPRM_CHECK\n");
	put_file("f", "abc", 3);
	label("f", HUFU_HASH_SM3);
	assert_int_equal(hufu_trust_blacklist(trust, "bin:" SM3_ABC, NULL), 0);
	assert_refused(judge_exec("f"), "invalid-hash");
	assert_int_equal(hex_decode(SM3_ABC, 64, abc, sizeof(abc)), 32);
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, abc, sizeof(abc), &digest, NULL), 0);
	hex_encode(digest.bytes, digest.len, hex);
	(void)snprintf(wanted, sizeof(wanted),
		       "10 ima-sig sm3:" SM3_ABC " /x/f \n10 ima-buf sm3:%s blacklisted-hash " SM3_ABC "\n", hex);
	assert_list(wanted);
}

static void open_writers(void **state)
{
	static const struct {
		enum hufu_func func;
		unsigned mask, flags;
		bool violation;
	} cases[] = {
		{HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY, true},
		{HUFU_FUNC_MMAP_CHECK, HUFU_MAY_EXEC, 0, true},
		{HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, 0, false},
		{HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ | HUFU_MAY_WRITE, O_RDWR, false},
		{HUFU_FUNC_FILE_CHECK, HUFU_MAY_WRITE, 0, false},
	};
	struct hufu_engine_stats stats;
	int writer;

	(void)state;
	load_policy("measure template=ima-ng pcr=11\n");
	put_file("f", "abc", 3);
	writer = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_allowed(judge("f", cases[i].func, cases[i].mask, cases[i].flags));
		assert_heard(cases[i].violation ? PCR_HEAD
				     "op=invalid_pcr cause=open_writers comm=\"bash\" name=\"/x/f\" "
				     "dev=\"vda1\" ino=1311 res=1 errno=0\n"
						: "");
	}
	assert_int_equal(close(writer), 0);
	assert_allowed(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY));
	/* With template and PCR of the whole list, not of the rule; the file itself follows once */
	assert_list("10 violation ima-sig sm3:" ZEROS_64 " /x/f \n"
		    "11 ima-ng sm3:" SM3_ABC " /x/f\n"
		    "10 violation ima-sig sm3:" ZEROS_64 " /x/f \n");
	hufu_engine_stats(engine, &stats);
	assert_int_equal(stats.violations, 2);
	assert_int_equal(stats.list_count, 4);
	assert_int_equal(stats.measured, 1);
	load_policy("appraise func=FILE_CHECK\n"); /* measuring alone asks for it */
	writer = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	assert_refused(judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_RDONLY), "missing-hash");
	assert_int_equal(close(writer), 0);
	hufu_engine_stats(engine, &stats);
	assert_int_equal(stats.violations, 2);
}

static void content_that_cannot_be_had(void **state)
{
	(void)state;
	load_policy("measure\n");
	put_file("direct", "abc", 3);
	assert_allowed(judge("direct", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, O_DIRECT));
	put_file("tiger", "abc", 3);
	set_value("tiger", "\x04\x10", 2);
	assert_allowed(judge_exec("tiger"));
	assert_heard("type=INTEGRITY_DATA: pid=812 uid=1001 auid=1001 ses=3 op=collect_data cause=failed(directio) "
		     "comm=\"bash\" name=\"direct\" dev=\"vda1\" ino=1311 res=0 errno=0\n"
		     "type=INTEGRITY_DATA: pid=812 uid=1001 auid=1001 ses=3 op=collect_data cause=failed "
		     "comm=\"bash\" name=\"tiger\" dev=\"vda1\" ino=1311 res=0 errno=0\n");
	assert_list("10 ima-sig sm3:" ZEROS_64 " /x/direct \n");
}

static void audit_action(void **state)
{
	struct hufu_access access;
	struct stat st;

	(void)state;
	load_policy("audit func=BPRM_CHECK\n");
	put_file("f", "abc", 3);
	/* a task that is gone */
	access = access_of("f", HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, 0);
	access.subject.tid = access.subject.pid = 0x7fffffff;
	assert_allowed(judge_access(&access));
	assert_int_equal(close(access.fd), 0);
	assert_heard("type=INTEGRITY_RULE: file=\"/x/f\" hash=\"sm3:" SM3_ABC
		     "\" ppid=0 pid=2147483647 auid=1001 uid=1001 gid=1001 euid=1001 suid=1001 fsuid=1001 egid=1001 "
		     "sgid=1001 "
		     "fsgid=1001 tty=(none) ses=3 comm=\"bash\" exe=(null)\n");
	/* also when the access is refused, and with zeros when there is no digest */
	load_policy("audit func=BPRM_CHECK\nappraise func=BPRM_CHECK\n");
	set_value("f", "\x04\x10", 2);
	access = access_of("f", HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, 0);
	access.subject.tid = access.subject.pid = 0x7fffffff;
	assert_refused(judge_access(&access), "invalid-hash");
	assert_int_equal(fstat(access.fd, &st), 0);
	assert_int_equal(close(access.fd), 0);
	assert_heard(
		"type=INTEGRITY_DATA: pid=2147483647 uid=1001 auid=1001 ses=3 op=collect_data cause=failed "
		"comm=\"bash\" "
		"name=\"f\" dev=\"vda1\" ino=1311 res=0 errno=0\n"
		"type=INTEGRITY_DATA: pid=2147483647 uid=1001 auid=1001 ses=3 op=appraise_data cause=invalid-hash "
		"comm=\"bash\" name=\"/x/f\" dev=\"vda1\" ino=1311 res=0 errno=0\n"
		"type=INTEGRITY_RULE: file=\"/x/f\" hash=\"tgr192:000000000000000000000000000000000000000000000000\" "
		"ppid=0 pid=2147483647 auid=1001 uid=1001 gid=1001 euid=1001 suid=1001 fsuid=1001 egid=1001 "
		"sgid=1001 fsgid=1001 tty=(none) ses=3 comm=\"bash\" exe=(null)\n");
}

static void audit_of_a_task(void **state)
{
	char wanted[PATH_MAX + 512], exe[PATH_MAX];
	struct hufu_access access;
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	autofree char *text = NULL;

	(void)state;
	assert_true(len > 0);
	exe[len] = '\0';
	load_policy("audit func=BPRM_CHECK\n");
	put_file("f", "abc", 3);
	access = access_of("f", HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, 0);
	access.subject.tid = access.subject.pid = getpid();
	assert_allowed(judge_access(&access));
	assert_int_equal(close(access.fd), 0);
	text = take_heard();
	(void)snprintf(wanted, sizeof(wanted),
		       "\" ppid=%d pid=%d auid=1001 uid=1001 gid=1001 euid=1001 suid=1001 fsuid=%u ", getppid(),
		       getpid(), geteuid());
	assert_non_null(strstr(text, wanted));
	(void)snprintf(wanted, sizeof(wanted), " ses=3 comm=\"bash\" exe=\"%s\"\n", exe);
	assert_non_null(strstr(text, wanted));
}

static void without_a_list(void **state)
{
	struct hufu_engine_stats stats;
	struct hufu_verdict verdict;
	int writer;

	(void)state;
	hufu_engine_free(engine);
	new_engine(false);
	load_policy("measure\nappraise func=BPRM_CHECK\n");
	put_signed("f", "abc");
	writer = open(in_scratch("f"), O_WRONLY | O_CLOEXEC);
	verdict = judge("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, 0);
	assert_int_equal(close(writer), 0);
	assert_allowed(verdict);
	assert_false(verdict.measured);
	assert_allowed(judge_exec("f"));
	assert_heard("");
	hufu_engine_stats(engine, &stats);
	assert_int_equal(stats.list_count, 0);
	assert_int_equal(stats.violations, 0);
}

/* A list that cannot be written to is said, and is no reason to refuse. */
static void full_disk(void **state)
{
	struct hufu_verdict verdict;
	autofree char *filler = calloc(1, 1 << 20);
	int fd;

	(void)state;
	assert_non_null(filler);
	/* Of our own: nobody else sees the mount, and it is gone when we are */
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("hufu-test", in_scratch("list"), "tmpfs", 0, "size=64k") < 0) {
		print_message("a file system cannot be mounted here: %s\n", strerror(errno));
		skip();
	}
	hufu_engine_free(engine);
	engine = NULL;
	new_engine(true);
	load_policy("measure func=FILE_CHECK\n");
	fd = open(in_scratch("list/filler"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	(void)!write(fd, filler, 1 << 20);
	put_file("f", "abc", 3);
	for (unsigned i = 0; i < 64; i++) { /* until what was left in the last page is full */
		struct hufu_access access;
		char path[256];

		put_file("f", &i, sizeof(i)); /* what was measured before is not measured again */
		access = access_of("f", HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ, 0);
		(void)snprintf(path, sizeof(path), "/%0200u", i);
		access.path = path;
		verdict = judge_access(&access);
		assert_allowed(verdict);
		assert_int_equal(close(access.fd), 0);
	}
	assert_false(verdict.measured);
	{
		autofree char *text = take_heard();

		assert_non_null(strstr(text, "op=add_template_measure cause=store_entry comm=\"bash\""));
		assert_non_null(strstr(text, "res=0 errno=-28\n"));
	}
	assert_int_equal(close(fd), 0);
	hufu_engine_free(engine);
	engine = NULL;
	assert_int_equal(umount(in_scratch("list")), 0);
}

/* process_buffer_measurement(): the digest is the payload's, and a rule asks for ring and uid only. */
static void keys_by_ring(void **state)
{
	struct hufu_subject root = bash;

	(void)state;
	root.uid = 0;
	load_policy("measure func=KEY_CHECK keyrings=.ima|.evm uid=0\nmeasure func=BPRM_CHECK\n");
	hufu_engine_measure_key(engine, &root, ".ima", "abc", 3);
	hufu_engine_measure_key(engine, &root, ".ima", "abc", 3); /* as a file: once */
	hufu_engine_measure_key(engine, &root, ".builtin_trusted_keys", "abc", 3);
	hufu_engine_measure_key(engine, &bash, ".evm", "abc", 3);
	assert_list("10 ima-buf sm3:" SM3_ABC " .ima 616263\n");
	/* a rule without func= is not about keys */
	load_policy("measure\n");
	hufu_engine_measure_key(engine, &root, ".secondary_trusted_keys", "abc", 3);
	load_policy("measure func=KEY_CHECK template=ima-sig pcr=11\n");
	hufu_engine_measure_key(engine, &root, ".evm", "abc", 3);
	assert_list("10 ima-buf sm3:" SM3_ABC " .ima 616263\n11 ima-sig sm3:" SM3_ABC " .evm \n");
	assert_heard("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(what_is_measured),
		ENGINE_TEST(by_template_and_pcr),
		ENGINE_TEST(by_algorithm_of_the_label),
		ENGINE_TEST(what_is_refused_is_measured_first),
		ENGINE_TEST(blacklisted_digest_is_an_entry),
		ENGINE_TEST(keys_by_ring),
		ENGINE_TEST(open_writers),
		ENGINE_TEST(content_that_cannot_be_had),
		ENGINE_TEST(audit_action),
		ENGINE_TEST(audit_of_a_task),
		ENGINE_TEST(without_a_list),
		ENGINE_TEST(full_disk),
	};

	return cmocka_run_group_tests(tests, make_pairs_and_labels, drop_pairs);
}
