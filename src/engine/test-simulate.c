/* SPDX-License-Identifier: Apache-2.0 */
/* Whole runs over small trees. That hufud then does the same is tested on a host. */
#include <errno.h>

#include "test-engines.h"

/* What was reported, a line for each use. */
static struct buf said;

static void on_use(void *ctx, const struct hufu_simulate_report *report)
{
	const char *slash = strrchr(report->path, '/');

	(void)ctx;
	buf_printf(&said, "%s %s", slash ? slash + 1 : report->path, hufu_use_name(report->use));
	if (report->via)
		buf_printf(&said, " via %s", report->via);
	if (report->cause)
		buf_printf(&said, " %s %s %u", hufu_func_name(report->func), hufu_cause_name(report->cause),
			   report->rule);
	if (report->error)
		buf_printf(&said, " %s", strerrorname_np(-report->error));
	if (report->measure_rule)
		buf_printf(&said, " measured %u pcr %d", report->measure_rule, report->pcr);
	buf_u8(&said, '\n');
}

static struct hufu_simulate_count count;

static int run(const char *root, struct hufu_simulate_job job)
{
	struct hufu_err err = {0};

	job.engine = engine;
	job.on_use = on_use;
	memset(&count, 0, sizeof(count));
	return hufu_simulate_run(&job, in_scratch(root), &count, &err);
}

static void assert_said(const char *wanted)
{
	autofree char *text = buf_take_str(&said);

	assert_string_equal(text ? text : "", wanted);
}

/* Without a list, as a simulation needs it. */
static int make_judge(void **state)
{
	if (make_engine(state) < 0)
		return -1;
	hufu_engine_free(engine);
	new_engine(false);
	return mkdir(in_scratch("root"), 0755);
}

static int drop_judge(void **state)
{
	const char *const argv[] = {"rm", "-rf", in_scratch("root"), NULL};

	return call(argv) | drop_engine(state);
}

static void put_script(const char *name, const char *text, mode_t mode)
{
	put_file(name, text, strlen(text));
	assert_int_equal(chmod(in_scratch(name), mode), 0);
}

static const struct hufu_simulate_job somebody = {.uid = 4711, .gid = 4711};

static void scripts_and_their_interpreters(void **state)
{
	(void)state;
	put_script("root/bad", "#!/shell\n", 0755);
	put_script("root/good", "#!/shell\n", 0755);
	put_script("root/lost", "#!/nowhere\n", 0755);
	put_script("root/relative", "#!shell\n", 0755);
	put_script("root/shell", "\001", 0711);
	sign("root/good", &leaf);
	sign("root/lost", &leaf);
	sign("root/relative", &leaf);
	load_policy("appraise func=BPRM_CHECK uid=4711 appraise_type=imasig\nmeasure func=FILE_CHECK mask=MAY_READ "
		    "pcr=11\n");
	assert_int_equal(run("root", somebody), 0);
	assert_said("bad exec BPRM_CHECK IMA-signature-required 1\n"
		    "bad read measured 2 pcr 11\n"
		    "good exec via /shell BPRM_CHECK IMA-signature-required 1\n"
		    "good read measured 2 pcr 11\n"
		    "lost exec via /nowhere ENOENT\n"
		    "lost read measured 2 pcr 11\n"
		    "relative exec via shell ENOENT\n"
		    "relative read measured 2 pcr 11\n"
		    "shell exec BPRM_CHECK IMA-signature-required 1\n");
	assert_int_equal(count.files, 5);
	assert_int_equal(count.uses[HUFU_USE_EXEC], 5);
	assert_int_equal(count.refused[HUFU_USE_EXEC], 3);
	assert_int_equal(count.refused[HUFU_USE_READ], 0);
	assert_int_equal(count.measured, 4);
	assert_int_equal(count.broken, 2);
	assert_int_equal(count.failed, 0);
	sign("root/shell", &leaf);
	assert_int_equal(run("root", (struct hufu_simulate_job){.uid = 4712, .gid = 4711}), 0);
	assert_int_equal(count.refused[HUFU_USE_EXEC], 0);
	buf_done(&said);
}

static void what_is_closed(void **state)
{
	(void)state;
	load_policy("appraise func=FILE_CHECK appraise_type=imasig\n");
	assert_int_equal(mkdir(in_scratch("root/shut"), 0700), 0);
	put_script("root/shut/f", "x", 0755);
	put_script("root/secret", "x", 0600);
	put_script("root/open", "x", 0644);
	assert_int_equal(run("root", somebody), 0);
	assert_said("open read FILE_CHECK IMA-signature-required 1\n");
	assert_int_equal(count.closed, 2);
	assert_int_equal(count.files, 1);
	assert_int_equal(run("root", (struct hufu_simulate_job){0}), 0);
	assert_int_equal(count.files, 3);
	buf_done(&said);
}

/* The same file again and again is judged anew when it is another one, or another deed. */
static void remembers_right(void **state)
{
	char name[64];

	(void)state;
	load_policy("appraise func=BPRM_CHECK appraise_type=imasig\n");
	for (unsigned i = 0; i < 600; i++) {
		(void)snprintf(name, sizeof(name), "root/%03u", i);
		put_script(name, i % 2 ? "#!/000\n" : "\001", 0755);
		if (i % 3)
			sign(name, &leaf);
	}
	assert_int_equal(run("root", somebody), 0);
	/* 000 is not signed: it, 199 others that are not, and the scripts that are */
	assert_int_equal(count.refused[HUFU_USE_EXEC], 200 + 200);
	buf_done(&said);
	sign("root/000", &leaf);
	assert_int_equal(run("root", somebody), 0);
	assert_int_equal(count.refused[HUFU_USE_EXEC], 199);
	buf_done(&said);
}

static bool after_one(void *ctx, const struct hufu_simulate_count *so_far)
{
	(void)ctx;
	return so_far->files == 1;
}

static void ends_early_and_refuses(void **state)
{
	struct hufu_simulate_job job = {.uid = 4711, .on_progress = after_one};

	(void)state;
	put_script("root/a", "x", 0644);
	put_script("root/b", "x", 0644);
	assert_int_equal(run("root", job), -ECANCELED);
	assert_said("a read\n");
	assert_int_equal(run("root/a", job), -ENOTDIR);
	assert_int_equal(run("nowhere", job), -ENOENT);
	hufu_engine_free(engine);
	new_engine(true); /* it would write into its list */
	assert_int_equal(run("root", job), -EINVAL);
	assert_said("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scripts_and_their_interpreters, make_judge, drop_judge),
		cmocka_unit_test_setup_teardown(what_is_closed, make_judge, drop_judge),
		cmocka_unit_test_setup_teardown(remembers_right, make_judge, drop_judge),
		cmocka_unit_test_setup_teardown(ends_early_and_refuses, make_judge, drop_judge),
	};

	(void)umask(022);
	return cmocka_run_group_tests(tests, make_pairs_and_labels, drop_pairs);
}
