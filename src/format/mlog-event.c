/* SPDX-License-Identifier: Apache-2.0 */
/* Template data of an event: ima_event*_init() of security/integrity/ima/ima_template_lib.c. */
#include <errno.h>
#include <string.h>

#include "clean.h"
#include "mlog-fields.h"
#include "mlog.h"

enum {
	SHORT_NAME_MAX = 255, /* IMA_EVENT_NAME_LEN_MAX, of the fields of template ima */
	SHORT_DIGEST_LEN = 20, /* IMA_DIGEST_SIZE: zeros, where there is none */
};

static void put_named_digest(struct buf *out, const char *type, const struct hufu_digest *digest)
{
	const char *algo = hufu_hash_name(digest->algo);

	if (!algo || digest->len != hufu_hash_size(digest->algo)) {
		out->error = out->error ? out->error : -EINVAL;
		return;
	}
	buf_str(out, type);
	buf_str(out, algo);
	buf_add(out, ":", 2);
	buf_add(out, digest->bytes, digest->len);
}

static void put_d_ng(struct buf *out, const struct mlog_event *event)
{
	put_named_digest(out, "", event->digest);
}

static void put_d_ngv2(struct buf *out, const struct mlog_event *event)
{
	put_named_digest(out, event->verity ? "verity:" : "ima:", event->digest);
}

static bool is_short(const struct hufu_digest *digest)
{
	return digest && (digest->algo == HUFU_HASH_SHA1 || digest->algo == HUFU_HASH_MD5);
}

static void put_d(struct buf *out, const struct mlog_event *event)
{
	static const uint8_t zeros[SHORT_DIGEST_LEN];
	const struct hufu_digest *digest = is_short(event->short_digest) ? event->short_digest : event->digest;

	if (is_short(digest))
		buf_add(out, digest->bytes, digest->len);
	else
		buf_add(out, zeros, sizeof(zeros));
}

/* The kernel hashes and stores the name with its spaces replaced, so that columns of the ascii list stay columns. */
static void put_text(struct buf *out, const char *name)
{
	size_t size = strlen(name) + 1;

	buf_add(out, name, size);
	if (out->error)
		return;
	for (uint8_t *at = out->data + out->len - size; *at; at++)
		if (*at == ' ')
			*at = '_';
}

static const char *short_name(const char *name)
{
	const char *slash;

	if (strlen(name) <= SHORT_NAME_MAX)
		return name;
	slash = strrchr(name, '/');
	return slash && strlen(slash + 1) <= SHORT_NAME_MAX ? slash + 1 : name;
}

static void put_n(struct buf *out, const struct mlog_event *event)
{
	put_text(out, short_name(event->name));
}

static void put_n_ng(struct buf *out, const struct mlog_event *event)
{
	put_text(out, event->name);
}

static void put_extra(struct buf *out, const struct mlog_event *event)
{
	buf_add(out, event->extra, event->extra_len);
}

static void put_evmsig(struct buf *out, const struct mlog_event *event)
{
	if (event->inode)
		buf_add(out, event->inode->evm.data, event->inode->evm.len);
}

static void put_xattrnames(struct buf *out, const struct mlog_event *event)
{
	if (event->inode)
		buf_add(out, event->inode->names.data, event->inode->names.len);
}

static void put_xattrlengths(struct buf *out, const struct mlog_event *event)
{
	if (event->inode)
		buf_add(out, event->inode->lengths.data, event->inode->lengths.len);
}

static void put_xattrvalues(struct buf *out, const struct mlog_event *event)
{
	if (event->inode)
		buf_add(out, event->inode->values.data, event->inode->values.len);
}

static void put_iuid(struct buf *out, const struct mlog_event *event)
{
	if (event->inode)
		buf_le32(out, event->inode->uid);
}

static void put_igid(struct buf *out, const struct mlog_event *event)
{
	if (event->inode)
		buf_le32(out, event->inode->gid);
}

static void put_imode(struct buf *out, const struct mlog_event *event)
{
	if (!event->inode)
		return;
	buf_u8(out, (uint8_t)event->inode->mode);
	buf_u8(out, (uint8_t)(event->inode->mode >> 8));
}

/* d-modsig and modsig are of appended signatures, which only hooks with a buffer see: empty here. */
static const struct {
	const char *id;
	void (*put)(struct buf *out, const struct mlog_event *event);
} rows[] = {
	{"d-ng", put_d_ng},
	{"n-ng", put_n_ng},
	{"sig", put_extra},
	{"buf", put_extra},
	{"d", put_d},
	{"n", put_n},
	{"d-ngv2", put_d_ngv2},
	{"evmsig", put_evmsig},
	{"xattrnames", put_xattrnames},
	{"xattrlengths", put_xattrlengths},
	{"xattrvalues", put_xattrvalues},
	{"iuid", put_iuid},
	{"igid", put_igid},
	{"imode", put_imode},
};

static void put_value(struct buf *out, const struct mlog_field *field, const struct mlog_event *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].id, field->id) == 0)
			rows[i].put(out, event);
}

static void put_field(struct buf *out, const struct mlog_field *field, const struct mlog_event *event)
{
	size_t at = out->len;
	uint32_t len;

	buf_le32(out, 0);
	put_value(out, field, event);
	if (out->error)
		return;
	len = (uint32_t)(out->len - at - 4);
	for (size_t i = 0; i < 4; i++)
		out->data[at + i] = (uint8_t)(len >> 8 * i);
}

/* Template `ima`: the digest without a length, the name without its NUL; see mlog-fields.h. */
static void put_bare(struct buf *out, const struct mlog_event *event)
{
	const char *name = short_name(event->name);
	size_t len = strlen(name);

	put_d(out, event);
	buf_le32(out, (uint32_t)(len > SHORT_NAME_MAX ? SHORT_NAME_MAX : len));
	put_text(out, name);
	if (!out->error)
		out->len -= len > SHORT_NAME_MAX ? len - SHORT_NAME_MAX + 1 : 1;
}

/* An upper bound, looked at first, so that no length can be cut to 32 bits. 512: lengths, digests, numbers. */
static bool fits(const struct mlog_event *event)
{
	size_t lens[] = {strlen(event->name), event->extra_len, 0, 0, 0, 0};
	size_t sum = 512;

	if (event->inode) {
		lens[2] = event->inode->evm.len;
		lens[3] = event->inode->names.len;
		lens[4] = event->inode->lengths.len;
		lens[5] = event->inode->values.len;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		if (lens[i] > MLOG_DATA_MAX)
			return false;
		sum += lens[i];
	}
	return sum <= MLOG_DATA_MAX;
}

void mlog_put_data(struct buf *out, const struct mlog_event *event)
{
	const char *template = hufu_template_name(event->template);
	struct mlog_fields fields;

	if (out->error)
		return;
	if (!event->name || !template || mlog_fields_find(template, &fields) < 0) {
		out->error = -EINVAL;
		return;
	}
	if (!fits(event)) {
		out->error = -EFBIG;
		return;
	}
	if (fields.bare) {
		put_bare(out, event);
		return;
	}
	for (size_t i = 0; i < fields.n_fields; i++)
		put_field(out, fields.fields[i], event);
}
