/* SPDX-License-Identifier: Apache-2.0 */
#include "proc-keys.h"

#include <errno.h>
#include <inttypes.h>

#include "clean.h"
#include "quote.h"

enum {
	PERM_CERT = 0x1f030000, /* possessor: all but setattr; owner: view, read */
	PERM_BLACKLIST = 0x09090000, /* BLACKLIST_KEY_PERM */
};

/* Instantiated, one reference, permanent, of root. */
static void put_head(struct buf *out, uint32_t serial, unsigned perm, const char *type)
{
	buf_printf(out, "%08" PRIx32 " I------ %5d %4s %08x %5d %5d %-9.9s ", serial, 1, "perm", perm, 0, 0, type);
}

void proc_keys_put_cert(struct buf *out, const struct keyring_key *key)
{
	const struct hufu_cert_info *info = hufu_cert_info(key->cert);
	/* The subject is the certificate's: without this it could end the line and begin another */
	autofree char *description = quote(key->description);

	if (!description) {
		out->error = -ENOMEM;
		return;
	}
	put_head(out, key->serial, PERM_CERT, "asymmetric");
	buf_printf(out, "%s: X509.%s", description, info->key_type);
	if (info->skid) {
		size_t len = info->skid_len < 4 ? info->skid_len : 4;

		buf_u8(out, ' ');
		buf_hex(out, info->skid + info->skid_len - len, len);
	}
	buf_str(out, " []");
}

void proc_keys_put_blacklist(struct buf *out, const struct blacklist_entry *entry)
{
	put_head(out, entry->serial, PERM_BLACKLIST, "blacklist");
	buf_str(out, entry->kind == BLACKLIST_TBS ? "tbs:" : "bin:");
	buf_hex(out, entry->bytes, entry->len);
}
