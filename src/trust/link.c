/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include <errno.h>
#include <string.h>

#include "err.h"

/* Could `signer` have signed `cert`, by what the two say? */
static bool is_named(const struct hufu_cert_info *cert, const struct hufu_cert_info *signer)
{
	if (cert->akid)
		return signer->skid && cert->akid_len == signer->skid_len &&
		       memcmp(cert->akid, signer->skid, cert->akid_len) == 0;
	return strcmp(cert->issuer_dn, signer->subject_dn) == 0;
}

int link_is_signed_by(const struct hufu_cert *cert, const struct hufu_cert *signer, struct hufu_err *err)
{
	int r = hufu_cert_signed_by(cert, signer, NULL, err);

	/* OpenSSL takes the empty id where none is given, and openEuler's recipe gives none */
	if (r == -EKEYREJECTED && strcmp(hufu_cert_info(signer)->key_type, "sm2") == 0 &&
	    hufu_cert_signed_by(cert, signer, "", NULL) == 0)
		return 0;
	return r;
}

int link_find_signer(const struct keyring *ring, const struct hufu_cert *cert, struct hufu_err *err)
{
	int worst = -ENOKEY;

	for (size_t i = 0; i < ring->n_keys; i++) {
		const struct hufu_cert *signer = ring->keys[i].cert;
		struct hufu_err why = {0};
		int r;

		if (signer == cert || !is_named(hufu_cert_info(cert), hufu_cert_info(signer)))
			continue;
		r = link_is_signed_by(cert, signer, &why);
		if (r == 0)
			return 0;
		/* Another candidate may be good; a bad signature says more than one that nobody can check */
		if (worst == -ENOKEY || r == -EKEYREJECTED) {
			worst = r;
			(void)err_set(err, r, "%s", why.text);
		}
	}
	return worst;
}

/*
 * A root vouches for nothing but its own key, so it must be by its own key: x509_check_for_self_signed(). As in the kernel one whose
 * algorithm cannot be checked is taken.
 */
static int check_self_signed(const struct hufu_cert *cert, struct hufu_err *err)
{
	const struct hufu_cert_info *info = hufu_cert_info(cert);
	int r;

	if (!info->self_signed || !is_named(info, info))
		return 0;
	r = link_is_signed_by(cert, cert, err);
	if (r == -EKEYREJECTED)
		return err_set(err, r,
			       "the certificate names itself as its issuer (%.200s), but its own key has not signed "
			       "it: it was "
			       "altered%s, or a CA of the same name issued it without authorityKeyIdentifier",
			       info->issuer_dn,
			       strcmp(info->key_type, "sm2") == 0
				       ? ", or made with another distinguishing id than " HUFU_DISTID
				       : "");
	return r == -ENOPKG ? 0 : r;
}

int link_check_signer(const struct keyring *rings, const struct hufu_cert *cert, struct hufu_err *err)
{
	static const enum hufu_ring trusted[] = {HUFU_RING_BUILTIN, HUFU_RING_SECONDARY};
	const char *issuer = hufu_cert_info(cert)->issuer_dn;
	struct hufu_err why = {0};
	int worst = -ENOKEY;

	for (size_t i = 0; i < sizeof(trusted) / sizeof(trusted[0]); i++) {
		int r = link_find_signer(&rings[trusted[i]], cert, worst == -EKEYREJECTED ? NULL : &why);

		if (r == 0)
			return 0;
		if (worst == -ENOKEY || r == -EKEYREJECTED)
			worst = r;
	}
	if (worst == -ENOKEY)
		return err_set(err, worst,
			       "no key in .builtin_trusted_keys or .secondary_trusted_keys has signed this certificate "
			       "(issuer: %.250s); put the CA into trust.d and restart or reload hufud",
			       issuer);
	if (worst == -EKEYREJECTED)
		return err_set(
			err, worst,
			"the certificate names a trusted key as its issuer (%.250s), but that key has not signed it: "
			"it was altered, or another CA of the same name issued it",
			issuer);
	return err_set(err, worst, "the signature of the issuer (%.200s) cannot be checked: %s", issuer, why.text);
}

int link_check_use(const struct hufu_cert *cert, struct hufu_err *err)
{
	const struct hufu_cert_info *info = hufu_cert_info(cert);

	if (!info->skid)
		return err_set(err, -EBADMSG,
			       "the certificate has no subjectKeyIdentifier, so no signature could ever be matched "
			       "with it; issue it again with subjectKeyIdentifier=hash");
	if (!(info->usage & HUFU_USAGE_DIGITAL_SIGNATURE))
		return err_set(
			err, -EKEYREJECTED, "%s; issue it again with keyUsage=digitalSignature",
			info->usage & HUFU_USAGE_PRESENT
				? "the certificate's keyUsage does not include digitalSignature, which .ima asks for"
				: "the certificate has no keyUsage, and .ima asks for digitalSignature");
	return 0;
}

/* A CA may say by keyUsage what it may do; saying nothing leaves all open (RFC 5280 section 4.2.1.3). */
static void note_odd_ca(const struct hufu_cert *cert, struct hufu_err *ret_note)
{
	const struct hufu_cert_info *info = hufu_cert_info(cert);
	bool may_sign = !(info->usage & HUFU_USAGE_PRESENT) || info->usage & HUFU_USAGE_CERT_SIGN;

	if (info->is_ca && may_sign)
		return;
	(void)err_set(
		ret_note, 0,
		"'%.150s' is taken as a trusted issuer because it was put there by hand, but it is no CA by its own "
		"words (%s%s%s): other programs, as openssl verify, do not accept certificates it has signed",
		info->subject, info->is_ca ? "" : "basicConstraints does not say CA:TRUE",
		!info->is_ca && !may_sign ? "; " : "", may_sign ? "" : "keyUsage lacks keyCertSign");
}

int link_check(const struct keyring *rings, enum hufu_ring ring, const struct hufu_cert *cert,
	       struct hufu_err *ret_note, struct hufu_err *err)
{
	int r = ring == HUFU_RING_BUILTIN ? check_self_signed(cert, err) : link_check_signer(rings, cert, err);

	if (r < 0)
		return r;
	if (ring == HUFU_RING_IMA)
		return link_check_use(cert, err);
	note_odd_ca(cert, ret_note);
	return 0;
}
