/* SPDX-License-Identifier: Apache-2.0 */
#include "control-request.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "auditlog.h"
#include "clean.h"
#include "err.h"
#include "keyqueue.h"
#include "policy-check.h"
#include "quote.h"

/* ---- answers -------------------------------------------------------------------------------------------------- */

/* A string of the answer, escaped if it is no UTF-8: names in certificates and files can be any bytes. */
static json_t *text_of(const char *text)
{
	autofree char *shown = NULL;
	json_t *json = json_string(text);

	if (json)
		return json;
	shown = quote(text);
	return shown ? json_string(shown) : NULL;
}

/* json_object_set_new() refuses a NULL value: a failed allocation shows here. */
static int set(json_t *answer, const char *key, json_t *value)
{
	return json_object_set_new(answer, key, value) < 0 ? -ENOMEM : 0;
}

static char *print(json_t *answer)
{
	autofree char *text = json_dumps(answer, JSON_COMPACT);
	char *line = NULL;

	if (!text || asprintf(&line, "%s\n", text) < 0)
		return NULL;
	return line;
}

static int put_refusal(json_t *answer, int code, const struct hufu_err *err)
{
	const char *name = strerrorname_np(-code);
	autofree char *shown = quote(err->text);

	if (set(answer, "ok", json_false()) < 0 || set(answer, "errno", json_string(name ? name : "EIO")) < 0 ||
	    set(answer, "code", json_integer(name ? code : -EIO)) < 0 ||
	    set(answer, "error", shown ? json_string(shown) : NULL) < 0)
		return -ENOMEM;
	return 0;
}

char *control_request_refuse(int code, const struct hufu_err *err)
{
	json_t *answer = json_object();
	char *line = NULL;

	if (answer && put_refusal(answer, code, err) == 0)
		line = print(answer);
	json_decref(answer);
	return line;
}

/* ---- what can be asked ---------------------------------------------------------------------------------------- */

struct call {
	struct service *service;
	const json_t *head;
	const char *data;
	size_t data_len;
	json_t *answer; /* members to add to, also on failure */
};

static const char *string(const struct call *call, const char *key)
{
	return json_string_value(json_object_get(call->head, key));
}

static int ring_of(const struct call *call, struct hufu_err *err)
{
	int ring = hufu_ring_by_name(string(call, "ring"));

	return ring < 0 ? err_set(err, ring,
				  "'%s' is not a keyring: .builtin_trusted_keys, .secondary_trusted_keys, "
				  ".ima, .blacklist",
				  string(call, "ring"))
			: ring;
}

static void count_line(void *ctx, const char *line)
{
	(void)line;
	++*(json_int_t *)ctx;
}

static int put_rings(json_t *rings, const struct hufu_trust *trust)
{
	for (int ring = 0; ring < HUFU_RING_COUNT; ring++) {
		json_int_t n = 0;
		int r = hufu_trust_list(trust, (enum hufu_ring)ring, count_line, &n);

		if (r == 0)
			r = set(rings, hufu_ring_name((enum hufu_ring)ring), json_integer(n));
		if (r < 0)
			return r;
	}
	return 0;
}

static int put_counts(json_t *counts, const struct hufu_engine_stats *stats, uint64_t audit_dropped)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{"judged", stats->judged},
		{"appraised", stats->appraised},
		{"refused", stats->refused},
		{"measured", stats->measured},
		{"violations", stats->violations},
		{"list", stats->list_count},
		{"list_lost", stats->list_lost},
		{"audit", stats->audit_lines},
		{"audit_dropped", audit_dropped},
		{"cache_hits", stats->cache_hits},
		{"cache_misses", stats->cache_misses},
		{"cache_broken", stats->cache_broken},
		{"cache_entries", stats->cache_entries},
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows) && r == 0; i++)
		r = set(counts, rows[i].name, json_integer((json_int_t)rows[i].value));
	return r;
}

/* Adds an empty object to the answer and returns it, or NULL. */
static json_t *add_object(json_t *answer, const char *key)
{
	return set(answer, key, json_object()) < 0 ? NULL : json_object_get(answer, key);
}

static int do_status(const struct call *call, struct hufu_err *err)
{
	const struct service *service = call->service;
	json_t *policy = add_object(call->answer, "policy");
	json_t *rings = add_object(call->answer, "keyrings");
	json_t *counts = add_object(call->answer, "counts");
	json_t *watch = add_object(call->answer, "watch");
	struct hufu_engine_stats stats;

	if (!policy || !rings || !counts || !watch)
		return err_sys(err, -ENOMEM, "status");
	hufu_engine_stats(service->engine, &stats);
	if (set(call->answer, "version", json_string(HUFU_VERSION)) < 0 ||
	    set(call->answer, "pid", json_integer(getpid())) < 0 ||
	    set(call->answer, "mode", json_string(stats.mode == HUFU_MODE_LOG ? "log" : "enforce")) < 0 ||
	    set(call->answer, "hash", json_string(hufu_hash_name(service->config->hash))) < 0 ||
	    set(call->answer, "template", json_string(hufu_template_name(service->config->template))) < 0 ||
	    set(call->answer, "run_dir", text_of(service->config->run_dir)) < 0 ||
	    set(policy, "rules", json_integer(stats.n_rules)) < 0 || put_rings(rings, service->trust) < 0 ||
	    put_counts(counts, &stats, service->auditlog ? auditlog_dropped(service->auditlog) : 0) < 0)
		return err_sys(err, -ENOMEM, "status");
	if (service->watch_status)
		service->watch_status(call->service, watch);
	return 0;
}

static int do_policy_show(const struct call *call, struct hufu_err *err)
{
	autofree char *text = NULL;
	int r = hufu_engine_print_policy(call->service->engine, false, &text);

	if (r == 0)
		r = set(call->answer, "policy", text_of(text));
	return r < 0 ? err_sys(err, r, "policy") : 0;
}

static int do_policy_load(const struct call *call, struct hufu_err *err)
{
	bool replace = json_is_true(json_object_get(call->head, "replace"));
	struct hufu_policy_where where = {0};
	int r = policy_check_direct(call->service, err);

	if (r == 0)
		r = call->service->load_policy(call->service, call->data, call->data_len, replace, &where, err);

	if (r < 0 && (set(call->answer, "line", json_integer(where.line)) < 0 ||
		      set(call->answer, "column", json_integer(where.column)) < 0))
		return err_sys(err, -ENOMEM, "policy");
	return r;
}

struct lines {
	json_t *array;
	int error;
};

static void add_line(void *ctx, const char *line)
{
	struct lines *lines = ctx;

	if (json_array_append_new(lines->array, text_of(line)) < 0)
		lines->error = -ENOMEM;
}

static int do_keyring_list(const struct call *call, struct hufu_err *err)
{
	struct lines lines = {.array = json_array()};
	int ring = ring_of(call, err);
	int r;

	if (set(call->answer, "keys", lines.array) < 0)
		return err_sys(err, -ENOMEM, "keyring");
	if (ring < 0) {
		(void)json_object_del(call->answer, "keys");
		return ring;
	}
	r = hufu_trust_list(call->service->trust, (enum hufu_ring)ring, add_line, &lines);
	if (r == 0)
		r = lines.error;
	return r < 0 ? err_sys(err, r, "keyring") : 0;
}

static int do_keyring_add(const struct call *call, struct hufu_err *err)
{
	int ring = ring_of(call, err);
	struct hufu_err note = {0};
	uint32_t serial;
	int r;

	if (ring < 0)
		return ring;
	/* The kernel's ring has no write permission for anyone: add_key(2) says EACCES */
	if (ring == HUFU_RING_BUILTIN)
		return err_set(err, -EACCES, "%s is filled from %s when hufud starts, and by nothing else",
			       hufu_ring_name((enum hufu_ring)ring), call->service->config->trust_dir);
	r = hufu_trust_add(call->service->trust, (enum hufu_ring)ring, (const uint8_t *)call->data, call->data_len,
			   &serial, &note, err);
	if (r < 0)
		return r;
	keyqueue_put(call->service, (enum hufu_ring)ring, call->data, call->data_len);
	if (set(call->answer, "serial", json_integer(serial)) < 0 || set(call->answer, "note", text_of(note.text)) < 0)
		return err_sys(err, -ENOMEM, "added, but the answer could not be made");
	return 0;
}

static int do_keyring_remove(const struct call *call, struct hufu_err *err)
{
	int ring = ring_of(call, err);

	if (ring < 0)
		return ring;
	return hufu_trust_remove(call->service->trust, (enum hufu_ring)ring, string(call, "id"), err);
}

static int do_blacklist_add(const struct call *call, struct hufu_err *err)
{
	return hufu_trust_blacklist(call->service->trust, string(call, "entry"), err);
}

/* ---- the table ------------------------------------------------------------------------------------------------ */

struct member {
	const char *name; /* NULL: the end */
	json_type type; /* JSON_TRUE stands for both truth values */
};

struct control_verb {
	const char *name;
	int (*run)(const struct call *call, struct hufu_err *err);
	struct member members[3]; /* besides "do"; each has to be there */
};

#define LENGTH "length"

static const struct control_verb verbs[] = {
	{"status", do_status, {{NULL, 0}}},
	{"policy-show", do_policy_show, {{NULL, 0}}},
	{"policy-load", do_policy_load, {{"replace", JSON_TRUE}, {LENGTH, JSON_INTEGER}}},
	{"keyring-list", do_keyring_list, {{"ring", JSON_STRING}}},
	{"keyring-add", do_keyring_add, {{"ring", JSON_STRING}, {LENGTH, JSON_INTEGER}}},
	{"keyring-remove", do_keyring_remove, {{"ring", JSON_STRING}, {"id", JSON_STRING}}},
	{"blacklist-add", do_blacklist_add, {{"entry", JSON_STRING}}},
};

static const struct control_verb *verb_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static bool is_type(const json_t *value, json_type type)
{
	return type == JSON_TRUE ? json_is_boolean(value) : value && json_typeof(value) == type;
}

static int check_members(const json_t *head, const struct control_verb *verb, struct hufu_err *err)
{
	size_t n = 0;

	for (; n < ARRAY_SIZE(verb->members) && verb->members[n].name; n++)
		if (!is_type(json_object_get(head, verb->members[n].name), verb->members[n].type))
			return err_set(err, -EINVAL, "%s: no \"%s\", or of a wrong type", verb->name,
				       verb->members[n].name);
	if (json_object_size(head) != n + 1)
		return err_set(err, -EINVAL, "%s: a member that does not belong there", verb->name);
	return 0;
}

static int check_head(struct control_request *request, struct hufu_err *err)
{
	const char *name = json_string_value(json_object_get(request->head, "do"));
	const json_t *length;
	int r;

	if (!name)
		return err_set(err, -EINVAL, "the request has no \"do\"");
	request->verb = verb_of(name);
	if (!request->verb)
		return err_set(err, -EINVAL, "unknown request '%s'", name);
	r = check_members(request->head, request->verb, err);
	if (r < 0)
		return r;
	length = json_object_get(request->head, LENGTH);
	if (json_integer_value(length) < 0)
		return err_set(err, -EINVAL, "%s: a negative length", name);
	if (json_integer_value(length) > CONTROL_REQUEST_DATA_MAX)
		return err_set(err, -EFBIG, "%s: more than %d bytes", name, CONTROL_REQUEST_DATA_MAX);
	request->data_len = (size_t)json_integer_value(length);
	return 0;
}

int control_request_parse(const char *line, size_t len, struct control_request *ret_request, struct hufu_err *err)
{
	struct control_request request = {0};
	json_error_t wrong;
	int r;

	request.head = json_loadb(line, len, JSON_REJECT_DUPLICATES, &wrong);
	if (!request.head)
		return err_set(err, -EBADMSG, "the request is not JSON: column %d: %s", wrong.column, wrong.text);
	r = json_is_object(request.head) ? check_head(&request, err)
					 : err_set(err, -EBADMSG, "the request is not a JSON object");
	if (r < 0) {
		control_request_done(&request);
		return r;
	}
	*ret_request = request;
	return 0;
}

void control_request_done(struct control_request *request)
{
	json_decref(request->head);
	*request = (struct control_request){0};
}

char *control_request_answer(struct service *service, const struct control_request *request, const char *data)
{
	struct call call = {service, request->head, data, request->data_len, json_object()};
	struct hufu_err err = {0};
	char *line = NULL;
	int r;

	if (!call.answer)
		return NULL;
	r = set(call.answer, "ok", json_true());
	if (r == 0)
		r = request->verb->run(&call, &err);
	if (r == 0 || put_refusal(call.answer, r, &err) == 0)
		line = print(call.answer);
	json_decref(call.answer);
	return line;
}
