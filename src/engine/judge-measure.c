/* SPDX-License-Identifier: Apache-2.0 */
/* What an access leaves behind: entries of the list, violations, audit records of a rule. It decides nothing. */
#include <errno.h>
#include <string.h>

#include "judging.h"
#include "measure-fields.h"
#include "reader.h"

/* An entry that the list should have and has not: ima_store_measurement(). It is no reason to refuse. */
static void report_lost_entry(struct judging *j, int error)
{
	audit_put_access(&j->engine->audit, j->access,
			 (struct auditline_event){.type = "INTEGRITY_PCR",
						  .op = "add_template_measure",
						  .cause = error == -ENOMEM ? "ENOMEM" : "store_entry",
						  .error = error});
}

static void report_violation(struct judging *j, const char *cause)
{
	int r = record_violation(j->engine->record, j->access->path, NULL);

	if (r < 0)
		report_lost_entry(j, r);
	audit_put_access(
		&j->engine->audit, j->access,
		(struct auditline_event){.type = "INTEGRITY_PCR", .op = "invalid_pcr", .cause = cause, .ok = true});
}

/* ima_rdwr_violation_check() of a reader. */
void judge_measure_violation(struct judging *j)
{
	const struct hufu_access *access = j->access;
	struct inode_key key;

	if (!j->engine->record || access->mask & HUFU_MAY_WRITE)
		return;
	if (access->func != HUFU_FUNC_FILE_CHECK && !judging_maps(access->func))
		return;
	key = inode_key_of(j->content.fd, &j->content.before);
	inode_note_reader(j->engine->inodes, &key, access->subject.pid);
	if (j->content.writers == CONTENT_WRITERS_SOME)
		report_violation(j, "open_writers");
}

/* Flags that are not known: asked once, for one of the masks, and the lease tells whether anybody has it open for writing. */
static bool opens_to_write(const struct hufu_access *access)
{
	struct content content = {.fd = access->fd};

	if (access->func != HUFU_FUNC_FILE_CHECK || !(access->mask & HUFU_MAY_WRITE))
		return false;
	if (access->open_flags)
		return access->open_flags & O_ACCMODE;
	if (access->mask != HUFU_MAY_WRITE)
		return false;
	content_lease(&content);
	return content.writers == CONTENT_WRITERS_SOME;
}

/* ima_rdwr_violation_check() of a writer. The kernel has a count of readers; here those that are known of are asked. */
void judge_measure_tomtou(struct judging *j)
{
	const struct hufu_access *access = j->access;
	pid_t readers[INODE_READERS];
	struct inode_key key;
	struct stat st;
	size_t n;

	if (!j->engine->record || !opens_to_write(access) || fstat(access->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	key = inode_key_of(access->fd, &st);
	n = inode_readers(j->engine->inodes, &key, readers);
	for (size_t i = 0; i < n; i++) {
		if (!reader_has(readers[i], &st, access->path))
			continue;
		report_violation(j, "ToMToU");
		return;
	}
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

void judge_measure_file(struct judging *j)
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

void judge_measure_blacklisted(struct judging *j)
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

void judge_measure_audit(struct judging *j)
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
