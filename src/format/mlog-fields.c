/* SPDX-License-Identifier: Apache-2.0 */
#include "mlog-fields.h"

#include <errno.h>
#include <string.h>

#include "clean.h"
#include "err.h"
#include "mlog.h"
#include "template.h"

static const struct mlog_field all_fields[] = {
	{"d-ng", MLOG_SHAPE_NAMED_DIGEST, MLOG_ROLE_DIGEST, 0, false},
	{"n-ng", MLOG_SHAPE_TEXT, MLOG_ROLE_NAME, 0, false},
	{"sig", MLOG_SHAPE_BYTES, MLOG_ROLE_EXTRA, 0, true},
	{"buf", MLOG_SHAPE_BYTES, MLOG_ROLE_EXTRA, 0, true},
	{"d", MLOG_SHAPE_DIGEST, MLOG_ROLE_DIGEST, 0, false},
	{"n", MLOG_SHAPE_TEXT, MLOG_ROLE_NAME, 0, false},
	{"d-ngv2", MLOG_SHAPE_NAMED_DIGEST, MLOG_ROLE_DIGEST, 0, false},
	{"d-modsig", MLOG_SHAPE_NAMED_DIGEST, MLOG_ROLE_NONE, 0, true},
	{"modsig", MLOG_SHAPE_BYTES, MLOG_ROLE_EXTRA, 0, true},
	{"evmsig", MLOG_SHAPE_BYTES, MLOG_ROLE_EXTRA, 0, true},
	{"xattrnames", MLOG_SHAPE_TEXT, MLOG_ROLE_NONE, 0, true},
	{"xattrlengths", MLOG_SHAPE_BYTES, MLOG_ROLE_NONE, 0, true},
	{"xattrvalues", MLOG_SHAPE_BYTES, MLOG_ROLE_NONE, 0, true},
	{"iuid", MLOG_SHAPE_NUMBER, MLOG_ROLE_NONE, 4, true},
	{"igid", MLOG_SHAPE_NUMBER, MLOG_ROLE_NONE, 4, true},
	{"imode", MLOG_SHAPE_NUMBER, MLOG_ROLE_NONE, 2, true},
};

static const struct mlog_field *field_by_id(const char *id, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(all_fields); i++)
		if (strncmp(all_fields[i].id, id, len) == 0 && all_fields[i].id[len] == '\0')
			return &all_fields[i];
	return NULL;
}

bool mlog_fields_word(const void *text, size_t len)
{
	const uint8_t *at = text;

	for (size_t i = 0; i < len; i++)
		if (at[i] <= 0x20 || at[i] > 0x7e)
			return false;
	return len > 0;
}

int mlog_fields_find(const char *template_name, struct mlog_fields *ret_fields)
{
	enum hufu_template known = hufu_template_by_name(template_name, strlen(template_name));
	const char *format = known ? template_format(known) : template_name;
	struct mlog_fields fields = {0};

	/* A custom format `d|n` has lengths like any other: only the name counts. */
	fields.bare = strcmp(template_name, "ima") == 0;
	for (;;) {
		size_t len = strcspn(format, "|");
		const struct mlog_field *field = field_by_id(format, len);

		if (!field || fields.n_fields == MLOG_FIELDS_MAX)
			return -EPROTONOSUPPORT;
		fields.fields[fields.n_fields++] = field;
		if (!format[len])
			break;
		format += len + 1;
	}
	*ret_fields = fields;
	return 0;
}

static bool all_zero(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i])
			return false;
	return true;
}

/* "sha256:" or "ima:sha256:" */
static bool prefix_ok(const uint8_t *prefix, size_t len)
{
	return len > 1 && prefix[len - 1] == ':' && mlog_fields_word(prefix, len);
}

static int named_digest(struct bytes value, struct hufu_digest *ret_digest, size_t *ret_prefix_len,
			struct hufu_err *err)
{
	const char *text = (const char *)value.at;
	const uint8_t *nul = value.left ? memchr(value.at, 0, value.left) : NULL;
	struct hufu_digest digest = {0};
	size_t prefix_len, len;
	const char *colon;
	int algo;

	if (!nul || !prefix_ok(value.at, (size_t)(nul - value.at)))
		return err_set(err, -EBADMSG, "the digest has no algorithm before it");
	prefix_len = (size_t)(nul - value.at);
	len = value.left - prefix_len - 1;
	colon = memrchr(text, ':', prefix_len - 1);
	colon = colon ? colon + 1 : text;
	algo = hufu_hash_by_name(colon, (size_t)(text + prefix_len - 1 - colon));
	if (len == 0 || len > HUFU_DIGEST_MAX)
		return err_set(err, -EBADMSG, "a digest of %zu bytes", len);
	if (algo >= 0) {
		/* Kernels before 5.19 put 20 zeros into a violation whatever the algorithm. */
		bool old_violation = len == hufu_hash_size(HUFU_HASH_SHA1) && all_zero(nul + 1, len);

		if (len != hufu_hash_size((unsigned)algo) && !old_violation)
			return err_set(err, -EBADMSG, "a %s digest of %zu bytes", hufu_hash_name((unsigned)algo), len);
		digest.algo = (uint8_t)algo;
		digest.len = (uint8_t)len;
		memcpy(digest.bytes, nul + 1, len);
	}
	*ret_digest = digest;
	if (ret_prefix_len)
		*ret_prefix_len = prefix_len;
	return 0;
}

int mlog_fields_digest(const struct mlog_field *field, struct bytes value, struct hufu_digest *ret_digest,
		       size_t *ret_prefix_len, struct hufu_err *err)
{
	struct hufu_digest digest = {.algo = HUFU_HASH_SHA1};

	if (field->shape == MLOG_SHAPE_NAMED_DIGEST)
		return named_digest(value, ret_digest, ret_prefix_len, err);
	if (value.left == hufu_hash_size(HUFU_HASH_MD5))
		digest.algo = HUFU_HASH_MD5;
	else if (value.left != hufu_hash_size(HUFU_HASH_SHA1))
		return err_set(err, -EBADMSG, "a digest of %zu bytes is neither SHA-1 nor MD5", value.left);
	digest.len = (uint8_t)value.left;
	memcpy(digest.bytes, value.at, value.left);
	*ret_digest = digest;
	if (ret_prefix_len)
		*ret_prefix_len = 0;
	return 0;
}

static int check_value(const struct mlog_field *field, struct bytes value, struct hufu_err *err)
{
	struct hufu_digest digest;

	if (value.left == 0)
		return field->may_be_empty ? 0 : err_set(err, -EBADMSG, "it is empty");
	switch (field->shape) {
	case MLOG_SHAPE_DIGEST:
	case MLOG_SHAPE_NAMED_DIGEST:
		return mlog_fields_digest(field, value, &digest, NULL, err);
	case MLOG_SHAPE_TEXT:
		if (memchr(value.at, 0, value.left) != value.at + value.left - 1)
			return err_set(err, -EBADMSG, "the text has not one NUL, at its end");
		return 0;
	case MLOG_SHAPE_NUMBER:
		if (value.left != field->number_len)
			return err_set(err, -EBADMSG, "a number of %zu bytes, not %u", value.left, field->number_len);
		return 0;
	case MLOG_SHAPE_BYTES:
	default:
		return 0;
	}
}

/* Template `ima`: SHA-1 or MD5 without a length, then a length and the name, at most 255 bytes. The total tells which. */
static int split_bare(struct bytes in, struct bytes ret_values[MLOG_FIELDS_MAX], struct hufu_err *err)
{
	static const enum hufu_hash algos[] = {HUFU_HASH_SHA1, HUFU_HASH_MD5};

	for (size_t i = 0; i < ARRAY_SIZE(algos); i++) {
		struct bytes try = in;
		struct bytes digest = bytes_sub(&try, hufu_hash_size(algos[i]));
		struct bytes name = bytes_sub(&try, bytes_le32(&try));

		if (!bytes_end(&try) || name.left > 255)
			continue;
		if (name.left && memchr(name.at, 0, name.left))
			return err_set(err, -EBADMSG, "a NUL within the name");
		ret_values[0] = digest;
		ret_values[1] = name;
		return 0;
	}
	return err_set(err, -EBADMSG, "%zu bytes are not a digest and a name", in.left);
}

int mlog_fields_split(const struct mlog_fields *fields, const void *data, size_t data_len,
		      struct bytes ret_values[MLOG_FIELDS_MAX], struct hufu_err *err)
{
	struct bytes in = bytes_of(data, data_len);

	if (fields->bare)
		return split_bare(in, ret_values, err);
	for (size_t i = 0; i < fields->n_fields; i++) {
		uint32_t len = bytes_le32(&in);
		int r;

		ret_values[i] = bytes_sub(&in, len);
		if (!bytes_ok(&in))
			return err_set(err, -EBADMSG, "field %s goes beyond the template data", fields->fields[i]->id);
		r = check_value(fields->fields[i], ret_values[i], err);
		if (r < 0)
			return err_prefix(err, r, "field %s", fields->fields[i]->id);
	}
	if (!bytes_end(&in))
		return err_set(err, -EBADMSG, "%zu bytes after the last field", in.left);
	return 0;
}
