/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOOTID_H
#define BOOTID_H

#include "hufu.h"

/*
 * Whose list is in the directory? `names` are the files of a list, the one that counts first, then NULL. The file `boot_id`
 * says which boot they are from. Of another boot: each is renamed to `*.previous`. `ret_is_new`: a new list is to be begun,
 * else the one that is there is this boot's and to be continued. `ret_note` gets a sentence where something is odd, else "".
 * -EBADMSG: it cannot be told, or the file that counts is missing; nothing is changed then.
 */
HUFU_MUST_USE int bootid_settle(int dir_fd, const char *const *names, bool *ret_is_new, struct hufu_err *ret_note,
				struct hufu_err *err);

#endif
