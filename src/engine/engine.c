/* SPDX-License-Identifier: Apache-2.0 */
/* The engine as an object: what it is made of, its policy, its numbers. What it does with an access is in judge.c. */
#include "engine.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "clean.h"
#include "digest.h"
#include "err.h"
#include "relabel.h"

DEFINE_AUTO(struct hufu_engine, hufu_engine_free)

static int check_opts(const struct hufu_engine_opts *opts, struct hufu_err *err)
{
	if (!opts->trust)
		return err_set(err, -EINVAL, "an engine needs keyrings");
	if (!hufu_hash_name(opts->hash) || !digest_available(opts->hash))
		return err_set(err, -ENOPKG, "hash algorithm %s is not available here",
			       hufu_hash_name(opts->hash) ? hufu_hash_name(opts->hash) : "(unknown)");
	if (opts->tmpl != HUFU_TEMPLATE_NONE && !hufu_template_name(opts->tmpl))
		return err_set(err, -EINVAL, "template number %u is not known", (unsigned)opts->tmpl);
	if ((unsigned)opts->mode > HUFU_MODE_LOG)
		return err_set(err, -EINVAL, "mode number %u is not known", (unsigned)opts->mode);
	return 0;
}

#define INODES_MAX 32768 /* of some 130 bytes each */

int hufu_engine_new(const struct hufu_engine_opts *opts, struct hufu_engine **ret_engine, struct hufu_err *err)
{
	autodone(hufu_engine_free) struct hufu_engine *engine = NULL;
	int r = check_opts(opts, err);

	if (r < 0)
		return r;
	engine = calloc(1, sizeof(*engine));
	if (!engine)
		return err_sys(err, -ENOMEM, "engine");
	r = rulebook_init(&engine->rules);
	if (r < 0) {
		free(take_ptr(engine)); /* there is nothing else in it yet */
		return err_sys(err, r, "engine");
	}
	(void)pthread_mutex_init(&engine->load_lock, NULL);
	if (inode_table_new(INODES_MAX, &engine->inodes) < 0)
		return err_sys(err, -ENOMEM, "engine");
	engine->trust = opts->trust;
	engine->hash = opts->hash;
	engine->lsm = opts->lsm;
	/* CONFIG_IMA_DEFAULT_TEMPLATE of a kernel that was not told otherwise */
	engine->template = opts->tmpl ? opts->tmpl : HUFU_TEMPLATE_IMA_NG;
	engine->mode = opts->mode;
	engine->audit.on_line = opts->on_audit;
	engine->audit.ctx = opts->ctx;
	if (opts->list_dir) {
		r = record_open(opts->list_dir, engine->hash, engine->template, &engine->record, err);
		if (r < 0)
			return r;
	}
	if (opts->lease_signal && cache_new(opts->cache_max, opts->lease_signal, &engine->cache) < 0)
		return err_sys(err, -ENOMEM, "cache");
	*ret_engine = take_ptr(engine);
	return 0;
}

void hufu_engine_closed(struct hufu_engine *engine, int fd)
{
	struct content content;

	if (content_open(fd, engine->hash, &content) == 0 && S_ISREG(content.before.st_mode))
		(void)relabel(engine->inodes, &content, engine->hash);
}

void hufu_engine_free(struct hufu_engine *engine)
{
	if (!engine)
		return;
	if (engine->record)
		record_close(engine->record);
	cache_free(engine->cache);
	inode_table_free(engine->inodes);
	rulebook_done(&engine->rules);
	(void)pthread_mutex_destroy(&engine->load_lock);
	free(engine);
}

/* A text to be loaded, and what was made of it. */
struct load {
	const char *text;
	size_t len;
	bool append;
	struct hufu_policy *policy;
	unsigned n_added; /* rules of `text` */
	struct hufu_policy_where where; /* of the error */
};

static void load_done(struct load *load)
{
	hufu_policy_free(load->policy);
}

static int load_parse(struct hufu_engine *engine, struct load *load, struct hufu_err *err)
{
	struct edition *base = load->append ? rulebook_get(&engine->rules) : NULL;
	const struct hufu_policy_opts opts = {.base = base ? edition_policy(base) : NULL, .lsm = engine->lsm};
	int r = hufu_policy_parse_as(load->text, load->len, &opts, &load->policy, &load->where, err);

	if (r == 0)
		load->n_added = hufu_policy_count(load->policy) - (base ? hufu_policy_count(opts.base) : 0);
	edition_put(base);
	return r;
}

static int load_apply(struct hufu_engine *engine, struct load *load, struct hufu_err *err)
{
	int r = load_parse(engine, load, err);

	if (r < 0)
		return r;
	if (load->n_added == 0)
		return err_set(err, -ENODATA, "there is no rule in it: nothing is changed");
	r = rulebook_set(&engine->rules, &load->policy);
	return r < 0 ? err_sys(err, r, "policy") : 0;
}

int hufu_engine_check_policy(struct hufu_engine *engine, const char *text, size_t len, bool append,
			     struct hufu_err *err)
{
	__attribute__((cleanup(load_done))) struct load load = {.text = text, .len = len, .append = append};
	int r = load_parse(engine, &load, err);

	if (r < 0)
		audit_put_policy(&engine->audit, text, len, &load.where);
	return r < 0 ? r : (int)load.n_added;
}

int hufu_engine_load_policy(struct hufu_engine *engine, const char *text, size_t len, bool append,
			    struct hufu_policy_where *ret_where, struct hufu_err *err)
{
	__attribute__((cleanup(load_done))) struct load load = {.text = text, .len = len, .append = append};
	int r;

	(void)pthread_mutex_lock(&engine->load_lock);
	r = load_apply(engine, &load, err);
	audit_put_policy(&engine->audit, text, len, r < 0 ? &load.where : NULL);
	(void)pthread_mutex_unlock(&engine->load_lock);
	if (ret_where)
		*ret_where = load.where;
	return r;
}

bool hufu_engine_wants_signed_policy(struct hufu_engine *engine)
{
	struct edition *edition = rulebook_get(&engine->rules);
	bool wants = hufu_policy_wants_signed(edition_policy(edition));

	edition_put(edition);
	return wants;
}

void hufu_engine_refuse_unsigned_policy(struct hufu_engine *engine)
{
	audit_put_policy_status(&engine->audit, "policy_update", "signed policy required", false);
}

static void put_rules(struct buf *out, const struct hufu_policy *policy, bool kernel_form)
{
	/* Longer than what was read at most by `func=` for an alias and the full names of numbers */
	char rule[2 * HUFU_POLICY_LINE_MAX];

	for (unsigned i = 0; i < hufu_policy_count(policy) && !out->error; i++) {
		ssize_t len = hufu_policy_print(policy, i, kernel_form, rule, sizeof(rule));

		if (len == 0) /* dormant */
			continue;
		if (len < 0) {
			out->error = (int)len;
			return;
		}
		buf_add(out, rule, (size_t)len);
		buf_u8(out, '\n');
	}
}

int hufu_engine_print_policy(struct hufu_engine *engine, bool kernel_form, char **ret_text)
{
	struct edition *edition = rulebook_get(&engine->rules);
	autobuf out = {0};
	char *text;
	int r;

	put_rules(&out, edition_policy(edition), kernel_form);
	edition_put(edition);
	r = out.error;
	if (r < 0)
		return r;
	text = buf_take_str(&out);
	if (!text)
		return -ENOMEM;
	*ret_text = text;
	return 0;
}

unsigned hufu_engine_actions(struct hufu_engine *engine, enum hufu_func func)
{
	struct edition *edition = rulebook_get(&engine->rules);
	unsigned actions = hufu_policy_actions(edition_policy(edition), func);

	edition_put(edition);
	return actions;
}

void hufu_engine_set_mode(struct hufu_engine *engine, enum hufu_mode mode)
{
	/* A number that is none enforces */
	atomic_store(&engine->mode, mode == HUFU_MODE_LOG ? HUFU_MODE_LOG : HUFU_MODE_ENFORCE);
}

void hufu_engine_stats(struct hufu_engine *engine, struct hufu_engine_stats *ret_stats)
{
	struct edition *edition = rulebook_get(&engine->rules);
	struct cache_counts counts = {0};
	struct hufu_engine_stats stats = {
		.judged = atomic_load(&engine->n_judged),
		.appraised = atomic_load(&engine->n_appraised),
		.refused = atomic_load(&engine->n_refused),
		.measured = atomic_load(&engine->n_measured),
		.audit_lines = atomic_load(&engine->audit.serial),
		.n_rules = hufu_policy_count(edition_policy(edition)),
		.mode = (enum hufu_mode)atomic_load(&engine->mode),
	};

	edition_put(edition);
	if (engine->cache) {
		cache_count(engine->cache, &counts);
		stats.cache_hits = counts.hits;
		stats.cache_misses = counts.misses;
		stats.cache_broken = counts.broken;
		stats.cache_entries = counts.entries;
	}
	if (engine->record) {
		stats.violations = record_violations(engine->record);
		stats.list_count = record_count(engine->record);
		stats.list_lost = record_failures(engine->record);
	}
	*ret_stats = stats;
}

const char *hufu_engine_note(const struct hufu_engine *engine)
{
	return engine->record ? record_note(engine->record) : "";
}

void hufu_engine_lease_broken(struct hufu_engine *engine, int fd)
{
	if (engine->cache)
		cache_broken(engine->cache, fd);
}

void hufu_engine_tidy(struct hufu_engine *engine)
{
	if (engine->cache)
		cache_tidy(engine->cache);
}
