/* SPDX-License-Identifier: Apache-2.0 */
#include "lsm.h"

#include <errno.h>
#include <string.h>

#include "clean.h"
#include "file.h"

#define LIST_PATH "/sys/kernel/security/lsm"
#define LIST_MAX  4096

static const struct {
	const char *name;
	enum hufu_lsm lsm;
} rows[] = {
	{"none", HUFU_LSM_NONE},
	{"selinux", HUFU_LSM_SELINUX},
	{"smack", HUFU_LSM_SMACK},
	{"apparmor", HUFU_LSM_APPARMOR},
};

static int find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0)
			return (int)rows[i].lsm;
	return -ENOENT;
}

int lsm_by_name(const char *name)
{
	return find(name, strlen(name));
}

enum hufu_lsm lsm_of_list(const char *list)
{
	for (;;) {
		size_t len = strcspn(list, ",\n");
		int lsm = find(list, len);

		if (lsm > HUFU_LSM_NONE)
			return (enum hufu_lsm)lsm;
		if (list[len] != ',')
			return HUFU_LSM_NONE;
		list += len + 1;
	}
}

enum hufu_lsm lsm_active(void)
{
	autofree char *list = NULL;
	size_t len = 0;

	if (file_read(LIST_PATH, LIST_MAX, &list, &len, NULL) < 0)
		return HUFU_LSM_NONE;
	return lsm_of_list(list);
}
