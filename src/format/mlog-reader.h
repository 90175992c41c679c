/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MLOG_READER_H
#define MLOG_READER_H

#include "hufu.h"

/* What the engine needs of a reader beyond hufu_mlog_open()...: a descriptor instead of a path, and where it stands. */

/* As hufu_mlog_open(), reading `fd` from its offset on; `name` is for messages. The reader owns `fd`, also on failure. */
HUFU_MUST_USE int mlog_reader_open_fd(int fd, const char *name, struct hufu_mlog_reader **ret_reader,
				      struct hufu_err *err);
/* Bytes of the list up to the end of the last entry returned: where the one that failed begins. */
uint64_t mlog_reader_offset(const struct hufu_mlog_reader *reader);
/* After -EBADMSG: the list ended within an entry, whose beginning is as it should be. */
bool mlog_reader_torn(const struct hufu_mlog_reader *reader);
bool mlog_reader_is_ascii(const struct hufu_mlog_reader *reader);

#endif
