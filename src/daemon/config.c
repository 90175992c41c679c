/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "file.h"

#define CONFIG_MAX   (1 << 20) /* bytes of a configuration file */
#define WATCH_MAX    1024 /* watched paths */
#define JOBS_MAX     256
#define DEADLINE_MIN 100
#define DEADLINE_MAX 3600000
#define SECTION	     "hufud"

/* ---- defaults ------------------------------------------------------------------------------------------------- */

static char *join(const char *dir, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s%s", dir, name) < 0 ? NULL : path;
}

/* An absolute path as it is, another one below the working directory; without slashes at the end. "/" becomes "". */
static char *absolute(const char *path)
{
	autofree char *here = path[0] == '/' ? strdup("") : getcwd(NULL, 0);
	char *whole = NULL;

	if (!here || asprintf(&whole, "%s%s%s", here, path[0] == '/' ? "" : "/", path) < 0)
		return NULL;
	for (size_t len = strlen(whole); len && whole[len - 1] == '/'; len--)
		whole[len - 1] = '\0';
	return whole;
}

int config_init(struct config *config, const char *root)
{
	struct config fresh = {
		.mode = HUFU_MODE_ENFORCE,
		.hash = HUFU_HASH_SM3,
		.template = HUFU_TEMPLATE_IMA_SIG,
		.journal = true,
		.deadline_ms = 60000,
	};

	if (root && !root[0])
		return -EINVAL;
	fresh.root = root ? absolute(root) : strdup("");
	if (fresh.root) {
		fresh.file = join(fresh.root, "/etc/hufu/hufud.conf");
		fresh.trust_dir = join(fresh.root, "/etc/hufu/trust.d");
		fresh.ima_dir = join(fresh.root, "/etc/hufu/ima.d");
		fresh.policy = join(fresh.root, "/etc/hufu/policy");
		fresh.run_dir = join(fresh.root, "/run/hufu");
		fresh.securityfs = join(fresh.root, "/run/hufu/securityfs");
	}
	if (!fresh.root || !fresh.file || !fresh.trust_dir || !fresh.ima_dir || !fresh.policy || !fresh.run_dir ||
	    !fresh.securityfs) {
		config_done(&fresh);
		return -ENOMEM;
	}
	*config = fresh;
	return 0;
}

void config_done(struct config *config)
{
	for (size_t i = 0; i < config->n_watch; i++)
		free(config->watch[i]);
	free(config->watch);
	free(config->root);
	free(config->file);
	free(config->trust_dir);
	free(config->ima_dir);
	free(config->policy);
	free(config->run_dir);
	free(config->securityfs);
	*config = (struct config){0};
}

int config_add_watch(struct config *config, const char *path)
{
	autofree char *copy = NULL;
	char **watch;

	if (!path[0])
		return -EINVAL;
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (config->n_watch >= WATCH_MAX)
		return -E2BIG;
	copy = absolute(path);
	if (copy && !copy[0]) { /* "/" itself */
		free(copy);
		copy = strdup("/");
	}
	watch = reallocarray(config->watch, config->n_watch + 1, sizeof(*watch));
	if (watch)
		config->watch = watch;
	if (!watch || !copy)
		return -ENOMEM;
	config->watch[config->n_watch++] = take_ptr(copy);
	return 0;
}

/* ---- keys ----------------------------------------------------------------------------------------------------- */

struct key {
	const char *name;
	int (*take)(struct config *config, const struct key *key, const char *value, struct hufu_err *err);
	size_t offset; /* of the member of struct config */
	bool repeats;
};

static int take_path(struct config *config, const struct key *key, const char *value, struct hufu_err *err)
{
	char **slot = (char **)(void *)((char *)config + key->offset);
	char *copy;

	if (value[0] != '/')
		return err_set(err, -EINVAL, "%s: '%s' is not an absolute path", key->name, value);
	copy = strdup(value);
	if (!copy)
		return err_sys(err, -ENOMEM, "%s", key->name);
	free(*slot);
	*slot = copy;
	return 0;
}

static int take_securityfs(struct config *config, const struct key *key, const char *value, struct hufu_err *err)
{
	if (strcmp(value, "off") != 0)
		return take_path(config, key, value, err);
	config->securityfs[0] = '\0';
	return 0;
}

static int take_watch(struct config *config, const struct key *key, const char *value, struct hufu_err *err)
{
	int r;

	if (value[0] != '/')
		return err_set(err, -EINVAL, "%s: '%s' is not an absolute path", key->name, value);
	r = config_add_watch(config, value);
	if (r == -E2BIG)
		return err_set(err, r, "%s: more than %d paths", key->name, WATCH_MAX);
	return r < 0 ? err_sys(err, r, "%s", key->name) : 0;
}

static int take_mode(struct config *config, const struct key *key, const char *value, struct hufu_err *err)
{
	if (strcmp(value, "enforce") == 0)
		config->mode = HUFU_MODE_ENFORCE;
	else if (strcmp(value, "log") == 0)
		config->mode = HUFU_MODE_LOG;
	else
		return err_set(err, -EINVAL, "%s: '%s' is neither enforce nor log", key->name, value);
	return 0;
}

static int take_hash(struct config *config, const struct key *key, const char *value, struct hufu_err *err)
{
	struct hufu_digest digest;
	int algo = hufu_hash_by_alias(value);
	int r;

	if (algo < 0)
		return err_set(err, -EINVAL, "%s: '%s' is not a hash algorithm", key->name, value);
	/* Found out now, not at the first access */
	r = hufu_digest_mem((unsigned)algo, "", 0, &digest, err);
	if (r < 0)
		return err_prefix(err, r, "%s", key->name);
	config->hash = (unsigned)algo;
	return 0;
}

static int take_template(struct config *config, const struct key *key, const char *value, struct hufu_err *err)
{
	enum hufu_template template = hufu_template_by_name(value, strlen(value));

	if (template == HUFU_TEMPLATE_NONE)
		return err_set(err, -EINVAL,
			       "%s: '%s' is not a template: ima, ima-ng, ima-sig, ima-buf, ima-ngv2, ima-sigv2, "
			       "ima-modsig, evm-sig",
			       key->name, value);
	config->template = template;
	return 0;
}

/* A decimal number and what stands after it; -1: no digit, or more than fits. */
static long number(const char *value, const char **ret_rest)
{
	long sum = 0;

	if (value[0] < '0' || value[0] > '9')
		return -1;
	for (; *value >= '0' && *value <= '9'; value++) {
		if (sum > INT_MAX / 10 - 1)
			return -1;
		sum = sum * 10 + (*value - '0');
	}
	*ret_rest = value;
	return sum;
}

static int take_jobs(struct config *config, const struct key *key, const char *value, struct hufu_err *err)
{
	const char *rest = "";
	long jobs = number(value, &rest);

	if (jobs < 0 || jobs > JOBS_MAX || rest[0])
		return err_set(err, -EINVAL, "%s: '%s' is not a number from 0 to %d", key->name, value, JOBS_MAX);
	config->jobs = (unsigned)jobs;
	return 0;
}

static int take_deadline(struct config *config, const struct key *key, const char *value, struct hufu_err *err)
{
	const char *rest = "";
	long count = number(value, &rest);
	long unit = strcmp(rest, "s") == 0 ? 1000 : strcmp(rest, "ms") == 0 ? 1 : 0;

	if (count < 0 || !unit)
		return err_set(err, -EINVAL, "%s: '%s' is not a time: 60s, 500ms", key->name, value);
	if (count > DEADLINE_MAX / unit || count * unit < DEADLINE_MIN)
		return err_set(err, -EINVAL, "%s: '%s' is not between 100ms and 3600s", key->name, value);
	config->deadline_ms = (unsigned)(count * unit);
	return 0;
}

static int take_journal(struct config *config, const struct key *key, const char *value, struct hufu_err *err)
{
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return err_set(err, -EINVAL, "%s: '%s' is neither yes nor no", key->name, value);
	config->journal = value[0] == 'y';
	return 0;
}

enum { KEY_RUN_DIR, KEY_SECURITYFS }; /* the two that depend on one another stand first */

static const struct key keys[] = {
	[KEY_RUN_DIR] = {"run-dir", take_path, offsetof(struct config, run_dir), false},
	[KEY_SECURITYFS] = {"securityfs", take_securityfs, offsetof(struct config, securityfs), false},
	{"trust-dir", take_path, offsetof(struct config, trust_dir), false},
	{"ima-dir", take_path, offsetof(struct config, ima_dir), false},
	{"policy", take_path, offsetof(struct config, policy), false},
	{"watch", take_watch, 0, true},
	{"mode", take_mode, 0, false},
	{"hash", take_hash, 0, false},
	{"template", take_template, 0, false},
	{"jobs", take_jobs, 0, false},
	{"journal", take_journal, 0, false},
	{"deadline", take_deadline, 0, false},
};

/* ---- the file ------------------------------------------------------------------------------------------------- */

/* What is read, how far, and the first thing that was wrong. */
struct reading {
	struct config *config;
	const char *at;
	size_t left;
	unsigned line; /* the one inih has */
	unsigned seen; /* bit i: keys[i] was given */
	int error;
	struct hufu_err *err;
};

static char *stop(struct reading *in, int code)
{
	in->error = code;
	return NULL;
}

/*
 * fgets() for inih, which would cut a long line in two and take the second half for a line of its own, end at a NUL byte, and
 * say nothing of a section without keys.
 */
static char *next_line(char *line, int size, void *arg)
{
	struct reading *in = arg;
	const char *end = memchr(in->at, '\n', in->left);
	size_t len = end ? (size_t)(end - in->at) + 1 : in->left;
	const char *word = line;

	if (in->error || !in->left)
		return NULL;
	in->line++;
	if (len >= (size_t)size)
		return stop(in, err_set(in->err, -EINVAL, "longer than %d characters", size - 2));
	if (memchr(in->at, '\0', len))
		return stop(in, err_set(in->err, -EINVAL, "a NUL byte"));
	memcpy(line, in->at, len);
	line[len] = '\0';
	in->at += len;
	in->left -= len;
	word += strspn(line, " \t\r\n");
	if (word[0] == '[' && strncmp(word, "[" SECTION "]", sizeof("[" SECTION "]") - 1) != 0)
		return stop(in, err_set(in->err, -EINVAL, "not a section: only [" SECTION "] is known"));
	return line;
}

static int take(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *in = arg;
	size_t i = 0;

	if (in->error)
		return 0;
	if (!section[0]) {
		in->error = err_set(in->err, -EINVAL, "'%s' stands before [" SECTION "]", name);
		return 0;
	}
	while (i < ARRAY_SIZE(keys) && strcmp(keys[i].name, name) != 0)
		i++;
	if (i == ARRAY_SIZE(keys))
		in->error = err_set(in->err, -EINVAL, "unknown key '%s'", name);
	else if ((in->seen & 1U << i) && !keys[i].repeats)
		in->error = err_set(in->err, -EINVAL,
				    "'%s' a second time (a line that begins with a blank goes on with the one before)",
				    name);
	else
		in->error = keys[i].take(in->config, &keys[i], value, in->err);
	in->seen |= i < ARRAY_SIZE(keys) ? 1U << i : 0;
	return in->error == 0;
}

/* The view's default place is in the run directory, also when that was moved. */
static int follow_run_dir(struct config *config, unsigned seen, struct hufu_err *err)
{
	char *path;

	if (!(seen & 1U << KEY_RUN_DIR) || (seen & 1U << KEY_SECURITYFS))
		return 0;
	path = join(config->run_dir, "/securityfs");
	if (!path)
		return err_sys(err, -ENOMEM, "securityfs");
	free(config->securityfs);
	config->securityfs = path;
	return 0;
}

int config_read(struct config *config, bool must_exist, struct hufu_err *err)
{
	autofree char *text = NULL;
	struct reading in = {.config = config, .err = err};
	int r = file_read(config->file, CONFIG_MAX, &text, &in.left, err);
	int bad_line;

	if (r == -ENOENT && !must_exist)
		return 0;
	if (r < 0)
		return r;
	in.at = text;
	bad_line = ini_parse_stream(next_line, &in, take, &in);
	if (bad_line < 0)
		return err_sys(err, -ENOMEM, "%s", config->file);
	/* inih goes on after a line it cannot read: the first mistake is the one to name */
	if (bad_line > 0 && (!in.error || (unsigned)bad_line < in.line))
		return err_set(err, -EINVAL, "%s: line %d: neither [section] nor key = value", config->file, bad_line);
	if (in.error)
		return err_prefix(err, in.error, "%s: line %u", config->file, in.line);
	return follow_run_dir(config, in.seen, err);
}
