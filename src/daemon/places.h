/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLACES_H
#define PLACES_H

#include <jansson.h>

#include "fangroup.h"
#include "fstable.h"
#include "service.h"

/* The file systems under watch, and which events each gives. Threads may share it. */
struct places;

/* `group` and `table` are not owned. */
HUFU_MUST_USE int places_new(struct fangroup *group, struct fstable *table, struct places **ret_places);
void places_free(struct places *places);

/*
 * Makes the marks on the file systems follow `wanted` (enum fangroup_events, FANGROUP_ACCESS meaning: mappings). config->watch names
 * them, or, when it names none, all local ones of the table are taken. A named path that cannot be watched is an error, said after the
 * others were done; of all local ones those that cannot are left out.
 */
HUFU_MUST_USE int places_update(struct places *places, const struct config *config, unsigned wanted,
				struct hufu_err *err);
/* On this device mappings make no events: they are judged when the file is opened. */
bool places_map_at_open(struct places *places, dev_t dev);
/* An array of objects: path, events, mmap. */
json_t *places_json(struct places *places);

#endif
