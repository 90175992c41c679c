/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "hufu.h"

#define FUNCS                                                                                                          \
	"FILE_CHECK, PATH_CHECK, MMAP_CHECK, FILE_MMAP, MMAP_CHECK_REQPROT, BPRM_CHECK, CREDS_CHECK, MODULE_CHECK, "   \
	"FIRMWARE_CHECK, KEXEC_KERNEL_CHECK, KEXEC_INITRAMFS_CHECK, POLICY_CHECK, "                                    \
	"KEXEC_CMDLINE, KEY_CHECK, CRITICAL_DATA, SETXATTR_CHECK"
#define NO_ACTION "no action: a rule needs measure, appraise, audit or hash, or the dont_ form of one of them"
#define TEMPLATES "ima-ng, ima-sig, ima-buf, ima, ima-ngv2, ima-sigv2, ima-modsig, evm-sig"

static const struct {
	const char *rule;
	int code;
	unsigned column;
	const char *reason;
} invalid[] = {
	/* words */
	{"mesure", -EINVAL, 1, "unknown word 'mesure'; did you mean 'measure'?"},
	{"Measure", -EINVAL, 1, "unknown word 'Measure'; did you mean 'measure'?"},
	{"apraise uid=0", -EINVAL, 1, "unknown word 'apraise'; did you mean 'appraise'?"},
	{"dont_aprise", -EINVAL, 1, "unknown word 'dont_aprise'; did you mean 'dont_appraise'?"},
	{"dontmeasure", -EINVAL, 1, "unknown word 'dontmeasure'; did you mean 'dont_measure'?"},
	{"measure uisd=0", -EINVAL, 9, "unknown word 'uisd=0'; did you mean 'uid='?"},
	{"measure udi=0", -EINVAL, 9, "unknown word 'udi=0'; did you mean 'uid='?"},
	{"measure fun=BPRM_CHECK", -EINVAL, 9, "unknown word 'fun=BPRM_CHECK'; did you mean 'func='?"},
	{"appraise appraise-type=imasig", -EINVAL, 10,
	 "unknown word 'appraise-type=imasig'; did you mean 'appraise_type='?"},
	{"measure permit_direct_io", -EINVAL, 9, "unknown word 'permit_direct_io'; did you mean 'permit_directio'?"},
	{"measure BPRM_CHECK", -EINVAL, 9, "unknown word 'BPRM_CHECK'; did you mean 'func=BPRM_CHECK'?"},
	{"measure MAY_EXEC", -EINVAL, 9, "unknown word 'MAY_EXEC'; did you mean 'mask=MAY_EXEC'?"},
	{"appraise imasig", -EINVAL, 10, "unknown word 'imasig'; did you mean 'appraise_type=imasig'?"},
	{"measure everything", -EINVAL, 9, "unknown word 'everything'"},
	{"measure=1", -EINVAL, 1, "'measure' stands alone: it takes no value"},
	{"audit permit_directio=1", -EINVAL, 7, "'permit_directio' stands alone: it takes no value"},
	{"measure uid", -EINVAL, 9, "'uid' needs an operator and a value"},
	{"measure uid=", -EINVAL, 9, "'uid=' without a value"},
	{"measure uid<", -EINVAL, 9, "'uid<' without a value"},
	{"measure func= BPRM_CHECK", -EINVAL, 9, "'func=' without a value"},
	{"measure uid = 0", -EINVAL, 9, "'uid' needs an operator and a value"},
	{"measure func<BPRM_CHECK", -EINVAL, 9, "'func' takes the operator = only"},
	{"measure fsmagic>1", -EINVAL, 9, "'fsmagic' takes the operator = only"},
	{"measure uid!=0", -EINVAL, 9, "'uid' takes the operators =, < and > only"},
	{"measure func", -EINVAL, 9, "'func' needs an operator and a value"},
	/* actions */
	{"uid=0", -EINVAL, 1, NO_ACTION},
	{"  func=BPRM_CHECK uid=0", -EINVAL, 3, NO_ACTION},
	{"measure appraise", -EINVAL, 9, "a second action; the first is at column 1"},
	{"measure measure", -EINVAL, 9, "a second action; the first is at column 1"},
	{"uid=0 audit dont_measure", -EINVAL, 13, "a second action; the first is at column 7"},
	/* values */
	{"measure func=bprm_check", -EINVAL, 9, "unknown func 'bprm_check'; did you mean 'BPRM_CHECK'?"},
	{"measure func=BRPM_CHECK", -EINVAL, 9, "unknown func 'BRPM_CHECK'; did you mean 'BPRM_CHECK'?"},
	{"measure func=NONE", -EINVAL, 9, "unknown func 'NONE'; known: " FUNCS},
	{"measure func=POST_SETATTR", -EINVAL, 9, "unknown func 'POST_SETATTR'; known: " FUNCS},
	{"measure mask=^", -EINVAL, 9, "unknown mask ''; known: MAY_EXEC, MAY_WRITE, MAY_READ, MAY_APPEND"},
	{"measure mask=MAY_RAED", -EINVAL, 9, "unknown mask 'MAY_RAED'; did you mean 'MAY_READ'?"},
	{"measure mask=^^MAY_READ", -EINVAL, 9, "unknown mask '^MAY_READ'; did you mean 'MAY_READ'?"},
	{"measure mask=MAY_READ|MAY_EXEC", -EINVAL, 9,
	 "unknown mask 'MAY_READ|MAY_EXEC'; known: MAY_EXEC, MAY_WRITE, MAY_READ, MAY_APPEND"},
	{"measure mask=4", -EINVAL, 9, "unknown mask '4'; known: MAY_EXEC, MAY_WRITE, MAY_READ, MAY_APPEND"},
	{"appraise appraise_type=imsig", -EINVAL, 10, "unknown appraise_type 'imsig'; did you mean 'imasig'?"},
	{"appraise appraise_type=hash", -EINVAL, 10,
	 "unknown appraise_type 'hash'; known: imasig, imasig|modsig, sigv3"},
	{"measure fsmagic=ext4", -EINVAL, 9, "fsmagic 'ext4' is not a hexadecimal number"},
	{"measure fsmagic=0x", -EINVAL, 9, "fsmagic '0x' is not a hexadecimal number"},
	{"measure fsmagic=-1", -EINVAL, 9, "fsmagic '-1' is not a hexadecimal number"},
	{"measure fsmagic=0xef53L", -EINVAL, 9, "fsmagic '0xef53L' is not a hexadecimal number"},
	{"measure fsmagic=10000000000000000", -ERANGE, 9, "fsmagic '10000000000000000' is too large a number"},
	{"measure fsuuid=0123", -EINVAL, 9, "fsuuid '0123' is not a UUID (8-4-4-4-12 hexadecimal digits)"},
	{"measure fsuuid=0123456x-4567-89ab-cdef-0123456789ab", -EINVAL, 9,
	 "fsuuid '0123456x-4567-89ab-cdef-0123456789ab' is not a UUID (8-4-4-4-12 hexadecimal digits)"},
	{"measure fsuuid=01234567-4567-89ab-cdef00123456789ab", -EINVAL, 9,
	 "fsuuid '01234567-4567-89ab-cdef00123456789ab' is not a UUID (8-4-4-4-12 hexadecimal digits)"},
	{"measure fsuuid=00000000-0000-0000-0000-000000000000", -EINVAL, 9, "the fsuuid of zeros names no file system"},
	{"measure fsname=ext4\x01", -EINVAL, 9, "fsname 'ext4\\x01' is not the name of a file system type"},
	{"measure func=KEY_CHECK keyrings=\x1b[31m", -EINVAL, 24, "keyrings '\\x1b[31m' is not the name of a keyring"},
	{"measure label=x\r func=CRITICAL_DATA", -EINVAL, 9, "label 'x\\x0d' is not the name of a piece of data"},
	{"measure fsname=\xc3\xa9", -EINVAL, 9, "fsname '\xc3\xa9' is not the name of a file system type"},
	/* ids */
	{"measure uid=alice", -EINVAL, 9, "uid takes a number, not the name 'alice'; `id -u alice` prints it"},
	{"measure euid=www-data", -EINVAL, 9,
	 "euid takes a number, not the name 'www-data'; `id -u www-data` prints it"},
	{"measure gid=staff", -EINVAL, 9, "gid takes a number, not the name 'staff'; `getent group staff` prints it"},
	{"measure fowner=_apt", -EINVAL, 9, "fowner takes a number, not the name '_apt'; `id -u _apt` prints it"},
	{"measure fgroup=adm", -EINVAL, 9, "fgroup takes a number, not the name 'adm'; `getent group adm` prints it"},
	{"measure uid=$(id)", -EINVAL, 9, "uid '$(id)' is not a decimal number"},
	{"measure uid=0x10", -EINVAL, 9, "uid '0x10' is not a decimal number"},
	{"measure uid=1-5", -EINVAL, 9, "uid '1-5' is not a decimal number"},
	{"measure uid=-1", -EINVAL, 9, "uid '-1' is not a decimal number"},
	{"measure uid=+", -EINVAL, 9, "uid '+' is not a decimal number"},
	{"measure uid<=5", -EINVAL, 9, "'uid' has no operator '<='; it takes =, < and >"},
	{"measure gid==5", -EINVAL, 9, "'gid' has no operator '=='; it takes =, < and >"},
	{"measure uid=4294967295", -EINVAL, 9, "uid '4294967295' is no id; the largest is 4294967294"},
	{"measure egid>4294967296", -EINVAL, 9, "egid '4294967296' is no id; the largest is 4294967294"},
	{"measure uid=18446744073709551615", -EINVAL, 9,
	 "uid '18446744073709551615' is no id; the largest is 4294967294"},
	{"measure uid=18446744073709551616", -ERANGE, 9, "uid '18446744073709551616' is too large a number"},
	{"measure gid<18446744073709551616", -ERANGE, 9, "gid '18446744073709551616' is too large a number"},
	{"measure fowner=99999999999999999999x", -ERANGE, 9, "fowner '99999999999999999999x' is too large a number"},
	{"measure fgroup=99999999999999999999", -ERANGE, 9, "fgroup '99999999999999999999' is too large a number"},
	/* options of one action */
	{"measure pcr=64", -EINVAL, 9, "pcr '64' is not a decimal number from 0 to 63"},
	{"measure pcr=-1", -EINVAL, 9, "pcr '-1' is not a decimal number from 0 to 63"},
	{"measure pcr=0x0a", -EINVAL, 9, "pcr '0x0a' is not a decimal number from 0 to 63"},
	{"measure pcr=99999999999999999999", -EINVAL, 9,
	 "pcr '99999999999999999999' is not a decimal number from 0 to 63"},
	{"dont_measure pcr=10", -EINVAL, 14, "pcr= goes with measure only"},
	{"appraise pcr=10", -EINVAL, 10, "pcr= goes with measure only"},
	{"pcr=10 dont_appraise", -EINVAL, 1, "pcr= goes with measure only"},
	{"audit pcr=10", -EINVAL, 7, "pcr= goes with measure only"},
	{"measure appraise_type=imasig", -EINVAL, 9, "appraise_type= goes with appraise only"},
	{"dont_measure appraise_type=imasig", -EINVAL, 14, "appraise_type= goes with appraise only"},
	{"dont_appraise appraise_type=imasig", -EINVAL, 15, "appraise_type= goes with appraise only"},
	{"audit appraise_type=imasig", -EINVAL, 7, "appraise_type= goes with appraise only"},
	{"template=ima-ng measure", -EINVAL, 1, "template= has to come after the word measure"},
	{"dont_measure template=ima-ng", -EINVAL, 14, "template= goes with measure only"},
	{"appraise template=ima-ng", -EINVAL, 10, "template= goes with measure only"},
	{"audit template=ima-ng", -EINVAL, 7, "template= goes with measure only"},
	{"measure template=ima-gn", -EINVAL, 9, "unknown template 'ima-gn'; did you mean 'ima-ng'?"},
	{"measure template=x", -EINVAL, 9, "unknown template 'x'; known: " TEMPLATES},
	{"measure template=n-ng|d-ng", -EINVAL, 9, "unknown template 'n-ng|d-ng'; known: " TEMPLATES},
	/* repeats */
	{"measure func=BPRM_CHECK func=BPRM_CHECK", -EINVAL, 25, "a second func=; the first is at column 9"},
	{"measure mask=MAY_EXEC mask=^MAY_READ", -EINVAL, 23, "a second mask=; the first is at column 9"},
	{"measure fsmagic=1 fsmagic=1", -EINVAL, 19, "a second fsmagic=; the first is at column 9"},
	{"measure fsmagic=0 fsmagic=1 fsmagic=2", -EINVAL, 29, "a second fsmagic=; the first is at column 19"},
	{"measure fsuuid=01234567-4567-89ab-cdef-0123456789ab fsuuid=x", -EINVAL, 53,
	 "a second fsuuid=; the first is at column 9"},
	{"measure uid=0 uid=0", -EINVAL, 15, "a second uid or euid; the first is at column 9"},
	{"measure uid>100 uid<200", -EINVAL, 17, "a second uid or euid; the first is at column 9"},
	{"measure uid=0 euid=0", -EINVAL, 15, "a second uid or euid; the first is at column 9"},
	{"measure euid<9 uid>1", -EINVAL, 16, "a second uid or euid; the first is at column 9"},
	{"measure euid=99999999999999999999 euid=1", -ERANGE, 9, "euid '99999999999999999999' is too large a number"},
	{"measure uid=1 uid=99999999999999999999", -EINVAL, 15, "a second uid or euid; the first is at column 9"},
	{"measure gid=0 egid=0", -EINVAL, 15, "a second gid or egid; the first is at column 9"},
	{"measure fowner=0 fowner>5", -EINVAL, 18, "a second fowner; the first is at column 9"},
	{"measure fgroup=0 fgroup>5", -EINVAL, 18, "a second fgroup; the first is at column 9"},
	{"measure template=ima-ng template=ima-ng", -EINVAL, 25, "a second template=; the first is at column 9"},
	/* labels that no module has */
	{"measure obj_user=u", -EINVAL, 9,
	 "obj_user asks for a label that there is not: no security module that has labels is active"},
	{"measure subj_role=r", -EINVAL, 9,
	 "subj_role asks for a label that there is not: no security module that has labels is active"},
	/* lists */
	{"measure func=KEY_CHECK keyrings=|.ima", -EINVAL, 24,
	 "keyrings has an empty item; items are separated by one `|`"},
	{"measure func=KEY_CHECK keyrings=.ima||.evm", -EINVAL, 24,
	 "keyrings has an empty item; items are separated by one `|`"},
	{"measure func=CRITICAL_DATA label=a|", -EINVAL, 28, "label has an empty item; items are separated by one `|`"},
	/* what goes with which func */
	{"measure keyrings=.ima", -EINVAL, 9, "keyrings= goes with func=KEY_CHECK only"},
	{"measure func=CRITICAL_DATA keyrings=.ima", -EINVAL, 28, "keyrings= goes with func=KEY_CHECK only"},
	{"measure func=KEY_CHECK label=x", -EINVAL, 24, "label= goes with func=CRITICAL_DATA only"},
	{"measure func=KEY_CHECK mask=MAY_READ", -EINVAL, 24, "this does not go with the func of the rule"},
	{"measure func=KEY_CHECK euid=0", -EINVAL, 24, "euid does not go with the func of the rule"},
	{"measure func=CRITICAL_DATA egid=0", -EINVAL, 28, "egid does not go with the func of the rule"},
	{"measure func=KEXEC_CMDLINE mask=MAY_READ", -EINVAL, 28, "this does not go with the func of the rule"},
	{"measure func=KEXEC_CMDLINE permit_directio", -EINVAL, 28, "this does not go with the func of the rule"},
	{"appraise func=KEXEC_CMDLINE", -EINVAL, 1, "with this func there is measure and dont_measure only"},
	{"audit func=KEY_CHECK", -EINVAL, 1, "with this func there is measure and dont_measure only"},
	{"measure func=MODULE_CHECK digest_type=verity", -EINVAL, 27,
	 "digest_type= does not go with a func that reads into memory"},
	{"appraise func=SETXATTR_CHECK", -EINVAL, 10, "func=SETXATTR_CHECK needs appraise_algos="},
	{"appraise func=SETXATTR_CHECK appraise_algos=sm3 uid=0", -EINVAL, 49,
	 "this does not go with the func of the rule"},
	{"measure func=SETXATTR_CHECK", -EINVAL, 1, "func=SETXATTR_CHECK goes with appraise only"},
	/* options */
	{"measure appraise_algos=sm3", -EINVAL, 9, "appraise_algos= goes with appraise only"},
	{"appraise appraise_algos=sm4", -EINVAL, 10, "unknown algorithm 'sm4'"},
	{"appraise appraise_algos=sm3,", -EINVAL, 10, "unknown algorithm ''"},
	{"appraise appraise_algos=sm3 appraise_algos=sm3", -EINVAL, 29,
	 "a second appraise_algos=; the first is at column 10"},
	{"appraise appraise_type=imasig|modsig", -EINVAL, 10,
	 "modsig goes with MODULE_CHECK, KEXEC_KERNEL_CHECK and KEXEC_INITRAMFS_CHECK only"},
	{"measure digest_type=sha256", -EINVAL, 9, "unknown digest_type 'sha256'; known: verity"},
	{"appraise digest_type=verity", -EINVAL, 10, "digest_type=verity needs appraise_type=sigv3 after it"},
	{"appraise digest_type=verity appraise_type=imasig", -EINVAL, 29,
	 "digest_type=verity goes with appraise_type=sigv3 only"},
	{"appraise appraise_type=imasig digest_type=verity", -EINVAL, 31,
	 "digest_type= has to come before appraise_type="},
	/* bytes that must not reach a terminal */
	{"\x1b[31mmeasure", -EINVAL, 1, "unknown word '\\x1b[31mmeasure'"},
	{"measure \xff\xfe", -EINVAL, 9, "unknown word '\\xff\\xfe'"},
	{"measure uid=\xe2\x80\xae", -EINVAL, 9, "uid '\\xe2\\x80\\xae' is not a decimal number"},
	{"measure \xe8\x99\x8e\xe7\xac\xa6", -EINVAL, 9, "unknown word '\xe8\x99\x8e\xe7\xac\xa6'"},
	{"measure a\vb", -EINVAL, 9, "unknown word 'a\\x0bb'"},
	{"measure \\", -EINVAL, 9, "unknown word '\\\\'"},
};

static void refuses_rules(void **state)
{
	struct hufu_policy *const untouched = (struct hufu_policy *)&state;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(invalid); i++) {
		struct hufu_policy *policy = untouched;
		struct hufu_policy_where where = {9, 9};
		struct hufu_err err = {""};
		char text[600], message[600];

		/* good rules around it change nothing */
		(void)snprintf(text, sizeof(text), "measure\n%s\naudit\n", invalid[i].rule);
		(void)snprintf(message, sizeof(message), "line 2, column %u: %s", invalid[i].column, invalid[i].reason);
		assert_int_equal(hufu_policy_parse(text, strlen(text), NULL, &policy, &where, &err), invalid[i].code);
		assert_string_equal(err.text, message);
		assert_int_equal(where.line, 2);
		assert_int_equal(where.column, invalid[i].column);
		assert_ptr_equal(policy, untouched);
		/* who asks for no reason gets none */
		assert_int_equal(hufu_policy_parse(text, strlen(text), NULL, &policy, NULL, NULL), invalid[i].code);
		assert_ptr_equal(policy, untouched);
	}
}

/* What a later release knows is refused in the language of an earlier one, with the release. */
static void knows_releases(void **state)
{
	static const struct {
		const char *rule;
		unsigned since; /* the first release that takes it */
		const char *reason;
	} rows[] = {
		{"measure func=MMAP_CHECK_REQPROT", 603, "MMAP_CHECK_REQPROT is known since Linux 6.3; "},
		{"appraise appraise_flag=anything", 606, "unknown appraise_flag 'anything'"},
		{"appraise appraise_algos=sha3-256", 607, "sha3-256 is known since Linux 6.7; "},
		{"measure # why", 614, "a comment after a rule is known since Linux 6.14; "},
		{"dont_audit", 619, "dont_audit is known since Linux 6.19; "},
		{"measure fs_subtype=sshfs", 619, "fs_subtype is known since Linux 6.19; "},
		{"appraise appraise_type=sigv3", 701, "sigv3 needs digest_type=verity before it"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct hufu_policy_opts opts = {.kernel = rows[i].since};
		struct hufu_policy *policy = NULL;
		struct hufu_err err = {""};
		size_t len = strlen(rows[i].rule);

		assert_int_equal(hufu_policy_parse_as(rows[i].rule, len, &opts, &policy, NULL, &err), 0);
		hufu_policy_free(policy);
		opts.kernel--;
		assert_int_equal(hufu_policy_parse_as(rows[i].rule, len, &opts, &policy, NULL, &err), -EINVAL);
		assert_non_null(strstr(err.text, rows[i].reason));
	}
	for (unsigned i = 0; i < 2; i++) {
		struct hufu_policy_opts opts = {.kernel = i ? HUFU_KERNEL_NEWEST + 1 : HUFU_KERNEL_OLDEST - 1};
		struct hufu_policy *policy = NULL;

		assert_int_equal(hufu_policy_parse_as("measure", 7, &opts, &policy, NULL, NULL), -EINVAL);
	}
}

/* The reason stays readable however long the word is. */
static void cuts_long_words(void **state)
{
	struct hufu_policy *policy = NULL;
	struct hufu_err err = {""};
	char text[3001];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(hufu_policy_parse(text, strlen(text), NULL, &policy, NULL, &err), -EINVAL);
	assert_string_equal(err.text,
			    "line 1, column 1: unknown word 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'");
	memset(text, '\xff', sizeof(text) - 1);
	memcpy(text, "audit uid=", 10);
	assert_int_equal(hufu_policy_parse(text, strlen(text), NULL, &policy, NULL, &err), -EINVAL);
	assert_non_null(strstr(err.text, "\\xff...' is not a decimal number"));
	/* not in the middle of a character */
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = "\xe8\x99\x8e"[(i + 1) % 3];
	memcpy(text, "xx", 2);
	assert_int_equal(hufu_policy_parse(text, strlen(text), NULL, &policy, NULL, &err), -EINVAL);
	assert_null(strchr(err.text, '\\'));
	assert_null(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_rules),
		cmocka_unit_test(knows_releases),
		cmocka_unit_test(cuts_long_words),
	};

	return cmocka_run_group_tests_name("policy: token", tests, NULL, NULL);
}
