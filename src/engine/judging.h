/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGING_H
#define JUDGING_H

#include <fcntl.h>

#include "appraise.h"
#include "engine.h"

/* One access while it is judged: judge.c decides, judge-measure.c keeps the books. */
struct judging {
	struct hufu_engine *engine;
	const struct hufu_access *access;
	struct hufu_verdict verdict;
	struct content content;
	struct appraisal appraisal;
	bool label_decides; /* nothing but security.ima was needed to appraise it */
	uint64_t generation; /* of the keyrings, before any of their keys was looked at */
	bool known, known_proved; /* by the cache */
	bool direct; /* O_DIRECT: the page cache may hold something else than the reader gets */
};

static inline bool judging_wants(const struct judging *j, unsigned action)
{
	return j->verdict.decision.actions & action;
}

/* Of this open: unknown flags are 0, and then the mask is each that is possible, one after the other. */
static inline bool judging_is_write(const struct hufu_access *access)
{
	return access->open_flags & (O_ACCMODE | O_TRUNC);
}

static inline bool judging_maps(enum hufu_func func)
{
	return func == HUFU_FUNC_MMAP_CHECK || func == HUFU_FUNC_MMAP_CHECK_REQPROT;
}

/* Into the list, unless it is there. */
void judge_measure_file(struct judging *j);
/* A digest on .blacklist is an entry of its own: ima_check_blacklist(), process_buffer_measurement(). */
void judge_measure_blacklisted(struct judging *j);
void judge_measure_violation(struct judging *j);
/* Of each open for writing, whatever rule is about it: somebody may be reading what was measured for him. */
void judge_measure_tomtou(struct judging *j);
/* Once for each inode, until its content is another: IMA_AUDITED. */
void judge_measure_audit(struct judging *j);

#endif
