/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "clean.h"
#include "client.h"
#include "err.h"
#include "file.h"
#include "out.h"
#include "quote.h"

DEFINE_AUTO(struct hufu_cert, hufu_cert_free)

struct keyring_opts {
	bool json, quiet;
};

static const struct opt opts_list[] = {
	OPT_FLAG(0, "json", struct keyring_opts, json, "As JSON."),
	OPT_END,
};

static const struct opt opts_change[] = {
	OPT_FLAG('q', "quiet", struct keyring_opts, quiet, "Say nothing if all is well."),
	OPT_FLAG(0, "json", struct keyring_opts, json, "The daemon's answers as JSON, one a line."),
	OPT_END,
};

/* The ring an operand names, as hufud calls it; NULL, with a sentence, if there is none. */
static const char *ring_of(const char *word, struct hufu_err *err)
{
	int ring = hufu_ring_by_name(word);
	autobuf names = {0};
	autofree char *text = NULL;

	if (ring >= 0)
		return hufu_ring_name((enum hufu_ring)ring);
	for (int i = 0; i < HUFU_RING_COUNT; i++)
		buf_printf(&names, " %s", hufu_ring_name((enum hufu_ring)i));
	text = buf_take_str(&names);
	(void)err_set(err, 0, "%s is no keyring; there are%s", word, text ? text : "");
	return NULL;
}

/* ---- list ----------------------------------------------------------------------------------------------------- */

/* The lines of one ring as a JSON array (a new reference), or an exit code. */
static int ask_list(const struct call *call, const char *ring, json_t **ret_keys, struct hufu_err *err)
{
	autodone(json_decref) json_t *answer = NULL;
	json_t *request = json_pack("{s:s, s:s}", "do", "keyring-list", "ring", ring);
	json_t *keys;

	if (client_ask(call->globals, request, NULL, &answer, err) < 0)
		return EXIT_COULD_NOT;
	if (client_refused(answer, err))
		return EXIT_REFUSED;
	keys = json_object_get(answer, "keys");
	if (!json_is_array(keys))
		return err_set(err, EXIT_COULD_NOT, "hufud's answer holds no keys");
	*ret_keys = json_incref(keys);
	return EXIT_GOOD;
}

static void put_lines(const json_t *keys)
{
	size_t i;
	json_t *key;

	json_array_foreach(keys, i, key)
	{
		autofree char *line = quote(json_is_string(key) ? json_string_value(key) : "?");

		out_text("%s\n", line ? line : "");
	}
}

static int list_one(const struct call *call, const char *ring, bool headed, struct hufu_err *err)
{
	const struct keyring_opts *opts = call->opts;
	json_t *keys = NULL;
	int code = ask_list(call, ring, &keys, err);

	if (code != EXIT_GOOD)
		return code;
	if (opts->json) {
		out_json(json_pack("{s:s, s:o}", "ring", ring, "keys", keys));
		return code;
	}
	if (headed)
		out_text("%s: %zu\n", ring, json_array_size(keys));
	put_lines(keys);
	json_decref(keys);
	return code;
}

static int run_list(const struct call *call, struct hufu_err *err)
{
	const char *ring = call->n_operands ? ring_of(call->operands[0], err) : NULL;
	int code = EXIT_GOOD;

	if (call->n_operands)
		return ring ? list_one(call, ring, false, err) : EXIT_MISUSE;
	for (int i = 0; i < HUFU_RING_COUNT && code == EXIT_GOOD; i++)
		code = list_one(call, hufu_ring_name((enum hufu_ring)i), true, err);
	return code;
}

/* ---- add, remove ---------------------------------------------------------------------------------------------- */

/* What is asked of hufud about one operand. */
struct change {
	const char *ring, *what; /* `what`: the operand, as it is named when something goes wrong */
	const char *done; /* what was done with it, and to whom it belongs if that is known */
	const struct client_data *data;
};

/* ".ima: added Example: IMA key, key id ..., serial ...": the serial as `hufu keyring list` shows it. */
static void say_done(const json_t *answer, const struct change *change)
{
	const json_t *serial = json_object_get(answer, "serial");
	autodone(hufu_cert_free) struct hufu_cert *cert = NULL;
	struct hufu_err err = {0};
	const struct hufu_cert_info *info = NULL;
	autofree char *safe = NULL;

	if (change->data &&
	    hufu_cert_parse((const uint8_t *)change->data->bytes, change->data->len, HUFU_FORM_DER, &cert, &err) == 0)
		info = hufu_cert_info(cert);
	safe = quote(info ? info->subject : change->what);
	out_text("%s: %s %s", change->ring, change->done, safe ? safe : "");
	if (info)
		out_text(", key id %08" PRIx32, info->key_id);
	if (serial)
		out_text(", serial %08" PRIx32, (uint32_t)json_integer_value(serial));
	out_text("\n");
}

/* Asks for a change, and says how it went. */
static int ask_change(const struct call *call, json_t *request, const struct change *change, struct hufu_err *err)
{
	const struct keyring_opts *opts = call->opts;
	autodone(json_decref) json_t *answer = NULL;
	struct hufu_err why = {0};
	const char *note;

	if (client_ask(call->globals, request, change->data, &answer, err) < 0)
		return EXIT_COULD_NOT;
	if (opts->json) {
		out_json(json_deep_copy(answer));
		return client_refused(answer, NULL) ? EXIT_REFUSED : EXIT_GOOD;
	}
	if (client_refused(answer, &why)) {
		out_error("%s: %s", change->what, why.text);
		return EXIT_REFUSED;
	}
	note = json_string_value(json_object_get(answer, "note"));
	if (note && *note)
		out_warning("%s: %s", change->what, note);
	if (!opts->quiet)
		say_done(answer, change);
	return EXIT_GOOD;
}

enum { CERT_MAX = 64 * 1024 }; /* bytes: as hufu_cert_load() */

static int read_cert(const char *path, char **ret_der, size_t *ret_len, struct hufu_err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;

	if (is_stdin && isatty(STDIN_FILENO))
		return err_set(err, -EINVAL,
			       "name a FILE, or give the certificate on standard input: "
			       "hufu keyring add %%:.ima < cert.der");
	return is_stdin ? file_read_fd(STDIN_FILENO, CERT_MAX, ret_der, ret_len, err)
			: file_read(path, CERT_MAX, ret_der, ret_len, err);
}

static int add_cert(const struct call *call, const char *ring, const char *path, struct hufu_err *err)
{
	static const char pem[] = "-----BEGIN ";
	const char *what = strcmp(path, "-") == 0 ? "standard input" : path;
	autofree char *der = NULL;
	struct client_data data;
	size_t len;
	int r = read_cert(path, &der, &len, err);

	if (r == -EINVAL)
		return EXIT_MISUSE;
	if (r < 0)
		return err_prefix(err, EXIT_COULD_NOT, "%s", what);
	if (memmem(der, len, pem, sizeof(pem) - 1)) {
		out_error(
			"%s: this is PEM, and keyrings take DER, as in the kernel: openssl x509 -in CERT -outform DER",
			what);
		return EXIT_REFUSED;
	}
	data = (struct client_data){der, len};
	return ask_change(call, json_pack("{s:s, s:s}", "do", "keyring-add", "ring", ring),
			  &(struct change){.ring = ring, .what = what, .done = "added", .data = &data}, err);
}

static int add_entry(const struct call *call, const char *ring, const char *entry, struct hufu_err *err)
{
	return ask_change(call, json_pack("{s:s, s:s}", "do", "blacklist-add", "entry", entry),
			  &(struct change){.ring = ring, .what = entry, .done = "added"}, err);
}

static int run_add(const struct call *call, struct hufu_err *err)
{
	const char *ring = ring_of(call->operands[0], err);
	bool blacklist = ring && strcmp(ring, hufu_ring_name(HUFU_RING_BLACKLIST)) == 0;
	int code = EXIT_GOOD;

	if (!ring)
		return EXIT_MISUSE;
	if (call->n_operands == 1 && blacklist)
		return err_set(err, EXIT_MISUSE, "what is to be blacklisted? Give tbs:HEX or bin:HEX");
	if (call->n_operands == 1)
		return add_cert(call, ring, "-", err);
	for (size_t i = 1; i < call->n_operands; i++) {
		int one = (blacklist ? add_entry : add_cert)(call, ring, call->operands[i], err);

		if (one == EXIT_COULD_NOT || one == EXIT_MISUSE)
			return one;
		if (one > code)
			code = one;
	}
	return code;
}

static int run_remove(const struct call *call, struct hufu_err *err)
{
	const char *ring = ring_of(call->operands[0], err);
	const char *id = call->operands[1];

	if (!ring)
		return EXIT_MISUSE;
	return ask_change(call, json_pack("{s:s, s:s, s:s}", "do", "keyring-remove", "ring", ring, "id", id),
			  &(struct change){.ring = ring, .what = id, .done = "removed"}, err);
}

const struct command cmd_keyring_list = {
	.name = "keyring list",
	.usage = "[--json] [RING]",
	.brief = "Show hufud's keyrings, in the form of /proc/keys",
	.more = "RING is .builtin_trusted_keys, .secondary_trusted_keys, .ima or .blacklist; all of them without it.\n",
	.page = "hufu-keyring(1)",
	.opts = opts_list,
	.opts_size = sizeof(struct keyring_opts),
	.max_operands = 1,
	.asks_daemon = true,
	.run = run_list,
};

const struct command cmd_keyring_add = {
	.name = "keyring add",
	.usage = "[option...] RING [FILE... | ENTRY...]",
	.brief = "Add certificates to a keyring",
	.more = "A certificate is DER, from FILE or standard input: hufu keyring add %:.ima < cert.der. It enters .ima "
		"only "
		"if a trusted key signed it. For .blacklist ENTRY is tbs:HEX or bin:HEX.\n",
	.page = "hufu-keyring(1)",
	.opts = opts_change,
	.opts_size = sizeof(struct keyring_opts),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.asks_daemon = true,
	.run = run_add,
};

const struct command cmd_keyring_remove = {
	.name = "keyring remove",
	.usage = "[option...] RING ID",
	.brief = "Remove a key from a keyring",
	.more = "ID is the serial, as `hufu keyring list` shows it, or the key id.\n",
	.page = "hufu-keyring(1)",
	.opts = opts_change,
	.opts_size = sizeof(struct keyring_opts),
	.min_operands = 2,
	.max_operands = 2,
	.asks_daemon = true,
	.run = run_remove,
};
