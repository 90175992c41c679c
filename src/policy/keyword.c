/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the policy language: ima_check_policy and the tables of security/integrity/ima/ima_policy.c. */
#include "keyword.h"

#include <string.h>

#include "hufu.h"

const struct keyword keyword_funcs[] = {
	{"FILE_CHECK", HUFU_FUNC_FILE_CHECK},
	{"PATH_CHECK", HUFU_FUNC_FILE_CHECK},
	{"MMAP_CHECK", HUFU_FUNC_MMAP_CHECK},
	{"FILE_MMAP", HUFU_FUNC_MMAP_CHECK},
	{"MMAP_CHECK_REQPROT", HUFU_FUNC_MMAP_CHECK_REQPROT},
	{"BPRM_CHECK", HUFU_FUNC_BPRM_CHECK},
	{"CREDS_CHECK", HUFU_FUNC_CREDS_CHECK},
	{"MODULE_CHECK", HUFU_FUNC_MODULE_CHECK},
	{"FIRMWARE_CHECK", HUFU_FUNC_FIRMWARE_CHECK},
	{"KEXEC_KERNEL_CHECK", HUFU_FUNC_KEXEC_KERNEL_CHECK},
	{"KEXEC_INITRAMFS_CHECK", HUFU_FUNC_KEXEC_INITRAMFS_CHECK},
	{"POLICY_CHECK", HUFU_FUNC_POLICY_CHECK},
	{"KEXEC_CMDLINE", KEYWORD_LATER},
	{"KEY_CHECK", KEYWORD_LATER},
	{"CRITICAL_DATA", KEYWORD_LATER},
	{"SETXATTR_CHECK", KEYWORD_LATER},
	{NULL, 0},
};

const struct keyword keyword_masks[] = {
	{"MAY_EXEC", HUFU_MAY_EXEC},
	{"MAY_WRITE", HUFU_MAY_WRITE},
	{"MAY_READ", HUFU_MAY_READ},
	{"MAY_APPEND", HUFU_MAY_APPEND},
	{NULL, 0},
};

const struct keyword keyword_appraise_types[] = {
	{"imasig", 0},
	{"sigv3", KEYWORD_LATER},
	{"imasig|modsig", KEYWORD_LATER},
	{NULL, 0},
};

/* Only those hufu has not; the others come from hufu_template_by_name(). */
const struct keyword keyword_templates[] = {
	{"ima", KEYWORD_LATER},
	{"d|n", KEYWORD_LATER},
	{"ima-ngv2", KEYWORD_LATER},
	{"d-ngv2|n-ng", KEYWORD_LATER},
	{"ima-sigv2", KEYWORD_LATER},
	{"d-ngv2|n-ng|sig", KEYWORD_LATER},
	{"ima-modsig", KEYWORD_LATER},
	{"d-ng|n-ng|sig|d-modsig|modsig", KEYWORD_LATER},
	{"evm-sig", KEYWORD_LATER},
	{"d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode", KEYWORD_LATER},
	{NULL, 0},
};

bool word_is(struct word word, const char *text)
{
	return strlen(text) == word.len && memcmp(text, word.at, word.len) == 0;
}

const struct keyword *keyword_find(const struct keyword *table, struct word word)
{
	for (; table->name; table++)
		if (word_is(word, table->name))
			return table;
	return NULL;
}

const char *keyword_name(const struct keyword *table, int value)
{
	for (; table->name; table++)
		if (table->value == value)
			return table->name;
	return NULL;
}

const char *hufu_func_name(enum hufu_func func)
{
	return func > HUFU_FUNC_NONE && func < HUFU_FUNC_COUNT ? keyword_name(keyword_funcs, (int)func) : NULL;
}
