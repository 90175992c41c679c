/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_LINKS_H
#define TREE_LINKS_H

#include <sys/types.h>

#include "hufu.h"

#define TREE_LINKS_MAX (1 << 17) /* files with several names that are remembered; further ones are done once a name */

/* A file with several names, and what came of the first of them. */
struct tree_link {
	struct tree_link *next;
	dev_t dev;
	ino_t ino;
	bool settled; /* the rest holds the outcome */
	enum hufu_file_state state;
	int error;
	bool has_digest;
	struct hufu_digest digest;
};

/* The files with several names that a walk has met. Zeroed is empty. */
struct tree_links {
	struct tree_link **buckets; /* allocated with the first file */
	size_t n;
};

/* The entry of the file, made now (`*ret_known` false) or before. NULL: full, or no memory. */
struct tree_link *tree_links_get(struct tree_links *links, dev_t dev, ino_t ino, bool *ret_known);
void tree_links_done(struct tree_links *links);

#endif
