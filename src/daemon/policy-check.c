/* SPDX-License-Identifier: Apache-2.0 */
#include "policy-check.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "fstable.h"
#include "task.h"

DEFINE_AUTO(struct fstable, fstable_free)

int policy_check_direct(struct service *service, struct hufu_err *err)
{
	if (!hufu_engine_wants_signed_policy(service->engine))
		return 0;
	hufu_engine_refuse_unsigned_policy(service->engine);
	return err_set(
		err, -EACCES,
		"the policy in force takes signed policies only (appraise func=POLICY_CHECK): sign a file and write "
		"its path to the policy file");
}

static bool is_asked_for(struct service *service)
{
	return hufu_engine_actions(service->engine, HUFU_FUNC_POLICY_CHECK) != 0;
}

bool policy_check_file(struct service *service, int fd, const char *path)
{
	autodone(fstable_free) struct fstable *table = NULL;
	struct hufu_access access = {.func = HUFU_FUNC_POLICY_CHECK, .mask = HUFU_MAY_READ, .fd = fd, .path = path};
	struct hufu_verdict verdict;
	struct fstable_entry fs;
	struct stat st;

	if (!is_asked_for(service))
		return true;
	if (fstat(fd, &st) < 0 || task_read(gettid(), &access.subject) < 0 || fstable_new(&table, NULL) < 0)
		return false;
	fstable_find(table, fd, st.st_dev, &fs);
	access.object = (struct hufu_object){
		.fs_magic = fs.magic,
		.fs_name = fs.type[0] ? fs.type : NULL,
		.has_fs_uuid = fs.has_uuid,
		.owner = st.st_uid,
		.group = st.st_gid,
	};
	memcpy(access.object.fs_uuid, fs.uuid, sizeof(fs.uuid));
	access.dev = fs.name;
	access.ino = st.st_ino;
	access.size = (uint64_t)st.st_size;
	hufu_engine_judge(service->engine, &access, &verdict);
	return verdict.allow;
}
