/* SPDX-License-Identifier: Apache-2.0 */
/* The engine as an object: how it is made, and its policy. */
#include "test-engines.h"

static struct hufu_err err;

static int load(const char *text, bool append, struct hufu_policy_where *ret_where)
{
	err.text[0] = '\0';
	return hufu_engine_load_policy(engine, text, strlen(text), append, ret_where, &err);
}

static void assert_policy(const char *wanted)
{
	autofree char *text = NULL;

	assert_int_equal(hufu_engine_print_policy(engine, false, &text), 0);
	assert_string_equal(text, wanted);
}

static void refuses_bad_options(void **state)
{
	const struct hufu_engine_opts good = {.trust = trust, .hash = HUFU_HASH_SM3};
	struct hufu_engine *made = (struct hufu_engine *)&made;
	struct hufu_engine_opts opts = good;

	(void)state;
	opts.trust = NULL;
	assert_int_equal(hufu_engine_new(&opts, &made, &err), -EINVAL);
	opts = good;
	opts.hash = 99;
	assert_int_equal(hufu_engine_new(&opts, &made, &err), -ENOPKG);
	opts.hash = 16; /* Tiger: a name, and no more */
	assert_int_equal(hufu_engine_new(&opts, &made, &err), -ENOPKG);
	assert_string_equal(err.text, "hash algorithm tgr192 is not available here");
	opts = good;
	opts.tmpl = HUFU_TEMPLATE_COUNT;
	assert_int_equal(hufu_engine_new(&opts, &made, &err), -EINVAL);
	opts = good;
	opts.mode = (enum hufu_mode)7;
	assert_int_equal(hufu_engine_new(&opts, &made, &err), -EINVAL);
	opts = good;
	opts.list_dir = in_scratch("nowhere");
	assert_int_equal(hufu_engine_new(&opts, &made, &err), -ENOENT);
	opts.list_dir = in_scratch("list"); /* the fixture's engine has it open */
	assert_int_equal(hufu_engine_new(&opts, &made, &err), -EBUSY);
	assert_ptr_equal(made, &made);
	assert_int_equal(hufu_engine_new(&good, &made, NULL), 0);
	hufu_engine_free(made);
	hufu_engine_free(NULL);
}

static void continues_its_list(void **state)
{
	struct hufu_engine_stats stats;

	(void)state;
	load_policy("measure\n");
	put_file("f", "abc", 3);
	assert_true(judge_exec("f").measured);
	hufu_engine_free(engine);
	new_engine(true);
	hufu_engine_stats(engine, &stats);
	assert_int_equal(stats.list_count, 2);
	assert_int_equal(stats.measured, 0);
	assert_policy(""); /* the policy is not in the list */
	load_policy("measure\n");
	assert_false(judge_exec("f").measured);
}

static void loads_and_prints(void **state)
{
	autofree char *text = NULL;

	(void)state;
	assert_policy("");
	assert_int_equal(hufu_engine_actions(engine, HUFU_FUNC_NONE), 0);
	assert_int_equal(
		load("measure func=PATH_CHECK\n# comment\nappraise fowner=0 appraise_type=imasig", false, NULL), 0);
	assert_policy("measure func=FILE_CHECK\nappraise fowner=0 appraise_type=imasig\n");
	assert_int_equal(hufu_engine_print_policy(engine, true, &text), 0);
	assert_string_equal(text, "measure func=FILE_CHECK \nappraise fowner=0 appraise_type=imasig \n");
	assert_int_equal(hufu_engine_actions(engine, HUFU_FUNC_FILE_CHECK), HUFU_POLICY_MEASURE | HUFU_POLICY_APPRAISE);
	assert_int_equal(hufu_engine_actions(engine, HUFU_FUNC_BPRM_CHECK), HUFU_POLICY_APPRAISE);
	assert_int_equal(load("audit\n", true, NULL), 0);
	assert_policy("measure func=FILE_CHECK\nappraise fowner=0 appraise_type=imasig\naudit\n");
	assert_int_equal(load("audit\n", false, NULL), 0);
	assert_policy("audit\n");
}

static void changes_nothing_for_a_bad_one(void **state)
{
	static const struct {
		const char *text;
		bool append;
		unsigned line, column;
	} cases[] = {
		{"measure\nmesure\n", false, 2, 1},
		{"audit\n\n audit uid=x\n", true, 3, 8},
		{"measure func=FILE_CHECK template=x", false, 1, 25},
	};
	struct hufu_policy_where where;

	(void)state;
	load_policy("appraise func=BPRM_CHECK\n");
	put_file("f", "abc", 3);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(load(cases[i].text, cases[i].append, &where), -EINVAL);
		assert_int_equal(where.line, cases[i].line);
		assert_int_equal(where.column, cases[i].column);
		assert_true(err.text[0]);
		assert_policy("appraise func=BPRM_CHECK\n");
		assert_refused(judge_exec("f"), "missing-hash");
	}
}

static void assert_starts(const char *text, const char *wanted)
{
	if (strncmp(text, wanted, strlen(wanted)) != 0)
		fail_msg("%s", text);
}

static void tells_of_a_load(void **state)
{
	autofree char *good = NULL, *bad = NULL;

	(void)state;
	assert_int_equal(load("measure func=BPRM_CHECK\naudit\n", false, NULL), 0);
	good = take_heard();
	assert_starts(good, "type=INTEGRITY_POLICY_RULE: action=measure func=BPRM_CHECK res=1\n"
			    "type=INTEGRITY_POLICY_RULE: action=audit res=1\n"
			    "type=INTEGRITY_STATUS: pid=");
	assert_non_null(strstr(good, " op=policy_update cause=completed comm=\"test-engine\" res=1 errno=0\n"));
	assert_int_equal(load("measure\nbad\naudit\n", false, NULL), -EINVAL);
	bad = take_heard();
	assert_starts(bad, "type=INTEGRITY_POLICY_RULE: action=measure res=1\n"
			   "type=INTEGRITY_POLICY_RULE: UNKNOWN=bad res=0\n"
			   "type=INTEGRITY_STATUS: pid=");
	assert_non_null(strstr(bad, " op=update_policy cause=invalid-policy comm="));
	assert_non_null(strstr(bad, " op=policy_update cause=failed comm="));
	assert_null(strstr(bad, "action=audit"));
}

/* Time and serial number, which the other tests cut off. */
static char *last_line;

static void keep_line(void *ctx, const char *line)
{
	(void)ctx;
	free(last_line);
	last_line = strdup(line);
}

static void stamps_records(void **state)
{
	const struct hufu_engine_opts opts = {.trust = trust, .hash = HUFU_HASH_SM3, .on_audit = keep_line};
	struct hufu_engine_stats stats;
	unsigned long serial = 0;
	long long seconds = 0;
	time_t now = time(NULL);

	(void)state;
	hufu_engine_free(engine);
	assert_int_equal(hufu_engine_new(&opts, &engine, NULL), 0);
	assert_int_equal(load("appraise\n", false, NULL), 0);
	put_file("f", "abc", 3);
	assert_refused(judge_exec("f"), "missing-hash");
	assert_int_equal(sscanf(last_line, "type=INTEGRITY_DATA msg=audit(%lld.%*3u:%lu): pid=812 ", &seconds, &serial),
			 2);
	assert_true(seconds >= now && seconds < now + 100);
	assert_int_equal(serial, 3); /* a rule, the policy, the refusal */
	hufu_engine_stats(engine, &stats);
	assert_int_equal(stats.audit_lines, 3);
	free(last_line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(refuses_bad_options), ENGINE_TEST(continues_its_list),
		ENGINE_TEST(loads_and_prints),	  ENGINE_TEST(changes_nothing_for_a_bad_one),
		ENGINE_TEST(tells_of_a_load),	  ENGINE_TEST(stamps_records),
	};

	return cmocka_run_group_tests(tests, make_pairs_and_labels, drop_pairs);
}
