/* SPDX-License-Identifier: Apache-2.0 */
#include "askpass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "quote.h"
#include "tty.h"

int askpass_init(struct askpass *askpass, const struct askpass_opts *opts, struct hufu_err *err)
{
	int n_ways = opts->prompt + (opts->file != NULL) + (opts->env != NULL) + opts->fd.given;

	*askpass = (struct askpass){.opts = *opts};
	return n_ways > 1 ? err_set(err, -EINVAL, "the passphrase can come one way only; more than one is named") : 0;
}

static void forget(struct askpass *askpass)
{
	if (askpass->line)
		explicit_bzero(askpass->line, ASKPASS_MAX + 1);
	free(askpass->line);
	askpass->line = NULL;
}

void askpass_done(struct askpass *askpass)
{
	forget(askpass);
}

bool askpass_is_given(const struct askpass *askpass)
{
	const struct askpass_opts *opts = &askpass->opts;

	return opts->prompt || opts->file || opts->env || opts->fd.given;
}

/*
 * A byte at a time: what comes after the line is not ours, and a pipe need not be closed by who writes it. The one byte
 * more than ASKPASS_MAX is how a longer line is told from one that just fits.
 */
static int read_line(struct askpass *askpass, int fd, const char *from)
{
	char *line = calloc(1, ASKPASS_MAX + 1);
	size_t len = 0;

	if (!line)
		return err_sys(&askpass->err, -ENOMEM, "passphrase");
	askpass->line = line;
	while (len <= ASKPASS_MAX) {
		ssize_t n = read(fd, line + len, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(&askpass->err, -errno, "passphrase from %s", from);
		if (n == 0 || line[len] == '\n')
			break;
		len++;
	}
	if (len > ASKPASS_MAX)
		return err_set(&askpass->err, -E2BIG, "passphrase from %s: longer than %d bytes", from, ASKPASS_MAX);
	if (len && line[len - 1] == '\r')
		len--;
	askpass->line_len = len;
	return 0;
}

static int read_file(struct askpass *askpass, const char *path)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_sys(&askpass->err, -errno, "passphrase from %s", path);
	return read_line(askpass, fd, path);
}

static int read_fd(struct askpass *askpass)
{
	char from[40];

	(void)snprintf(from, sizeof(from), "descriptor %lu", askpass->opts.fd.value);
	return read_line(askpass, (int)askpass->opts.fd.value, from);
}

static int read_env(struct askpass *askpass)
{
	const char *value = getenv(askpass->opts.env);

	if (!value)
		return err_set(&askpass->err, -ENOENT, "passphrase: there is no environment variable %s",
			       askpass->opts.env);
	if (strlen(value) > ASKPASS_MAX)
		return err_set(&askpass->err, -E2BIG, "passphrase from $%s: longer than %d bytes", askpass->opts.env,
			       ASKPASS_MAX);
	askpass->line = calloc(1, ASKPASS_MAX + 1);
	if (!askpass->line)
		return err_sys(&askpass->err, -ENOMEM, "passphrase");
	askpass->line_len = strlen(value);
	memcpy(askpass->line, value, askpass->line_len);
	return 0;
}

/* Fills askpass->line from wherever the options say, once. */
static int read_named(struct askpass *askpass)
{
	int r;

	if (askpass->line)
		return 0;
	if (askpass->opts.file)
		r = read_file(askpass, askpass->opts.file);
	else if (askpass->opts.fd.given)
		r = read_fd(askpass);
	else
		r = read_env(askpass);
	if (r < 0)
		forget(askpass);
	return r;
}

static ssize_t ask(struct askpass *askpass, const char *lead, const char *path, char *buf, size_t size)
{
	autofree char *safe = quote(path), *prompt = NULL;
	ssize_t len;

	if (!safe || asprintf(&prompt, "%s %s: ", lead, safe) < 0) {
		prompt = NULL;
		return err_sys(&askpass->err, -ENOMEM, "passphrase");
	}
	len = tty_ask_secret(prompt, buf, size);
	if (len == -ENXIO)
		return err_set(
			&askpass->err, -ENXIO,
			"%s: a passphrase is needed, and there is no terminal to ask on: give --passphrase-file, "
			"--passphrase-fd or --passphrase-env",
			path);
	if (len == -E2BIG)
		return err_set(&askpass->err, -E2BIG, "%s: the passphrase is longer than %zu bytes", path, size - 1);
	if (len < 0)
		return err_sys(&askpass->err, (int)len, "%s: no passphrase", path);
	return len;
}

static ssize_t ask_twice(struct askpass *askpass, const char *path, char *buf, size_t size)
{
	char again[ASKPASS_MAX + 1];
	ssize_t len = ask(askpass, "New passphrase for", path, buf, size);
	ssize_t again_len;

	if (len <= 0)
		return len;
	again_len = ask(askpass, "The same again for", path, again, sizeof(again));
	if (again_len >= 0 && (again_len != len || memcmp(buf, again, (size_t)len) != 0))
		again_len = err_set(&askpass->err, -ECANCELED, "%s: the two passphrases are not the same", path);
	explicit_bzero(again, sizeof(again));
	return again_len;
}

static ssize_t obtain(struct askpass *askpass, bool writing, const char *path, char *buf, size_t size)
{
	const struct askpass_opts *opts = &askpass->opts;
	int r;

	if (!opts->file && !opts->env && !opts->fd.given)
		return writing ? ask_twice(askpass, path, buf, size) : ask(askpass, "Passphrase for", path, buf, size);
	r = read_named(askpass);
	if (r < 0)
		return r;
	if (askpass->line_len > size)
		return err_set(&askpass->err, -E2BIG, "%s: the passphrase is longer than %zu bytes", path, size);
	memcpy(buf, askpass->line, askpass->line_len);
	return (ssize_t)askpass->line_len;
}

static int get(void *ctx, bool writing, const char *path, char *buf, size_t size)
{
	struct askpass *askpass = ctx;
	ssize_t len = obtain(askpass, writing, path, buf, size);

	if (len == 0 && writing)
		len = err_set(&askpass->err, -ECANCELED, "%s: an empty passphrase protects nothing", path);
	if (len > 0 && memchr(buf, '\0', (size_t)len))
		len = err_set(&askpass->err, -EINVAL, "%s: a passphrase holds no NUL byte", path);
	if (len < 0)
		explicit_bzero(buf, size);
	return (int)len;
}

struct hufu_passphrase askpass_source(struct askpass *askpass)
{
	return (struct hufu_passphrase){.get = get, .ctx = askpass};
}

int askpass_load_key(struct askpass *askpass, const char *path, struct hufu_key **ret_key, struct hufu_err *err)
{
	const struct hufu_passphrase source = askpass_source(askpass);
	int r = hufu_key_load(path, &source, ret_key, err);

	if (r < 0 && askpass->err.text[0] && err)
		*err = askpass->err;
	return r;
}
