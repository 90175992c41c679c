/* SPDX-License-Identifier: Apache-2.0 */
#include "inode.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "clean.h"

#define WAYS 4 /* slots an inode may be in; the one that was not asked for the longest gives way */

struct slot {
	struct inode_key key;
	uint64_t used; /* 0: empty */
	struct hufu_digest digest;
	uint64_t measured; /* bit for each PCR */
	bool audited;
	uint8_t due; /* enum inode_due */
	pid_t readers[INODE_READERS]; /* the last one first; 0: none */
};

struct inodes {
	pthread_mutex_t lock;
	uint64_t clock;
	size_t n_sets;
	struct slot slots[];
};

int inode_table_new(size_t max, struct inodes **ret_inodes)
{
	size_t n_sets = max / WAYS ? max / WAYS : 1;
	struct inodes *inodes = calloc(1, sizeof(*inodes) + n_sets * WAYS * sizeof(inodes->slots[0]));

	if (!inodes)
		return -ENOMEM;
	(void)pthread_mutex_init(&inodes->lock, NULL); /* cannot fail on Linux */
	inodes->n_sets = n_sets;
	*ret_inodes = inodes;
	return 0;
}

void inode_table_free(struct inodes *inodes)
{
	if (!inodes)
		return;
	(void)pthread_mutex_destroy(&inodes->lock);
	free(inodes);
}

struct inode_key inode_key_of(int fd, const struct stat *st)
{
	struct inode_key key = {.dev = st->st_dev, .ino = st->st_ino};
	struct statx more;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BTIME, &more) == 0 && more.stx_mask & STATX_BTIME) {
		key.born_sec = more.stx_btime.tv_sec;
		key.born_nsec = more.stx_btime.tv_nsec;
	}
	return key;
}

static bool same_key(const struct inode_key *a, const struct inode_key *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->born_sec == b->born_sec && a->born_nsec == b->born_nsec;
}

static bool same_digest(const struct hufu_digest *a, const struct hufu_digest *b)
{
	return a->algo == b->algo && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static struct slot *set_of(struct inodes *inodes, const struct inode_key *key)
{
	uint64_t mixed =
		((uint64_t)key->ino ^ (uint64_t)key->dev << 32 ^ (uint64_t)key->born_nsec << 20) * 0x9e3779b97f4a7c15u;

	return &inodes->slots[(mixed >> 16) % inodes->n_sets * WAYS];
}

/* The slot of the inode, or with `make` one for it. */
static struct slot *find(struct inodes *inodes, const struct inode_key *key, bool make)
{
	struct slot *set = set_of(inodes, key), *oldest = set;

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].used && same_key(&set[i].key, key)) {
			set[i].used = ++inodes->clock;
			return &set[i];
		}
		if (set[i].used < oldest->used)
			oldest = &set[i];
	}
	if (!make)
		return NULL;
	*oldest = (struct slot){.key = *key, .used = ++inodes->clock};
	return oldest;
}

bool inode_did(struct inodes *inodes, const struct inode_key *key, const struct hufu_digest *digest, unsigned deed)
{
	struct slot *slot;
	bool did = false;

	(void)pthread_mutex_lock(&inodes->lock);
	slot = find(inodes, key, false);
	if (slot && same_digest(&slot->digest, digest))
		did = deed == INODE_AUDITED ? slot->audited : slot->measured & UINT64_C(1) << deed;
	(void)pthread_mutex_unlock(&inodes->lock);
	return did;
}

void inode_note(struct inodes *inodes, const struct inode_key *key, const struct hufu_digest *digest, unsigned deed)
{
	struct slot *slot;

	(void)pthread_mutex_lock(&inodes->lock);
	slot = find(inodes, key, true);
	if (!same_digest(&slot->digest, digest)) {
		slot->digest = *digest;
		slot->measured = 0;
		slot->audited = false;
	}
	if (deed == INODE_AUDITED)
		slot->audited = true;
	else
		slot->measured |= UINT64_C(1) << deed;
	(void)pthread_mutex_unlock(&inodes->lock);
}

void inode_set_due(struct inodes *inodes, const struct inode_key *key, enum inode_due due)
{
	struct slot *slot;

	(void)pthread_mutex_lock(&inodes->lock);
	slot = find(inodes, key, due != INODE_DUE_NOTHING);
	if (slot && (due == INODE_DUE_NOTHING || due > slot->due))
		slot->due = (uint8_t)due;
	(void)pthread_mutex_unlock(&inodes->lock);
}

enum inode_due inode_due(struct inodes *inodes, const struct inode_key *key)
{
	struct slot *slot;
	enum inode_due due;

	(void)pthread_mutex_lock(&inodes->lock);
	slot = find(inodes, key, false);
	due = slot ? (enum inode_due)slot->due : INODE_DUE_NOTHING;
	(void)pthread_mutex_unlock(&inodes->lock);
	return due;
}

void inode_note_reader(struct inodes *inodes, const struct inode_key *key, pid_t pid)
{
	struct slot *slot;
	size_t at = 0;

	(void)pthread_mutex_lock(&inodes->lock);
	slot = find(inodes, key, true);
	while (at < INODE_READERS - 1 && slot->readers[at] != pid && slot->readers[at])
		at++;
	memmove(slot->readers + 1, slot->readers, at * sizeof(slot->readers[0]));
	slot->readers[0] = pid;
	(void)pthread_mutex_unlock(&inodes->lock);
}

size_t inode_readers(struct inodes *inodes, const struct inode_key *key, pid_t ret_pids[INODE_READERS])
{
	struct slot *slot;
	size_t n = 0;

	(void)pthread_mutex_lock(&inodes->lock);
	slot = find(inodes, key, false);
	while (slot && n < INODE_READERS && slot->readers[n]) {
		ret_pids[n] = slot->readers[n];
		n++;
	}
	(void)pthread_mutex_unlock(&inodes->lock);
	return n;
}
