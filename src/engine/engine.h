/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdatomic.h>

#include "audit.h"
#include "cache.h"
#include "hufu.h"
#include "inode.h"
#include "record.h"
#include "rulebook.h"

/* Everything in it may be used by several threads: constant, atomic, or locking itself. */
struct hufu_engine {
	const struct hufu_trust *trust;
	unsigned hash;
	enum hufu_lsm lsm;
	enum hufu_template template; /* never NONE */
	struct record *record; /* NULL: no list is kept */
	struct inodes *inodes;
	struct cache *cache; /* NULL: everything is read anew each time */
	struct rulebook rules;
	pthread_mutex_t load_lock; /* one load at a time, with its audit records */
	struct audit audit;
	_Atomic unsigned mode; /* enum hufu_mode */
	_Atomic uint64_t n_judged, n_appraised, n_refused, n_measured;
};

#endif
