/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One access, in the order of the kernel's process_measurement() (security/integrity/ima/ima_main.c): policy, violations, digest,
 * measurement, appraisal, audit. Measuring never refuses, and what cannot be decided is refused where it is to be appraised.
 */
#include <errno.h>
#include <string.h>

#include "judging.h"
#include "relabel.h"

/* Why a file that somebody may be writing at this moment cannot be right for this use of it; NONE: it can. */
static enum hufu_cause writers_cause(const struct judging *j)
{
	enum hufu_func func = j->access->func;

	if (j->content.writers != CONTENT_WRITERS_SOME)
		return HUFU_CAUSE_NONE;
	/* The kernel looks for shared writable mappings only. A descriptor open for writing does as well, and cannot be told apart */
	if (judging_maps(func))
		return HUFU_CAUSE_MMAPPED_WRITERS;
	/* The kernel itself says ETXTBSY after us, unless the writer is gone by then */
	if (func == HUFU_FUNC_BPRM_CHECK || func == HUFU_FUNC_CREDS_CHECK)
		return HUFU_CAUSE_FAILED;
	return HUFU_CAUSE_NONE;
}

static const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static void report_data(struct judging *j, const char *op, const char *cause)
{
	/* Of a file that could not be read the kernel logs the last component only: ima_collect_measurement() */
	bool short_name = strcmp(op, "collect_data") == 0 && cause != hufu_cause_name(HUFU_CAUSE_DENIED_HASH_ALGORITHM);
	const char *name = short_name ? last_component(j->access->path) : j->access->path;

	audit_put_access(&j->engine->audit, j->access,
			 (struct auditline_event){.type = "INTEGRITY_DATA", .op = op, .cause = cause, .name = name});
}

static bool needs_digest(const struct judging *j)
{
	if ((judging_wants(j, HUFU_POLICY_MEASURE) && j->engine->record) || judging_wants(j, HUFU_POLICY_AUDIT))
		return true;
	return judging_wants(j, HUFU_POLICY_APPRAISE) && !j->label_decides && !writers_cause(j);
}

static void recall(struct judging *j)
{
	if (!j->engine->cache)
		return;
	j->generation = hufu_trust_generation(j->engine->trust);
	cache_get(j->engine->cache, &j->content, j->generation);
	j->known = j->content.digest_error == 0;
	j->known_proved = j->content.proved;
}

/* Failures are not remembered: each access is judged, and its refusal audited, anew. */
static void remember(struct judging *j)
{
	const struct content *content = &j->content;

	if (j->engine->cache && content->digest_error == 0 && !j->appraisal.require_verity &&
	    (!j->known || content->proved != j->known_proved))
		cache_put(j->engine->cache, content, j->access->object.fs_magic, j->generation);
}

static void collect(struct judging *j)
{
	if (j->direct) {
		j->content.digest_error = -EINVAL;
	} else if (j->appraisal.require_verity) {
		content_verity(&j->content); /* not remembered: a digest of another kind */
	} else if (needs_digest(j)) {
		recall(j);
		content_hash(&j->content);
	}
	if (j->content.digest_error && j->content.digest_error != -EAGAIN)
		report_data(j, "collect_data",
			    j->direct			  ? "failed(directio)"
			    : j->appraisal.require_verity ? hufu_cause_name(HUFU_CAUSE_NO_VERITY_DIGEST)
							  : hufu_cause_name(HUFU_CAUSE_FAILED));
}

/* Writing to a signed file makes it an unsigned one: the kernel refuses it where the open itself is to be appraised. */
static bool writes_to_signed(const struct judging *j)
{
	const struct hufu_access *access = j->access;

	if (access->func != HUFU_FUNC_FILE_CHECK || !(access->mask & HUFU_MAY_WRITE))
		return false;
	/* Flags that are not known: an opener who writes would have been in the way of the lease */
	if (!judging_is_write(access) && j->content.writers != CONTENT_WRITERS_SOME)
		return false;
	return j->content.xattr_len && j->content.xattr[0] == HUFU_SIG_SIGNATURE;
}

/* appraise_algos= of the rule: of the algorithm that security.ima names, after all else was right. */
static bool is_denied_algo(const struct judging *j)
{
	uint32_t algos = j->verdict.decision.algos;

	return algos && !(algos & 1U << j->content.digest.algo);
}

static enum hufu_cause appraise(struct judging *j)
{
	struct appraisal *appraisal = &j->appraisal;

	if (j->direct) {
		/* nothing is compared: process_measurement() goes out when the content cannot be had */
		appraisal->cause = j->verdict.decision.permit_directio ? HUFU_CAUSE_NONE : HUFU_CAUSE_FAILED;
	} else if (!j->label_decides && !j->content.proved && j->content.digest_error != -EAGAIN) {
		appraise_digest(appraisal, &j->content, j->engine->trust);
		j->content.proved = !appraisal->cause;
	}
	if (!appraisal->cause)
		appraisal->cause = writers_cause(j);
	if (!appraisal->cause && is_denied_algo(j))
		appraisal->cause = HUFU_CAUSE_DENIED_HASH_ALGORITHM;
	if (!appraisal->cause && writes_to_signed(j))
		appraisal->cause = HUFU_CAUSE_SIGNED_FILE;
	return appraisal->cause;
}

static void report_refusal(struct judging *j)
{
	enum hufu_cause cause = j->verdict.cause;
	bool is_collecting = cause == HUFU_CAUSE_FAILED || cause == HUFU_CAUSE_NO_VERITY_DIGEST ||
			     cause == HUFU_CAUSE_DENIED_HASH_ALGORITHM;
	const char *op = is_collecting			       ? "collect_data"
			 : cause == HUFU_CAUSE_MMAPPED_WRITERS ? "mmap_file"
							       : "appraise_data";

	if (cause == HUFU_CAUSE_SIGNED_FILE)
		return; /* without a word: process_measurement(), at out_locked */
	if (is_collecting && cause != HUFU_CAUSE_DENIED_HASH_ALGORITHM && j->content.digest_error &&
	    j->content.digest_error != -EAGAIN)
		return; /* collect() has said so */
	report_data(j, op, hufu_cause_name(cause));
}

/* The last word on an access that is to be appraised. */
static void settle(struct judging *j, enum hufu_cause cause)
{
	atomic_fetch_add(&j->engine->n_appraised, 1);
	j->verdict.cause = cause;
	j->verdict.allow = cause == HUFU_CAUSE_NONE || atomic_load(&j->engine->mode) == HUFU_MODE_LOG;
	if (!cause)
		return;
	atomic_fetch_add(&j->engine->n_refused, 1);
	report_refusal(j);
}

/* A write under a rule that takes hashes, of a file that was right or is new: its hash is due when it is closed. */
static void note_due(struct judging *j, bool right)
{
	const struct hufu_access *access = j->access;
	struct inode_key key;

	if (access->func != HUFU_FUNC_FILE_CHECK || !(access->mask & HUFU_MAY_WRITE))
		return;
	if (!judging_is_write(access) && j->content.writers != CONTENT_WRITERS_SOME)
		return;
	if (!judging_wants(j, HUFU_POLICY_HASH) && !(judging_wants(j, HUFU_POLICY_APPRAISE) && right))
		return;
	key = inode_key_of(j->content.fd, &j->content.before);
	inode_set_due(j->engine->inodes, &key,
		      judging_wants(j, HUFU_POLICY_APPRAISE) ? INODE_DUE_RIGHT : INODE_DUE_HASH);
}

/*
 * Between a write that was allowed and the close the kernel takes the file for right, as it was before: the result is cached. Only where a
 * hash is enough, and only for opening: what may still change is neither executed nor mapped.
 */
static bool is_still_right(const struct judging *j)
{
	struct inode_key key;

	if (j->access->func != HUFU_FUNC_FILE_CHECK || j->verdict.decision.require_sig)
		return false;
	if (j->content.writers != CONTENT_WRITERS_SOME && !judging_is_write(j->access))
		return false;
	key = inode_key_of(j->content.fd, &j->content.before);
	return inode_due(j->engine->inodes, &key) == INODE_DUE_RIGHT;
}

static void judge_file(struct judging *j)
{
	const struct hufu_access *access = j->access;
	unsigned flags = access->open_flags;

	j->content.lease_holds = content_lease_holds(access->object.fs_magic);
	j->direct = access->func == HUFU_FUNC_FILE_CHECK && flags & O_DIRECT;
	j->appraisal.require_sig = j->verdict.decision.require_sig;
	j->appraisal.require_verity = j->verdict.decision.require_verity;
	j->appraisal.require_sigv3 = j->verdict.decision.require_sigv3 && !j->verdict.decision.require_verity;
	j->appraisal.is_new = access->func == HUFU_FUNC_FILE_CHECK && access->mask & HUFU_MAY_WRITE &&
			      flags & O_CREAT && j->content.before.st_size == 0;
	j->label_decides = !judging_wants(j, HUFU_POLICY_APPRAISE) || appraise_label(&j->appraisal, &j->content);
	if (judging_wants(j, HUFU_POLICY_MEASURE | HUFU_POLICY_APPRAISE) && !judging_is_write(access))
		content_lease(&j->content);
	if (judging_wants(j, HUFU_POLICY_MEASURE))
		judge_measure_violation(j);
	collect(j);
	if (judging_wants(j, HUFU_POLICY_MEASURE))
		judge_measure_file(j);
	if (judging_wants(j, HUFU_POLICY_APPRAISE)) {
		enum hufu_cause cause = appraise(j);

		if ((cause == HUFU_CAUSE_INVALID_HASH || cause == HUFU_CAUSE_MISSING_HASH) && is_still_right(j))
			cause = HUFU_CAUSE_NONE;
		settle(j, cause);
		if (j->appraisal.blacklisted && judging_wants(j, HUFU_POLICY_MEASURE))
			judge_measure_blacklisted(j);
	}
	note_due(j, j->verdict.allow && !j->verdict.cause);
	remember(j);
	if (judging_wants(j, HUFU_POLICY_AUDIT))
		judge_measure_audit(j);
}

static void judge_content(struct judging *j)
{
	int r = content_open(j->access->fd, j->engine->hash, &j->content);

	/* the opener itself is a writer */
	if (r == 0 && S_ISREG(j->content.before.st_mode) && !judging_is_write(j->access) &&
	    relabel(j->engine->inodes, &j->content, j->engine->hash))
		r = content_open(j->access->fd, j->engine->hash, &j->content);
	if (r < 0 && judging_wants(j, HUFU_POLICY_APPRAISE))
		settle(j, HUFU_CAUSE_FAILED);
	else if (r == 0 && !S_ISREG(j->content.before.st_mode))
		j->verdict.allow = true;
	else if (r == 0)
		judge_file(j);
}

/* O_TMPFILE makes an empty file that nobody else can have: ima_file_check() is not asked (fs/namei.c, do_tmpfile()). */
static bool is_nameless(const struct hufu_access *access)
{
	return access->func == HUFU_FUNC_FILE_CHECK && (access->open_flags & O_TMPFILE) == O_TMPFILE;
}

/* It counts as right, and its hash is due when it is closed: ima_post_create_tmpfile(). */
static void judge_nameless(struct judging *j)
{
	struct inode_key key;
	struct stat st;

	j->verdict.allow = true;
	if (!judging_wants(j, HUFU_POLICY_APPRAISE | HUFU_POLICY_HASH) || fstat(j->access->fd, &st) < 0 ||
	    !S_ISREG(st.st_mode))
		return;
	key = inode_key_of(j->access->fd, &st);
	inode_set_due(j->engine->inodes, &key, INODE_DUE_RIGHT);
}

/*
 * A writer whom no rule speaks of comes after one whose hash is due: what he writes is not to be labelled as right. The kernel labels when
 * the last writer closes; here that is a moment later, in which he must not slip in.
 */
static void forget_due(struct judging *j)
{
	const struct hufu_access *access = j->access;
	struct inode_key key;
	struct stat st;

	if (access->func != HUFU_FUNC_FILE_CHECK || !(access->mask & HUFU_MAY_WRITE) || fstat(access->fd, &st) < 0)
		return;
	key = inode_key_of(access->fd, &st);
	inode_set_due(j->engine->inodes, &key, INODE_DUE_NOTHING);
}

static void match(struct judging *j)
{
	const struct hufu_access *access = j->access;
	struct edition *edition = rulebook_get(&j->engine->rules);

	hufu_policy_match(edition_policy(edition), access->func, access->mask, &access->subject, &access->object,
			  &j->verdict.decision);
	edition_put(edition);
}

void hufu_engine_judge(struct hufu_engine *engine, const struct hufu_access *access, struct hufu_verdict *ret_verdict)
{
	struct judging j;

	j.engine = engine;
	j.access = access;
	j.verdict = (struct hufu_verdict){0};
	j.appraisal = (struct appraisal){0};
	j.generation = 0;
	j.known = j.known_proved = false;
	atomic_fetch_add(&engine->n_judged, 1);
	match(&j);
	j.verdict.allow = !judging_wants(&j, HUFU_POLICY_APPRAISE);
	judge_measure_tomtou(&j);
	if (!judging_wants(&j, HUFU_POLICY_APPRAISE | HUFU_POLICY_HASH))
		forget_due(&j);
	if (is_nameless(access))
		judge_nameless(&j);
	else if (j.verdict.decision.actions)
		judge_content(&j);
	*ret_verdict = j.verdict;
}
