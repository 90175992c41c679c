/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_CHECK_H
#define POLICY_CHECK_H

#include "service.h"

/*
 * Rules of func=POLICY_CHECK, about hufud's own policies. The kernel: ima_write_policy() and ima_read_policy(), ima_fs.c.
 */

/* Rules that came by a write, not by the path of a file: -EACCES, and an audit record, where only signed ones are taken. */
HUFU_MUST_USE int policy_check_direct(struct service *service, struct hufu_err *err);
/* Measures and appraises the file that rules are about to be read from. False: it is refused. */
bool policy_check_file(struct service *service, int fd, const char *path);

#endif
