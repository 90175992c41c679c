/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "clean.h"
#include "opt.h"

struct choices {
	bool recursive, verbose;
	const char *key;
	struct opt_list certs;
	struct opt_number jobs;
	struct opt_key_id key_id;
	struct opt_hash hash;
};

static const struct opt table[] = {
	OPT_FLAG('r', "recursive", struct choices, recursive, "Go through directories."),
	OPT_FLAG('v', "verbose", struct choices, verbose, "Say more."),
	OPT_NEEDED('k', "key", "KEY", struct choices, key, "The key."),
	OPT_LIST(0, "cert", "CERT", struct choices, certs, "May be repeated."),
	OPT_NUMBER('j', "jobs", "N", struct choices, jobs, 1, 64, "Threads."),
	OPT_KEY_ID(0, "keyid", "HEX", struct choices, key_id, "The key id."),
	OPT_HASH('a', "algo", "HASH", struct choices, hash, "The digest."),
	OPT_END,
};

/* What one line of words gave. */
struct run {
	struct choices choices;
	char *argv[16];
	char words[256];
	size_t n_operands;
	char **operands;
	struct hufu_err err;
};

/* Words are separated by one blank; an empty one is written `''`. */
static int parse(struct run *run, const char *line)
{
	struct opt_set set = {table, &run->choices};
	struct opt_words words = {.at = run->argv, .help = "hufu sign --help"};
	char *save = NULL;
	size_t n = 0;
	int r;

	*run = (struct run){.n_operands = 0};
	(void)snprintf(run->words, sizeof(run->words), "%s", line);
	for (char *word = strtok_r(run->words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		assert_true(n + 1 < ARRAY_SIZE(run->argv));
		run->argv[n++] = strcmp(word, "''") == 0 ? word + 2 : word;
	}
	r = opt_parse_all(&set, 1, &words, &run->n_operands, &run->err);
	run->operands = words.at;
	return r;
}

static void done(struct run *run)
{
	opt_done(&(struct opt_set){table, &run->choices});
}

static void each_spelling_is_understood(void **state)
{
	static const char *const lines[] = {
		"-r -k K -j 4 a",	"-rkK -j4 a",
		"a -rv -k K -j 4",	"--recursive --key K --jobs 4 a",
		"a --key=K -rj4",	"--jobs=4 a --key K -r",
		"-vrk K --jobs 4 -- a", "-r -r -k K --key=K -j 3 -j 4 a",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct run run;

		assert_int_equal(parse(&run, lines[i]), 0);
		assert_true(run.choices.recursive);
		assert_string_equal(run.choices.key, "K");
		assert_true(run.choices.jobs.given);
		assert_int_equal(run.choices.jobs.value, 4);
		assert_int_equal(run.n_operands, 1);
		assert_string_equal(run.operands[0], "a");
		done(&run);
	}
}

static void operands_keep_their_order(void **state)
{
	struct run run;

	(void)state;
	assert_int_equal(parse(&run, "a -r b - -k K c -- -v --key d"), 0);
	assert_int_equal(run.n_operands, 7);
	for (size_t i = 0; i < run.n_operands; i++) {
		static const char *const wanted[] = {"a", "b", "-", "c", "-v", "--key", "d"};

		assert_string_equal(run.operands[i], wanted[i]);
	}
	assert_false(run.choices.verbose);
}

static void lists_grow(void **state)
{
	struct run run;

	(void)state;
	assert_int_equal(parse(&run, "--cert a --cert=b --cert c"), 0);
	assert_int_equal(run.choices.certs.n_items, 3);
	assert_string_equal(run.choices.certs.items[0], "a");
	assert_string_equal(run.choices.certs.items[2], "c");
	done(&run);
	assert_null(run.choices.certs.items);
}

static void values_are_read(void **state)
{
	struct run run;

	(void)state;
	assert_int_equal(parse(&run, "--keyid 0xA47fc115 -a SM3"), 0);
	assert_true(run.choices.key_id.given);
	assert_int_equal(run.choices.key_id.id, 0xa47fc115);
	assert_int_equal(run.choices.hash.algo, HUFU_HASH_SM3);
	assert_int_equal(parse(&run, "--keyid=00000001 -asha256"), 0);
	assert_int_equal(run.choices.key_id.id, 1);
	assert_int_equal(run.choices.hash.algo, HUFU_HASH_SHA256);
}

static void nonsense_is_refused_in_words(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{"--recusrive", "did you mean --recursive?"},
		{"--rec", "did you mean --recursive?"},
		{"--zzz", "unknown option --zzz: see hufu sign --help"},
		{"--", NULL},
		{"-x", "unknown option -x: see hufu sign --help"},
		{"-rx", "unknown option -x"},
		{"--recursive=yes", "--recursive takes no value"},
		{"-k", "--key wants a value, KEY"},
		{"-r --key", "--key wants a value, KEY"},
		{"--key=", "not empty"},
		{"--key ''", "not empty"},
		{"-k a -k b", "given twice: a and b"},
		{"-j 0", "from 1 to 64"},
		{"-j 65", "from 1 to 64"},
		{"-j +4", "from 1 to 64"},
		{"-j -4", "from 1 to 64"},
		{"-j 4x", "from 1 to 64"},
		{"-j ''", "from 1 to 64"},
		{"-j 99999999999999999999999", "from 1 to 64"},
		{"--keyid a47fc11", "eight hex digits"},
		{"--keyid a47fc1155", "eight hex digits"},
		{"--keyid a47fc11x", "eight hex digits"},
		{"--keyid 0x", "eight hex digits"},
		{"-a sm4", "no algorithm is called 'sm4'"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct run run;

		assert_int_equal(parse(&run, rows[i].line), rows[i].words ? -EINVAL : 0);
		if (rows[i].words && !strstr(run.err.text, rows[i].words))
			fail_msg("%s: %s", rows[i].line, run.err.text);
		done(&run);
	}
}

static void what_is_needed_is_named(void **state)
{
	struct run run;
	struct opt_set set = {table, &run.choices};

	(void)state;
	assert_int_equal(parse(&run, "-r"), 0);
	assert_int_equal(opt_check_required(&set, "hufu sign --help", &run.err), -EINVAL);
	assert_non_null(strstr(run.err.text, "--key KEY is needed"));
	assert_int_equal(parse(&run, "-k K"), 0);
	assert_int_equal(opt_check_required(&set, "hufu sign --help", &run.err), 0);
}

static void leading_options_stop_at_the_first_operand(void **state)
{
	char words[][8] = {"-r", "-k", "K", "sign", "-v"};
	char *argv[] = {words[0], words[1], words[2], words[3], words[4], NULL};
	struct choices choices = {0};
	struct opt_set set = {table, &choices};
	struct opt_words at = {.at = argv, .help = "hufu --help"};

	(void)state;
	assert_int_equal(opt_parse_leading(&set, 1, &at, NULL), 0);
	assert_ptr_equal(at.at, &argv[3]);
	assert_true(choices.recursive);
	assert_false(choices.verbose);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_spelling_is_understood),
		cmocka_unit_test(operands_keep_their_order),
		cmocka_unit_test(lists_grow),
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(nonsense_is_refused_in_words),
		cmocka_unit_test(what_is_needed_is_named),
		cmocka_unit_test(leading_options_stop_at_the_first_operand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
