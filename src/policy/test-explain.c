/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "hufu.h"

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)

static const struct {
	const char *rule, *words;
} rows[] = {
	{"measure",
	 "Any access that IMA sees: the file's digest goes into the measurement list, once for each content, and "
	 "into PCR 10."},
	{"measure func=FILE_CHECK mask=^MAY_READ euid<1 pcr=11 template=ima-sig",
	 "A file is opened for reading, maybe for writing too, by effective user id below 1 (any of its three ids, if "
	 "it may "
	 "change them): the file's digest goes into the measurement list, once for each content, and into PCR 11; the "
	 "entry "
	 "has the form ima-sig."},
	{"dont_measure fsmagic=0x9fa0", "Any access that IMA sees, on a file system with the number 0x9fa0 (proc): "
					"nothing is measured, whatever later rules "
					"say."},
	{"dont_appraise fsmagic=0x12 fsname=odd", "Any access that IMA sees, on a file system with the number 0x12, on "
						  "a file system of type odd: nothing is appraised, "
						  "whatever later rules say."},
	{"appraise func=BPRM_CHECK uid=1001 appraise_type=imasig",
	 "A program, a script or a script's interpreter is executed, by user id 1001: it is refused unless "
	 "security.ima holds a "
	 "signature of the content by a key in .ima."},
	{"appraise func=MMAP_CHECK fowner=0 fgroup>5 permit_directio",
	 "A file is mapped to be executed, as a library or a program's segments are, of a file owned by user id 0 "
	 "(root), of a "
	 "file of group id above 5: it is refused unless security.ima holds a signature of the content by a key in "
	 ".ima, or the "
	 "right hash of it; files opened with O_DIRECT are let pass."},
	{"audit func=FILE_CHECK mask=MAY_EXEC gid=0", "A file is opened to be executed, by group id 0: an audit record "
						      "with the file's digest is written (INTEGRITY_RULE)."},
	{"audit mask=MAY_EXEC", "Any access that IMA sees, with MAY_EXEC and nothing else in its mask: an audit record "
				"with the file's digest is "
				"written (INTEGRITY_RULE)."},
	{"audit func=KEXEC_KERNEL_CHECK mask=^MAY_READ fsuuid=01234567-89ab-cdef-0123-456789abcdef",
	 "A kernel is loaded for kexec, with MAY_READ in its mask, on the file system with UUID "
	 "01234567-89ab-cdef-0123-456789abcdef: an audit record with the file's digest is written (INTEGRITY_RULE)."},
	{"measure func=KEY_CHECK keyrings=.ima|.evm uid=0",
	 "A key is put into a keyring, namely into .ima or .evm, by user id 0 (root): it goes into the measurement "
	 "list, and into "
	 "PCR 10."},
	{"measure func=CRITICAL_DATA label=selinux", "A part of the kernel reports data of its own, labelled selinux: "
						     "it goes into the measurement list, and into PCR 10."},
	{"appraise func=SETXATTR_CHECK appraise_algos=sha256,sm3",
	 "Somebody sets security.ima: it is refused unless the value is of the algorithm sha256 or sm3."},
	{"appraise func=BPRM_CHECK appraise_type=imasig appraise_algos=sm3",
	 "A program, a script or a script's interpreter is executed: it is refused unless security.ima holds a "
	 "signature of the "
	 "content by a key in .ima, and the algorithm is sm3."},
	{"appraise func=BPRM_CHECK digest_type=verity appraise_type=sigv3",
	 "A program, a script or a script's interpreter is executed: it is refused unless security.ima holds a "
	 "signature of the "
	 "fs-verity digest by a key in .ima (version 3)."},
	{"appraise func=MODULE_CHECK appraise_type=imasig|modsig",
	 "A kernel module is loaded: it is refused unless security.ima holds a signature of the content by a key in "
	 ".ima, or one "
	 "is appended to the file."},
	{"hash func=FILE_CHECK fsname=fuse fs_subtype=sshfs",
	 "A file is opened, on a file system of type fuse, on a file system of subtype sshfs: if it is written, its "
	 "hash is put "
	 "into security.ima when it is closed."},
	{"dont_hash uid=5",
	 "Any access that IMA sees, by user id 5: no hash is put into security.ima, whatever later rules say."},
	{"dont_audit uid=5",
	 "Any access that IMA sees, by user id 5: no audit record is written, whatever later rules say."},
};

/* Labels need a module that has them. */
static void labels(void **state)
{
	static const char text[] = "dont_measure obj_type=tmp_t subj_user=system_u\n";
	const struct hufu_policy_opts opts = {.lsm = HUFU_LSM_SELINUX};
	autodone(hufu_policy_free) struct hufu_policy *policy = NULL;
	autofree char *words = NULL;

	(void)state;
	assert_int_equal(hufu_policy_parse_as(text, strlen(text), &opts, &policy, NULL, NULL), 0);
	assert_int_equal(hufu_policy_explain(policy, 0, &words), 0);
	assert_string_equal(
		words,
		"Any access that IMA sees, of a file whose label has the type tmp_t, by a task whose label has the "
		"user system_u: nothing is measured, whatever later rules say.");
}

static void sentences(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autodone(hufu_policy_free) struct hufu_policy *policy = NULL;
		autofree char *words = NULL;
		struct hufu_err err = {0};

		if (hufu_policy_parse(rows[i].rule, strlen(rows[i].rule), NULL, &policy, NULL, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(hufu_policy_explain(policy, 0, &words), 0);
		assert_string_equal(words, rows[i].words);
		assert_int_equal(hufu_policy_explain(policy, 1, &words), -EINVAL);
	}
}

/* Every func has words of its own, and rules of appended texts are found. */
static void every_func(void **state)
{
	autodone(hufu_policy_free) struct hufu_policy *policy = NULL;
	char *said[HUFU_FUNC_COUNT] = {0};
	unsigned n = 0;

	(void)state;
	for (unsigned func = HUFU_FUNC_NONE + 1; func < HUFU_FUNC_COUNT; func++) {
		struct hufu_policy *more = NULL;
		char rule[64];

		(void)snprintf(rule, sizeof(rule), "measure func=%s", hufu_func_name((enum hufu_func)func));
		if (hufu_policy_parse(rule, strlen(rule), policy, &more, NULL, NULL) < 0)
			continue; /* one that needs more than a func */
		hufu_policy_free(policy);
		policy = more;
		assert_int_equal(hufu_policy_explain(policy, n, &said[n]), 0);
		assert_null(strstr(said[n], "(null)"));
		assert_true(said[n][0] >= 'A' && said[n][0] <= 'Z');
		for (unsigned i = 0; i < n; i++)
			assert_string_not_equal(said[i], said[n]);
		n++;
	}
	assert_true(n >= 10);
	for (unsigned i = 0; i < n; i++)
		free(said[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences),
		cmocka_unit_test(labels),
		cmocka_unit_test(every_func),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
