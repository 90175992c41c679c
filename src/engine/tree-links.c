/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-links.h"

#include <stdlib.h>

#define N_BUCKETS (1 << 14)

struct tree_link *tree_links_get(struct tree_links *links, dev_t dev, ino_t ino, bool *ret_known)
{
	struct tree_link *link, **bucket;

	if (!links->buckets)
		links->buckets = calloc(N_BUCKETS, sizeof(struct tree_link *));
	if (!links->buckets)
		return NULL;
	/* inode numbers of one tree lie close together: their low bits spread by themselves */
	bucket = &links->buckets[(ino ^ ino >> 14 ^ dev) % N_BUCKETS];
	for (link = *bucket; link; link = link->next)
		if (link->dev == dev && link->ino == ino) {
			*ret_known = true;
			return link;
		}
	if (links->n == TREE_LINKS_MAX)
		return NULL;
	link = malloc(sizeof(*link));
	if (!link)
		return NULL;
	*link = (struct tree_link){.next = *bucket, .dev = dev, .ino = ino};
	*bucket = link;
	links->n++;
	*ret_known = false;
	return link;
}

void tree_links_done(struct tree_links *links)
{
	for (size_t i = 0; links->buckets && i < N_BUCKETS; i++)
		while (links->buckets[i]) {
			struct tree_link *link = links->buckets[i];

			links->buckets[i] = link->next;
			free(link);
		}
	free(links->buckets);
	*links = (struct tree_links){0};
}
