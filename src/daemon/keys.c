/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "clean.h"
#include "err.h"
#include "file.h"

#define FILES_MAX     10000 /* certificates in a directory */
#define BLACKLIST_MAX (1 << 20) /* bytes */

DEFINE_AUTO(struct hufu_cert, hufu_cert_free)

struct loading {
	struct hufu_trust *trust;
	const struct keys_events *events;
	int n_refused;
};

struct names {
	char **list;
	size_t n;
};

static void names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
}

static void refuse(struct loading *loading, const struct hufu_err *err)
{
	loading->events->say(loading->events->ctx, LOG_ERR, err->text);
	loading->n_refused++;
}

static bool is_certificate(const char *name)
{
	static const char *const endings[] = {".der", ".pem", ".crt", ".cer", ".cert"};
	const char *dot = strrchr(name, '.');

	/* A leading dot: what editors and package managers leave beside the file */
	if (!dot || name[0] == '.')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (strcmp(dot, endings[i]) == 0)
			return true;
	return false;
}

/* By bytes, not by locale: the order must not depend on who starts the daemon. */
static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_name(struct names *names, const char *name)
{
	char **list = reallocarray(names->list, names->n + 1, sizeof(*list));
	char *copy = strdup(name);

	if (list)
		names->list = list;
	if (!list || !copy) {
		free(copy);
		return -ENOMEM;
	}
	list[names->n++] = copy;
	return 0;
}

static int read_dir(DIR *dir, struct names *names)
{
	for (;;) {
		struct dirent *entry;
		int r;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return -errno;
		if (!is_certificate(entry->d_name))
			continue;
		r = names->n < FILES_MAX ? add_name(names, entry->d_name) : -E2BIG;
		if (r < 0)
			return r;
	}
}

static int read_names(const char *path, struct names *names, struct hufu_err *err)
{
	DIR *dir = opendir(path);
	int r;

	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return err_sys(err, -errno, "%s", path);
	r = read_dir(dir, names);
	(void)closedir(dir);
	if (r < 0)
		return err_sys(err, r, "%s", path);
	if (names->n)
		qsort(names->list, names->n, sizeof(*names->list), compare);
	return 0;
}

static void load_file(struct loading *loading, enum hufu_ring ring, const char *path)
{
	autodone(hufu_cert_free) struct hufu_cert *cert = NULL;
	struct hufu_err err = {0}, note = {0};
	const uint8_t *der;
	uint32_t serial;
	size_t len;
	int r = hufu_cert_load(path, HUFU_FORM_ANY, &cert, &err);

	if (r < 0) { /* hufu_cert_load() names the file itself */
		refuse(loading, &err);
		return;
	}
	der = hufu_cert_der(cert, &len);
	r = hufu_trust_add(loading->trust, ring, der, len, &serial, &note, &err);
	if (r < 0) {
		(void)err_prefix(&err, r, "%s: not taken into %s", path, hufu_ring_name(ring));
		refuse(loading, &err);
		return;
	}
	if (note.text[0]) {
		(void)err_prefix(&note, 0, "%s", path);
		loading->events->say(loading->events->ctx, LOG_WARNING, note.text);
	}
	if (loading->events->added)
		loading->events->added(loading->events->ctx, ring, der, len);
}

static int load_dir(struct loading *loading, enum hufu_ring ring, const char *dir, struct hufu_err *err)
{
	__attribute__((cleanup(names_done))) struct names names = {0};
	int r = read_names(dir, &names, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < names.n; i++) {
		autofree char *path = NULL;

		if (asprintf(&path, "%s/%s", dir, names.list[i]) < 0) {
			path = NULL;
			return err_sys(err, -ENOMEM, "%s", dir);
		}
		load_file(loading, ring, path);
	}
	return 0;
}

static void load_entry(struct loading *loading, char *entry, const char *path, unsigned number)
{
	struct hufu_err err = {0};
	size_t len;
	int r;

	entry += strspn(entry, " \t");
	for (len = strlen(entry); len && strchr(" \t\r", entry[len - 1]); len--)
		entry[len - 1] = '\0';
	if (!entry[0] || entry[0] == '#')
		return;
	r = hufu_trust_blacklist(loading->trust, entry, &err);
	if (r < 0) {
		(void)err_prefix(&err, r, "%s: line %u", path, number);
		refuse(loading, &err);
	}
}

static int load_blacklist(struct loading *loading, const char *dir, struct hufu_err *err)
{
	autofree char *path = NULL, *text = NULL;
	unsigned number = 0;
	size_t len;
	char *rest;
	int r;

	if (asprintf(&path, "%s/blacklist", dir) < 0) {
		path = NULL;
		return err_sys(err, -ENOMEM, "%s", dir);
	}
	r = file_read(path, BLACKLIST_MAX, &text, &len, err);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	/* What stands after a NUL would be skipped without a word: something that was forbidden would be allowed */
	if (memchr(text, '\0', len))
		return err_set(err, -EINVAL, "%s: a NUL byte", path);
	for (rest = text; rest;) {
		char *line = strsep(&rest, "\n");

		load_entry(loading, line, path, ++number);
	}
	return 0;
}

int keys_load(const struct config *config, struct hufu_trust *trust, const struct keys_events *events,
	      struct hufu_err *err)
{
	struct loading loading = {.trust = trust, .events = events};
	/* The blacklist comes first: what is on it never gets in, not even for a moment */
	int r = load_blacklist(&loading, config->trust_dir, err);

	if (r == 0)
		r = load_dir(&loading, HUFU_RING_BUILTIN, config->trust_dir, err);
	if (r == 0)
		r = load_dir(&loading, HUFU_RING_IMA, config->ima_dir, err);
	return r < 0 ? r : loading.n_refused;
}
