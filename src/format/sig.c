/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value of security.ima. Kernel: security/integrity/integrity.h (struct evm_ima_xattr_data, struct signature_v2_hdr),
 * digsig.c, digsig_asymmetric.c, ima/ima_appraise.c.
 */
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "err.h"

enum { SIG_HEADER = 9 };

/* Type 1 says no algorithm, its length does: ima_get_hash_algo() takes SHA-1 with four zeros at the end for padded MD5. */
static int decode_hash_old(struct bytes *in, struct hufu_sig *sig, struct hufu_err *err)
{
	static const uint8_t padding[4];
	const size_t md5 = hufu_hash_size(HUFU_HASH_MD5), sha1 = hufu_hash_size(HUFU_HASH_SHA1);

	if (in->left == md5 || (in->left == sha1 && memcmp(in->at + md5, padding, sizeof(padding)) == 0))
		sig->algo = HUFU_HASH_MD5;
	else if (in->left >= sha1)
		sig->algo = HUFU_HASH_SHA1;
	else
		return err_set(err, -EBADMSG, "a digest of %zu bytes is neither MD5 (%zu) nor SHA-1 (%zu)", in->left,
			       md5, sha1);
	sig->len = hufu_hash_size(sig->algo);
	sig->bytes = bytes_take(in, sig->len);
	return 0;
}

static int unknown_algo(unsigned algo, struct hufu_err *err)
{
	return err_set(err, -ENOPKG, "hash algorithm number %u is not known", algo);
}

static int decode_hash(struct bytes *in, struct hufu_sig *sig, struct hufu_err *err)
{
	size_t left;

	sig->algo = bytes_u8(in);
	if (!bytes_ok(in))
		return err_set(err, -EBADMSG, "it ends before the hash algorithm");
	if (!hufu_hash_name(sig->algo))
		return unknown_algo(sig->algo, err);
	left = in->left;
	sig->len = hufu_hash_size(sig->algo);
	sig->bytes = bytes_take(in, sig->len);
	if (!bytes_ok(in))
		return err_set(err, -EBADMSG, "a %s digest has %zu bytes, here are %zu", hufu_hash_name(sig->algo),
			       sig->len, left);
	return 0;
}

static int decode_signature(struct bytes *in, struct hufu_sig *sig, struct hufu_err *err)
{
	size_t said;

	sig->version = bytes_u8(in);
	/* Version 1 has another header; the version goes first so that it is not called truncated. */
	if (bytes_ok(in) && sig->version != 2 && sig->version != 3)
		return err_set(err, -EPROTONOSUPPORT, "signature version %u is not supported", sig->version);
	sig->algo = bytes_u8(in);
	sig->key_id = bytes_be32(in);
	said = bytes_be16(in);
	if (!bytes_ok(in))
		return err_set(err, -EBADMSG, "it ends within the %d byte signature header", SIG_HEADER);
	if (said != in->left)
		return err_set(err, -EBADMSG, "the header says %zu bytes of signature, %zu follow", said, in->left);
	if (said == 0)
		return err_set(err, -EBADMSG, "the signature is empty");
	if (!hufu_hash_name(sig->algo))
		return unknown_algo(sig->algo, err);
	sig->len = said;
	sig->bytes = bytes_take(in, said);
	return 0;
}

int hufu_sig_decode(const uint8_t *data, size_t len, struct hufu_sig *ret_sig, struct hufu_err *err)
{
	static int (*const decoders[])(struct bytes * in, struct hufu_sig * sig, struct hufu_err * err) = {
		[HUFU_SIG_HASH_OLD] = decode_hash_old,
		[HUFU_SIG_SIGNATURE] = decode_signature,
		[HUFU_SIG_HASH] = decode_hash,
		[HUFU_SIG_VERITY] = decode_signature,
	};
	struct bytes in = bytes_of(data, len);
	struct hufu_sig sig = {0};
	int r;

	if (len == 0)
		return err_set(err, -ENODATA, "security.ima is empty");
	if (len > HUFU_XATTR_MAX)
		return err_set(err, -EBADMSG, "security.ima: %zu bytes are more than %d", len, HUFU_XATTR_MAX);
	sig.type = bytes_u8(&in);
	if (sig.type >= sizeof(decoders) / sizeof(decoders[0]) || !decoders[sig.type])
		return err_set(err, -EPROTONOSUPPORT, "security.ima: type %u is not known", sig.type);
	r = decoders[sig.type](&in, &sig, err);
	if (r < 0)
		return err_prefix(err, r, "security.ima");
	*ret_sig = sig;
	return 0;
}

/* Writes what goes before sig->bytes and returns its length, or -EINVAL: hufu does not write this. */
static int encode_header(const struct hufu_sig *sig, uint8_t ret_header[SIG_HEADER])
{
	bool verity = sig->type == HUFU_SIG_VERITY;

	if (!hufu_hash_name(sig->algo) || !sig->bytes)
		return -EINVAL;
	ret_header[0] = sig->type;
	switch (sig->type) {
	case HUFU_SIG_HASH_OLD:
		if (sig->algo != HUFU_HASH_SHA1 && sig->algo != HUFU_HASH_MD5)
			return -EINVAL;
		return sig->len == hufu_hash_size(sig->algo) ? 1 : -EINVAL;
	case HUFU_SIG_HASH:
		ret_header[1] = sig->algo;
		return sig->len == hufu_hash_size(sig->algo) ? 2 : -EINVAL;
	case HUFU_SIG_SIGNATURE:
	case HUFU_SIG_VERITY:
		if (sig->version != (verity ? 3 : 2) || sig->len == 0 || sig->len > HUFU_XATTR_MAX - SIG_HEADER)
			return -EINVAL;
		ret_header[1] = sig->version;
		ret_header[2] = sig->algo;
		for (unsigned i = 0; i < 4; i++)
			ret_header[3 + i] = (uint8_t)(sig->key_id >> (24 - 8 * i));
		ret_header[7] = (uint8_t)(sig->len >> 8);
		ret_header[8] = (uint8_t)sig->len;
		return SIG_HEADER;
	default:
		return -EINVAL;
	}
}

int hufu_sig_encode(const struct hufu_sig *sig, uint8_t *ret_data, size_t size, size_t *ret_len)
{
	uint8_t header[SIG_HEADER];
	int header_len = encode_header(sig, header);

	if (header_len < 0)
		return header_len;
	if ((size_t)header_len + sig->len > size)
		return -ENOSPC;
	memcpy(ret_data, header, (size_t)header_len);
	memcpy(ret_data + header_len, sig->bytes, sig->len);
	*ret_len = (size_t)header_len + sig->len;
	return 0;
}
