/* SPDX-License-Identifier: Apache-2.0 */
#include "keyring.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "clean.h"
#include "hex.h"

enum { ID_MIN = 4, ID_MAX = 128 }; /* bytes of an id that is given in hex */

static void key_done(struct keyring_key *key)
{
	hufu_cert_free(key->cert);
	free(key->description);
}

void keyring_done(struct keyring *ring)
{
	for (size_t i = 0; i < ring->n_keys; i++)
		key_done(&ring->keys[i]);
	free(ring->keys);
	*ring = (struct keyring){0};
}

static char *describe(const struct hufu_cert *cert)
{
	const struct hufu_cert_info *info = hufu_cert_info(cert);
	autobuf text = {0};

	buf_printf(&text, "%s: ", info->subject);
	if (info->skid)
		buf_hex(&text, info->skid, info->skid_len);
	else
		buf_hex(&text, info->serial, info->serial_len);
	return buf_take_str(&text);
}

static int make_room(struct keyring *ring)
{
	struct keyring_key *keys;

	if (ring->n_keys >= KEYRING_MAX)
		return -EDQUOT;
	keys = reallocarray(ring->keys, ring->n_keys + 1, sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	ring->keys = keys;
	return 0;
}

int keyring_put(struct keyring *ring, struct hufu_cert **cert, uint32_t serial)
{
	autofree char *description = describe(*cert);
	struct keyring_key *slot;
	size_t at;
	int r;

	if (!description)
		return -ENOMEM;
	for (at = 0; at < ring->n_keys; at++)
		if (strcmp(ring->keys[at].description, description) == 0)
			break;
	if (at == ring->n_keys) {
		r = make_room(ring);
		if (r < 0)
			return r;
		ring->n_keys++;
	} else {
		key_done(&ring->keys[at]);
	}
	slot = &ring->keys[at];
	*slot = (struct keyring_key){.cert = take_ptr(*cert), .serial = serial};
	slot->description = take_ptr(description);
	return 0;
}

static void close_gap(struct keyring *ring, size_t index)
{
	ring->n_keys--;
	memmove(&ring->keys[index], &ring->keys[index + 1], (ring->n_keys - index) * sizeof(ring->keys[0]));
}

void keyring_remove(struct keyring *ring, size_t index)
{
	key_done(&ring->keys[index]);
	close_gap(ring, index);
}

int keyring_move(struct keyring *from, size_t index, struct keyring *to)
{
	int r = make_room(to);

	if (r < 0)
		key_done(&from->keys[index]);
	else
		to->keys[to->n_keys++] = from->keys[index];
	close_gap(from, index);
	return r;
}

bool keyring_has_serial(const struct keyring *ring, uint32_t serial)
{
	for (size_t i = 0; i < ring->n_keys; i++)
		if (ring->keys[i].serial == serial)
			return true;
	return false;
}

static bool ends_with(const struct hufu_cert *cert, const uint8_t *id, size_t id_len)
{
	const struct hufu_cert_info *info = hufu_cert_info(cert);
	uint8_t key_id[4];

	if (info->skid)
		return info->skid_len >= id_len && memcmp(info->skid + info->skid_len - id_len, id, id_len) == 0;
	for (unsigned i = 0; i < sizeof(key_id); i++)
		key_id[i] = (uint8_t)(info->key_id >> (24 - 8 * i));
	return id_len == sizeof(key_id) && memcmp(key_id, id, id_len) == 0;
}

static ssize_t find_serial(const struct keyring *ring, struct bytes id)
{
	uint32_t serial = bytes_be32(&id);

	if (!bytes_end(&id))
		return -ENOENT;
	for (size_t i = 0; i < ring->n_keys; i++)
		if (ring->keys[i].serial == serial)
			return (ssize_t)i;
	return -ENOENT;
}

ssize_t keyring_find(const struct keyring *ring, const char *id)
{
	uint8_t bytes[ID_MAX];
	ssize_t len, found;

	if (strncmp(id, "0x", 2) == 0)
		id += 2;
	len = hex_decode(id, strlen(id), bytes, sizeof(bytes));
	if (len < ID_MIN)
		return -EINVAL;
	found = find_serial(ring, bytes_of(bytes, (size_t)len));
	if (found >= 0)
		return found;
	for (size_t i = 0; i < ring->n_keys; i++) {
		if (!ends_with(ring->keys[i].cert, bytes, (size_t)len))
			continue;
		if (found >= 0)
			return -ENOTUNIQ;
		found = (ssize_t)i;
	}
	return found;
}
