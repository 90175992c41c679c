/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MLOG_FIELDS_H
#define MLOG_FIELDS_H

#include "bytes.h"
#include "hufu.h"

/* The fields of measurement templates, the kernel's all: security/integrity/ima/ima_template.c, ima_template_lib.c. */

enum mlog_shape {
	MLOG_SHAPE_DIGEST, /* raw SHA-1 or MD5; hex in the ascii list */
	MLOG_SHAPE_NAMED_DIGEST, /* "sha256:" NUL digest, or "ima:sha256:" NUL digest; `sha256:hex` in the ascii list */
	MLOG_SHAPE_TEXT, /* with a NUL at the end, as it is in the ascii list */
	MLOG_SHAPE_BYTES, /* hex in the ascii list */
	MLOG_SHAPE_NUMBER, /* little-endian; decimal in the ascii list */
};

enum mlog_role { MLOG_ROLE_NONE, MLOG_ROLE_DIGEST, MLOG_ROLE_NAME, MLOG_ROLE_EXTRA };

struct mlog_field {
	const char *id; /* "d-ng" */
	enum mlog_shape shape;
	enum mlog_role role;
	uint8_t number_len; /* bytes of a NUMBER */
	bool may_be_empty; /* what the field describes may be missing */
};

enum { MLOG_FIELDS_MAX = 15 }; /* TEMPLATE_NUM_FIELDS_MAX */

struct mlog_fields {
	const struct mlog_field *fields[MLOG_FIELDS_MAX];
	size_t n_fields;
	bool bare; /* template `ima`: digest without a length, name without a NUL */
};

/* Printable and without blanks, as the name of a template and of an algorithm are: they can be shown and read back. */
bool mlog_fields_word(const void *text, size_t len);

/* The fields of a template, by its name or a format string. -EPROTONOSUPPORT: not known. */
HUFU_MUST_USE int mlog_fields_find(const char *template_name, struct mlog_fields *ret_fields);

/*
 * Splits template data into the bytes of each field and checks them: after this, text ends in its only NUL (not so in a
 * bare name), numbers have their length, and digests a name and a length that may be. -EBADMSG if anything is not so.
 */
HUFU_MUST_USE int mlog_fields_split(const struct mlog_fields *fields, const void *data, size_t data_len,
				    struct bytes ret_values[MLOG_FIELDS_MAX], struct hufu_err *err);

/*
 * The digest in the value of a DIGEST or NAMED_DIGEST field. An algorithm hufu does not know gives len 0. `ret_prefix_len`
 * (may be NULL) is the length of "sha256:" without the NUL. -EBADMSG: not such a value.
 */
HUFU_MUST_USE int mlog_fields_digest(const struct mlog_field *field, struct bytes value, struct hufu_digest *ret_digest,
				     size_t *ret_prefix_len, struct hufu_err *err);

#endif
