/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RELABEL_H
#define RELABEL_H

#include "content.h"
#include "inode.h"

/*
 * The hash that the kernel puts into security.ima when the last writer closes a file: ima_update_xattr(), ima_fix_xattr().
 *
 * If something is due for the file, and nobody has it open for writing, it is read and labelled under a read lease on the descriptor, so
 * that what is written there is what it holds. True: it was labelled; `content` is to be opened anew.
 */
bool relabel(struct inodes *inodes, struct content *content, unsigned hash);

#endif
