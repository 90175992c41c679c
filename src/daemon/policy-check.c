/* SPDX-License-Identifier: Apache-2.0 */
#include "policy-check.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "object.h"
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
	struct object object;
	struct stat st;

	if (!is_asked_for(service))
		return true;
	if (fstat(fd, &st) < 0 || task_read(gettid(), &access.subject) < 0 || fstable_new(&table, NULL) < 0)
		return false;
	object_read(service, table, fd, &st, &object);
	access.object = object.object;
	access.dev = object.fs.name;
	access.ino = st.st_ino;
	access.size = (uint64_t)st.st_size;
	hufu_engine_judge(service->engine, &access, &verdict);
	return verdict.allow;
}
