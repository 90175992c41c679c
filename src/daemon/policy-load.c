/* SPDX-License-Identifier: Apache-2.0 */
#include "policy-load.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <syslog.h>

#include "clean.h"
#include "err.h"
#include "file.h"
#include "keyqueue.h"
#include "policy-check.h"
#include "say.h"
#include "watcher.h"

/* Rules that are understood but not enforced yet must not look as if they were. */
static void warn_unenforced(struct hufu_engine *engine)
{
	static const enum hufu_func funcs[] = {
		HUFU_FUNC_KEXEC_CMDLINE,
		HUFU_FUNC_CRITICAL_DATA,
		HUFU_FUNC_SETXATTR_CHECK,
	};
	unsigned any = hufu_engine_actions(engine, HUFU_FUNC_FILE_CHECK);

	for (size_t i = 0; i < ARRAY_SIZE(funcs); i++)
		/* A rule without func= is for all; a module is then judged as the file that is opened */
		if (hufu_engine_actions(engine, funcs[i]) & ~any)
			sayf(LOG_WARNING,
			     "warning: the policy has rules for func=%s, which this version does not enforce",
			     hufu_func_name(funcs[i]));
}

int policy_load(struct service *service, const char *text, size_t len, bool replace,
		struct hufu_policy_where *ret_where, struct hufu_err *err)
{
	int r;

	(void)pthread_mutex_lock(&service->policy_lock);
	r = hufu_engine_load_policy(service->engine, text, len, service->custom_policy && !replace, ret_where, err);
	if (r == 0) {
		service->custom_policy = true;
		warn_unenforced(service->engine);
		keyqueue_release(service);
		if (service->watcher)
			r = watcher_update(service->watcher, err);
	}
	(void)pthread_mutex_unlock(&service->policy_lock);
	return r;
}

int policy_load_file(struct service *service, struct hufu_err *err)
{
	struct hufu_policy_where where = {0};
	autofree char *text = NULL;
	size_t len;
	autoclose int fd = open(service->config->policy, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(err, -errno, "%s", service->config->policy);
	/* at the start there is no rule that could ask for a signature; there is at a reload */
	if (!policy_check_file(service, fd, service->config->policy))
		return err_set(err, -EACCES, "%s: refused by the policy in force (POLICY_CHECK)",
			       service->config->policy);
	r = file_read_fd(fd, HUFU_POLICY_MAX, &text, &len, err);
	if (r < 0)
		return err_prefix(err, r, "%s", service->config->policy);
	if (service->policy_text && strcmp(service->policy_text, text) == 0)
		return 0;
	r = policy_load(service, text, len, true, &where, err);
	if (r == -ENODATA) /* a file of comments: as if there were none */
		return 0;
	if (r < 0)
		return err_prefix(err, r, "%s", service->config->policy);
	free(service->policy_text);
	service->policy_text = take_ptr(text);
	return 0;
}

void policy_load_done(struct service *service)
{
	free(service->policy_text);
	(void)pthread_mutex_destroy(&service->policy_lock);
}
