/* SPDX-License-Identifier: Apache-2.0 */
#include "signers.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "err.h"
#include "out.h"

void signers_done(struct signers *signers)
{
	for (size_t i = 0; i < signers->n_certs; i++)
		hufu_cert_free(signers->certs[i]);
	free(signers->certs);
}

static int add(struct signers *signers, const char *path, struct hufu_err *err)
{
	struct hufu_cert **certs = reallocarray(signers->certs, signers->n_certs + 1, sizeof(struct hufu_cert *));
	int r;

	if (!certs)
		return err_sys(err, -ENOMEM, "%s", path);
	signers->certs = certs;
	r = hufu_cert_load(path, HUFU_FORM_ANY, &certs[signers->n_certs], err);
	if (r == 0)
		signers->n_certs++;
	return r;
}

static int is_cert_name(const struct dirent *entry)
{
	static const char *const suffixes[] = {".der", ".pem", ".crt", ".cer", ".cert"};
	const char *dot = strrchr(entry->d_name, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(suffixes); i++)
		if (strcmp(dot, suffixes[i]) == 0)
			return 1;
	return 0;
}

static void try(struct signers *signers, const char *dir, const char *name)
{
	autofree char *path = NULL;
	struct hufu_err why = {0};
	int r;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		path = NULL;
	r = path ? add(signers, path, &why) : err_sys(&why, -ENOMEM, "%s", name);
	if (r < 0)
		out_warning("left out: %s", why.text);
}

/* A file that is no good is named and left out: its signatures are then refused, never accepted. */
static int add_dir(struct signers *signers, const char *dir, struct hufu_err *err)
{
	struct dirent **entries = NULL;
	size_t n_before = signers->n_certs;
	int n = scandir(dir, &entries, is_cert_name, alphasort);

	if (n < 0)
		return err_sys(err, -errno, "%s", dir);
	for (int i = 0; i < n; i++) {
		try(signers, dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (signers->n_certs == n_before)
		return err_set(err, -ENOENT, "%s: no certificate in it", dir);
	return 0;
}

int signers_load(struct signers *signers, const struct signers_opts *opts, struct hufu_err *err)
{
	for (size_t i = 0; i < opts->certs.n_items; i++) {
		int r = add(signers, opts->certs.items[i], err);

		if (r < 0)
			return r;
	}
	return opts->trust ? add_dir(signers, opts->trust, err) : 0;
}
