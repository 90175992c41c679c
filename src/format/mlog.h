/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MLOG_H
#define MLOG_H

#include "bytes.h"
#include "hufu.h"

/*
 * The measurement list as bytes: template data and records. Hashing is the caller's: this layer knows no algorithm
 * beyond its name and size. The reader (hufu_mlog_open()...) lives in mlog-reader.c, its shapes are in hufu.h.
 */

/*
 * Longest template data written or read. The kernel sets no limit; its longest entries hold a key, a PKCS#7 signature or
 * critical data of a few KiB.
 */
#define MLOG_DATA_MAX (1 << 20)

/* What template evm-sig says of a file beyond its content. */
struct mlog_inode {
	uint32_t uid, gid;
	uint16_t mode; /* with the type of file */
	struct buf evm; /* security.evm of type 5, or empty */
	struct buf names, lengths,
		values; /* of the xattrs EVM knows: names with `|` between them and a NUL, le32 each, bytes */
};

/* What goes into one entry. A violation has a digest of zeros. */
struct mlog_event {
	enum hufu_template template;
	const struct hufu_digest *digest;
	const struct hufu_digest
		*short_digest; /* template ima: SHA-1 or MD5; NULL: zeros, unless `digest` is one of them */
	bool verity; /* the digest is that of fs-verity: ima-ngv2, ima-sigv2 */
	const char *name; /* path; spaces become `_` in the stored data, as in the kernel */
	const uint8_t
		*extra; /* sig: security.ima of type 3 or 6, else security.evm of type 5, or nothing; buf: the buffer */
	size_t extra_len;
	const struct mlog_inode *inode; /* evm-sig; NULL: the entry is of no file, and these fields are empty */
};

/*
 * Appends the template data: per field a 32-bit little-endian length and its bytes. Errors show in `out->error`: also
 * -EINVAL for an event without name, known template or known algorithm, -EFBIG over MLOG_DATA_MAX.
 */
void mlog_put_data(struct buf *out, const struct mlog_event *event);
/* Appends the binary record: PCR, template hash, name, data. Little-endian, as on every machine hufu runs on. */
void mlog_put_record(struct buf *out, uint32_t pcr, const uint8_t template_hash[20], const char *template_name,
		     const void *data, size_t data_len);
/*
 * Takes template data apart into digest, name and extra of `entry` (template_name, data and data_len are set already).
 * `extra` is the first of sig, evmsig, modsig, buf. Data of template `ima` holds no NUL after the name: one must follow it.
 * -EBADMSG malformed; -EPROTONOSUPPORT a template whose fields are not known (the entry's raw data stays usable).
 */
HUFU_MUST_USE int mlog_split_data(struct hufu_mlog_entry *entry, struct hufu_err *err);

#endif
