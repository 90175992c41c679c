/* SPDX-License-Identifier: Apache-2.0 */
#include "mlog.h"

#include <errno.h>
#include <string.h>

#include "err.h"
#include "mlog-fields.h"

void mlog_put_record(struct buf *out, uint32_t pcr, const uint8_t template_hash[20], const char *template_name,
		     const void *data, size_t data_len)
{
	buf_le32(out, pcr);
	buf_add(out, template_hash, 20);
	buf_le32(out, (uint32_t)strlen(template_name));
	buf_str(out, template_name);
	if (strcmp(template_name, "ima") != 0)
		buf_le32(out, (uint32_t)data_len);
	buf_add(out, data, data_len);
}

int mlog_split_data(struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	struct hufu_mlog_entry found = *entry;
	struct bytes values[MLOG_FIELDS_MAX];
	struct mlog_fields fields;
	int r = mlog_fields_find(entry->template_name, &fields);

	if (r < 0)
		return err_set(err, r, "the fields of template '%s' are not known", entry->template_name);
	r = mlog_fields_split(&fields, entry->data, entry->data_len, values, err);
	if (r < 0)
		return err_prefix(err, r, "template %s", entry->template_name);
	found.digest = (struct hufu_digest){0};
	found.name = "";
	found.name_len = 0;
	found.extra = NULL;
	found.extra_len = 0;
	for (size_t i = fields.n_fields; i-- > 0;) { /* backwards: of several fields with one role the first stays */
		switch (fields.fields[i]->role) {
		case MLOG_ROLE_DIGEST:
			r = mlog_fields_digest(fields.fields[i], values[i], &found.digest, NULL, err);
			if (r < 0)
				return r;
			break;
		case MLOG_ROLE_NAME:
			found.name = (const char *)values[i].at;
			found.name_len = values[i].left - !fields.bare;
			break;
		case MLOG_ROLE_EXTRA:
			found.extra = values[i].at;
			found.extra_len = values[i].left;
			break;
		case MLOG_ROLE_NONE:
		default:
			break;
		}
	}
	*entry = found;
	return 0;
}
