/* SPDX-License-Identifier: Apache-2.0 */
#include "measure-fields.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "clean.h"
#include "template.h"

#define XATTR_EVM	"security.evm"
#define EVM_PORTABLE	5 /* EVM_XATTR_PORTABLE_DIGSIG */
#define XATTR_VALUE_MAX 65536 /* XATTR_SIZE_MAX, include/uapi/linux/limits.h */

/* evm_config_default_xattrnames, security/integrity/evm/evm_main.c: whether or not the kernel was built to protect them */
static const char *const evm_names[] = {
	"security.selinux",	"security.SMACK64",  "security.SMACK64EXEC", "security.SMACK64TRANSMUTE",
	"security.SMACK64MMAP", "security.apparmor", HUFU_XATTR_IMA,	     "security.capability",
};

/* Appends the value. Its length, or a negative errno; -ENODATA and -EOPNOTSUPP: it has none. */
static ssize_t put_xattr(struct buf *out, int fd, const char *name)
{
	autofree uint8_t *value = malloc(XATTR_VALUE_MAX);
	ssize_t len;

	if (!value)
		return -ENOMEM;
	len = fgetxattr(fd, name, value, XATTR_VALUE_MAX);
	if (len < 0)
		return -errno;
	buf_add(out, value, (size_t)len);
	return out->error ? out->error : len;
}

/* evm_read_protected_xattrs() */
static int read_xattrs(struct mlog_inode *inode, int fd)
{
	for (size_t i = 0; i < ARRAY_SIZE(evm_names); i++) {
		ssize_t len = put_xattr(&inode->values, fd, evm_names[i]);

		if (len == -ENODATA || len == -EOPNOTSUPP)
			continue;
		if (len < 0)
			return (int)len;
		if (inode->names.len)
			inode->names.data[inode->names.len - 1] = '|';
		buf_add(&inode->names, evm_names[i], strlen(evm_names[i]) + 1);
		buf_le32(&inode->lengths, (uint32_t)len);
		if (inode->names.error || inode->lengths.error)
			return -ENOMEM;
	}
	return 0;
}

/* A portable signature is all that is shown of security.evm: an HMAC says nothing elsewhere. */
static int read_evm(struct mlog_inode *inode, int fd)
{
	ssize_t len = put_xattr(&inode->evm, fd, XATTR_EVM);

	if (len < 0 || inode->evm.data[0] != EVM_PORTABLE)
		inode->evm.len = 0;
	return len == -ENOMEM ? -ENOMEM : 0;
}

static bool has_field(enum hufu_template template, const char *id)
{
	const char *format = template_format(template);
	size_t len = strlen(id);

	while (format) {
		size_t n = strcspn(format, "|");

		if (n == len && memcmp(format, id, n) == 0)
			return true;
		format = format[n] ? format + n + 1 : NULL;
	}
	return false;
}

static bool is_signature(const struct content *content)
{
	return content->xattr_len && (content->xattr[0] == HUFU_SIG_SIGNATURE || content->xattr[0] == HUFU_SIG_VERITY);
}

/* ima_eventsig_init(): the signature in security.ima, else the portable one of EVM. */
static int read_sig(struct measure_fields *fields, const struct content *content, struct mlog_event *event)
{
	int r;

	if (is_signature(content)) {
		event->extra = content->xattr;
		event->extra_len = content->xattr_len;
		return 0;
	}
	r = read_evm(&fields->inode, content->fd);
	event->extra = fields->inode.evm.data;
	event->extra_len = fields->inode.evm.len;
	return r;
}

/* ima_eventdigest_init(): the digest of the kernel's first template can be no longer than that of SHA-1. */
static int read_short(struct measure_fields *fields, const struct content *content, unsigned algo,
		      struct mlog_event *event)
{
	int r;

	if (event->digest->algo == HUFU_HASH_SHA1 || event->digest->algo == HUFU_HASH_MD5)
		return 0;
	r = hufu_digest_fd(algo, content->fd, (uint64_t)content->before.st_size, &fields->short_digest, NULL);
	if (r == 0)
		event->short_digest = &fields->short_digest;
	return r;
}

static int read_inode(struct mlog_inode *inode, const struct content *content)
{
	int r = read_evm(inode, content->fd);

	inode->uid = content->before.st_uid;
	inode->gid = content->before.st_gid;
	inode->mode = (uint16_t)content->before.st_mode;
	return r < 0 ? r : read_xattrs(inode, content->fd);
}

int measure_fields_read(struct measure_fields *fields, const struct content *content, unsigned short_algo,
			struct mlog_event *event)
{
	int r = 0;

	*fields = (struct measure_fields){0};
	if (has_field(event->template, "sig"))
		r = read_sig(fields, content, event);
	if (r == 0 && has_field(event->template, "d"))
		r = read_short(fields, content, short_algo, event);
	if (r == 0 && has_field(event->template, "xattrnames")) {
		r = read_inode(&fields->inode, content);
		event->inode = &fields->inode;
	}
	return r;
}

void measure_fields_done(struct measure_fields *fields)
{
	buf_done(&fields->inode.evm);
	buf_done(&fields->inode.names);
	buf_done(&fields->inode.lengths);
	buf_done(&fields->inode.values);
}
