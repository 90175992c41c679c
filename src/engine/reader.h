/* SPDX-License-Identifier: Apache-2.0 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * Has this process a descriptor that reads the file, and cannot write to it? What i_readcount counts, for one process. Descriptors whose
 * file has another last component than `path` are not looked at any closer; neither are mappings.
 */
bool reader_has(pid_t pid, const struct stat *file, const char *path);

#endif
