/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the policy language: ima_check_policy and the tables of security/integrity/ima/ima_policy.c. */
#include "keyword.h"

#include <string.h>

#include "hufu.h"

const struct keyword keyword_funcs[] = {
	{"FILE_CHECK", HUFU_FUNC_FILE_CHECK, 0},
	{"PATH_CHECK", HUFU_FUNC_FILE_CHECK, 0},
	{"MMAP_CHECK", HUFU_FUNC_MMAP_CHECK, 0},
	{"FILE_MMAP", HUFU_FUNC_MMAP_CHECK, 0},
	{"MMAP_CHECK_REQPROT", HUFU_FUNC_MMAP_CHECK_REQPROT, 603},
	{"BPRM_CHECK", HUFU_FUNC_BPRM_CHECK, 0},
	{"CREDS_CHECK", HUFU_FUNC_CREDS_CHECK, 0},
	{"MODULE_CHECK", HUFU_FUNC_MODULE_CHECK, 0},
	{"FIRMWARE_CHECK", HUFU_FUNC_FIRMWARE_CHECK, 0},
	{"KEXEC_KERNEL_CHECK", HUFU_FUNC_KEXEC_KERNEL_CHECK, 0},
	{"KEXEC_INITRAMFS_CHECK", HUFU_FUNC_KEXEC_INITRAMFS_CHECK, 0},
	{"POLICY_CHECK", HUFU_FUNC_POLICY_CHECK, 0},
	{"KEXEC_CMDLINE", HUFU_FUNC_KEXEC_CMDLINE, 0},
	{"KEY_CHECK", HUFU_FUNC_KEY_CHECK, 0},
	{"CRITICAL_DATA", HUFU_FUNC_CRITICAL_DATA, 0},
	{"SETXATTR_CHECK", HUFU_FUNC_SETXATTR_CHECK, 0},
	{NULL, 0, 0},
};

const struct keyword keyword_masks[] = {
	{"MAY_EXEC", HUFU_MAY_EXEC, 0},
	{"MAY_WRITE", HUFU_MAY_WRITE, 0},
	{"MAY_READ", HUFU_MAY_READ, 0},
	{"MAY_APPEND", HUFU_MAY_APPEND, 0},
	{NULL, 0, 0},
};

const struct keyword keyword_appraise_types[] = {
	{"imasig", APPRAISE_IMASIG, 0},
	{"imasig|modsig", APPRAISE_MODSIG, 0},
	{"sigv3", APPRAISE_SIGV3, 0},
	{NULL, 0, 0},
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
