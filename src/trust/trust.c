/* SPDX-License-Identifier: Apache-2.0 */
/* All rings together: their lock, their serial numbers, and what is public about them. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

#include "blacklist.h"
#include "bytes.h"
#include "clean.h"
#include "err.h"
#include "keyring.h"
#include "link.h"
#include "proc-keys.h"

/* The rings that hold certificates come first in enum hufu_ring. */
enum { CERT_RINGS = HUFU_RING_BLACKLIST };

struct hufu_trust {
	pthread_rwlock_t lock;
	struct keyring rings[CERT_RINGS];
	struct blacklist blacklist;
	_Atomic uint64_t generation;
};

DEFINE_AUTO(struct hufu_cert, hufu_cert_free)

static const char *const ring_names[HUFU_RING_COUNT] = {
	[HUFU_RING_BUILTIN] = ".builtin_trusted_keys",
	[HUFU_RING_SECONDARY] = ".secondary_trusted_keys",
	[HUFU_RING_IMA] = ".ima",
	[HUFU_RING_BLACKLIST] = ".blacklist",
};

const char *hufu_ring_name(enum hufu_ring ring)
{
	return (unsigned)ring < HUFU_RING_COUNT ? ring_names[ring] : NULL;
}

int hufu_ring_by_name(const char *name)
{
	if (strncmp(name, "%:", 2) == 0)
		name += 2;
	if (name[0] == '.')
		name++;
	for (unsigned ring = 0; ring < HUFU_RING_COUNT; ring++)
		if (strcmp(ring_names[ring] + 1, name) == 0)
			return (int)ring;
	return -ENOENT;
}

int hufu_trust_new(struct hufu_trust **ret_trust)
{
	struct hufu_trust *trust = calloc(1, sizeof(*trust));
	pthread_rwlockattr_t attr;
	int r;

	if (!trust)
		return -ENOMEM;
	(void)pthread_rwlockattr_init(&attr);
	/* Judging goes on all the time: a new key must get its turn */
	(void)pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	r = pthread_rwlock_init(&trust->lock, &attr);
	(void)pthread_rwlockattr_destroy(&attr);
	if (r != 0) {
		free(trust);
		return -r;
	}
	*ret_trust = trust;
	return 0;
}

void hufu_trust_free(struct hufu_trust *trust)
{
	if (!trust)
		return;
	for (size_t i = 0; i < CERT_RINGS; i++)
		keyring_done(&trust->rings[i]);
	blacklist_done(&trust->blacklist);
	(void)pthread_rwlock_destroy(&trust->lock);
	free(trust);
}

/* The lock is the only thing in a const struct hufu_trust that changes. */
static void lock_to_read(const struct hufu_trust *trust)
{
	(void)pthread_rwlock_rdlock((pthread_rwlock_t *)&trust->lock);
}

static void lock_to_write(struct hufu_trust *trust)
{
	(void)pthread_rwlock_wrlock(&trust->lock);
}

static void unlock(const struct hufu_trust *trust)
{
	(void)pthread_rwlock_unlock((pthread_rwlock_t *)&trust->lock);
}

static bool serial_is_taken(const struct hufu_trust *trust, uint32_t serial)
{
	for (size_t i = 0; i < CERT_RINGS; i++)
		if (keyring_has_serial(&trust->rings[i], serial))
			return true;
	return blacklist_has_serial(&trust->blacklist, serial);
}

/* Positive, 31 bits, not below 3: security/keys/key.c, key_alloc_serial(). */
static int make_serial(const struct hufu_trust *trust, uint32_t *ret_serial)
{
	uint32_t serial;

	do {
		if (getrandom(&serial, sizeof(serial), 0) != sizeof(serial))
			return -EIO;
		serial &= 0x7fffffff;
	} while (serial < 3 || serial_is_taken(trust, serial));
	*ret_serial = serial;
	return 0;
}

/* A certificate that may enter, unless it is blacklisted. */
static int put_cert(struct hufu_trust *trust, enum hufu_ring ring, struct hufu_cert **cert, struct hufu_err *err)
{
	uint32_t serial;
	int r = blacklist_has_cert(&trust->blacklist, *cert, err);

	if (r < 0)
		return r;
	if (r > 0)
		return err_set(err, -EKEYREJECTED, "the certificate is on .blacklist");
	r = make_serial(trust, &serial);
	if (r == 0)
		r = keyring_put(&trust->rings[ring], cert, serial);
	if (r == -EDQUOT)
		return err_set(err, r, "%s is full: %d certificates", ring_names[ring], KEYRING_MAX);
	if (r < 0)
		return err_sys(err, r, "%s", ring_names[ring]);
	atomic_fetch_add(&trust->generation, 1);
	return (int)serial;
}

int hufu_trust_add(struct hufu_trust *trust, enum hufu_ring ring, const uint8_t *der, size_t len, uint32_t *ret_serial,
		   struct hufu_err *ret_note, struct hufu_err *err)
{
	autodone(hufu_cert_free) struct hufu_cert *cert = NULL;
	struct hufu_err note = {0};
	int r;

	if ((unsigned)ring >= CERT_RINGS)
		return err_set(err, -EOPNOTSUPP, "%s holds no certificates",
			       (unsigned)ring < HUFU_RING_COUNT ? ring_names[ring] : "this ring");
	r = hufu_cert_parse(der, len, HUFU_FORM_DER, &cert, err);
	if (r < 0)
		return r;
	lock_to_write(trust);
	r = link_check(trust->rings, ring, cert, &note, err);
	if (r == 0)
		r = put_cert(trust, ring, &cert, err);
	unlock(trust);
	if (r < 0)
		return r;
	*ret_serial = (uint32_t)r;
	if (ret_note)
		*ret_note = note;
	return 0;
}

int hufu_trust_vouch(struct hufu_trust *trust, const struct hufu_cert *cert, struct hufu_err *err)
{
	autodone(hufu_cert_free) struct hufu_cert *copy = NULL;
	size_t len;
	const uint8_t *der = hufu_cert_der(cert, &len);
	int r = hufu_cert_parse(der, len, HUFU_FORM_DER, &copy, err);

	if (r == 0)
		r = link_check_use(copy, err);
	if (r < 0)
		return r;
	lock_to_write(trust);
	r = put_cert(trust, HUFU_RING_IMA, &copy, err);
	unlock(trust);
	return r < 0 ? r : 0;
}

/* Moves to `gone` what the blacklist forbids. An error does not stop it: what can be removed is. */
static int take_forbidden(struct hufu_trust *trust, struct keyring *gone, struct hufu_err *err)
{
	int worst = 0;

	for (size_t ring = 0; ring < CERT_RINGS; ring++) {
		for (size_t i = trust->rings[ring].n_keys; i-- > 0;) {
			int r = blacklist_has_cert(&trust->blacklist, trust->rings[ring].keys[i].cert, err);

			if (r > 0)
				r = keyring_move(&trust->rings[ring], i, gone);
			if (r < 0)
				worst = r;
		}
	}
	return worst;
}

/* Moves to `gone` what was trusted only because of something in there. */
static int take_orphans(struct hufu_trust *trust, struct keyring *gone)
{
	static const enum hufu_ring signed_rings[] = {HUFU_RING_SECONDARY, HUFU_RING_IMA};
	int worst = 0;
	size_t before;

	if (!gone->n_keys)
		return 0;
	do {
		before = gone->n_keys;
		for (size_t s = 0; s < ARRAY_SIZE(signed_rings); s++) {
			struct keyring *ring = &trust->rings[signed_rings[s]];

			for (size_t i = ring->n_keys; i-- > 0;) {
				const struct hufu_cert *cert = ring->keys[i].cert;
				int r;

				if (link_find_signer(gone, cert, NULL) < 0 ||
				    link_check_signer(trust->rings, cert, NULL) == 0)
					continue;
				r = keyring_move(ring, i, gone);
				if (r < 0)
					worst = r;
			}
		}
	} while (gone->n_keys > before);
	return worst;
}

static int add_to_blacklist(struct hufu_trust *trust, struct blacklist_entry *entry, struct hufu_err *err)
{
	__attribute__((cleanup(keyring_done))) struct keyring gone = {0};
	int r = make_serial(trust, &entry->serial), orphans;

	if (r == 0)
		r = blacklist_add(&trust->blacklist, entry);
	if (r == -EDQUOT)
		return err_set(err, r, ".blacklist is full: %d entries", BLACKLIST_MAX);
	if (r < 0)
		return err_sys(err, r, ".blacklist");
	if (r == 0)
		return 0;
	atomic_fetch_add(&trust->generation, 1);
	if (entry->kind != BLACKLIST_TBS)
		return 0;
	r = take_forbidden(trust, &gone, err);
	orphans = take_orphans(trust, &gone);
	return r < 0 ? r : orphans < 0 ? err_sys(err, orphans, ".blacklist") : 0;
}

int hufu_trust_blacklist(struct hufu_trust *trust, const char *text, struct hufu_err *err)
{
	struct blacklist_entry entry;
	int r = blacklist_parse(text, &entry, err);

	if (r < 0)
		return r;
	lock_to_write(trust);
	r = add_to_blacklist(trust, &entry, err);
	unlock(trust);
	return r;
}

static int remove_key(struct hufu_trust *trust, enum hufu_ring ring, const char *id, struct hufu_err *err)
{
	ssize_t at = keyring_find(&trust->rings[ring], id);

	if (at == -EINVAL)
		return err_set(
			err, -ENOENT,
			"'%.140s' is neither a serial number nor the end of a key identifier: 8 hex digits or more, "
			"as hufu keyring list shows them",
			id);
	if (at == -ENOTUNIQ)
		return err_set(err, (int)at, "several keys in %s end in %.140s: give more digits, or the serial number",
			       ring_names[ring], id);
	if (at < 0)
		return err_set(err, (int)at, "no key in %s has the serial number or key id %.140s", ring_names[ring],
			       id);
	keyring_remove(&trust->rings[ring], (size_t)at);
	atomic_fetch_add(&trust->generation, 1);
	return 0;
}

int hufu_trust_remove(struct hufu_trust *trust, enum hufu_ring ring, const char *id, struct hufu_err *err)
{
	int r;

	if ((unsigned)ring >= HUFU_RING_COUNT)
		return err_set(err, -ENOENT, "no such keyring");
	if (ring == HUFU_RING_BUILTIN)
		return err_set(err, -EPERM, "%s cannot be changed: take the root out of trust.d and restart hufud",
			       ring_names[ring]);
	if (ring == HUFU_RING_BLACKLIST)
		return err_set(err, -EPERM, "%s only grows: take the entry out of trust.d/blacklist and restart hufud",
			       ring_names[ring]);
	lock_to_write(trust);
	r = remove_key(trust, ring, id, err);
	unlock(trust);
	return r;
}

/* All lines, each with a NUL after it. */
static void put_lines(const struct hufu_trust *trust, enum hufu_ring ring, struct buf *out)
{
	if (ring == HUFU_RING_BLACKLIST) {
		for (size_t i = 0; i < trust->blacklist.n_entries; i++) {
			proc_keys_put_blacklist(out, &trust->blacklist.entries[i]);
			buf_u8(out, 0);
		}
		return;
	}
	for (size_t i = 0; i < trust->rings[ring].n_keys; i++) {
		proc_keys_put_cert(out, &trust->rings[ring].keys[i]);
		buf_u8(out, 0);
	}
}

int hufu_trust_list(const struct hufu_trust *trust, enum hufu_ring ring, void (*on_line)(void *ctx, const char *line),
		    void *ctx)
{
	autobuf lines = {0};

	if ((unsigned)ring >= HUFU_RING_COUNT)
		return -ENOENT;
	lock_to_read(trust);
	put_lines(trust, ring, &lines);
	unlock(trust);
	if (lines.error)
		return lines.error;
	for (size_t at = 0; at < lines.len;) {
		const char *line = (const char *)lines.data + at;

		on_line(ctx, line);
		at += strlen(line) + 1;
	}
	return 0;
}

static int verify(const struct keyring *ring, const struct hufu_sig *sig, const struct hufu_digest *digest,
		  struct hufu_err *err)
{
	int worst = -ENOKEY;

	for (size_t i = 0; i < ring->n_keys; i++) {
		const struct hufu_cert *cert = ring->keys[i].cert;
		struct hufu_err why = {0};
		int r;

		if (hufu_cert_info(cert)->key_id != sig->key_id)
			continue;
		r = hufu_cert_verify(cert, digest, sig->bytes, sig->len, &why);
		if (r == 0)
			return 0;
		if (worst == -ENOKEY || r == -EKEYREJECTED) {
			worst = r;
			(void)err_set(err, r, "%s", why.text);
		}
	}
	if (worst == -ENOKEY)
		return err_set(err, worst,
			       "no certificate in .ima has the key id %08x; import the signer's certificate with "
			       "'hufu keyring add %%:.ima < CERT.der'",
			       sig->key_id);
	return worst;
}

int hufu_trust_verify(const struct hufu_trust *trust, const struct hufu_sig *sig, const struct hufu_digest *digest,
		      struct hufu_err *err)
{
	int r;

	if (sig->algo != digest->algo)
		return err_set(err, -EINVAL, "the signature is for another hash algorithm than that of the digest");
	lock_to_read(trust);
	r = verify(&trust->rings[HUFU_RING_IMA], sig, digest, err);
	unlock(trust);
	return r;
}

int hufu_trust_is_blacklisted(const struct hufu_trust *trust, const struct hufu_digest *digest)
{
	int r;

	lock_to_read(trust);
	r = blacklist_has_file(&trust->blacklist, digest);
	unlock(trust);
	return r;
}

uint64_t hufu_trust_generation(const struct hufu_trust *trust)
{
	return atomic_load(&trust->generation);
}
