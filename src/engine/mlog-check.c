/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel: security/integrity/ima/ima_crypto.c, ima_calc_field_array_hash_tfm(). */
#include <errno.h>
#include <string.h>

#include "err.h"
#include "hex.h"
#include "hufu.h"
#include "mlog-fields.h"

enum {
	HASH_LEN = 20,
	BARE_NAME_LEN = 256, /* IMA_EVENT_NAME_LEN_MAX + 1 */
};

static bool all_zero(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i])
			return false;
	return true;
}

/* What is hashed is the template data as stored; for template `ima` the digest, and the name padded with NUL to 256 bytes. */
static int compute(const struct hufu_mlog_entry *entry, bool bare, struct hufu_digest *ret_digest, struct hufu_err *err)
{
	uint8_t padded[HUFU_DIGEST_MAX + BARE_NAME_LEN] = {0};

	if (!bare)
		return hufu_digest_mem(HUFU_HASH_SHA1, entry->data, entry->data_len, ret_digest, err);
	if (entry->digest.len > HUFU_DIGEST_MAX || entry->name_len >= BARE_NAME_LEN)
		return err_set(err, -EBADMSG, "template ima has no name of %zu bytes", entry->name_len);
	memcpy(padded, entry->digest.bytes, entry->digest.len);
	memcpy(padded + entry->digest.len, entry->name, entry->name_len);
	return hufu_digest_mem(HUFU_HASH_SHA1, padded, entry->digest.len + BARE_NAME_LEN, ret_digest, err);
}

int hufu_mlog_check(const struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	char said[2 * HASH_LEN + 1], computed[2 * HUFU_DIGEST_MAX + 1];
	struct hufu_digest digest;
	struct mlog_fields fields;
	int r;

	/* A violation's file digest is zero too: an entry whose template hash alone was wiped is not one. */
	if (all_zero(entry->template_hash, HASH_LEN)) {
		if (!all_zero(entry->digest.bytes, entry->digest.len))
			return err_set(err, -EBADMSG,
				       "the template hash is zero, as of a violation, but the file digest is not");
		return 0;
	}
	r = mlog_fields_find(entry->template_name, &fields);
	if (r < 0)
		return err_set(err, r, "the fields of template '%s' are not known", entry->template_name);
	r = compute(entry, fields.bare, &digest, err);
	if (r < 0)
		return r;
	if (memcmp(digest.bytes, entry->template_hash, HASH_LEN) == 0)
		return 0;
	hex_encode(entry->template_hash, HASH_LEN, said);
	hex_encode(digest.bytes, digest.len, computed);
	return err_set(err, -EBADMSG, "the template hash is %s, the template data give %s", said, computed);
}
