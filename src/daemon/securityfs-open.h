/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SECURITYFS_OPEN_H
#define SECURITYFS_OPEN_H

#ifndef FUSE_USE_VERSION
#define FUSE_USE_VERSION 34
#endif
#include <fuse3/fuse_lowlevel.h>
#include <time.h>

#include "service.h"

/* What is behind the open files of the view: contents, and the writing of a policy. */
struct securityfs_open;

HUFU_MUST_USE int securityfs_open_new(struct service *service, struct securityfs_open **ret_open);
/*
 * Waits for a policy file that is still being read, for a few seconds: -ETIMEDOUT, and nothing may be freed. To be called when
 * the connection is closed and before the session is destroyed.
 */
HUFU_MUST_USE int securityfs_open_settle(struct securityfs_open *open);
void securityfs_open_free(struct securityfs_open *open);

/* When it was made: the times of all files. */
struct timespec securityfs_open_born(const struct securityfs_open *open);

/* Operations of FUSE; the user data of the requests is the object. */
void securityfs_open_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void securityfs_open_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi);
void securityfs_open_write(fuse_req_t req, fuse_ino_t ino, const char *data, size_t size, off_t offset,
			   struct fuse_file_info *fi);
void securityfs_open_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void securityfs_open_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);

#endif
