/* SPDX-License-Identifier: Apache-2.0 */
#include "test-scratch.h"

#include <errno.h>
#include <syslog.h>

#include "clean.h"
#include "keys.h"

DEFINE_AUTO(struct hufu_key, hufu_key_free)
DEFINE_AUTO(struct hufu_cert, hufu_cert_free)
DEFINE_AUTO(struct hufu_trust, hufu_trust_free)

static struct config config;
static struct hufu_key *ca_key;
static struct hufu_cert *ca;

static int set_up(void **state)
{
	const struct hufu_cert_params params = {.subject = "Test CA"};

	if (scratch_make(state) < 0 || config_init(&config, scratch) < 0)
		return -1;
	if (mkdir(scratch_path("etc"), 0755) < 0 || mkdir(scratch_path("etc/hufu"), 0755) < 0)
		return -1;
	if (hufu_key_generate("sm2", &ca_key, NULL) < 0)
		return -1;
	return hufu_cert_make_ca(ca_key, &params, &ca, NULL);
}

static int tear_down(void **state)
{
	hufu_cert_free(ca);
	hufu_key_free(ca_key);
	config_done(&config);
	return scratch_remove(state);
}

static int make_dirs(void **state)
{
	(void)state;
	return mkdir(config.trust_dir, 0755) < 0 || mkdir(config.ima_dir, 0755) < 0 ? -1 : 0;
}

static int remove_dirs(void **state)
{
	(void)state;
	(void)nftw(config.trust_dir, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	(void)nftw(config.ima_dir, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}

/* Issues a certificate and writes it to etc/hufu/NAME. */
static void issue(const char *subject, const char *name, enum hufu_form form)
{
	autodone(hufu_key_free) struct hufu_key *key = NULL;
	autodone(hufu_cert_free) struct hufu_cert *cert = NULL;
	const struct hufu_cert_params params = {.subject = subject};
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/etc/hufu/%s", scratch, name);
	assert_int_equal(hufu_key_generate("sm2", &key, NULL), 0);
	assert_int_equal(hufu_cert_issue(ca, ca_key, key, NULL, &params, &cert, NULL), 0);
	assert_int_equal(hufu_cert_save(cert, path, form, false, NULL), 0);
}

static void save_ca(const char *name, enum hufu_form form)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", config.trust_dir, name);
	assert_int_equal(hufu_cert_save(ca, path, form, false, NULL), 0);
}

/* All that was said, one line each, with its priority. */
struct said {
	char text[8192];
	int n, n_added;
};

static void say(void *ctx, int priority, const char *text)
{
	struct said *said = ctx;
	size_t used = strlen(said->text);

	(void)snprintf(said->text + used, sizeof(said->text) - used, "<%d>%s\n", priority, text);
	said->n++;
}

static void note_added(void *ctx, enum hufu_ring ring, const void *der, size_t len)
{
	struct said *said = ctx;

	assert_true(ring == HUFU_RING_BUILTIN || ring == HUFU_RING_IMA);
	assert_true(len > 100 && *(const uint8_t *)der == 0x30);
	said->n_added++;
}

static int load(struct hufu_trust *trust, struct said *said, struct hufu_err *err)
{
	const struct keys_events events = {.say = say, .added = note_added, .ctx = said};

	return keys_load(&config, trust, &events, err);
}

static void append(void *ctx, const char *line)
{
	struct said *said = ctx;

	say(said, 0, line);
}

static int count(struct hufu_trust *trust, enum hufu_ring ring, struct said *ret_lines)
{
	*ret_lines = (struct said){.n = 0};
	assert_int_equal(hufu_trust_list(trust, ring, append, ret_lines), 0);
	return ret_lines->n;
}

static void nothing_is_there(void **state)
{
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	struct said said = {.n = 0};
	struct hufu_err err;

	(void)state;
	assert_int_equal(hufu_trust_new(&trust), 0);
	assert_int_equal(load(trust, &said, &err), 0);
	assert_int_equal(said.n, 0);
}

static void both_forms_and_all_endings(void **state)
{
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	struct said said = {.n = 0}, lines;
	struct hufu_err err;

	(void)state;
	save_ca("root.pem", HUFU_FORM_PEM);
	issue("b", "ima.d/b.der", HUFU_FORM_DER);
	issue("a", "ima.d/a.crt", HUFU_FORM_PEM);
	issue("c", "ima.d/c.cer", HUFU_FORM_DER);
	issue("d", "ima.d/d.cert", HUFU_FORM_PEM);
	issue("hidden", "ima.d/.e.der", HUFU_FORM_DER);
	issue("other", "ima.d/f.der.bak", HUFU_FORM_DER);
	assert_int_equal(hufu_trust_new(&trust), 0);
	assert_int_equal(load(trust, &said, &err), 0);
	assert_string_equal(said.text, "");
	assert_int_equal(count(trust, HUFU_RING_BUILTIN, &lines), 1);
	assert_non_null(strstr(lines.text, "Test CA"));
	assert_int_equal(count(trust, HUFU_RING_IMA, &lines), 4);
	assert_null(strstr(lines.text, "hidden"));
	/* Again, as after HUP: nothing is there twice */
	assert_int_equal(load(trust, &said, &err), 0);
	assert_int_equal(count(trust, HUFU_RING_IMA, &lines), 4);
}

static void a_bad_file_among_good_ones(void **state)
{
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	struct said said = {.n = 0}, lines;
	struct hufu_err err;

	(void)state;
	save_ca("root.der", HUFU_FORM_DER);
	issue("first", "ima.d/1.der", HUFU_FORM_DER);
	scratch_write("etc/hufu/ima.d/2.der", "\x30\x82\x01", 3);
	scratch_write("etc/hufu/ima.d/3.pem", "", 0);
	assert_int_equal(mkdir(scratch_path("etc/hufu/ima.d/4.pem"), 0755), 0);
	assert_int_equal(mkfifo(scratch_path("etc/hufu/ima.d/5.pem"), 0644), 0);
	assert_int_equal(symlink("nowhere", scratch_path("etc/hufu/ima.d/6.pem")), 0);
	issue("last", "ima.d/7.pem", HUFU_FORM_PEM);
	assert_int_equal(hufu_trust_new(&trust), 0);
	assert_int_equal(load(trust, &said, &err), 5);
	assert_int_equal(said.n, 5);
	for (int i = 2; i <= 6; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "ima.d/%d.", i);
		assert_non_null(strstr(said.text, name));
	}
	assert_int_equal(count(trust, HUFU_RING_IMA, &lines), 2);
	assert_non_null(strstr(lines.text, "first"));
	assert_non_null(strstr(lines.text, "last"));
}

static void a_certificate_of_an_unknown_signer(void **state)
{
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	struct said said = {.n = 0}, lines;
	struct hufu_err err;

	(void)state;
	issue("stranger", "ima.d/stranger.der", HUFU_FORM_DER);
	assert_int_equal(hufu_trust_new(&trust), 0);
	assert_int_equal(load(trust, &said, &err), 1);
	assert_non_null(strstr(said.text, "stranger.der: not taken into .ima: "));
	assert_int_equal(said.text[1], '0' + LOG_ERR);
	assert_int_equal(count(trust, HUFU_RING_IMA, &lines), 0);
}

/* A root that is no CA is taken, and it is said why that is odd. */
static void an_odd_root(void **state)
{
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	struct said said = {.n = 0}, lines;
	struct hufu_err err;

	(void)state;
	issue("leaf", "trust.d/leaf.pem", HUFU_FORM_PEM);
	assert_int_equal(hufu_trust_new(&trust), 0);
	assert_int_equal(load(trust, &said, &err), 0);
	assert_int_equal(count(trust, HUFU_RING_BUILTIN, &lines), 1);
	assert_int_equal(said.n, 1);
	assert_int_equal(said.text[1], '0' + LOG_WARNING);
	assert_non_null(strstr(said.text, "trust.d/leaf.pem: "));
}

static void the_blacklist_comes_first(void **state)
{
	static const char blacklist[] = "# what we do not want\n"
					"\n"
					"  bin:0000000000000000000000000000000000000000000000000000000000000001 \r\n"
					"bin:xyz\n"
					"sha256:00";
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = 32, .bytes = {[31] = 1}};
	struct said said = {.n = 0};
	struct hufu_err err;

	(void)state;
	scratch_write("etc/hufu/trust.d/blacklist", blacklist, sizeof(blacklist) - 1);
	assert_int_equal(hufu_trust_new(&trust), 0);
	assert_int_equal(load(trust, &said, &err), 2);
	assert_non_null(strstr(said.text, "trust.d/blacklist: line 4: "));
	assert_non_null(strstr(said.text, "trust.d/blacklist: line 5: "));
	assert_int_equal(hufu_trust_is_blacklisted(trust, &digest), 1);
}

/* What cannot be read to its end might forbid something: no start. */
static void an_unreadable_blacklist(void **state)
{
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	struct said said = {.n = 0};
	struct hufu_err err = {0};

	(void)state;
	assert_int_equal(hufu_trust_new(&trust), 0);
	scratch_write("etc/hufu/trust.d/blacklist", "#\0\nbin:00", 9);
	assert_int_equal(load(trust, &said, &err), -EINVAL);
	assert_non_null(strstr(err.text, "blacklist: a NUL byte"));
	assert_int_equal(unlink(scratch_path("etc/hufu/trust.d/blacklist")), 0);
	assert_int_equal(mkdir(scratch_path("etc/hufu/trust.d/blacklist"), 0755), 0);
	assert_int_equal(load(trust, &said, &err), -EISDIR);
}

static void an_unreadable_directory(void **state)
{
	autodone(hufu_trust_free) struct hufu_trust *trust = NULL;
	struct said said = {.n = 0};
	struct hufu_err err = {0};

	(void)state;
	assert_int_equal(hufu_trust_new(&trust), 0);
	assert_int_equal(rmdir(config.ima_dir), 0);
	scratch_write("etc/hufu/ima.d", "", 0);
	assert_int_equal(load(trust, &said, &err), -ENOTDIR);
	assert_non_null(strstr(err.text, config.ima_dir));
	assert_int_equal(unlink(config.ima_dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_there),
		cmocka_unit_test_setup_teardown(both_forms_and_all_endings, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(a_bad_file_among_good_ones, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(a_certificate_of_an_unknown_signer, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(an_odd_root, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(the_blacklist_comes_first, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(an_unreadable_blacklist, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(an_unreadable_directory, make_dirs, remove_dirs),
	};

	return cmocka_run_group_tests_name("keys", tests, set_up, tear_down);
}
