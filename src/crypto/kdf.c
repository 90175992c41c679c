/* SPDX-License-Identifier: Apache-2.0 */
#include "kdf.h"

#include <errno.h>
#include <openssl/err.h>

#include "err.h"

/* Some ten seconds each; thirty times what hufu_key_save() and others write. */
enum { ROUNDS_MAX = 20 * 1000 * 1000, SCRYPT_MAX = 1 << 24 };

DEFINE_AUTO(PBE2PARAM, PBE2PARAM_free)
DEFINE_AUTO(PBEPARAM, PBEPARAM_free)
DEFINE_AUTO(PBKDF2PARAM, PBKDF2PARAM_free)
DEFINE_AUTO(SCRYPT_PARAMS, SCRYPT_PARAMS_free)

/* A number of the file; what is no positive 64-bit number becomes the largest one. */
static uint64_t number(const ASN1_INTEGER *integer)
{
	uint64_t value = 0;

	return ASN1_INTEGER_get_uint64(&value, integer) == 1 ? value : UINT64_MAX;
}

static int check_rounds(const ASN1_INTEGER *rounds, struct hufu_err *err)
{
	if (number(rounds) <= ROUNDS_MAX)
		return 0;
	return err_set(err, -EINVAL, "the encrypted key asks for more than %d rounds of key derivation", ROUNDS_MAX);
}

static int check_scrypt(const SCRYPT_PARAMS *params, struct hufu_err *err)
{
	uint64_t work = SCRYPT_MAX;
	const ASN1_INTEGER *factors[] = {params->costParameter, params->blockSize, params->parallelizationParameter};

	for (size_t i = 0; i < ARRAY_SIZE(factors); i++) {
		uint64_t factor = number(factors[i]);

		work = factor ? work / factor : work;
	}
	return work ? 0 : err_set(err, -EINVAL, "the encrypted key asks for too much work by scrypt");
}

static int check_pbes2(const X509_ALGOR *algorithm, struct hufu_err *err)
{
	autodone(PBE2PARAM_free) PBE2PARAM *scheme =
		ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
	autodone(PBKDF2PARAM_free) PBKDF2PARAM *pbkdf2 = NULL;
	autodone(SCRYPT_PARAMS_free) SCRYPT_PARAMS *scrypt = NULL;
	int nid = scheme ? OBJ_obj2nid(scheme->keyfunc->algorithm) : NID_undef;

	if (nid == NID_id_pbkdf2)
		pbkdf2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), scheme->keyfunc->parameter);
	if (nid == NID_id_scrypt)
		scrypt = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), scheme->keyfunc->parameter);
	if (pbkdf2)
		return check_rounds(pbkdf2->iter, err);
	return scrypt ? check_scrypt(scrypt, err) : 0;
}

static int check(const X509_ALGOR *algorithm, struct hufu_err *err)
{
	autodone(PBEPARAM_free) PBEPARAM *old = NULL;

	if (OBJ_obj2nid(algorithm->algorithm) == NID_pbes2)
		return check_pbes2(algorithm, err);
	old = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
	return old ? check_rounds(old->iter, err) : 0;
}

int kdf_check(const X509_SIG *sealed, struct hufu_err *err)
{
	const X509_ALGOR *algorithm;
	int r;

	X509_SIG_get0(sealed, &algorithm, NULL);
	r = check(algorithm, err);
	ERR_clear_error(); /* what could not be unpacked; decryption says so again */
	return r;
}
