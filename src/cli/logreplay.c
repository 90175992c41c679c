/* SPDX-License-Identifier: Apache-2.0 */
#include "logreplay.h"

#include <errno.h>
#include <string.h>

#include "err.h"
#include "hex.h"

static void add_bank(struct logreplay *replay, unsigned algo, bool padded)
{
	for (size_t i = 0; i < replay->n_banks; i++)
		if (replay->banks[i].algo == algo && replay->banks[i].padded == padded)
			return;
	if (replay->n_banks < LOGREPLAY_BANKS)
		replay->banks[replay->n_banks++] = (struct logreplay_bank){.algo = algo, .padded = padded};
}

void logreplay_init(struct logreplay *replay, const struct pcrvalues *wanted)
{
	*replay = (struct logreplay){.wanted = wanted};
	add_bank(replay, HUFU_HASH_SHA1, false);
	for (size_t i = 0; wanted && i < wanted->n; i++) {
		unsigned algo = wanted->at[i].value.algo;

		add_bank(replay, algo, false);
		/* every kernel with IMA and a TPM 2.0 has SHA-1 and SHA-256 */
		if (algo != HUFU_HASH_SHA1 && algo != HUFU_HASH_SHA256 &&
		    hufu_hash_size(algo) > hufu_hash_size(HUFU_HASH_SHA1))
			add_bank(replay, algo, true);
	}
}

bool logreplay_is_violation(const struct hufu_mlog_entry *entry)
{
	static const uint8_t zeros[sizeof(entry->template_hash)];

	return memcmp(entry->template_hash, zeros, sizeof(zeros)) == 0;
}

/* What is extended into the bank, as long as its digests are. */
static int extension(const struct logreplay_bank *bank, const struct hufu_mlog_entry *entry,
		     uint8_t ret_bytes[HUFU_DIGEST_MAX], struct hufu_err *err)
{
	struct hufu_digest digest;
	int r;

	if (logreplay_is_violation(entry)) {
		memset(ret_bytes, 0xff, HUFU_DIGEST_MAX);
		return 0;
	}
	if (bank->algo == HUFU_HASH_SHA1 || bank->padded) {
		memset(ret_bytes, 0, HUFU_DIGEST_MAX);
		memcpy(ret_bytes, entry->template_hash, sizeof(entry->template_hash));
		return 0;
	}
	r = hufu_mlog_hash(entry, bank->algo, &digest, err);
	if (r == 0)
		memcpy(ret_bytes, digest.bytes, digest.len);
	return r;
}

static int extend_bank(struct logreplay *replay, struct logreplay_bank *bank, const struct hufu_mlog_entry *entry,
		       struct hufu_err *err)
{
	size_t size = hufu_hash_size(bank->algo);
	uint8_t both[2 * HUFU_DIGEST_MAX], bytes[HUFU_DIGEST_MAX];
	const struct hufu_digest *wanted;
	struct hufu_digest digest;
	int r = extension(bank, entry, bytes, err);

	if (r < 0)
		return r;
	memcpy(both, bank->values[entry->pcr], size);
	memcpy(both + size, bytes, size);
	r = hufu_digest_mem(bank->algo, both, 2 * size, &digest, err);
	if (r < 0)
		return r;
	memcpy(bank->values[entry->pcr], digest.bytes, size);
	wanted = replay->wanted ? pcrvalues_find(replay->wanted, bank->algo, entry->pcr) : NULL;
	if (wanted && memcmp(wanted->bytes, digest.bytes, size) == 0)
		bank->reached[entry->pcr] = replay->n_entries;
	return 0;
}

int logreplay_extend(struct logreplay *replay, const struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	if (entry->pcr >= PCRVALUES_PCRS)
		return err_set(err, -EBADMSG, "there is no PCR %u", entry->pcr);
	replay->n_entries++;
	replay->used[entry->pcr] = true;
	for (size_t i = 0; i < replay->n_banks; i++) {
		int r = extend_bank(replay, &replay->banks[i], entry, err);

		if (r < 0)
			return r;
	}
	return 0;
}

struct logreplay_hex logreplay_hex(const struct logreplay *replay, unsigned algo, unsigned pcr)
{
	struct logreplay_hex hex = {.text = ""};

	for (size_t i = 0; i < replay->n_banks; i++)
		if (replay->banks[i].algo == algo && !replay->banks[i].padded)
			hex_encode(replay->banks[i].values[pcr], hufu_hash_size(algo), hex.text);
	return hex;
}

bool logreplay_concerns(const struct logreplay *replay, const struct pcrvalue *wanted)
{
	return replay->used[wanted->pcr] || wanted->pcr == HUFU_PCR_DEFAULT;
}

enum logreplay_match logreplay_compare(const struct logreplay *replay, const struct pcrvalue *wanted,
				       uint64_t *ret_reached)
{
	uint64_t reached = 0;

	for (size_t i = 0; i < replay->n_banks; i++) {
		const struct logreplay_bank *bank = &replay->banks[i];

		if (bank->algo != wanted->value.algo)
			continue;
		if (memcmp(bank->values[wanted->pcr], wanted->value.bytes, wanted->value.len) == 0)
			return LOGREPLAY_SAME;
		if (bank->reached[wanted->pcr] > reached)
			reached = bank->reached[wanted->pcr];
	}
	*ret_reached = reached;
	return reached ? LOGREPLAY_EARLIER : LOGREPLAY_OTHER;
}
