/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates: what is parsed has all its facts, and its DER parses to the same. */
#include <string.h>

#include "fuzz.h"
#include "hufu.h"

static void check_facts(const struct hufu_cert_info *info)
{
	FUZZ_CHECK(info->subject && info->subject_dn && info->issuer_dn && info->key_type && info->sig_type);
	FUZZ_CHECK(info->not_before && info->not_after);
	FUZZ_CHECK((info->skid != NULL) == (info->skid_len > 0));
	FUZZ_CHECK((info->akid != NULL) == (info->akid_len > 0));
}

static void check_der(const struct hufu_cert *cert)
{
	struct hufu_cert *again = NULL;
	size_t len = 0, again_len = 0;
	const uint8_t *der = hufu_cert_der(cert, &len);
	const uint8_t *again_der;

	FUZZ_CHECK(der && len);
	FUZZ_CHECK(hufu_cert_parse(der, len, HUFU_FORM_DER, &again, NULL) == 0);
	again_der = hufu_cert_der(again, &again_len);
	FUZZ_CHECK(again_len == len && memcmp(der, again_der, len) == 0);
	FUZZ_CHECK(hufu_cert_info(again)->key_id == hufu_cert_info(cert)->key_id);
	hufu_cert_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hufu_cert *cert = NULL;
	struct hufu_err err = {""};

	if (hufu_cert_parse(data, size, HUFU_FORM_ANY, &cert, &err) < 0) {
		FUZZ_CHECK(cert == NULL && err.text[0]);
		return 0;
	}
	check_facts(hufu_cert_info(cert));
	check_der(cert);
	(void)!hufu_cert_signed_by(cert, cert, NULL, &err);
	hufu_cert_free(cert);
	return 0;
}
