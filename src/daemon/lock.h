/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOCK_H
#define LOCK_H

#include "hufu.h"

/*
 * One daemon for a run directory: flock on RUN/hufud.lock, which holds the pid. Returns the descriptor to keep open, or
 * -EBUSY with the pid of the one that runs in `err`.
 */
HUFU_MUST_USE int lock_take(const char *run_dir, struct hufu_err *err);

#endif
