/* SPDX-License-Identifier: Apache-2.0 */
#include "test-engines.h"

#include <sys/prctl.h>

#include "audit.h"
#include "procinfo.h"

static struct audit audit = {.on_line = hear};

/* The head that INTEGRITY_STATUS has of this process: ids and name differ from machine to machine. */
static char *expand(const char *rules, const char *status)
{
	struct hufu_subject self;
	autobuf text = {0};

	procinfo_self(&self);
	buf_str(&text, rules);
	for (const char *at = status, *end; *at; at = end + 1) {
		end = strchr(at, '\n');
		buf_printf(&text, "type=INTEGRITY_STATUS: pid=%d uid=%u auid=%u ses=%u", self.tid, self.uid, self.auid,
			   self.ses);
		if (self.label[0])
			buf_printf(&text, " subj=%s", self.label);
		buf_printf(&text, " %.*s\n", (int)(end - at), at);
	}
	return buf_take_str(&text);
}

static void check(const char *policy, const struct hufu_policy_where *bad, const char *rules, const char *status)
{
	autofree char *wanted = expand(rules, status);

	audit_put_policy(&audit, policy, strlen(policy), bad);
	assert_heard(wanted);
}

#define COMPLETED "op=policy_update cause=completed comm=\"hufu-test\" res=1 errno=0\n"
#define FAILED                                                                                                         \
	"op=update_policy cause=invalid-policy comm=\"hufu-test\" res=0 errno=0\n"                                     \
	"op=policy_update cause=failed comm=\"hufu-test\" res=0 errno=0\n"
#define RULE "type=INTEGRITY_POLICY_RULE: "

static void taken(void **state)
{
	(void)state;
	check("# comment\n"
	      "\n"
	      "measure func=FILE_CHECK mask=^MAY_READ uid=0\n"
	      " \tappraise  fowner<1000\tappraise_type=imasig permit_directio # for the database\n"
	      "  # another\n"
	      "func=PATH_CHECK dont_measure fsmagic=0x9fa0",
	      NULL,
	      RULE "action=measure func=FILE_CHECK mask=^MAY_READ uid=0 res=1\n" RULE
		   "action=appraise fowner<1000 appraise_type=imasig res=1\n" RULE
		   "func=PATH_CHECK action=dont_measure fsmagic=0x9fa0 res=1\n",
	      COMPLETED);
	check("", NULL, "", COMPLETED);
}

static void refused(void **state)
{
	const struct hufu_policy_where second = {.line = 3, .column = 9}, nowhere = {0};

	(void)state;
	check("audit func=BPRM_CHECK\n\nmeasure fnuc=FILE_CHECK uid=0 uid= hash\naudit\n", &second,
	      RULE "action=audit func=BPRM_CHECK res=1\n" RULE
		   "action=measure UNKNOWN=fnuc=FILE_CHECK uid=0 UNKNOWN=uid= action=hash res=0\n",
	      FAILED);
	check("audit\n", &nowhere, "", FAILED);
}

/* What a refused policy holds is not allowed to say more in the log than one line. */
static void strange_bytes(void **state)
{
	const struct hufu_policy_where first = {.line = 1, .column = 1};

	(void)state;
	check("audit\r\033[2J\xff type=INTEGRITY_DATA\n", &first,
	      RULE "UNKNOWN=audit\\x0d\\x1b[2J\\xff UNKNOWN=type=INTEGRITY_DATA res=0\n", FAILED);
}

static void long_line(void **state)
{
	const struct hufu_policy_where first = {.line = 1, .column = HUFU_POLICY_LINE_MAX + 1};
	autofree char *policy = malloc(100001), *text = NULL;

	(void)state;
	assert_non_null(policy);
	memset(policy, 'x', 100000);
	policy[100000] = '\0';
	audit_put_policy(&audit, policy, 100000, &first);
	text = take_heard();
	assert_int_equal(strspn(strstr(text, "UNKNOWN=") + 8, "x"), HUFU_POLICY_LINE_MAX);
}

static void nobody_listens(void **state)
{
	struct audit deaf = {0};

	(void)state;
	audit_put_policy(&deaf, "audit\n", 6, NULL);
	assert_int_equal(deaf.serial, 0);
	assert_heard("");
}

static int set_up(void **state)
{
	(void)state;
	return prctl(PR_SET_NAME, "hufu-test");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken),     cmocka_unit_test(refused),	       cmocka_unit_test(strange_bytes),
		cmocka_unit_test(long_line), cmocka_unit_test(nobody_listens),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
