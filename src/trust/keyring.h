/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYRING_H
#define KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "hufu.h"

/* One ring of certificates, in the order they came. It knows no rules (link.h) and no locks (trust.c). */

enum { KEYRING_MAX = 16384 }; /* certificates */

struct keyring_key {
	struct hufu_cert *cert;
	char *description; /* `<subject>: <SKI or serial in hex>`, as the kernel's x509_key_preparse() makes it */
	uint32_t serial;
};

struct keyring {
	struct keyring_key *keys;
	size_t n_keys;
};

void keyring_done(struct keyring *ring);
/*
 * Takes over `*cert` and sets it to NULL, only if all goes well. A key with the same description gives way to it, as with
 * add_key(2). -EDQUOT: the ring is full.
 */
HUFU_MUST_USE int keyring_put(struct keyring *ring, struct hufu_cert **cert, uint32_t serial);
void keyring_remove(struct keyring *ring, size_t index);
/* Moves a key to the end of `to`. -ENOMEM: it is gone from `from` all the same. */
HUFU_MUST_USE int keyring_move(struct keyring *from, size_t index, struct keyring *to);
bool keyring_has_serial(const struct keyring *ring, uint32_t serial);
/*
 * By serial (8 hex digits, `0x` before them or not), else by the end of the SKI (8 hex digits or more). -EINVAL: not such an id;
 * -ENOENT; -ENOTUNIQ: several keys end so.
 */
HUFU_MUST_USE ssize_t keyring_find(const struct keyring *ring, const char *id);

#endif
