/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys into PKCS#8 PEM files. */
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <unistd.h>

#include "err.h"
#include "file.h"
#include "key.h"
#include "passphrase.h"

/* PBKDF2 with HMAC-SHA256: the count OWASP gives for it. */
enum { PBKDF2_ROUNDS = 600000 };

static int seal(PKCS8_PRIV_KEY_INFO *info, const struct passphrase *pass, X509_SIG **ret_sealed, struct hufu_err *err)
{
	X509_ALGOR *algorithm = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), PBKDF2_ROUNDS, NULL, 16, NULL, NID_hmacWithSHA256);

	*ret_sealed = algorithm ? PKCS8_set0_pbe(pass->text, pass->len, info, algorithm) : NULL;
	if (*ret_sealed)
		return 0;
	X509_ALGOR_free(algorithm); /* taken over on success only */
	return ssl_err(err, -EIO, "cannot encrypt the key");
}

static int encode(const struct hufu_key *key, const struct passphrase *pass, BIO *out, struct hufu_err *err)
{
	autodone(PKCS8_PRIV_KEY_INFO_free) PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->pkey);
	autodone(X509_SIG_free) X509_SIG *sealed = NULL;
	int r = 0;

	if (!info)
		return ssl_err(err, -EIO, "cannot encode the key");
	if (pass)
		r = seal(info, pass, &sealed, err);
	if (r < 0)
		return r;
	if ((sealed ? PEM_write_bio_PKCS8(out, sealed) : PEM_write_bio_PKCS8_PRIV_KEY_INFO(out, info)) != 1)
		return ssl_err(err, -EIO, "cannot encode the key");
	return 0;
}

static int save(const struct hufu_key *key, const char *path, const struct passphrase *pass, bool overwrite,
		struct hufu_err *err)
{
	autodone(BIO_free_all) BIO *out = BIO_new(BIO_s_secmem()); /* wiped when freed */
	char *pem;
	long len;
	int r;

	if (!out)
		return ssl_err(err, -ENOMEM, "%s", path);
	r = encode(key, pass, out, err);
	if (r < 0)
		return err_prefix(err, r, "%s", path);
	len = BIO_get_mem_data(out, &pem);
	return file_write_atomic(path, pem, (size_t)len, 0600, overwrite, err);
}

int hufu_key_save(const struct hufu_key *key, const char *path, const struct hufu_passphrase *pass, bool overwrite,
		  struct hufu_err *err)
{
	autopass text = {0};
	int r;

	/* Said before a passphrase is typed twice for nothing; file_write_atomic() is what makes sure. */
	if (!overwrite && access(path, F_OK) == 0)
		return err_set(err, -EEXIST, "%s exists; give --force to replace it", path);
	if (!pass)
		return save(key, path, NULL, overwrite, err);
	r = passphrase_ask(pass, true, path, &text, err);
	return r < 0 ? err_prefix(err, r, "%s", path) : save(key, path, &text, overwrite, err);
}
