/* SPDX-License-Identifier: Apache-2.0 */
#include "tbs.h"

#include <errno.h>

#define SEQUENCE 0x30

/* The length octets of DER: definite, and as short as can be (X.690 section 10.1). 0: not so, or nothing in it. */
static size_t read_length(struct bytes *in)
{
	uint8_t first = bytes_u8(in);
	size_t len = 0;

	if (first < 0x80)
		return first;
	if (first == 0x80 || first > 0x84)
		return 0;
	for (unsigned i = first & 0x7f; i; i--)
		len = len << 8 | bytes_u8(in);
	return len >= 0x80 && len >> 8 * ((first & 0x7f) - 1u) ? len : 0;
}

/* The inside of the SEQUENCE at the cursor, which is left behind it. */
static struct bytes read_sequence(struct bytes *in)
{
	struct bytes inside;

	if (bytes_u8(in) != SEQUENCE)
		in->bad = true;
	inside = bytes_sub(in, read_length(in));
	if (!bytes_ok(in) || !inside.left)
		inside.bad = true;
	return inside;
}

int tbs_find(const uint8_t *der, size_t len, struct bytes *ret_tbs)
{
	struct bytes in = bytes_of(der, len);
	struct bytes certificate = read_sequence(&in);
	const uint8_t *start = certificate.at;
	struct bytes tbs = read_sequence(&certificate);

	if (!bytes_ok(&in) || !bytes_ok(&certificate) || !bytes_ok(&tbs))
		return -EBADMSG;
	*ret_tbs = bytes_of(start, (size_t)(certificate.at - start));
	return 0;
}
