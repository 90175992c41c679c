/* SPDX-License-Identifier: Apache-2.0 */
#include "places.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include "clean.h"
#include "err.h"

struct place {
	dev_t dev;
	char *path;
	unsigned wanted, granted; /* enum fangroup_events */
	bool seen; /* in the update that runs */
};

struct places {
	struct fangroup *group;
	struct fstable *table;
	pthread_mutex_t lock;
	struct place *list;
	size_t n;
};

int places_new(struct fangroup *group, struct fstable *table, struct places **ret_places)
{
	struct places *places = calloc(1, sizeof(*places));

	if (!places)
		return -ENOMEM;
	places->group = group;
	places->table = table;
	(void)pthread_mutex_init(&places->lock, NULL);
	*ret_places = places;
	return 0;
}

void places_free(struct places *places)
{
	if (!places)
		return;
	for (size_t i = 0; i < places->n; i++)
		free(places->list[i].path);
	free(places->list);
	(void)pthread_mutex_destroy(&places->lock);
	free(places);
}

static struct place *find(struct places *places, dev_t dev)
{
	for (size_t i = 0; i < places->n; i++)
		if (places->list[i].dev == dev)
			return &places->list[i];
	return NULL;
}

static int add(struct places *places, dev_t dev, const char *path, struct place **ret_place)
{
	struct place *list = reallocarray(places->list, places->n + 1, sizeof(*list));
	char *copy = strdup(path);

	if (list)
		places->list = list;
	if (!list || !copy) {
		free(copy);
		return -ENOMEM;
	}
	places->list[places->n] = (struct place){.dev = dev, .path = copy};
	*ret_place = &places->list[places->n++];
	return 0;
}

struct update {
	struct places *places;
	unsigned wanted;
};

/* Where mappings make no events, every open has to be seen instead; where they do, every read makes the same event as well. */
static int mark(struct update *update, struct place *place, struct hufu_err *err)
{
	unsigned granted = place->granted;
	unsigned wanted = update->wanted, unwanted;
	int r;

	if (wanted & FANGROUP_ACCESS)
		wanted &= ~(unsigned)FANGROUP_READ;

	if (place->wanted == update->wanted)
		return 0;
	if (wanted) {
		r = fangroup_watch(update->places->group, place->path, wanted, &granted, err);
		if (r == 0 && wanted & ~granted & FANGROUP_ACCESS) {
			wanted = (update->wanted & ~(unsigned)FANGROUP_ACCESS) | FANGROUP_OPEN;
			r = fangroup_watch(update->places->group, place->path, wanted, &granted, err);
		}
		if (r < 0)
			return r;
	} else {
		granted = 0;
	}
	unwanted = place->granted & ~granted;
	place->granted = granted;
	place->wanted = update->wanted;
	return unwanted ? fangroup_unwatch(update->places->group, place->path, unwanted, err) : 0;
}

static int update_path(struct update *update, dev_t dev, const char *path, struct hufu_err *err)
{
	struct place *place = find(update->places, dev);
	int r;

	if (!place) {
		r = add(update->places, dev, path, &place);
		if (r < 0)
			return err_sys(err, r, "%s", path);
	}
	place->seen = true;
	return mark(update, place, err);
}

/* A local file system that cannot be watched is left out here: it shows in the status as watched for nothing. */
static int update_local(void *ctx, const struct fstable_entry *entry)
{
	struct hufu_err ignored;

	(void)update_path(ctx, entry->dev, entry->path, &ignored);
	return 0;
}

static int update_named(struct update *update, const struct config *config, struct hufu_err *err)
{
	struct hufu_err one;
	int result = 0;

	for (size_t i = 0; i < config->n_watch; i++) {
		const char *path = config->watch[i];
		struct stat st;
		int r = stat(path, &st) < 0 ? err_sys(&one, -errno, "%s: cannot watch", path)
					    : update_path(update, st.st_dev, path, &one);

		if (r < 0 && result == 0) {
			result = r;
			err_set(err, r, "%s", one.text);
		}
	}
	return result;
}

/* What is mounted no more, or no longer named, is forgotten; the kernel drops the marks of an unmounted file system itself. */
static void forget_unseen(struct update *update)
{
	struct places *places = update->places;
	struct hufu_err ignored;
	size_t kept = 0;

	for (size_t i = 0; i < places->n; i++) {
		struct place *place = &places->list[i];

		if (place->seen) {
			places->list[kept++] = *place;
			continue;
		}
		if (place->granted)
			(void)fangroup_unwatch(update->places->group, place->path, place->granted, &ignored);
		free(place->path);
	}
	places->n = kept;
}

int places_update(struct places *places, const struct config *config, unsigned wanted, struct hufu_err *err)
{
	struct update update = {.places = places, .wanted = wanted};
	int r;

	(void)pthread_mutex_lock(&places->lock);
	for (size_t i = 0; i < places->n; i++)
		places->list[i].seen = false;
	if (config->n_watch)
		r = update_named(&update, config, err);
	else
		r = fstable_each_local(places->table, update_local, &update);
	forget_unseen(&update);
	(void)pthread_mutex_unlock(&places->lock);
	return r;
}

bool places_map_at_open(struct places *places, dev_t dev)
{
	struct place *place;
	bool at_open;

	(void)pthread_mutex_lock(&places->lock);
	place = find(places, dev);
	/* Unknown (a subvolume with a number of its own): taken at its widest */
	at_open = !place || (place->wanted & ~place->granted & FANGROUP_ACCESS);
	(void)pthread_mutex_unlock(&places->lock);
	return at_open;
}

static const char *mmap_word(const struct place *place)
{
	if (!(place->wanted & FANGROUP_ACCESS))
		return "not asked for";
	return place->granted & FANGROUP_ACCESS ? "exact" : "at open";
}

json_t *places_json(struct places *places)
{
	json_t *array = json_array();

	(void)pthread_mutex_lock(&places->lock);
	for (size_t i = 0; i < places->n; i++) {
		const struct place *place = &places->list[i];
		json_t *object = json_pack("{s:s?, s:b, s:b, s:b, s:b, s:s}", "path", place->path, "exec",
					   place->granted & FANGROUP_EXEC ? 1 : 0, "open",
					   place->granted & FANGROUP_OPEN ? 1 : 0, "access",
					   place->granted & FANGROUP_ACCESS ? 1 : 0, "read",
					   place->granted & FANGROUP_READ ? 1 : 0, "mmap", mmap_word(place));

		(void)json_array_append_new(array, object);
	}
	(void)pthread_mutex_unlock(&places->lock);
	return array;
}
