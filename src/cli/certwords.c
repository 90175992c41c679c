/* SPDX-License-Identifier: Apache-2.0 */
#include "certwords.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bytes.h"
#include "clean.h"
#include "out.h"
#include "quote.h"

/* ---- what is odd ---------------------------------------------------------------------------------------------- */

/* -1, 0, 1 as `date` ("2026-01-31 23:59:59Z") is past, this second, or to come: text in that form sorts by time. */
static int compare_to_now(const char *date)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[32];
	int order;

	if (!gmtime_r(&now, &tm) || strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
		return 0;
	order = strcmp(date, text);
	return (order > 0) - (order < 0);
}

static bool no_skid(const struct hufu_cert_info *info)
{
	return !info->skid;
}

/* security/integrity/ima asks for the bit in a leaf of .ima; an authority is not meant to go there. */
static bool no_signature_usage(const struct hufu_cert_info *info)
{
	return !(info->usage & HUFU_USAGE_DIGITAL_SIGNATURE) && !info->is_ca;
}

/* The names alone do not tell: in the well-known recipe authority and signer have the same. */
static bool signed_itself(const struct hufu_cert_info *info)
{
	return info->self_signed && (!info->akid || (info->skid && info->akid_len == info->skid_len &&
						     memcmp(info->akid, info->skid, info->skid_len) == 0));
}

static bool odd_root(const struct hufu_cert_info *info)
{
	return signed_itself(info) && !info->is_ca;
}

static bool cannot_certify(const struct hufu_cert_info *info)
{
	return info->is_ca && (info->usage & HUFU_USAGE_PRESENT) && !(info->usage & HUFU_USAGE_CERT_SIGN);
}

static bool expired(const struct hufu_cert_info *info)
{
	return compare_to_now(info->not_after) < 0;
}

static bool not_yet(const struct hufu_cert_info *info)
{
	return compare_to_now(info->not_before) > 0;
}

static const struct {
	bool (*is)(const struct hufu_cert_info *info);
	const char *sentence;
} warnings[] = {
	{no_skid, "no subjectKeyIdentifier: the kernel will not find the key by the id in a signature"},
	{no_signature_usage, "no digitalSignature in keyUsage: kernels from 6.6 and hufud refuse it in .ima"},
	{odd_root,
	 "self-signed yet CA:FALSE: good as a pinned root of trust, `openssl verify` refuses it as an issuer"},
	{cannot_certify, "an authority without keyCertSign: `openssl verify` refuses it as an issuer"},
	{expired, "expired: hufud and the kernel never look at dates, other programs do"},
	{not_yet, "not valid yet: hufud and the kernel never look at dates, other programs do"},
};

const char *certwords_warning(const struct hufu_cert_info *info, unsigned *at)
{
	while (*at < ARRAY_SIZE(warnings)) {
		unsigned i = (*at)++;

		if (warnings[i].is(info))
			return warnings[i].sentence;
	}
	return NULL;
}

/* ---- words ---------------------------------------------------------------------------------------------------- */

static void put_row(const char *name, const char *value)
{
	autofree char *safe = quote(value);

	out_text("  %-12s%s\n", name, safe ? safe : "");
}

static void put_bytes(const char *name, const uint8_t *data, size_t len)
{
	autobuf out = {0};
	autofree char *text = NULL;

	if (data)
		buf_hex(&out, data, len);
	text = buf_take_str(&out);
	put_row(name, data && text ? text : "none");
}

static const char *usage_words(const struct hufu_cert_info *info)
{
	static const char *const words[] = {"other than signing", "digitalSignature", "keyCertSign",
					    "digitalSignature, keyCertSign"};

	if (!(info->usage & HUFU_USAGE_PRESENT))
		return "none";
	return words[(info->usage & HUFU_USAGE_DIGITAL_SIGNATURE ? 1 : 0) +
		     (info->usage & HUFU_USAGE_CERT_SIGN ? 2 : 0)];
}

void certwords_print(const char *path, const struct hufu_cert_info *info)
{
	autofree char *safe = quote(path);
	char key_id[9];
	const char *warning;
	unsigned at = 0;

	(void)snprintf(key_id, sizeof(key_id), "%08x", info->key_id);
	out_text("%s\n", safe ? safe : "");
	put_row("subject", info->subject_dn);
	put_row("issuer", info->issuer_dn);
	put_row("key", info->key_type);
	put_row("key id", key_id);
	put_bytes("SKI", info->skid, info->skid_len);
	put_bytes("AKI", info->akid, info->akid_len);
	put_bytes("serial", info->serial, info->serial_len);
	put_row("signed with", info->sig_type);
	put_row("CA", info->is_ca ? "yes" : "no");
	put_row("usage", usage_words(info));
	put_row("from", info->not_before);
	put_row("until", info->not_after);
	while ((warning = certwords_warning(info, &at)))
		put_row("warning", warning);
}

json_t *certwords_json(const char *path, const struct hufu_cert_info *info)
{
	json_t *object = json_object(), *list = json_array();
	char key_id[9];
	const char *warning;
	unsigned at = 0;

	(void)snprintf(key_id, sizeof(key_id), "%08x", info->key_id);
	out_json_set_path(object, "path", path);
	(void)json_object_set_new(object, "subject", out_json_text(info->subject_dn));
	(void)json_object_set_new(object, "issuer", out_json_text(info->issuer_dn));
	(void)json_object_set_new(object, "name", out_json_text(info->subject));
	(void)json_object_set_new(object, "key_type", json_string(info->key_type));
	(void)json_object_set_new(object, "key_id", json_string(key_id));
	(void)json_object_set_new(object, "ski", info->skid ? out_json_hex(info->skid, info->skid_len) : json_null());
	(void)json_object_set_new(object, "aki", info->akid ? out_json_hex(info->akid, info->akid_len) : json_null());
	(void)json_object_set_new(object, "serial", out_json_hex(info->serial, info->serial_len));
	(void)json_object_set_new(object, "signed_with", json_string(info->sig_type));
	(void)json_object_set_new(object, "ca", json_boolean(info->is_ca));
	(void)json_object_set_new(object, "self_signed", json_boolean(signed_itself(info)));
	(void)json_object_set_new(object, "digital_signature",
				  json_boolean(info->usage & HUFU_USAGE_DIGITAL_SIGNATURE));
	(void)json_object_set_new(object, "cert_sign", json_boolean(info->usage & HUFU_USAGE_CERT_SIGN));
	(void)json_object_set_new(object, "not_before", json_string(info->not_before));
	(void)json_object_set_new(object, "not_after", json_string(info->not_after));
	while ((warning = certwords_warning(info, &at)))
		(void)json_array_append_new(list, json_string(warning));
	(void)json_object_set_new(object, "warnings", list);
	return object;
}
