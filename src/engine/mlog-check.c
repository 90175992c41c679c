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

/* For template `ima` the digest, and the name padded with NUL to 256 bytes. */
static int hash_bare(const struct hufu_mlog_entry *entry, const struct mlog_fields *fields, unsigned algo,
		     struct hufu_digest *ret_hash, struct hufu_err *err)
{
	uint8_t padded[HUFU_DIGEST_MAX + BARE_NAME_LEN] = {0};
	struct bytes values[MLOG_FIELDS_MAX];
	int r = mlog_fields_split(fields, entry->data, entry->data_len, values, err);

	if (r < 0)
		return r;
	memcpy(padded, values[0].at, values[0].left); /* 20 bytes or 16, and at most 255: mlog_fields_split() */
	if (values[1].left)
		memcpy(padded + values[0].left, values[1].at, values[1].left);
	return hufu_digest_mem(algo, padded, values[0].left + BARE_NAME_LEN, ret_hash, err);
}

/* What is hashed is the template data as stored. */
int hufu_mlog_hash(const struct hufu_mlog_entry *entry, unsigned algo, struct hufu_digest *ret_hash,
		   struct hufu_err *err)
{
	struct mlog_fields fields;
	int r = mlog_fields_find(entry->template_name, &fields);

	if (r < 0)
		return err_set(err, r, "the fields of template '%s' are not known", entry->template_name);
	if (fields.bare)
		return hash_bare(entry, &fields, algo, ret_hash, err);
	return hufu_digest_mem(algo, entry->data, entry->data_len, ret_hash, err);
}

int hufu_mlog_check(const struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	char said[2 * HASH_LEN + 1], computed[2 * HUFU_DIGEST_MAX + 1];
	struct hufu_digest digest;
	int r;

	/* A violation's file digest is zero too: an entry whose template hash alone was wiped is not one. */
	if (all_zero(entry->template_hash, HASH_LEN)) {
		if (!all_zero(entry->digest.bytes, entry->digest.len))
			return err_set(err, -EBADMSG,
				       "the template hash is zero, as of a violation, but the file digest is not");
		return 0;
	}
	r = hufu_mlog_hash(entry, HUFU_HASH_SHA1, &digest, err);
	if (r < 0)
		return r;
	if (memcmp(digest.bytes, entry->template_hash, HASH_LEN) == 0)
		return 0;
	hex_encode(entry->template_hash, HASH_LEN, said);
	hex_encode(digest.bytes, digest.len, computed);
	return err_set(err, -EBADMSG, "the template hash is %s, the template data give %s", said, computed);
}
