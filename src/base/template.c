/* SPDX-License-Identifier: Apache-2.0 */
/* Names and fields of the measurement templates: security/integrity/ima/ima_template.c. */
#include "template.h"

#include <string.h>

static const struct {
	const char *name;
	const char *format; /* what a rule's template= may also say */
} templates[HUFU_TEMPLATE_COUNT] = {
	[HUFU_TEMPLATE_IMA_NG] = {"ima-ng", "d-ng|n-ng"},
	[HUFU_TEMPLATE_IMA_SIG] = {"ima-sig", "d-ng|n-ng|sig"},
	[HUFU_TEMPLATE_IMA_BUF] = {"ima-buf", "d-ng|n-ng|buf"},
	[HUFU_TEMPLATE_IMA] = {"ima", "d|n"},
	[HUFU_TEMPLATE_IMA_NGV2] = {"ima-ngv2", "d-ngv2|n-ng"},
	[HUFU_TEMPLATE_IMA_SIGV2] = {"ima-sigv2", "d-ngv2|n-ng|sig"},
	[HUFU_TEMPLATE_IMA_MODSIG] = {"ima-modsig", "d-ng|n-ng|sig|d-modsig|modsig"},
	[HUFU_TEMPLATE_EVM_SIG] = {"evm-sig", "d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode"},
};

static bool is(const char *text, const char *name, size_t name_len)
{
	return strlen(text) == name_len && memcmp(text, name, name_len) == 0;
}

const char *hufu_template_name(enum hufu_template tmpl)
{
	return (unsigned)tmpl < HUFU_TEMPLATE_COUNT ? templates[tmpl].name : NULL;
}

const char *template_format(enum hufu_template tmpl)
{
	return (unsigned)tmpl < HUFU_TEMPLATE_COUNT ? templates[tmpl].format : NULL;
}

enum hufu_template hufu_template_by_name(const char *name, size_t name_len)
{
	for (unsigned i = HUFU_TEMPLATE_NONE + 1; i < HUFU_TEMPLATE_COUNT; i++)
		if (is(templates[i].name, name, name_len) || is(templates[i].format, name, name_len))
			return (enum hufu_template)i;
	return HUFU_TEMPLATE_NONE;
}
