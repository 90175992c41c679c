/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROC_KEYS_H
#define PROC_KEYS_H

#include "blacklist.h"
#include "bytes.h"
#include "keyring.h"

/* Lines of /proc/keys, without newline: security/keys/proc.c, crypto/asymmetric_keys/asymmetric_type.c, certs/blacklist.c. */

void proc_keys_put_cert(struct buf *out, const struct keyring_key *key);
void proc_keys_put_blacklist(struct buf *out, const struct blacklist_entry *entry);

#endif
