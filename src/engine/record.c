/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "bootid.h"
#include "clean.h"
#include "digest.h"
#include "err.h"
#include "listpair.h"
#include "tagset.h"

#define BINARY_NAME "binary_runtime_measurements"
#define ASCII_NAME  "ascii_runtime_measurements"

enum { HASH_LEN = 20 };

struct record {
	pthread_mutex_t lock; /* over everything below but note, hash, default_template */
	struct listpair lists;
	/*
	 * Template data and PCR that are in the list already, as the first bytes of a digest under ima_hash with a salt nobody
	 * knows before it: so that 16 bytes are enough against names and files made to collide.
	 */
	struct tagset tags;
	uint8_t salt[16];
	struct digest *tagger;
	struct buf data; /* of the entry being added */
	uint64_t n_entries, n_violations, n_failures;
	unsigned hash;
	enum hufu_template default_template;
	struct hufu_err note;
};

DEFINE_AUTO(struct record, record_close)

static int make_tag(struct record *record, uint32_t pcr, struct bytes data, uint8_t ret_tag[TAGSET_TAG],
		    struct hufu_err *err)
{
	struct hufu_digest digest;
	int r = digest_add(record->tagger, record->salt, sizeof(record->salt));
	int end;

	if (r == 0)
		r = digest_add(record->tagger, &pcr, sizeof(pcr));
	if (r == 0)
		r = digest_add(record->tagger, data.at, data.left);
	end = digest_end(record->tagger, &digest); /* always: it makes the object ready for the next */
	if (r < 0 || end < 0)
		return err_sys(err, r < 0 ? r : end, "digest of the template data");
	memcpy(ret_tag, digest.bytes, TAGSET_TAG); /* the shortest digest, MD5's, has as many */
	return 0;
}

/* Of the list that is continued. */
static int take_entry(void *ctx, const struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	static const uint8_t zeros[HASH_LEN];
	struct record *record = ctx;
	uint8_t tag[TAGSET_TAG];
	int r;

	record->n_entries++;
	if (memcmp(entry->template_hash, zeros, HASH_LEN) == 0) {
		record->n_violations++;
		return 0;
	}
	r = make_tag(record, entry->pcr, bytes_of(entry->data, entry->data_len), tag, err);
	if (r < 0)
		return r;
	r = tagset_reserve(&record->tags);
	if (r < 0)
		return err_sys(err, r, "table of entries");
	tagset_add(&record->tags, tag);
	return 0;
}

static int append_entry(struct record *record, uint32_t pcr, const uint8_t template_hash[HASH_LEN],
			const char *template_name, struct hufu_err *err)
{
	struct hufu_mlog_entry entry = {.pcr = pcr, .data = record->data.data, .data_len = record->data.len};
	int r;

	memcpy(entry.template_hash, template_hash, HASH_LEN);
	(void)snprintf(entry.template_name, sizeof(entry.template_name), "%s", template_name);
	r = listpair_append(&record->lists, &entry, err);
	if (r == 0)
		record->n_entries++;
	return r;
}

static int hash_data(struct record *record, enum hufu_template template, struct hufu_digest *ret_hash,
		     struct hufu_err *err)
{
	struct hufu_mlog_entry entry = {.data = record->data.data, .data_len = record->data.len};

	(void)snprintf(entry.template_name, sizeof(entry.template_name), "%s", hufu_template_name(template));
	return hufu_mlog_hash(&entry, HUFU_HASH_SHA1, ret_hash, err);
}

/* Builds the template data of `event` in record->data, with a NUL behind it, which that of template `ima` must have. */
static int build_data(struct record *record, const struct mlog_event *event, struct hufu_err *err)
{
	int r;

	record->data.len = 0;
	mlog_put_data(&record->data, event);
	buf_u8(&record->data, 0);
	if (!record->data.error)
		record->data.len--;
	if (!record->data.error)
		return 0;
	r = record->data.error;
	buf_done(&record->data);
	return err_sys(err, r, "measurement of %s", event->name ? event->name : "no file");
}

static int add_locked(struct record *record, uint32_t pcr, const struct mlog_event *event, bool *ret_added,
		      struct hufu_err *err)
{
	struct hufu_digest template_hash;
	uint8_t tag[TAGSET_TAG];
	int r = build_data(record, event, err);

	if (r < 0)
		return r;
	r = make_tag(record, pcr, bytes_of(record->data.data, record->data.len), tag, err);
	if (r < 0)
		return r;
	if (tagset_has(&record->tags, tag)) {
		*ret_added = false;
		return 0;
	}
	r = tagset_reserve(&record->tags); /* before the write, which could not be taken back in good order after it */
	if (r < 0)
		return err_sys(err, r, "table of entries");
	r = hash_data(record, event->template, &template_hash, err);
	if (r < 0)
		return r;
	r = append_entry(record, pcr, template_hash.bytes, hufu_template_name(event->template), err);
	if (r < 0)
		return r;
	tagset_add(&record->tags, tag);
	*ret_added = true;
	return 0;
}

int record_add(struct record *record, uint32_t pcr, const struct mlog_event *event, bool *ret_added,
	       struct hufu_err *err)
{
	struct mlog_event copy = *event;
	int r;

	if (copy.template == HUFU_TEMPLATE_NONE)
		copy.template = record->default_template;
	(void)pthread_mutex_lock(&record->lock);
	r = add_locked(record, pcr, &copy, ret_added, err);
	record->n_failures += r < 0;
	(void)pthread_mutex_unlock(&record->lock);
	return r;
}

/* Kernel: ima_add_violation(), ima_api.c: zeros where digest and template hash would be. */
static int violation_locked(struct record *record, const char *name, struct hufu_err *err)
{
	static const uint8_t zeros[HASH_LEN];
	struct hufu_digest digest = {.algo = (uint8_t)record->hash, .len = (uint8_t)hufu_hash_size(record->hash)};
	struct mlog_event event = {.template = record->default_template, .digest = &digest, .name = name};
	int r = build_data(record, &event, err);

	if (r < 0)
		return r;
	r = append_entry(record, HUFU_PCR_DEFAULT, zeros, hufu_template_name(record->default_template), err);
	record->n_violations += r == 0;
	return r;
}

int record_violation(struct record *record, const char *name, struct hufu_err *err)
{
	int r;

	(void)pthread_mutex_lock(&record->lock);
	r = violation_locked(record, name, err);
	record->n_failures += r < 0;
	(void)pthread_mutex_unlock(&record->lock);
	return r;
}

/* Kernel: ima_calc_boot_aggregate_tfm(), ima_crypto.c */
int record_boot_aggregate(unsigned hash, const void *pcrs, size_t pcrs_len, struct hufu_digest *ret_digest,
			  struct hufu_err *err)
{
	size_t size = hufu_hash_size(hash), n_pcrs = hash == HUFU_HASH_SHA1 ? 8 : 10;

	if (size == 0)
		return err_set(err, -EINVAL, "hash algorithm number %u is not known", hash);
	if (pcrs_len == 0) {
		*ret_digest = (struct hufu_digest){.algo = (uint8_t)hash, .len = (uint8_t)size};
		return 0;
	}
	if (pcrs_len != n_pcrs * size)
		return err_set(err, -EINVAL, "boot_aggregate: %zu bytes are not %zu PCRs of %zu bytes", pcrs_len,
			       n_pcrs, size);
	return hufu_digest_mem(hash, pcrs, pcrs_len, ret_digest, err);
}

static int add_boot_aggregate(struct record *record, struct hufu_err *err)
{
	struct hufu_digest digest;
	struct mlog_event event = {.digest = &digest, .name = "boot_aggregate"};
	bool added;
	int r = record_boot_aggregate(record->hash, NULL, 0, &digest, err); /* no TPM is read yet */

	return r < 0 ? r : record_add(record, HUFU_PCR_DEFAULT, &event, &added, err);
}

/* Opens both files of this boot's list, the ascii one anew if it is missing. */
static int open_lists(struct listpair *lists, int dir_fd, bool is_new, struct hufu_err *err)
{
	int r = listfile_open(&lists->binary, dir_fd, BINARY_NAME, is_new, err);

	if (r < 0)
		return r;
	r = is_new ? -ENOENT : listfile_open(&lists->ascii, dir_fd, ASCII_NAME, false, err);
	return r == -ENOENT ? listfile_open(&lists->ascii, dir_fd, ASCII_NAME, true, err) : r;
}

static int open_in(struct record *record, const char *dir, struct hufu_err *err)
{
	static const char *const names[] = {BINARY_NAME, ASCII_NAME, NULL};
	const struct listpair_visitor visitor = {.on_entry = take_entry, .ctx = record};
	autoclose int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_new;
	int r;

	if (dir_fd < 0)
		return err_sys(err, -errno, "cannot open the directory");
	r = bootid_settle(dir_fd, names, &is_new, &record->note, err);
	if (r == 0)
		r = open_lists(&record->lists, dir_fd, is_new, err);
	if (r == 0 && !is_new)
		r = listpair_load(&record->lists, &visitor, &record->note, err);
	if (r == 0 && record->n_entries == 0)
		r = add_boot_aggregate(record, err);
	return r;
}

int record_open(const char *dir, unsigned hash, enum hufu_template template, struct record **ret_record,
		struct hufu_err *err)
{
	autodone(record_close) struct record *record = NULL;
	int r;

	if (hufu_hash_size(hash) == 0 || !hufu_template_name(template))
		return err_set(err, -EINVAL, "measurement list: no such hash algorithm or template");
	record = calloc(1, sizeof(*record));
	if (!record)
		return err_sys(err, -ENOMEM, "%s", dir);
	(void)pthread_mutex_init(&record->lock, NULL); /* cannot fail on Linux */
	record->lists = LISTPAIR_CLOSED;
	record->hash = hash;
	record->default_template = template;
	if (getrandom(record->salt, sizeof(record->salt), 0) != sizeof(record->salt))
		return err_set(err, -EIO, "%s: no random numbers", dir);
	r = digest_new(hash, &record->tagger, err);
	if (r == 0)
		r = open_in(record, dir, err);
	if (r < 0)
		return err_prefix(err, r, "measurement list in %s", dir);
	*ret_record = take_ptr(record);
	return 0;
}

void record_close(struct record *record)
{
	if (!record)
		return;
	listpair_close(&record->lists);
	tagset_done(&record->tags);
	digest_free(record->tagger);
	buf_done(&record->data);
	explicit_bzero(record->salt, sizeof(record->salt));
	(void)pthread_mutex_destroy(&record->lock);
	free(record);
}

const char *record_note(const struct record *record)
{
	return record->note.text;
}

static uint64_t read_counter(struct record *record, const uint64_t *counter)
{
	uint64_t value;

	(void)pthread_mutex_lock(&record->lock);
	value = *counter;
	(void)pthread_mutex_unlock(&record->lock);
	return value;
}

uint64_t record_count(struct record *record)
{
	return read_counter(record, &record->n_entries);
}

uint64_t record_violations(struct record *record)
{
	return read_counter(record, &record->n_violations);
}

uint64_t record_failures(struct record *record)
{
	return read_counter(record, &record->n_failures);
}
