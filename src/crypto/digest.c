/* SPDX-License-Identifier: Apache-2.0 */
#include "digest.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>

#include "err.h"
#include "file.h"
#include "sm3.h"
#include "ssl.h"

/* Large enough that read(2) costs little beside the hash, small enough to stay in the second-level cache. */
enum { READ_SIZE = 256 * 1024 };

struct digest {
	EVP_MD_CTX *ctx; /* NULL: our own SM3 */
	EVP_MD *md;
	struct sm3 sm3;
	uint8_t algo, len;
	bool failed; /* an addition failed: what would come out is the digest of something else */
};

DEFINE_AUTO(struct digest, digest_free)

/* libcrypto's names. Streebog is there if a provider brings it. */
static const char *const ssl_names[HUFU_HASH_COUNT] = {
	[HUFU_HASH_MD4] = "MD4",
	[HUFU_HASH_MD5] = "MD5",
	[HUFU_HASH_SHA1] = "SHA1",
	[HUFU_HASH_RMD160] = "RIPEMD160",
	[HUFU_HASH_SHA256] = "SHA2-256",
	[HUFU_HASH_SHA384] = "SHA2-384",
	[HUFU_HASH_SHA512] = "SHA2-512",
	[HUFU_HASH_SHA224] = "SHA2-224",
	[HUFU_HASH_SM3] = "SM3",
	[HUFU_HASH_STREEBOG256] = "md_gost12_256",
	[HUFU_HASH_STREEBOG512] = "md_gost12_512",
	[HUFU_HASH_SHA3_256] = "SHA3-256",
	[HUFU_HASH_SHA3_384] = "SHA3-384",
	[HUFU_HASH_SHA3_512] = "SHA3-512",
};

const char *digest_ssl_name(unsigned algo)
{
	return algo < HUFU_HASH_COUNT ? ssl_names[algo] : NULL;
}

static EVP_MD *fetch(unsigned algo)
{
	const char *name = digest_ssl_name(algo);
	EVP_MD *md = name ? EVP_MD_fetch(NULL, name, NULL) : NULL;

	if (md && (size_t)EVP_MD_get_size(md) != hufu_hash_size(algo)) {
		EVP_MD_free(md);
		md = NULL;
	}
	if (!md)
		ERR_clear_error();
	return md;
}

int digest_available(unsigned algo)
{
	EVP_MD *md = fetch(algo);

	EVP_MD_free(md);
	return md != NULL;
}

int digest_new(unsigned algo, struct digest **ret_digest, struct hufu_err *err)
{
	autodone(digest_free) struct digest *digest = calloc(1, sizeof(*digest));
	const char *name = hufu_hash_name(algo);

	if (!digest)
		return err_sys(err, -ENOMEM, "digest");
	digest->algo = (uint8_t)algo;
	digest->len = (uint8_t)hufu_hash_size(algo);
	if (algo == HUFU_HASH_SM3 && sm3_usable()) {
		sm3_init(&digest->sm3);
		*ret_digest = take_ptr(digest);
		return 0;
	}
	digest->md = fetch(algo);
	if (!digest->md && name)
		return err_set(err, -ENOPKG, "the hash algorithm %s is not available on this machine", name);
	if (!digest->md)
		return err_set(err, -ENOPKG, "there is no hash algorithm with the number %u", algo);
	digest->ctx = EVP_MD_CTX_new();
	if (!digest->ctx || EVP_DigestInit_ex2(digest->ctx, digest->md, NULL) != 1)
		return ssl_err(err, -EIO, "cannot begin a %s digest", name);
	*ret_digest = take_ptr(digest);
	return 0;
}

int digest_add(struct digest *digest, const void *data, size_t len)
{
	if (!digest->ctx)
		sm3_add(&digest->sm3, data, len);
	else if (!digest->failed && EVP_DigestUpdate(digest->ctx, data, len) != 1) {
		ERR_clear_error();
		digest->failed = true;
	}
	return digest->failed ? -EIO : 0;
}

int digest_end(struct digest *digest, struct hufu_digest *ret_digest)
{
	struct hufu_digest result = {.algo = digest->algo, .len = digest->len};
	unsigned len = 0;
	bool done;

	if (!digest->ctx) {
		sm3_end(&digest->sm3, result.bytes);
		sm3_init(&digest->sm3);
		*ret_digest = result;
		return 0;
	}
	done = !digest->failed && EVP_DigestFinal_ex(digest->ctx, result.bytes, &len) == 1 && len == digest->len;
	digest->failed = EVP_DigestInit_ex2(digest->ctx, digest->md, NULL) != 1;
	if (!done) {
		ERR_clear_error();
		return -EIO;
	}
	*ret_digest = result;
	return 0;
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->ctx);
	EVP_MD_free(digest->md);
	/* As libcrypto does with its own: nobody here knows whether it was a secret. */
	OPENSSL_cleanse(&digest->sm3, sizeof(digest->sm3));
	free(digest);
}

static int add_file(struct digest *digest, int fd, uint64_t size, struct hufu_err *err)
{
	size_t buf_size = size < READ_SIZE ? (size_t)size : READ_SIZE;
	autofree uint8_t *buf = malloc(buf_size ? buf_size : 1);

	if (!buf)
		return err_sys(err, -ENOMEM, "reading");
	for (uint64_t at = 0; at < size;) {
		size_t wanted = size - at < buf_size ? (size_t)(size - at) : buf_size;
		ssize_t n = file_pread(fd, buf, wanted, at);
		int r;

		if (n < 0)
			return err_sys(err, (int)n, "cannot read");
		if ((size_t)n < wanted)
			return err_set(err, -EIO, "the file shrank while it was read: %llu bytes instead of %llu",
				       (unsigned long long)(at + (size_t)n), (unsigned long long)size);
		r = digest_add(digest, buf, (size_t)n);
		if (r < 0)
			return err_sys(err, r, "cannot compute the digest");
		at += (size_t)n;
	}
	return 0;
}

int hufu_digest_fd(unsigned algo, int fd, uint64_t size, struct hufu_digest *ret_digest, struct hufu_err *err)
{
	autodone(digest_free) struct digest *digest = NULL;
	int r = digest_new(algo, &digest, err);

	if (r == 0)
		r = add_file(digest, fd, size, err);
	if (r < 0)
		return r;
	r = digest_end(digest, ret_digest);
	return r < 0 ? err_sys(err, r, "cannot compute the digest") : 0;
}

int hufu_digest_mem(unsigned algo, const void *data, size_t len, struct hufu_digest *ret_digest, struct hufu_err *err)
{
	autodone(digest_free) struct digest *digest = NULL;
	int r = digest_new(algo, &digest, err);

	if (r < 0)
		return r;
	r = digest_add(digest, data, len);
	if (r == 0)
		r = digest_end(digest, ret_digest);
	return r < 0 ? err_sys(err, r, "cannot compute the digest") : 0;
}
