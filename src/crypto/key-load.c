/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys out of PEM files. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "kdf.h"
#include "key.h"
#include "passphrase.h"
#include "pem.h"

enum { KEY_FILE_MAX = 1024 * 1024 }; /* bytes */

DEFINE_AUTO(OSSL_DECODER_CTX, OSSL_DECODER_CTX_free)

/* The content of a key file, wiped when it goes. */
struct secret {
	uint8_t *data;
	size_t len;
};

static void secret_done(struct secret *secret)
{
	OPENSSL_clear_free(secret->data, secret->len);
}

/* One buffer of the full size, not file_read(): growing a buffer leaves copies of the key behind. */
static int read_secret(const char *path, struct secret *ret_secret, struct hufu_err *err)
{
	__attribute__((cleanup(secret_done))) struct secret secret = {.data = OPENSSL_malloc(KEY_FILE_MAX + 1)};
	/* O_NONBLOCK only while opening, so that a FIFO without a writer does not hold us for ever */
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);

	if (!secret.data)
		return err_sys(err, -ENOMEM, "reading");
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		return err_sys(err, -errno, "cannot open");
	while (secret.len <= KEY_FILE_MAX) {
		ssize_t n = read(fd, secret.data + secret.len, KEY_FILE_MAX + 1 - secret.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, -errno, "cannot read");
		if (n == 0)
			break;
		secret.len += (size_t)n;
	}
	if (secret.len > KEY_FILE_MAX)
		return err_set(err, -EFBIG, "longer than %d bytes; that is no key file", KEY_FILE_MAX);
	*ret_secret = secret;
	secret = (struct secret){0};
	return 0;
}

static int damaged(struct hufu_err *err)
{
	return ssl_err(err, -EINVAL, "the private key is damaged");
}

static int from_info(const PKCS8_PRIV_KEY_INFO *info, EVP_PKEY **ret_pkey, struct hufu_err *err)
{
	const X509_ALGOR *algorithm = NULL;
	int r;

	*ret_pkey = EVP_PKCS82PKEY(info);
	if (*ret_pkey)
		return 0;
	ERR_clear_error(); /* it says "unsupported" for everything */
	r = PKCS8_pkey_get0(NULL, NULL, NULL, &algorithm, info) == 1 ? key_check_algorithm(algorithm, err) : 0;
	return r < 0 ? r : damaged(err);
}

/* A block on its way to a key. */
struct source {
	const char *path;
	const struct hufu_passphrase *pass;
	struct pem_block block;
};

static void source_done(struct source *source)
{
	pem_done(&source->block);
}

static int from_pkcs8(struct source *source, EVP_PKEY **ret_pkey, struct hufu_err *err)
{
	const unsigned char *at = source->block.der;
	autodone(PKCS8_PRIV_KEY_INFO_free) PKCS8_PRIV_KEY_INFO *info =
		d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, source->block.der_len);

	if (!info || at != source->block.der + source->block.der_len)
		return damaged(err);
	return from_info(info, ret_pkey, err);
}

static int wrong_passphrase(struct hufu_err *err)
{
	ERR_clear_error();
	return err_set(err, -EACCES, "the passphrase is wrong, or the encrypted private key is damaged");
}

/* A wrong passphrase, or an algorithm that is not here? */
static int refuse_decryption(struct hufu_err *err)
{
	unsigned long first = ERR_peek_error();
	int reason = ERR_GET_REASON(first);

	if (reason == ERR_R_UNSUPPORTED || reason == EVP_R_UNSUPPORTED_ALGORITHM ||
	    reason == EVP_R_UNKNOWN_PBE_ALGORITHM || reason == EVP_R_UNSUPPORTED_CIPHER ||
	    reason == EVP_R_UNSUPPORTED_PRF)
		return ssl_err(err, -ENOPKG, "the private key is encrypted in a way that is not available here");
	return wrong_passphrase(err);
}

static int from_encrypted_pkcs8(struct source *source, EVP_PKEY **ret_pkey, struct hufu_err *err)
{
	const unsigned char *at = source->block.der;
	autodone(X509_SIG_free) X509_SIG *sealed = d2i_X509_SIG(NULL, &at, source->block.der_len);
	autodone(PKCS8_PRIV_KEY_INFO_free) PKCS8_PRIV_KEY_INFO *info = NULL;
	autopass pass = {0};
	int r;

	if (!sealed || at != source->block.der + source->block.der_len)
		return damaged(err);
	r = kdf_check(sealed, err);
	if (r == 0)
		r = passphrase_ask(source->pass, false, source->path, &pass, err);
	if (r < 0)
		return r;
	info = PKCS8_decrypt(sealed, pass.text, pass.len);
	return info ? from_info(info, ret_pkey, err) : refuse_decryption(err);
}

/* libcrypto asks here instead of on the terminal. */
static int give_passphrase(char *buf, int size, int writing, void *ctx)
{
	const struct passphrase *pass = ctx;

	(void)writing;
	if (pass->len > size)
		return -1;
	memcpy(buf, pass->text, (size_t)pass->len);
	return pass->len;
}

/* `Proc-Type: 4,ENCRYPTED`, the encryption before PKCS#8. 1: it was encrypted, and decrypts to something. */
static int decrypt_block(struct source *source, struct hufu_err *err)
{
	EVP_CIPHER_INFO cipher = {0};
	autopass pass = {0};
	int r;

	if (PEM_get_EVP_CIPHER_INFO(source->block.header, &cipher) != 1)
		return ssl_err(err, -ENOPKG, "the private key is encrypted in a way that is not available here");
	if (!cipher.cipher)
		return 0;
	r = passphrase_ask(source->pass, false, source->path, &pass, err);
	if (r < 0)
		return r;
	if (PEM_do_header(&cipher, source->block.der, &source->block.der_len, give_passphrase, &pass) != 1)
		return refuse_decryption(err);
	return 1;
}

/* SEC1 and PKCS#1. The label says EC for SM2 as well, so the curve decides, not the label. */
static int from_traditional(struct source *source, EVP_PKEY **ret_pkey, struct hufu_err *err)
{
	autodone(OSSL_DECODER_CTX_free) OSSL_DECODER_CTX *decoder = NULL;
	const unsigned char *at;
	size_t left;
	int r = decrypt_block(source, err);
	bool decrypted = r > 0;

	if (r < 0)
		return r;
	decoder = OSSL_DECODER_CTX_new_for_pkey(ret_pkey, "DER", "type-specific", NULL, OSSL_KEYMGMT_SELECT_KEYPAIR,
						NULL, NULL);
	at = source->block.der;
	left = (size_t)source->block.der_len;
	if (!decoder || OSSL_DECODER_from_data(decoder, &at, &left) != 1 || left != 0) {
		/* One wrong passphrase in some hundred decrypts to what looks padded well, and is no key */
		if (decrypted)
			return wrong_passphrase(err);
		ERR_clear_error();
		return err_set(err, -EINVAL, "the %s is damaged, or its elliptic curve is not supported",
			       source->block.name);
	}
	return 0;
}

/*
 * Blocks that hold a private key; every other `... PRIVATE KEY` is one that cannot be used. An SM2 key is `SM2` for OpenSSL 3
 * and `EC` for those before it.
 */
static const struct {
	const char *name;
	int (*read)(struct source *source, EVP_PKEY **ret_pkey, struct hufu_err *err);
} kinds[] = {
	{"PRIVATE KEY", from_pkcs8},	       {"ENCRYPTED PRIVATE KEY", from_encrypted_pkcs8},
	{"SM2 PRIVATE KEY", from_traditional}, {"EC PRIVATE KEY", from_traditional},
	{"RSA PRIVATE KEY", from_traditional},
};

/* 1: it was a key; 0: it was something else. */
static int from_block(struct source *source, EVP_PKEY **ret_pkey, struct hufu_err *err)
{
	static const char tail[] = "PRIVATE KEY";
	const char *name = source->block.name;
	size_t len = strlen(name);
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].name, name) != 0)
			continue;
		r = kinds[i].read(source, ret_pkey, err);
		return r < 0 ? r : 1;
	}
	if (strcmp(name, "OPENSSH PRIVATE KEY") == 0)
		return err_set(err, -ENOPKG, "a key in OpenSSH's own format; `ssh-keygen -p -m PKCS8` converts it");
	if (len >= sizeof(tail) - 1 && strcmp(name + len - (sizeof(tail) - 1), tail) == 0)
		return err_set(err, -ENOPKG, "'%s' is not supported; SM2, RSA and ECDSA keys are", name);
	return 0;
}

static int read_pkey(struct source *source, const struct secret *file, EVP_PKEY **ret_pkey, struct hufu_err *err)
{
	autodone(BIO_free_all) BIO *in = BIO_new_mem_buf(file->data, (int)file->len);
	int r;

	if (!in)
		return ssl_err(err, -ENOMEM, "reading");
	while ((r = pem_next(in, &source->block, err)) == 1) {
		r = from_block(source, ret_pkey, err);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	if (r == -EBADMSG)
		return err_prefix(err, -EINVAL, "no private key in it");
	if (r < 0)
		return r;
	if (file->len && file->data[0] == 0x30 && !pem_looks_so(file->data, file->len))
		return err_set(err, -EINVAL,
			       "not a PEM file, perhaps DER; `openssl pkey -inform DER -in FILE -out KEY` converts it");
	return err_set(err, -EINVAL, "no private key in it");
}

/*
 * Range of the secret, and do the halves belong together? With d = n - 1 libcrypto's SM2 would never end: 1 + d has no
 * inverse, and each try for s gives 0. RSA would take seconds; there a signature that does not verify says it.
 */
static int check_private(const struct hufu_key *key, struct hufu_err *err)
{
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = NULL;

	if (!key->type->curve)
		return 0;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	return ctx && EVP_PKEY_check(ctx) == 1 ? 0 : damaged(err);
}

static int load(struct source *source, struct hufu_key **ret_key, struct hufu_err *err)
{
	__attribute__((cleanup(secret_done))) struct secret file = {0};
	autodone(hufu_key_free) struct hufu_key *key = NULL;
	autodone(EVP_PKEY_free) EVP_PKEY *pkey = NULL;
	int r = read_secret(source->path, &file, err);

	if (r == 0)
		r = read_pkey(source, &file, &pkey, err);
	if (r == 0)
		r = key_new(&pkey, &key, err);
	if (r == 0)
		r = check_private(key, err);
	if (r < 0)
		return r == -EBADMSG ? -EINVAL : r;
	*ret_key = take_ptr(key);
	return 0;
}

int hufu_key_load(const char *path, const struct hufu_passphrase *pass, struct hufu_key **ret_key, struct hufu_err *err)
{
	__attribute__((cleanup(source_done))) struct source source = {.path = path, .pass = pass};
	int r = load(&source, ret_key, err);

	return r < 0 ? err_prefix(err, r, "%s", path) : 0;
}
