/* SPDX-License-Identifier: Apache-2.0 */
#include "sigwords.h"

#include <stdio.h>

#include "bytes.h"
#include "clean.h"
#include "out.h"

static const char *hash_name(unsigned algo)
{
	const char *name = hufu_hash_name(algo);

	return name ? name : "unknown";
}

static bool is_signature(const struct hufu_sig *sig)
{
	return sig->type == HUFU_SIG_SIGNATURE || sig->type == HUFU_SIG_VERITY;
}

static const char *type_name(const struct hufu_sig *sig)
{
	switch (sig->type) {
	case HUFU_SIG_SIGNATURE:
		return "signature";
	case HUFU_SIG_VERITY:
		return "fs-verity signature";
	default:
		return "digest";
	}
}

char *sigwords_text(const struct hufu_sig *sig, bool all)
{
	autobuf out = {0};

	buf_str(&out, type_name(sig));
	if (is_signature(sig)) {
		buf_printf(&out, " version %u, %s, key id %08x, %zu bytes", sig->version, hash_name(sig->algo),
			   sig->key_id, sig->len);
		if (all) {
			buf_str(&out, ": ");
			buf_hex(&out, sig->bytes, sig->len);
		}
	} else {
		buf_printf(&out, " %s:", hash_name(sig->algo));
		buf_hex(&out, sig->bytes, sig->len);
	}
	return buf_take_str(&out);
}

json_t *sigwords_json(const struct hufu_sig *sig)
{
	json_t *object = json_object();
	char key_id[9];

	(void)json_object_set_new(object, "type", json_string(type_name(sig)));
	(void)json_object_set_new(object, "hash", json_string(hash_name(sig->algo)));
	if (!is_signature(sig)) {
		(void)json_object_set_new(object, "digest", out_json_hex(sig->bytes, sig->len));
		return object;
	}
	(void)snprintf(key_id, sizeof(key_id), "%08x", sig->key_id);
	(void)json_object_set_new(object, "version", json_integer(sig->version));
	(void)json_object_set_new(object, "key_id", json_string(key_id));
	(void)json_object_set_new(object, "signature", out_json_hex(sig->bytes, sig->len));
	return object;
}
