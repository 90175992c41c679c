/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_LOAD_H
#define POLICY_LOAD_H

#include "service.h"

/*
 * Puts a policy into force: the first custom load replaces what was there, later ones append, as in the kernel; `replace` always
 * replaces. The marks follow before it returns. Fits service->load_policy; threads take turns.
 */
HUFU_MUST_USE int policy_load(struct service *service, const char *text, size_t len, bool replace,
			      struct hufu_policy_where *ret_where, struct hufu_err *err);
/* Loads config->policy, replacing, if its text is another than the last time. A missing file is none. */
HUFU_MUST_USE int policy_load_file(struct service *service, struct hufu_err *err);
void policy_load_done(struct service *service);

#endif
