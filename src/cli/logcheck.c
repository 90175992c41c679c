/* SPDX-License-Identifier: Apache-2.0 */
#include "logcheck.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

enum { EVM_PORTABLE = 5 }; /* EVM_XATTR_PORTABLE_DIGSIG: over the attributes of the file as well */

void logcheck_done(struct logcheck *check)
{
	free(check->first_name);
}

static void note_wrong(struct logcheck *check, const struct hufu_mlog_entry *entry, const struct hufu_err *why)
{
	if (check->n_wrong++)
		return;
	check->first_wrong = check->n_entries;
	check->first_name = entry->name ? strdup(entry->name) : NULL;
	check->reason = *why;
}

/* -EKEYREJECTED and -ENOKEY are findings. */
static int verify(const struct signers *signers, const struct hufu_mlog_entry *entry, const struct hufu_sig *sig,
		  struct hufu_err *err)
{
	int r = err_set(err, -ENOKEY, "signed with the key %08x, of which no certificate was given", sig->key_id);

	for (size_t i = 0; i < signers->n_certs; i++) {
		if (hufu_cert_info(signers->certs[i])->key_id != sig->key_id)
			continue;
		r = hufu_cert_verify(signers->certs[i], &entry->digest, sig->bytes, sig->len, err);
		if (r == 0)
			return 0;
	}
	return r;
}

/* Only a signature over the content can be checked by the entry: security.ima of type 3, version 2. */
static bool is_checkable(const struct hufu_mlog_entry *entry)
{
	return entry->extra_len && entry->extra[0] != EVM_PORTABLE && !strstr(entry->template_name, "buf");
}

static void check_signature(struct logcheck *check, const struct hufu_mlog_entry *entry)
{
	struct hufu_sig sig;
	struct hufu_err why = {0};
	int r;

	if (!is_checkable(entry)) {
		check->n_unsigned++;
		return;
	}
	r = hufu_sig_decode(entry->extra, entry->extra_len, &sig, &why);
	if (r == 0 && sig.type != HUFU_SIG_SIGNATURE) {
		check->n_unsigned++;
		return;
	}
	if (r == 0 && sig.algo != entry->digest.algo)
		r = err_set(&why, -EBADMSG, "the signature is of another algorithm than the digest");
	if (r == 0)
		r = verify(check->signers, entry, &sig, &why);
	if (r == 0)
		check->n_signed++;
	else
		note_wrong(check, entry, &why);
}

static int check_entry(struct logcheck *check, const struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	struct hufu_err why = {0};
	int r = hufu_mlog_check(entry, &why);

	check->n_entries++;
	check->n_violations += logreplay_is_violation(entry);
	if (check->n_entries == 1 && entry->name && strcmp(entry->name, "boot_aggregate") == 0)
		check->boot_aggregate = entry->digest;
	if (r == -EPROTONOSUPPORT)
		check->n_unknown++;
	else if (r == -EBADMSG)
		note_wrong(check, entry, &why);
	else if (r < 0) {
		*err = why;
		return r;
	} else if (check->signers && !logreplay_is_violation(entry)) {
		check_signature(check, entry);
	}
	r = logreplay_extend(&check->replay, entry, &why);
	if (r == -EBADMSG)
		note_wrong(check, entry, &why);
	else if (r < 0)
		*err = why;
	return r == -EBADMSG ? 0 : r;
}

int logcheck_run(struct logcheck *check, struct hufu_mlog_reader *reader, struct hufu_err *err)
{
	struct hufu_mlog_entry entry;
	struct hufu_err why = {0};
	int r;

	logreplay_init(&check->replay, check->wanted);
	while ((r = hufu_mlog_next(reader, &entry, &why)) > 0) {
		r = check_entry(check, &entry, err);
		if (r < 0)
			return r;
	}
	if (r == 0)
		return 0;
	if (r != -EBADMSG) {
		*err = why;
		return r;
	}
	check->broken = true;
	if (!check->n_wrong)
		check->reason = why;
	return 0;
}

int logcheck_boot(const struct logcheck *check, enum logcheck_boot *ret_boot, struct hufu_err *err)
{
	const struct hufu_digest *said = &check->boot_aggregate;
	unsigned n = said->algo == HUFU_HASH_SHA1 ? 8 : 10;
	uint8_t values[10 * HUFU_DIGEST_MAX];
	struct hufu_digest digest;
	size_t len = 0;
	int r;

	*ret_boot = LOGCHECK_BOOT_UNKNOWN;
	if (!check->wanted || !said->len)
		return 0;
	for (unsigned pcr = 0; pcr < n; pcr++) {
		const struct hufu_digest *value = pcrvalues_find(check->wanted, said->algo, pcr);

		if (!value)
			return 0;
		memcpy(values + len, value->bytes, value->len);
		len += value->len;
	}
	r = hufu_digest_mem(said->algo, values, len, &digest, err);
	if (r < 0)
		return r;
	*ret_boot = memcmp(digest.bytes, said->bytes, said->len) == 0 ? LOGCHECK_BOOT_SAME : LOGCHECK_BOOT_OTHER;
	return 0;
}
