/* SPDX-License-Identifier: Apache-2.0 */
/* What a certificate says, in words. */
#include <errno.h>
#include <string.h>

#include "cert.h"
#include "err.h"
#include "sigalg.h"

enum { KEY_ID_LEN = 4 };

/* RFC 2253, but with letters beyond ASCII as they are (UTF-8), which it allows and people can read. */
static char *dn_text(const X509_NAME *name)
{
	autodone(BIO_free_all) BIO *out = BIO_new(BIO_s_mem());
	char *text;
	long len;

	if (!out || X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) < 0)
		return NULL;
	len = BIO_get_mem_data(out, &text);
	return strndup(text, (size_t)len);
}

/* The last value of a kind, as the kernel's parser has it; its bytes as they are. */
static struct bytes dn_value(const X509_NAME *name, int nid)
{
	struct bytes value = {0};
	int at = -1;

	while ((at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0) {
		const ASN1_STRING *text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));

		value = bytes_of(ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text));
	}
	return value;
}

static bool same_start(struct bytes a, struct bytes b, size_t len)
{
	return a.left >= len && b.left >= len && memcmp(a.at, b.at, len) == 0;
}

static char *text_of(struct bytes value)
{
	return strndup((const char *)value.at, value.left);
}

/*
 * crypto/asymmetric_keys/x509_cert_parser.c, x509_fabricate_name(): "O: CN", but only CN if that begins with O, or if the
 * first seven bytes of both agree. A NUL ends the text, as it does in /proc/keys.
 */
static char *kernel_subject(const X509_NAME *name)
{
	struct bytes cn = dn_value(name, NID_commonName), o = dn_value(name, NID_organizationName);
	struct bytes email = dn_value(name, NID_pkcs9_emailAddress);
	autofree char *cn_text = NULL, *o_text = NULL;
	char *both;

	if (!cn.left && !o.left)
		return email.left ? text_of(email) : strdup("");
	if (!cn.left || !o.left)
		return text_of(cn.left ? cn : o);
	if (same_start(cn, o, o.left) || same_start(cn, o, 7))
		return text_of(cn);
	cn_text = text_of(cn);
	o_text = text_of(o);
	if (!cn_text || !o_text || asprintf(&both, "%s: %s", o_text, cn_text) < 0)
		return NULL;
	return both;
}

static int fill_names(struct hufu_cert *cert, struct hufu_err *err)
{
	const X509_NAME *subject = X509_get_subject_name(cert->x509), *issuer = X509_get_issuer_name(cert->x509);

	cert->subject = kernel_subject(subject);
	cert->subject_dn = dn_text(subject);
	cert->issuer_dn = dn_text(issuer);
	if (!cert->subject)
		return err_sys(err, -ENOMEM, "certificate");
	if (!cert->subject_dn || !cert->issuer_dn)
		return ssl_err(err, -EBADMSG, "a name in the certificate is damaged");
	cert->info.subject = cert->subject;
	cert->info.subject_dn = cert->subject_dn;
	cert->info.issuer_dn = cert->issuer_dn;
	cert->info.self_signed = X509_NAME_cmp(subject, issuer) == 0;
	return 0;
}

static int time_text(const ASN1_TIME *time, char ret_text[32], struct hufu_err *err)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1 || strftime(ret_text, 32, "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
		return ssl_err(err, -EBADMSG, "a date in the certificate is damaged");
	return 0;
}

static int fill_times(struct hufu_cert *cert, struct hufu_err *err)
{
	int r = time_text(X509_get0_notBefore(cert->x509), cert->not_before, err);

	if (r == 0)
		r = time_text(X509_get0_notAfter(cert->x509), cert->not_after, err);
	if (r < 0)
		return r;
	cert->info.not_before = cert->not_before;
	cert->info.not_after = cert->not_after;
	return 0;
}

static void fill_octets(const ASN1_STRING *from, const uint8_t **ret_data, size_t *ret_len)
{
	if (!from)
		return;
	*ret_data = ASN1_STRING_get0_data(from);
	*ret_len = (size_t)ASN1_STRING_length(from);
}

static int fill_extensions(struct hufu_cert *cert, struct hufu_err *err)
{
	struct hufu_cert_info *info = &cert->info;
	/* Decodes the known extensions and keeps them; nothing is written to the X509 after that */
	uint32_t flags = X509_get_extension_flags(cert->x509);

	if (flags & EXFLAG_INVALID)
		return ssl_err(err, -EBADMSG, "an extension in the certificate is damaged, or there twice");
	fill_octets(X509_get0_subject_key_id(cert->x509), &info->skid, &info->skid_len);
	fill_octets(X509_get0_authority_key_id(cert->x509), &info->akid, &info->akid_len);
	fill_octets(X509_get0_serialNumber(cert->x509), &info->serial, &info->serial_len);
	info->is_ca = flags & EXFLAG_CA;
	if (flags & EXFLAG_KUSAGE) {
		uint32_t usage = X509_get_key_usage(cert->x509);

		info->usage = HUFU_USAGE_PRESENT;
		if (usage & KU_DIGITAL_SIGNATURE)
			info->usage |= HUFU_USAGE_DIGITAL_SIGNATURE;
		if (usage & KU_KEY_CERT_SIGN)
			info->usage |= HUFU_USAGE_CERT_SIGN;
	}
	return 0;
}

static int fill_key_id(struct hufu_cert *cert, struct hufu_err *err)
{
	struct hufu_cert_info *info = &cert->info;
	struct bytes tail;

	if (!X509_get0_subject_key_id(cert->x509))
		return key_id_of(cert->pkey, &info->key_id, err);
	if (info->skid_len < KEY_ID_LEN)
		return err_set(err, -EBADMSG,
			       "the certificate's subjectKeyIdentifier has %zu bytes, which is no key id",
			       info->skid_len);
	tail = bytes_of(info->skid + info->skid_len - KEY_ID_LEN, KEY_ID_LEN);
	info->key_id = bytes_be32(&tail);
	return 0;
}

int cert_info_fill(struct hufu_cert *cert, struct hufu_err *err)
{
	const X509_ALGOR *algorithm;
	int r = fill_names(cert, err);

	if (r == 0)
		r = fill_times(cert, err);
	if (r == 0)
		r = fill_extensions(cert, err);
	if (r == 0)
		r = fill_key_id(cert, err);
	if (r < 0)
		return r;
	X509_get0_signature(NULL, &algorithm, cert->x509);
	cert->sig_type = sigalg_name(algorithm);
	if (!cert->sig_type)
		return err_sys(err, -ENOMEM, "certificate");
	cert->info.sig_type = cert->sig_type;
	cert->info.key_type = cert->type->name;
	return 0;
}
