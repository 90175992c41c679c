/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_ENGINES_H
#define TEST_ENGINES_H

/* For the tests of the engine: keys and keyrings, signed files, an engine whose audit records are kept, and accesses. */

#include "test-certs.h"

#include <pthread.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "bytes.h"
#include "hex.h"

static struct pair ca, leaf, stranger; /* leaf is in .ima; nobody knows stranger */
static struct hufu_trust *trust;
static struct hufu_engine *engine;

/* ---- audit records ---- */

static pthread_mutex_t heard_lock = PTHREAD_MUTEX_INITIALIZER;
static struct buf heard; /* one record a line, without time and serial number */
static unsigned n_heard;

MAYBE void hear(void *ctx, const char *line)
{
	const char *stamp = strstr(line, " msg=audit("), *rest = stamp ? strstr(stamp, "): ") : NULL;

	(void)ctx;
	(void)pthread_mutex_lock(&heard_lock);
	if (rest) {
		buf_add(&heard, line, (size_t)(stamp - line));
		buf_str(&heard, rest + 1);
	} else {
		buf_str(&heard, line);
	}
	buf_u8(&heard, '\n');
	n_heard++;
	(void)pthread_mutex_unlock(&heard_lock);
}

/* What was heard since the last call; the caller frees it. */
MAYBE char *take_heard(void)
{
	char *text;

	(void)pthread_mutex_lock(&heard_lock);
	text = buf_take_str(&heard);
	n_heard = 0;
	(void)pthread_mutex_unlock(&heard_lock);
	assert_non_null(text);
	return text;
}

MAYBE void assert_heard(const char *wanted)
{
	autofree char *text = take_heard();

	assert_string_equal(text, wanted);
}

/* ---- files ---- */

MAYBE void set_value(const char *name, const void *value, size_t len)
{
	assert_int_equal(setxattr(in_scratch(name), HUFU_XATTR_IMA, value, len, 0), 0);
}

MAYBE void digest_file(const char *name, unsigned algo, struct hufu_digest *ret_digest)
{
	autofree char *data = NULL;
	size_t len;

	assert_int_equal(file_read(in_scratch(name), 256 << 20, &data, &len, NULL), 0);
	assert_int_equal(hufu_digest_mem(algo, data, len, ret_digest, NULL), 0);
}

/* The value that `key` gives a file, with the key id of the certificate. */
MAYBE size_t make_value(const char *name, const struct pair *pair, uint8_t ret_value[HUFU_XATTR_MAX])
{
	uint8_t bytes[HUFU_SIG_MAX];
	struct hufu_sig sig = {.type = HUFU_SIG_SIGNATURE, .version = 2, .bytes = bytes};
	struct hufu_digest digest;
	size_t len;

	sig.algo = (uint8_t)hufu_key_default_hash(pair->key);
	sig.key_id = hufu_cert_info(pair->cert)->key_id;
	digest_file(name, sig.algo, &digest);
	assert_int_equal(hufu_key_sign(pair->key, &digest, bytes, &sig.len, NULL), 0);
	assert_int_equal(hufu_sig_encode(&sig, ret_value, HUFU_XATTR_MAX, &len), 0);
	return len;
}

MAYBE void sign(const char *name, const struct pair *pair)
{
	uint8_t value[HUFU_XATTR_MAX];
	size_t len = make_value(name, pair, value);

	set_value(name, value, len);
}

/* Type 4. */
MAYBE void label(const char *name, unsigned algo)
{
	uint8_t value[2 + HUFU_DIGEST_MAX] = {HUFU_SIG_HASH, (uint8_t)algo};
	struct hufu_digest digest;

	digest_file(name, algo, &digest);
	memcpy(value + 2, digest.bytes, digest.len);
	set_value(name, value, 2u + digest.len);
}

MAYBE void put_signed(const char *name, const char *text)
{
	put_file(name, text, strlen(text));
	sign(name, &leaf);
}

/* ---- engine ---- */

MAYBE void load_policy(const char *text)
{
	struct hufu_err err = {0};

	if (hufu_engine_load_policy(engine, text, strlen(text), false, NULL, &err) < 0)
		fail_msg("%s", err.text);
	free(take_heard());
}

/* What the fixture makes with a list in scratch/list, or without one. */
MAYBE void new_engine(bool with_list)
{
	const struct hufu_engine_opts opts = {
		.trust = trust,
		.hash = HUFU_HASH_SM3,
		.tmpl = HUFU_TEMPLATE_IMA_SIG,
		.list_dir = with_list ? in_scratch("list") : NULL,
		.on_audit = hear,
	};
	struct hufu_err err = {0};

	if (hufu_engine_new(&opts, &engine, &err) < 0)
		fail_msg("%s", err.text);
}

MAYBE int make_engine(void **state)
{
	struct der root = der_of(ca.cert), signer = der_of(leaf.cert);
	uint32_t serial;

	(void)state;
	if (mkdir(in_scratch("list"), 0755) < 0 || hufu_trust_new(&trust) < 0 ||
	    hufu_trust_add(trust, HUFU_RING_BUILTIN, root.data, root.len, &serial, NULL, NULL) < 0 ||
	    hufu_trust_add(trust, HUFU_RING_IMA, signer.data, signer.len, &serial, NULL, NULL) < 0)
		return -1;
	new_engine(true);
	return 0;
}

MAYBE int drop_engine(void **state)
{
	const char *const argv[] = {"rm", "-rf", in_scratch("list"), NULL};

	(void)state;
	hufu_engine_free(engine);
	hufu_trust_free(trust);
	engine = NULL;
	trust = NULL;
	free(take_heard());
	return call(argv);
}

/* ---- accesses ---- */

static const struct hufu_subject bash = {
	.tid = 812,
	.pid = 811,
	.uid = 1001,
	.euid = 1001,
	.suid = 1001,
	.gid = 1001,
	.egid = 1001,
	.sgid = 1001,
	.auid = 1001,
	.ses = 3,
	.comm = "bash",
};

/* A descriptor as the watcher has one, and an access of a file in the scratch directory; its path is /x/NAME. */
MAYBE struct hufu_access access_of(const char *name, enum hufu_func func, unsigned mask, unsigned open_flags)
{
	static char paths[8][300];
	static unsigned turn;
	char *path = paths[turn++ % 8];
	struct hufu_access access = {.func = func, .mask = mask, .open_flags = open_flags, .subject = bash};

	(void)snprintf(path, sizeof(paths[0]), "/x/%s", name);
	access.fd = open(in_scratch(name), O_RDONLY | O_CLOEXEC);
	assert_true(access.fd >= 0);
	access.path = path;
	access.dev = "vda1";
	access.ino = 1311;
	access.object = (struct hufu_object){.fs_magic = 0xef53, .fs_name = "ext4"};
	return access;
}

MAYBE struct hufu_verdict judge_access(const struct hufu_access *access)
{
	struct hufu_verdict verdict;

	memset(&verdict, 0xff, sizeof(verdict));
	hufu_engine_judge(engine, access, &verdict);
	return verdict;
}

/* Judges and closes. */
MAYBE struct hufu_verdict judge(const char *name, enum hufu_func func, unsigned mask, unsigned open_flags)
{
	struct hufu_access access = access_of(name, func, mask, open_flags);
	struct hufu_verdict verdict = judge_access(&access);

	assert_int_equal(close(access.fd), 0);
	return verdict;
}

MAYBE struct hufu_verdict judge_exec(const char *name)
{
	return judge(name, HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC, 0);
}

#define assert_allowed(verdict)                                                                                        \
	do {                                                                                                           \
		struct hufu_verdict verdict_ = (verdict);                                                              \
		assert_string_equal(hufu_cause_name(verdict_.cause), "");                                              \
		assert_true(verdict_.allow);                                                                           \
	} while (0)

#define assert_refused(verdict, cause_name)                                                                            \
	do {                                                                                                           \
		struct hufu_verdict verdict_ = (verdict);                                                              \
		assert_string_equal(hufu_cause_name(verdict_.cause), cause_name);                                      \
		assert_false(verdict_.allow);                                                                          \
	} while (0)

/* ---- a rule, and what is logged of `bash` and these files ---- */

#define IMASIG "appraise func=BPRM_CHECK appraise_type=imasig\n"
#define HEAD   "type=INTEGRITY_DATA: pid=812 uid=1001 auid=1001 ses=3 "
#define TAIL   "dev=\"vda1\" ino=1311 res=0 errno=0\n"

MAYBE const char *appraised(const char *cause, const char *name)
{
	static char line[512];

	(void)snprintf(line, sizeof(line), HEAD "op=appraise_data cause=%s comm=\"bash\" name=\"/x/%s\" " TAIL, cause,
		       name);
	return line;
}

/* ---- the group ---- */

MAYBE int make_pairs(void **state)
{
	if (make_scratch(state) < 0)
		return -1;
	ca = make_ca("sm2", "CA");
	leaf = make_leaf(&ca, "sm2", "signer");
	stranger = make_leaf(&ca, "sm2", "stranger");
	return 0;
}

/* Where security.ima can be set, else the tests are skipped. */
MAYBE int make_pairs_and_labels(void **state)
{
	if (make_pairs(state) < 0)
		return -1;
	put_file("probe", "", 0);
	if (setxattr(in_scratch("probe"), HUFU_XATTR_IMA, "\001", 1, 0) == 0)
		return 0;
	print_message("skipped: security.ima cannot be set on the file system of %s (root?)\n", scratch);
	(void)drop_scratch(state);
	exit(77);
}

MAYBE int drop_pairs(void **state)
{
	free_pair(&ca);
	free_pair(&leaf);
	free_pair(&stranger);
	return drop_scratch(state);
}

#define ENGINE_TEST(name) cmocka_unit_test_setup_teardown(name, make_engine, drop_engine)

#endif
