/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auditline.h"
#include "clean.h"

static const struct auditline_stamp stamp = {{1700000000, 123456789}, 42};

static const struct hufu_subject shell = {
	.tid = 812,
	.pid = 811,
	.uid = 0,
	.auid = 1000,
	.ses = 3,
	.comm = "bash",
};

static void assert_text(struct buf *out, const char *expected)
{
	autofree char *text = buf_take_str(out);

	assert_non_null(text);
	assert_string_equal(text, expected);
}

static void check_event(const struct auditline_event *event, const char *expected)
{
	autobuf out = {0};

	auditline_put_event(&out, &stamp, event);
	assert_text(&out, expected);
}

static void test_event(void **state)
{
	struct auditline_event event = {
		.type = "INTEGRITY_DATA",
		.op = "appraise_data",
		.cause = "missing-hash",
		.subject = &shell,
		.name = "/usr/local/bin/x",
		.dev = "vda1",
		.ino = 1311,
	};

	(void)state;
	check_event(&event, "type=INTEGRITY_DATA msg=audit(1700000000.123:42): pid=812 uid=0 auid=1000 ses=3 "
			    "op=appraise_data cause=missing-hash comm=\"bash\" name=\"/usr/local/bin/x\" "
			    "dev=\"vda1\" ino=1311 res=0 errno=0");
}

static void test_event_without_file(void **state)
{
	struct hufu_subject init = {.tid = 1, .pid = 1, .auid = UINT32_MAX, .ses = UINT32_MAX, .comm = "systemd"};
	struct auditline_event event = {
		.type = "INTEGRITY_STATUS",
		.op = "policy_update",
		.cause = "completed",
		.subject = &init,
		.ok = true,
	};

	(void)state;
	check_event(&event, "type=INTEGRITY_STATUS msg=audit(1700000000.123:42): pid=1 uid=0 auid=4294967295 "
			    "ses=4294967295 op=policy_update cause=completed comm=\"systemd\" res=1 errno=0");
	event.error = -12;
	event.cause = "signed policy required"; /* the one with blanks, unquoted */
	event.name = "";
	check_event(&event, "type=INTEGRITY_STATUS msg=audit(1700000000.123:42): pid=1 uid=0 auid=4294967295 "
			    "ses=4294967295 op=policy_update cause=signed policy required comm=\"systemd\" name=\"\" "
			    "res=1 errno=-12");
}

/* A name may hold anything; whatever it is, it is one word of one line. */
static void test_quoting(void **state)
{
	static const struct {
		const char *name, *shown;
	} cases[] = {
		{"/bin/a", "\"/bin/a\""},     {"/a b", "2F612062"},
		{"/a\nb", "2F610A62"},	      {"/a\"b", "2F612262"},
		{"/a\x7f", "2F617F"},	      {"/\xe4\xb8\xad", "2FE4B8AD"},
		{"/a\\b", "\"/a\\b\""},	      {"\x01", "01"},
		{"/~!'%n%s", "\"/~!'%n%s\""}, {"/x\n type=y", "2F780A20747970653D79"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct hufu_subject subject = {.comm = "a b", .label = "unconfined"};
		struct auditline_event event = {
			.type = "INTEGRITY_DATA",
			.op = "o",
			.cause = "c",
			.subject = &subject,
			.name = cases[i].name,
			.dev = cases[i].name,
			.ino = UINT64_MAX,
		};
		autofree char *expected = NULL;

		assert_true(asprintf(&expected,
				     "type=INTEGRITY_DATA msg=audit(1700000000.123:42): pid=0 uid=0 auid=0 ses=0 "
				     "subj=unconfined op=o cause=c comm=612062 name=%s dev=%s ino=18446744073709551615 "
				     "res=0 errno=0",
				     cases[i].shown, cases[i].shown) > 0);
		check_event(&event, expected);
	}
}

static void test_label(void **state)
{
	static const struct {
		const char *label, *shown;
	} cases[] = {
		{"", ""},
		{"u:r:t:s0-s0:c0.c1023", " subj=u:r:t:s0-s0:c0.c1023"},
		{"/usr/bin/x (enforce)", " subj=/usr/bin/x (enforce)"},
		{"a\ntype=USER", " subj=610A747970653D55534552"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct hufu_subject subject = {.comm = "x"};
		struct auditline_event event = {.type = "T", .op = "o", .cause = "c", .subject = &subject};
		autofree char *expected = NULL;

		(void)snprintf(subject.label, sizeof(subject.label), "%s", cases[i].label);
		assert_true(asprintf(&expected,
				     "type=T msg=audit(1700000000.123:42): pid=0 uid=0 auid=0 ses=0%s op=o cause=c "
				     "comm=\"x\" res=0 errno=0",
				     cases[i].shown) > 0);
		check_event(&event, expected);
	}
}

static void test_rule(void **state)
{
	struct hufu_subject subject = {
		.tid = 999,
		.pid = 701,
		.uid = 1000,
		.euid = 1001,
		.suid = 1002,
		.gid = 2000,
		.egid = 2001,
		.sgid = 2002,
		.auid = 1003,
		.ses = 2,
		.comm = "bash",
	};
	struct hufu_digest digest = {.algo = HUFU_HASH_SM3, .len = 32, .bytes = {0x66, 0xc7}};
	struct auditline_rule rule = {
		.subject = &subject,
		.digest = &digest,
		.file = "/usr/bin/id",
		.ppid = 700,
		.fsuid = 1004,
		.fsgid = 2004,
		.tty = "pts0",
		.exe = "/usr/bin/bash",
	};
	autobuf out = {0};

	(void)state;
	auditline_put_rule(&out, &stamp, &rule);
	assert_text(&out, "type=INTEGRITY_RULE msg=audit(1700000000.123:42): file=\"/usr/bin/id\" hash=\"sm3:"
			  "66c7000000000000000000000000000000000000000000000000000000000000\" ppid=700 pid=701 "
			  "auid=1003 uid=1000 gid=2000 euid=1001 suid=1002 fsuid=1004 egid=2001 sgid=2002 fsgid=2004 "
			  "tty=pts0 ses=2 comm=\"bash\" exe=\"/usr/bin/bash\"");
	rule.tty = NULL;
	rule.exe = NULL;
	rule.file = "/a b";
	digest.algo = 99;
	digest.len = 0;
	(void)snprintf(subject.label, sizeof(subject.label), "l");
	auditline_put_rule(&out, &stamp, &rule);
	assert_text(&out, "type=INTEGRITY_RULE msg=audit(1700000000.123:42): file=2F612062 hash=\"unknown:\" ppid=700 "
			  "pid=701 auid=1003 uid=1000 gid=2000 euid=1001 suid=1002 fsuid=1004 egid=2001 sgid=2002 "
			  "fsgid=2004 tty=(none) ses=2 comm=\"bash\" exe=(null) subj=l");
}

static void test_policy_rule(void **state)
{
	const struct auditline_stamp early = {{1, 1000000}, UINT64_MAX};
	autobuf out = {0};

	(void)state;
	auditline_put_policy_rule(&out, &early, "action=measure func=FILE_CHECK mask=^MAY_READ uid=0 ", true);
	assert_text(&out, "type=INTEGRITY_POLICY_RULE msg=audit(1.001:18446744073709551615): action=measure "
			  "func=FILE_CHECK mask=^MAY_READ uid=0 res=1");
	auditline_put_policy_rule(&out, &early, "UNKNOWN=%s ", false);
	assert_text(&out, "type=INTEGRITY_POLICY_RULE msg=audit(1.001:18446744073709551615): UNKNOWN=%s res=0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),	cmocka_unit_test(test_event_without_file),
		cmocka_unit_test(test_quoting), cmocka_unit_test(test_label),
		cmocka_unit_test(test_rule),	cmocka_unit_test(test_policy_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
