/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clean.h"
#include "deed.h"
#include "explain.h"

enum {
	R = HUFU_MAY_READ,
	W = HUFU_MAY_WRITE,
	A = HUFU_MAY_APPEND,
	X = HUFU_MAY_EXEC,
};

struct explain_masks explain_masks(enum hufu_func func)
{
	/* open(2) with each access mode, O_TRUNC and O_APPEND; execve(2); uselib(2) */
	static const struct explain_masks file = {{R, W, R | W, R | A, W | A, R | W | A, X, R | X}, 8};
	static const struct explain_masks exec = {{X}, 1}, read = {{R}, 1}, none = {{0}, 1};

	switch (func) {
	case HUFU_FUNC_FILE_CHECK:
		return file;
	case HUFU_FUNC_MMAP_CHECK:
	case HUFU_FUNC_MMAP_CHECK_REQPROT:
	case HUFU_FUNC_BPRM_CHECK:
	case HUFU_FUNC_CREDS_CHECK:
		return exec;
	case HUFU_FUNC_MODULE_CHECK:
	case HUFU_FUNC_FIRMWARE_CHECK:
	case HUFU_FUNC_KEXEC_KERNEL_CHECK:
	case HUFU_FUNC_KEXEC_INITRAMFS_CHECK:
	case HUFU_FUNC_POLICY_CHECK:
		return read;
	case HUFU_FUNC_KEXEC_CMDLINE: /* buffers */
	case HUFU_FUNC_KEY_CHECK:
	case HUFU_FUNC_CRITICAL_DATA:
	case HUFU_FUNC_SETXATTR_CHECK:
	case HUFU_FUNC_NONE:
	case HUFU_FUNC_COUNT:
	default:
		return none;
	}
}

bool explain_mask_fits(const struct rule *rule, unsigned mask)
{
	if (!rule_has(rule, RULE_MASK))
		return true;
	return rule->mask_within ? rule->mask & mask : rule->mask == mask;
}

bool explain_is_about(const struct rule *rule, enum hufu_func func)
{
	/* ima_match_rules(): these are never meant by a rule without func= */
	if (!rule_has(rule, RULE_FUNC) &&
	    (func == HUFU_FUNC_KEY_CHECK || func == HUFU_FUNC_CRITICAL_DATA || func == HUFU_FUNC_SETXATTR_CHECK))
		return false;
	return rule->funcs & 1U << func;
}

bool explain_reaches(const struct rule *rule)
{
	for (unsigned func = HUFU_FUNC_NONE + 1; func < HUFU_FUNC_COUNT; func++) {
		struct explain_masks masks = explain_masks((enum hufu_func)func);

		for (size_t i = 0; i < masks.n; i++)
			if (explain_is_about(rule, (enum hufu_func)func) && explain_mask_fits(rule, masks.at[i]))
				return true;
	}
	return false;
}

bool explain_is_seen(enum hufu_func func)
{
	/* hufud's own policies, which it reads itself, and keyrings, which it keeps */
	if (func == HUFU_FUNC_POLICY_CHECK || func == HUFU_FUNC_KEY_CHECK)
		return true;
	for (unsigned deed = 0; deed < DEED_COUNT; deed++) {
		const struct deed_row *row = deed_row((enum deed)deed);

		for (size_t i = 0; i < row->n; i++)
			if (row->accesses[i].func == func)
				return true;
	}
	return false;
}

/* include/uapi/linux/magic.h. A number that several types share comes several times, the usual one first. */
static const struct magic {
	uint64_t magic;
	const char *type;
} magics[] = {
	{0xef53, "ext4"},	   {0xef53, "ext3"},	     {0xef53, "ext2"},
	{0x58465342, "xfs"},	   {0x9123683e, "btrfs"},    {0xf2f52010, "f2fs"},
	{0x01021994, "tmpfs"},	   {0x01021994, "devtmpfs"}, {0x858458f6, "ramfs"},
	{0x794c7630, "overlay"},   {0x73717368, "squashfs"}, {0xe0f5e1e2, "erofs"},
	{0x9660, "iso9660"},	   {0x4d44, "vfat"},	     {0x4d44, "msdos"},
	{0x6969, "nfs"},	   {0x6969, "nfs4"},	     {0x65735546, "fuse"},
	{0x65735546, "fuseblk"},   {0x9fa0, "proc"},	     {0x62656572, "sysfs"},
	{0x64626720, "debugfs"},   {0x74726163, "tracefs"},  {0x73636673, "securityfs"},
	{0xf97cff8c, "selinuxfs"}, {0x43415d53, "smackfs"},  {0x1cd1, "devpts"},
	{0x27e0eb, "cgroup"},	   {0x63677270, "cgroup2"},  {0x42494e4d, "binfmt_misc"},
	{0xde5e81e4, "efivarfs"},  {0x6e736673, "nsfs"},     {0xcafe4a11, "bpf"},
	{0x6165676c, "pstore"},	   {0x19800202, "mqueue"},   {0x958458f6, "hugetlbfs"},
};

const char *explain_magic(uint64_t magic)
{
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (magics[i].magic == magic)
			return magics[i].type;
	return NULL;
}

bool explain_magic_fits(uint64_t magic, const char *fs_name)
{
	bool magic_is_known = false, name_is_known = false;

	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		bool same_name = strcmp(magics[i].type, fs_name) == 0;

		if (magics[i].magic == magic && same_name)
			return true;
		magic_is_known |= magics[i].magic == magic;
		name_is_known |= same_name;
	}
	return !magic_is_known || !name_is_known;
}

struct explain_range explain_range(const struct id_test *test)
{
	/* 4294967295 is no id: -1, "none" */
	const uint64_t last = UINT32_MAX - 1;

	switch (test->op) {
	case '<':
		/* of 0: no id is below */
		return test->id ? (struct explain_range){0, test->id - 1} : (struct explain_range){1, 0};
	case '>':
		return (struct explain_range){(uint64_t)test->id + 1, last};
	default:
		return (struct explain_range){test->id, test->id};
	}
}
