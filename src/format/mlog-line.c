/* SPDX-License-Identifier: Apache-2.0 */
#include "mlog-line.h"

#include <errno.h>
#include <string.h>

#include "err.h"
#include "hex.h"
#include "mlog-fields.h"

struct text {
	const char *at;
	size_t len;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Lower case: the kernel prints no other. */
static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

bool mlog_line_starts(const char *text, size_t len)
{
	size_t at = 0, n;

	if (len && text[0] == ' ') /* %2d */
		at++;
	for (n = 0; at < len && is_digit(text[at]) && n < 10; n++)
		at++;
	if (at == len)
		return true;
	if (n == 0 || text[at++] != ' ')
		return false;
	for (n = 0; at < len && is_hex(text[at]) && n < 2 * HUFU_DIGEST_MAX; n++)
		at++;
	return at == len || (n >= 40 && text[at] == ' ');
}

/* The text before the next blank, which is skipped; all of it if there is none. */
static struct text next_word(struct text *in)
{
	const char *blank = memchr(in->at, ' ', in->len);
	struct text word = {in->at, blank ? (size_t)(blank - in->at) : in->len};

	in->at += word.len + !!blank;
	in->len -= word.len + !!blank;
	return word;
}

/*
 * Takes the fields apart: as many blanks as fields, also around empty ones. Names hold no blanks (`_` stands there), but
 * should one have some, it is the only field that can.
 */
static int split_fields(struct text rest, const struct mlog_fields *fields, struct text ret_texts[MLOG_FIELDS_MAX],
			struct hufu_err *err)
{
	size_t name = 0, n_blanks = 0, extra_blanks;

	while (name + 1 < fields->n_fields && fields->fields[name]->role != MLOG_ROLE_NAME)
		name++;
	for (size_t i = 0; i < rest.len; i++)
		n_blanks += rest.at[i] == ' ';
	if (n_blanks + 1 < fields->n_fields)
		return err_set(err, -EBADMSG, "%zu fields, the template has %zu", n_blanks + 1, fields->n_fields);
	extra_blanks = n_blanks + 1 - fields->n_fields;
	for (size_t i = 0; i < fields->n_fields; i++) {
		ret_texts[i] = next_word(&rest);
		while (i == name && extra_blanks--)
			ret_texts[i].len += 1 + next_word(&rest).len;
	}
	return 0;
}

static int put_hex(struct buf *out, struct text text)
{
	size_t at = out->len;

	buf_add(out, text.at, text.len / 2); /* room for the bytes, to be written over */
	if (out->error || text.len == 0)
		return 0; /* the error shows when all is built */
	return hex_decode(text.at, text.len, out->data + at, text.len / 2) < 0 ? -EBADMSG : 0;
}

static int put_named_digest(struct buf *out, struct text text)
{
	const char *colon = text.len ? memrchr(text.at, ':', text.len) : NULL;
	size_t prefix_len = colon ? (size_t)(colon + 1 - text.at) : 0;

	if (text.len == 0)
		return 0;
	if (!colon)
		return -EBADMSG;
	buf_add(out, text.at, prefix_len);
	buf_u8(out, 0);
	return put_hex(out, (struct text){text.at + prefix_len, text.len - prefix_len});
}

/* Decimal without a sign, into 32 bits. */
static int parse_number(struct text text, uint32_t *ret_value)
{
	uint64_t value = 0;

	if (text.len == 0 || text.len > 10)
		return -EBADMSG;
	for (size_t i = 0; i < text.len; i++) {
		if (!is_digit(text.at[i]))
			return -EBADMSG;
		value = value * 10 + (uint64_t)(text.at[i] - '0');
	}
	if (value > UINT32_MAX)
		return -EBADMSG;
	*ret_value = (uint32_t)value;
	return 0;
}

static int put_number(struct buf *out, struct text text, size_t number_len)
{
	uint32_t value;
	int r;

	if (text.len == 0)
		return 0;
	r = parse_number(text, &value);
	if (r < 0 || (number_len == 2 && value > UINT16_MAX))
		return -EBADMSG;
	for (size_t i = 0; i < number_len; i++)
		buf_u8(out, (uint8_t)(value >> 8 * i));
	return 0;
}

static int put_value(struct buf *out, const struct mlog_field *field, struct text text)
{
	switch (field->shape) {
	case MLOG_SHAPE_NAMED_DIGEST:
		return put_named_digest(out, text);
	case MLOG_SHAPE_TEXT:
		buf_add(out, text.at, text.len);
		if (text.len || !field->may_be_empty)
			buf_u8(out, 0);
		return 0;
	case MLOG_SHAPE_NUMBER:
		return put_number(out, text, field->number_len);
	case MLOG_SHAPE_DIGEST:
	case MLOG_SHAPE_BYTES:
	default:
		return put_hex(out, text);
	}
}

/* Template `ima`: see mlog-fields.h. The NUL after the data is not part of it, but mlog_split_data() wants it. */
static int build_bare(struct buf *data, const struct text texts[MLOG_FIELDS_MAX])
{
	int r = put_hex(data, texts[0]);

	buf_le32(data, (uint32_t)texts[1].len);
	buf_add(data, texts[1].at, texts[1].len);
	return r;
}

static int build_data(struct text rest, const struct mlog_fields *fields, struct buf *data, struct hufu_err *err)
{
	struct text texts[MLOG_FIELDS_MAX];
	int r = split_fields(rest, fields, texts, err);

	if (r < 0)
		return r;
	if (fields->bare)
		return build_bare(data, texts) < 0 ? err_set(err, -EBADMSG, "the digest is not hex") : 0;
	for (size_t i = 0; i < fields->n_fields; i++) {
		size_t at = data->len;
		uint32_t len;

		buf_le32(data, 0);
		r = put_value(data, fields->fields[i], texts[i]);
		if (r < 0)
			return err_set(err, r, "field %s cannot be read", fields->fields[i]->id);
		if (data->error)
			break;
		len = (uint32_t)(data->len - at - 4);
		for (size_t k = 0; k < 4; k++)
			data->data[at + k] = (uint8_t)(len >> 8 * k);
	}
	return 0;
}

static int parse_head(struct text *in, struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	struct text word;

	if (in->len && in->at[0] == ' ') { /* %2d */
		in->at++;
		in->len--;
	}
	if (parse_number(next_word(in), &entry->pcr) < 0)
		return err_set(err, -EBADMSG, "it does not begin with a PCR number");
	word = next_word(in);
	if (word.len != 2 * sizeof(entry->template_hash))
		return err_set(err, -EBADMSG,
			       "a template hash of %zu digits; only lists with SHA-1 template hashes (40) are read",
			       word.len);
	if (hex_decode(word.at, word.len, entry->template_hash, sizeof(entry->template_hash)) < 0)
		return err_set(err, -EBADMSG, "the template hash is not hex");
	word = next_word(in);
	if (word.len == 0 || word.len >= sizeof(entry->template_name))
		return err_set(err, -EBADMSG, "a template name of %zu bytes", word.len);
	if (!mlog_fields_word(word.at, word.len))
		return err_set(err, -EBADMSG, "the template name is not text");
	memcpy(entry->template_name, word.at, word.len);
	entry->template_name[word.len] = '\0';
	return 0;
}

int mlog_line_parse(const char *line, size_t len, struct buf *data, struct hufu_mlog_entry *ret_entry,
		    struct hufu_err *err)
{
	struct text in = {line, len};
	struct hufu_mlog_entry entry = {.name = ""};
	struct mlog_fields fields;
	int r = parse_head(&in, &entry, err);

	if (r < 0)
		return r;
	data->len = 0;
	if (mlog_fields_find(entry.template_name, &fields) == 0) {
		r = build_data(in, &fields, data, err);
		if (r < 0)
			return r;
		entry.data_len = data->len;
		buf_u8(data, 0);
		if (data->error)
			return err_sys(err, data->error, "template data");
		if (entry.data_len > MLOG_DATA_MAX)
			return err_set(err, -EBADMSG, "template data of more than %d bytes", MLOG_DATA_MAX);
		entry.data = data->data;
		r = mlog_split_data(&entry, err);
		if (r < 0)
			return r;
	}
	*ret_entry = entry;
	return 0;
}
