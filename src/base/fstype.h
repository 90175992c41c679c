/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FSTYPE_H
#define FSTYPE_H

#include <stdbool.h>

/*
 * Is it a type of file system that holds files of programs on this machine? hufud watches others (proc, NFS, FUSE, ...) only when
 * they are named, and a simulation leaves them out.
 */
bool fstype_is_local(const char *type);

#endif
