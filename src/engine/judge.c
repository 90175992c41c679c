/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One access, in the order of the kernel's process_measurement() (security/integrity/ima/ima_main.c): policy, violations, digest,
 * measurement, appraisal, audit. Measuring never refuses, and what cannot be decided is refused where it is to be appraised.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "appraise.h"
#include "engine.h"
#include "measure-fields.h"

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

static bool wants(const struct judging *j, unsigned action)
{
	return j->verdict.decision.actions & action;
}

/* Of this open: unknown flags are 0, and then the mask is each that is possible, one after the other. */
static bool is_known_to_write(const struct hufu_access *access)
{
	return access->open_flags & (O_ACCMODE | O_TRUNC);
}

static bool is_mapping(enum hufu_func func)
{
	return func == HUFU_FUNC_MMAP_CHECK || func == HUFU_FUNC_MMAP_CHECK_REQPROT;
}

/* Why a file that somebody may be writing at this moment cannot be right for this use of it; NONE: it can. */
static enum hufu_cause writers_cause(const struct judging *j)
{
	enum hufu_func func = j->access->func;

	if (j->content.writers != CONTENT_WRITERS_SOME)
		return HUFU_CAUSE_NONE;
	/* The kernel looks for shared writable mappings only. A descriptor open for writing does as well, and cannot be told apart */
	if (is_mapping(func))
		return HUFU_CAUSE_MMAPPED_WRITERS;
	/* The kernel itself says ETXTBSY after us, unless the writer is gone by then */
	if (func == HUFU_FUNC_BPRM_CHECK || func == HUFU_FUNC_CREDS_CHECK)
		return HUFU_CAUSE_FAILED;
	return HUFU_CAUSE_NONE;
}

/* An entry that the list should have and has not: ima_store_measurement(). It is no reason to refuse. */
static void report_lost_entry(struct judging *j, int error)
{
	audit_put_access(&j->engine->audit, j->access,
			 (struct auditline_event){.type = "INTEGRITY_PCR",
						  .op = "add_template_measure",
						  .cause = error == -ENOMEM ? "ENOMEM" : "store_entry",
						  .error = error});
}

/* ima_rdwr_violation_check(). Time of measure, time of use: that needs to know of readers, whom nothing here counts. */
static void check_violation(struct judging *j)
{
	const struct hufu_access *access = j->access;
	int r;

	if (!j->engine->record || j->content.writers != CONTENT_WRITERS_SOME || access->mask & HUFU_MAY_WRITE)
		return;
	if (access->func != HUFU_FUNC_FILE_CHECK && !is_mapping(access->func))
		return;
	r = record_violation(j->engine->record, access->path, NULL);
	if (r < 0)
		report_lost_entry(j, r);
	audit_put_access(&j->engine->audit, access,
			 (struct auditline_event){
				 .type = "INTEGRITY_PCR", .op = "invalid_pcr", .cause = "open_writers", .ok = true});
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
	if ((wants(j, HUFU_POLICY_MEASURE) && j->engine->record) || wants(j, HUFU_POLICY_AUDIT))
		return true;
	return wants(j, HUFU_POLICY_APPRAISE) && !j->label_decides && !writers_cause(j);
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

static unsigned pcr_of(const struct judging *j)
{
	return j->verdict.decision.pcr < 0 ? HUFU_PCR_DEFAULT : (unsigned)j->verdict.decision.pcr;
}

static int add_entry(struct judging *j, const struct mlog_event *event, bool *ret_added)
{
	unsigned pcr = pcr_of(j);
	int r = record_add(j->engine->record, pcr, event, ret_added, NULL);

	if (r < 0)
		report_lost_entry(j, r);
	return r;
}

/* What inode_did() and inode_note() know a file by. */
static int name_content(const struct content *content, struct inode_key *ret_key, struct hufu_digest *ret_name)
{
	uint8_t both[HUFU_DIGEST_MAX + HUFU_XATTR_MAX];

	if (content->digest_error)
		return content->digest_error;
	*ret_key = inode_key_of(content->fd, &content->before);
	memcpy(both, content->digest.bytes, content->digest.len);
	if (content->xattr_len)
		memcpy(both + content->digest.len, content->xattr, content->xattr_len);
	return hufu_digest_mem(HUFU_HASH_SHA256, both, content->digest.len + content->xattr_len, ret_name, NULL);
}

static void measure(struct judging *j)
{
	const struct content *content = &j->content;
	struct mlog_event event = {
		.template = j->verdict.decision.tmpl,
		.digest = &content->digest,
		.name = j->access->path,
		.verity = j->appraisal.require_verity,
	};
	unsigned short_algo = j->engine->hash == HUFU_HASH_MD5 ? HUFU_HASH_MD5 : HUFU_HASH_SHA1;
	struct measure_fields fields;
	struct hufu_digest name;
	struct inode_key key;
	bool named;
	int r;

	if (!j->engine->record)
		return;
	/* Of content that could not be caught, zeros are logged (there EINVAL); of what could not be read at all, nothing */
	if (content->digest_error && content->digest_error != -ESTALE && content->digest_error != -EINVAL)
		return;
	named = name_content(content, &key, &name) == 0;
	if (named && inode_did(j->engine->inodes, &key, &name, INODE_MEASURED + pcr_of(j)))
		return;
	if (event.template == HUFU_TEMPLATE_NONE)
		event.template = j->engine->template;
	r = measure_fields_read(&fields, content, short_algo, &event);
	if (r < 0)
		report_lost_entry(j, r);
	else
		r = add_entry(j, &event, &j->verdict.measured);
	measure_fields_done(&fields);
	if (r == 0 && named)
		inode_note(j->engine->inodes, &key, &name, INODE_MEASURED + pcr_of(j));
	if (j->verdict.measured)
		atomic_fetch_add(&j->engine->n_measured, 1);
}

/* A digest on .blacklist is an entry of its own: ima_check_blacklist(), process_buffer_measurement(). */
static void measure_blacklisted(struct judging *j)
{
	const struct hufu_digest *hit = &j->content.digest;
	struct hufu_digest digest;
	struct mlog_event event = {
		.template = HUFU_TEMPLATE_IMA_BUF,
		.digest = &digest,
		.name = "blacklisted-hash",
		.extra = hit->bytes,
		.extra_len = hit->len,
	};
	bool added;

	if (j->engine->record && hufu_digest_mem(j->engine->hash, hit->bytes, hit->len, &digest, NULL) == 0)
		(void)add_entry(j, &event, &added);
}

/* Writing to a signed file makes it an unsigned one: the kernel refuses it where the open itself is to be appraised. */
static bool writes_to_signed(const struct judging *j)
{
	const struct hufu_access *access = j->access;

	if (access->func != HUFU_FUNC_FILE_CHECK || !(access->mask & HUFU_MAY_WRITE))
		return false;
	/* Flags that are not known: an opener who writes would have been in the way of the lease */
	if (!is_known_to_write(access) && j->content.writers != CONTENT_WRITERS_SOME)
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

/* Once for each inode, until its content is another: IMA_AUDITED. */
static void audit_once(struct judging *j)
{
	const struct content *content = &j->content;
	struct hufu_digest name;
	struct inode_key key;

	if (name_content(content, &key, &name) == 0) {
		if (inode_did(j->engine->inodes, &key, &name, INODE_AUDITED))
			return;
		inode_note(j->engine->inodes, &key, &name, INODE_AUDITED);
	}
	audit_put_rule(&j->engine->audit, j->access, &content->digest);
}

static void judge_file(struct judging *j)
{
	const struct hufu_access *access = j->access;
	unsigned flags = access->open_flags;

	j->direct = access->func == HUFU_FUNC_FILE_CHECK && flags & O_DIRECT;
	j->appraisal.require_sig = j->verdict.decision.require_sig;
	j->appraisal.require_verity = j->verdict.decision.require_verity;
	j->appraisal.require_sigv3 = j->verdict.decision.require_sigv3 && !j->verdict.decision.require_verity;
	j->appraisal.is_new = access->func == HUFU_FUNC_FILE_CHECK && access->mask & HUFU_MAY_WRITE &&
			      flags & O_CREAT && j->content.before.st_size == 0;
	j->label_decides = !wants(j, HUFU_POLICY_APPRAISE) || appraise_label(&j->appraisal, &j->content);
	if (wants(j, HUFU_POLICY_MEASURE | HUFU_POLICY_APPRAISE) && !is_known_to_write(access))
		content_lease(&j->content);
	if (wants(j, HUFU_POLICY_MEASURE))
		check_violation(j);
	collect(j);
	if (wants(j, HUFU_POLICY_MEASURE))
		measure(j);
	if (wants(j, HUFU_POLICY_APPRAISE)) {
		settle(j, appraise(j));
		if (j->appraisal.blacklisted && wants(j, HUFU_POLICY_MEASURE))
			measure_blacklisted(j);
	}
	remember(j);
	if (wants(j, HUFU_POLICY_AUDIT))
		audit_once(j);
}

static void judge_content(struct judging *j)
{
	int r = content_open(j->access->fd, j->engine->hash, &j->content);

	if (r < 0 && wants(j, HUFU_POLICY_APPRAISE))
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
	j.verdict.allow = !wants(&j, HUFU_POLICY_APPRAISE);
	if (is_nameless(access))
		j.verdict.allow = true;
	else if (j.verdict.decision.actions)
		judge_content(&j);
	*ret_verdict = j.verdict;
}
