/* SPDX-License-Identifier: Apache-2.0 */
#include "content.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fsverity.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>

#include "bytes.h"
#include "clean.h"

static void read_xattr(struct content *content)
{
	ssize_t len = fgetxattr(content->fd, HUFU_XATTR_IMA, content->xattr, sizeof(content->xattr));

	if (len > 0)
		content->xattr_len = (size_t)len;
	else
		content->xattr_error =
			len < 0 ? -errno : -ENODATA; /* an empty value is none: ima_appraise_measurement() */
}

/*
 * The algorithm a value announces, also one that does not decode: the list shows it, and a hash is compared with it. Kernel:
 * ima_get_hash_algo(), security/integrity/ima/ima_appraise.c.
 */
static unsigned announced_algo(const struct content *content, unsigned default_algo)
{
	const size_t md5_len = 1 + hufu_hash_size(HUFU_HASH_MD5), sha1_len = 1 + hufu_hash_size(HUFU_HASH_SHA1);
	static const uint8_t padding[4];
	struct bytes in = bytes_of(content->xattr, content->xattr_len);
	uint8_t type = bytes_u8(&in), second = bytes_u8(&in), third = bytes_u8(&in);

	if (content->xattr_len < 2)
		return default_algo;
	switch (type) {
	case HUFU_SIG_SIGNATURE:
	case HUFU_SIG_VERITY:
		if (second == (type == HUFU_SIG_VERITY ? 3 : 2) && content->xattr_len > 9 && hufu_hash_name(third))
			return third;
		return default_algo;
	case HUFU_SIG_HASH:
		return hufu_hash_name(second) ? second : default_algo;
	case HUFU_SIG_HASH_OLD:
		if (content->xattr_len == md5_len)
			return HUFU_HASH_MD5;
		if (content->xattr_len != sha1_len)
			return default_algo;
		return memcmp(content->xattr + md5_len, padding, sizeof(padding)) == 0 ? HUFU_HASH_MD5 : HUFU_HASH_SHA1;
	default:
		return default_algo;
	}
}

int content_open(int fd, unsigned default_algo, struct content *ret_content)
{
	*ret_content = (struct content){.fd = fd, .digest_error = -EAGAIN};
	if (fstat(fd, &ret_content->before) < 0)
		return -errno;
	if (!S_ISREG(ret_content->before.st_mode))
		return 0;
	read_xattr(ret_content);
	ret_content->digest.algo = (uint8_t)announced_algo(ret_content, default_algo);
	ret_content->digest.len = (uint8_t)hufu_hash_size(ret_content->digest.algo);
	return 0;
}

bool content_lease_holds(uint64_t fs_magic)
{
	static const uint64_t magics[] = {
		0xef53, /* ext2, ext3, ext4 */
		0x58465342, /* xfs */
		0x9123683e, /* btrfs */
		0xf2f52010, /* f2fs */
		0x01021994, /* tmpfs */
	};

	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (magics[i] == fs_magic)
			return true;
	return false;
}

void content_lease(struct content *content)
{
	/* Held since the access before this one of the same event: whose signal it sends may be the cache's business by now */
	if (fcntl(content->fd, F_GETLEASE) == F_RDLCK) {
		content->writers = CONTENT_WRITERS_NONE;
		return;
	}
	/* Who breaks a lease is not told by SIGIO then, which would end a process that does not expect it */
	(void)fcntl(content->fd, F_SETSIG, SIGURG);
	if (fcntl(content->fd, F_SETLEASE, F_RDLCK) == 0)
		content->writers = CONTENT_WRITERS_NONE;
	else if (errno == EAGAIN)
		content->writers = CONTENT_WRITERS_SOME;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/*
 * A writer leaves a trace in one of these, but for one with good timing. Under a lease that holds there is no writer, and the times tell
 * of other things then: of touch(1), of a package manager that has put a new file into this one's place. The size does count: open(2)
 * with O_RDONLY | O_TRUNC breaks no read lease (fs/open.c).
 */
static bool has_changed(const struct content *content)
{
	const struct stat *before = &content->before;
	bool leased = content->writers == CONTENT_WRITERS_NONE;
	struct stat after;

	if (fstat(content->fd, &after) < 0 || after.st_size != before->st_size)
		return true;
	if (leased && content->lease_holds)
		return false;
	if (!same_time(&after.st_mtim, &before->st_mtim))
		return true;
	return !leased && !same_time(&after.st_ctim, &before->st_ctim);
}

void content_hash(struct content *content)
{
	struct hufu_digest digest;
	int r;

	if (content->digest_error != -EAGAIN)
		return;
	r = hufu_digest_fd(content->digest.algo, content->fd, (uint64_t)content->before.st_size, &digest, NULL);
	/* A lease that is gone or being broken: somebody waits to write, or after lease-break-time already does */
	if (content->writers == CONTENT_WRITERS_NONE && fcntl(content->fd, F_GETLEASE) != F_RDLCK)
		content->writers = CONTENT_WRITERS_SOME;
	if (has_changed(content))
		r = -ESTALE;
	content->digest_error = r;
	if (r == 0)
		content->digest = digest;
}

void content_verity(struct content *content)
{
	union {
		struct fsverity_digest digest;
		uint8_t room[sizeof(struct fsverity_digest) + HUFU_DIGEST_MAX];
	} verity = {.digest.digest_size = HUFU_DIGEST_MAX};
	unsigned algo;

	content->digest_error = -ENODATA;
	if (ioctl(content->fd, FS_IOC_MEASURE_VERITY, &verity) < 0)
		return;
	algo = verity.digest.digest_algorithm == FS_VERITY_HASH_ALG_SHA256   ? HUFU_HASH_SHA256
	       : verity.digest.digest_algorithm == FS_VERITY_HASH_ALG_SHA512 ? HUFU_HASH_SHA512
									     : HUFU_HASH_COUNT;
	if (algo == HUFU_HASH_COUNT || verity.digest.digest_size != hufu_hash_size(algo))
		return;
	content->digest = (struct hufu_digest){.algo = (uint8_t)algo, .len = (uint8_t)verity.digest.digest_size};
	memcpy(content->digest.bytes, verity.digest.digest, verity.digest.digest_size);
	content->digest_error = 0;
}
