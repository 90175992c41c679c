/* SPDX-License-Identifier: Apache-2.0 */
#include "blacklist.h"

#include <errno.h>
#include <string.h>

#include "clean.h"
#include "err.h"
#include "hex.h"
#include "tbs.h"

enum { PREFIX_LEN = 4 };

static const char *const prefixes[] = {[BLACKLIST_TBS] = "tbs:", [BLACKLIST_BIN] = "bin:"};

/*
 * The kernel hashes a certificate with the algorithm of its signature, and an SM2 certificate with plain SM3, without Z
 * (crypto/asymmetric_keys/x509_public_key.c). SHA-1 and older are left out: two certificates can share one.
 */
static const enum hufu_hash tbs_algos[] = {HUFU_HASH_SM3, HUFU_HASH_SHA256, HUFU_HASH_SHA384, HUFU_HASH_SHA512};

void blacklist_done(struct blacklist *list)
{
	free(list->entries);
	*list = (struct blacklist){0};
}

/* Half a digest would forbid nothing, and nobody would notice. */
static bool is_digest_len(enum blacklist_kind kind, size_t len)
{
	if (kind == BLACKLIST_BIN) {
		for (unsigned algo = 0; algo < HUFU_HASH_COUNT; algo++)
			if (hufu_hash_size(algo) == len)
				return true;
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(tbs_algos); i++)
		if (hufu_hash_size(tbs_algos[i]) == len)
			return true;
	return false;
}

int blacklist_parse(const char *text, struct blacklist_entry *ret_entry, struct hufu_err *err)
{
	for (unsigned kind = 0; kind < ARRAY_SIZE(prefixes); kind++) {
		struct blacklist_entry entry = {.kind = (uint8_t)kind};
		ssize_t len;

		if (strncmp(text, prefixes[kind], PREFIX_LEN) != 0)
			continue;
		text += PREFIX_LEN;
		len = hex_decode(text, strlen(text), entry.bytes, sizeof(entry.bytes));
		if (len < 0 || !is_digest_len((enum blacklist_kind)kind, (size_t)len))
			return err_set(err, -EINVAL,
				       "'%s%.140s': after %s come the hex digits of one whole digest (%s)",
				       prefixes[kind], text, prefixes[kind],
				       kind == BLACKLIST_TBS ? "64 for SM3 and SHA-256, 96 for SHA-384, 128 for SHA-512"
							     : "64 for SM3 and SHA-256");
		entry.len = (uint8_t)len;
		*ret_entry = entry;
		return 0;
	}
	return err_set(
		err, -EINVAL,
		"'%.140s': a blacklist entry begins with tbs: (a certificate) or bin: (a file), then comes its hash",
		text);
}

static int compare(const struct blacklist_entry *a, const struct blacklist_entry *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->len);
}

/* The first place whose entry is not before `entry`. */
static size_t find(const struct blacklist *list, const struct blacklist_entry *entry)
{
	size_t low = 0, high = list->n_entries;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&list->entries[middle], entry) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has(const struct blacklist *list, enum blacklist_kind kind, const struct hufu_digest *digest)
{
	struct blacklist_entry entry = {.kind = (uint8_t)kind, .len = digest->len};
	size_t at;

	if (digest->len > sizeof(entry.bytes))
		return false;
	memcpy(entry.bytes, digest->bytes, digest->len);
	at = find(list, &entry);
	return at < list->n_entries && compare(&list->entries[at], &entry) == 0;
}

int blacklist_add(struct blacklist *list, const struct blacklist_entry *entry)
{
	size_t at = find(list, entry);
	struct blacklist_entry *entries;

	if (at < list->n_entries && compare(&list->entries[at], entry) == 0)
		return 0;
	if (list->n_entries >= BLACKLIST_MAX)
		return -EDQUOT;
	entries = reallocarray(list->entries, list->n_entries + 1, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	memmove(&entries[at + 1], &entries[at], (list->n_entries - at) * sizeof(*entries));
	entries[at] = *entry;
	list->entries = entries;
	list->n_entries++;
	if (entry->kind == BLACKLIST_TBS)
		list->has_tbs[entry->len] = true;
	return 1;
}

bool blacklist_has_serial(const struct blacklist *list, uint32_t serial)
{
	for (size_t i = 0; i < list->n_entries; i++)
		if (list->entries[i].serial == serial)
			return true;
	return false;
}

bool blacklist_has_file(const struct blacklist *list, const struct hufu_digest *digest)
{
	return has(list, BLACKLIST_BIN, digest);
}

int blacklist_has_cert(const struct blacklist *list, const struct hufu_cert *cert, struct hufu_err *err)
{
	size_t der_len;
	const uint8_t *der = hufu_cert_der(cert, &der_len);
	struct bytes tbs;

	if (tbs_find(der, der_len, &tbs) < 0)
		return err_set(err, -EBADMSG, "the certificate is not two nested sequences in DER");
	for (size_t i = 0; i < ARRAY_SIZE(tbs_algos); i++) {
		struct hufu_digest digest;
		int r;

		if (!list->has_tbs[hufu_hash_size(tbs_algos[i])])
			continue;
		r = hufu_digest_mem(tbs_algos[i], tbs.at, tbs.left, &digest, err);
		if (r < 0)
			return r;
		if (has(list, BLACKLIST_TBS, &digest))
			return 1;
	}
	return 0;
}
