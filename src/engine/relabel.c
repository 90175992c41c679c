/* SPDX-License-Identifier: Apache-2.0 */
#include "relabel.h"

#include <sys/xattr.h>

/* MD5 and SHA-1 have the old form, without the number of the algorithm. */
static bool put_label(int fd, const struct hufu_digest *digest)
{
	bool old = digest->algo <= HUFU_HASH_SHA1;
	const struct hufu_sig label = {
		.type = old ? HUFU_SIG_HASH_OLD : HUFU_SIG_HASH,
		.algo = digest->algo,
		.bytes = digest->bytes,
		.len = digest->len,
	};
	uint8_t value[2 + HUFU_DIGEST_MAX];
	size_t len = 0;

	return hufu_sig_encode(&label, value, sizeof(value), &len) == 0 &&
	       fsetxattr(fd, HUFU_XATTR_IMA, value, len, 0) == 0;
}

/* A signature stays what it is: to write to what is signed is not what makes it right. */
static bool is_signed(const struct content *content)
{
	return content->xattr_len && (content->xattr[0] == HUFU_SIG_SIGNATURE || content->xattr[0] == HUFU_SIG_VERITY);
}

bool relabel(struct inodes *inodes, struct content *content, unsigned hash)
{
	struct inode_key key = inode_key_of(content->fd, &content->before);
	bool done;

	if (inode_due(inodes, &key) == INODE_DUE_NOTHING || is_signed(content))
		return false;
	content_lease(content);
	if (content->writers != CONTENT_WRITERS_NONE)
		return false;
	content->digest.algo = (uint8_t)hash;
	content->digest.len = (uint8_t)hufu_hash_size(hash);
	content_hash(content);
	done = content->digest_error == 0 && put_label(content->fd, &content->digest);
	if (done)
		inode_set_due(inodes, &key, INODE_DUE_NOTHING);
	return done;
}
