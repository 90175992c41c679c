/* SPDX-License-Identifier: Apache-2.0 */
#include "logreplay.h"

#include <errno.h>
#include <string.h>

#include "err.h"
#include "hex.h"

int logreplay_extend(struct logreplay *replay, uint32_t pcr, const uint8_t *template_hash, struct hufu_err *err)
{
	uint8_t both[2 * LOGREPLAY_SIZE];
	struct hufu_digest digest;
	int r;

	if (pcr >= LOGREPLAY_PCRS)
		return err_set(err, -EBADMSG, "there is no PCR %u", pcr);
	memcpy(both, replay->values[pcr], LOGREPLAY_SIZE);
	if (template_hash)
		memcpy(both + LOGREPLAY_SIZE, template_hash, LOGREPLAY_SIZE);
	else
		memset(both + LOGREPLAY_SIZE, 0xff, LOGREPLAY_SIZE);
	r = hufu_digest_mem(HUFU_HASH_SHA1, both, sizeof(both), &digest, err);
	if (r < 0)
		return r;
	memcpy(replay->values[pcr], digest.bytes, LOGREPLAY_SIZE);
	replay->used[pcr] = true;
	return 0;
}

struct logreplay_hex logreplay_hex(const struct logreplay *replay, unsigned pcr)
{
	struct logreplay_hex hex;

	hex_encode(replay->values[pcr], LOGREPLAY_SIZE, hex.text);
	return hex;
}
