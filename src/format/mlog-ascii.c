/* SPDX-License-Identifier: Apache-2.0 */
/* An entry as text. Kernel: ima_fs.c (ima_ascii_measurements_show()), ima_template_lib.c (ima_show_template_data_ascii()). */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "bytes.h"
#include "err.h"
#include "mlog-fields.h"

static void put_number(struct buf *out, struct bytes value)
{
	bool wide = value.left == 4;

	buf_printf(out, "%" PRIu32, wide ? bytes_le32(&value) : bytes_le16(&value));
}

static int put_value(struct buf *out, const struct mlog_field *field, struct bytes value)
{
	struct hufu_digest digest;
	size_t prefix_len;
	int r;

	if (value.left == 0)
		return 0;
	switch (field->shape) {
	case MLOG_SHAPE_NAMED_DIGEST:
		r = mlog_fields_digest(field, value, &digest, &prefix_len, NULL);
		if (r < 0)
			return r;
		buf_add(out, value.at, prefix_len);
		buf_hex(out, value.at + prefix_len + 1, value.left - prefix_len - 1);
		return 0;
	case MLOG_SHAPE_TEXT:
		buf_add(out, value.at, value.left - 1);
		return 0;
	case MLOG_SHAPE_NUMBER:
		put_number(out, value);
		return 0;
	case MLOG_SHAPE_DIGEST:
	case MLOG_SHAPE_BYTES:
	default:
		buf_hex(out, value.at, value.left);
		return 0;
	}
}

int hufu_mlog_ascii(const struct hufu_mlog_entry *entry, char **ret_line)
{
	struct bytes values[MLOG_FIELDS_MAX];
	struct mlog_fields fields;
	autobuf out = {0};
	char *line;
	int r;

	r = mlog_fields_find(entry->template_name, &fields);
	if (r < 0)
		return r;
	r = mlog_fields_split(&fields, entry->data, entry->data_len, values, NULL);
	if (r < 0)
		return r;
	buf_printf(&out, "%2" PRIu32 " ", entry->pcr);
	buf_hex(&out, entry->template_hash, sizeof(entry->template_hash));
	buf_u8(&out, ' ');
	buf_str(&out, entry->template_name);
	for (size_t i = 0; i < fields.n_fields; i++) {
		buf_u8(&out, ' '); /* also before an empty field: ima-sig without a signature ends in a blank */
		if (fields.bare && fields.fields[i]->role == MLOG_ROLE_NAME) {
			buf_add(&out, values[i].at, values[i].left);
			continue;
		}
		r = put_value(&out, fields.fields[i], values[i]);
		if (r < 0)
			return r;
	}
	line = buf_take_str(&out);
	if (!line)
		return -ENOMEM;
	*ret_line = line;
	return 0;
}
