/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "hufu.h"

DEFINE_AUTO(struct hufu_policy, hufu_policy_free)
#define autopolicy autodone(hufu_policy_free) struct hufu_policy

/* ---- what is taken ---- */

/* One rule and its canonical form; NULL: it is canonical as it is. */
static const struct {
	const char *text, *canonical;
} valid[] = {
	{"measure", NULL},
	{"dont_measure", NULL},
	{"appraise", NULL},
	{"dont_appraise", NULL},
	{"audit", NULL},
	{"appraise appraise_type=imasig uid=1001 func=BPRM_CHECK",
	 "appraise func=BPRM_CHECK uid=1001 appraise_type=imasig"},
	{"measure uid=1001 func=MMAP_CHECK", "measure func=MMAP_CHECK uid=1001"},
	/* every function and both aliases */
	{"measure func=FILE_CHECK", NULL},
	{"measure func=PATH_CHECK", "measure func=FILE_CHECK"},
	{"measure func=MMAP_CHECK", NULL},
	{"measure func=FILE_MMAP", "measure func=MMAP_CHECK"},
	{"measure func=MMAP_CHECK_REQPROT", NULL},
	{"measure func=BPRM_CHECK", NULL},
	{"measure func=CREDS_CHECK", NULL},
	{"measure func=MODULE_CHECK", NULL},
	{"measure func=FIRMWARE_CHECK", NULL},
	{"measure func=KEXEC_KERNEL_CHECK", NULL},
	{"measure func=KEXEC_INITRAMFS_CHECK", NULL},
	{"measure func=POLICY_CHECK", NULL},
	/* masks */
	{"audit mask=MAY_EXEC", NULL},
	{"audit mask=MAY_WRITE", NULL},
	{"audit mask=MAY_READ", NULL},
	{"audit mask=^MAY_APPEND", NULL},
	/* numbers: hexadecimal with and without 0x, a plus as in kstrtoul(), leading zeros, the limits */
	{"audit fsmagic=0x9fa0", NULL},
	{"audit fsmagic=9FA0", "audit fsmagic=0x9fa0"},
	{"audit fsmagic=0XEF53", "audit fsmagic=0xef53"},
	{"audit fsmagic=+0xef53", "audit fsmagic=0xef53"},
	{"audit fsmagic=0", "audit fsmagic=0x0"},
	{"audit fsmagic=ffffffffffffffff", "audit fsmagic=0xffffffffffffffff"},
	{"audit fsmagic=00000000000000000000001", "audit fsmagic=0x1"},
	{"audit uid=0", NULL},
	{"audit uid=+5", "audit uid=5"},
	{"audit uid=0000000000000000000000005", "audit uid=5"},
	{"audit uid=4294967294", NULL},
	{"measure pcr=0", NULL},
	{"measure pcr=63", NULL},
	{"measure pcr=+011", "measure pcr=11"},
	/* ids, with each operator */
	{"audit uid<1000", NULL},
	{"audit uid>1000", NULL},
	{"audit euid=1000", NULL},
	{"audit euid<1", NULL},
	{"audit euid>1", NULL},
	{"audit gid=1", NULL},
	{"audit gid<1", NULL},
	{"audit gid>1", NULL},
	{"audit egid=1", NULL},
	{"audit egid<1", NULL},
	{"audit egid>1", NULL},
	{"audit fowner=0", NULL},
	{"audit fowner<1", NULL},
	{"audit fowner>1", NULL},
	{"audit fgroup=0", NULL},
	{"audit fgroup<1", NULL},
	{"audit fgroup>1", NULL},
	/* file systems */
	{"dont_appraise fsname=fuse.sshfs", NULL},
	{"dont_appraise fsname=a=b#c", NULL},
	{"audit fsuuid=0123ABCD-4567-89ab-cdef-0123456789AB", "audit fsuuid=0123abcd-4567-89ab-cdef-0123456789ab"},
	/* uuid_parse() looks at 36 bytes */
	{"audit fsuuid=01234567-4567-89ab-cdef-0123456789ab}x", "audit fsuuid=01234567-4567-89ab-cdef-0123456789ab"},
	/* templates by name and by their fields */
	{"measure template=ima-ng", NULL},
	{"measure template=ima-sig", NULL},
	{"measure template=ima-buf", NULL},
	{"measure template=d-ng|n-ng", "measure template=ima-ng"},
	{"measure template=d-ng|n-ng|sig", "measure template=ima-sig"},
	{"measure template=d-ng|n-ng|buf", "measure template=ima-buf"},
	{"func=BPRM_CHECK measure template=ima-sig", "measure func=BPRM_CHECK template=ima-sig"},
	/* permit_directio goes with every action */
	{"permit_directio dont_measure", "dont_measure permit_directio"},
	{"audit permit_directio permit_directio", "audit permit_directio"},
	/* repeats the kernel allows */
	{"audit fsname=ext4 fsname=tmpfs", "audit fsname=tmpfs"},
	{"measure pcr=11 pcr=12", "measure pcr=12"},
	{"appraise appraise_type=imasig appraise_type=imasig", "appraise appraise_type=imasig"},
	{"audit fsmagic=0 fsmagic=0x1", "audit fsmagic=0x1"},
	/* uid does not get in the way of gid, nor of the owner */
	{"audit fgroup<4 fowner>3 egid=2 uid=1", "audit uid=1 egid=2 fowner>3 fgroup<4"},
	/* blanks, and a comment behind the rule */
	{" \t measure \t\t uid=0\t ", "measure uid=0"},
	{"measure uid=0 # root", "measure uid=0"},
	{"measure uid=0 #root", "measure uid=0"},
	{"measure #uid=0\r", "measure"},
	/* all at once, backwards */
	{"permit_directio fgroup=8 fowner=7 gid=6 euid=5 fsuuid=01234567-4567-89ab-cdef-0123456789ab fsname=ext4 "
	 "fsmagic=ef53 mask=^MAY_READ func=FILE_CHECK pcr=11 measure template=ima-sig",
	 "measure func=FILE_CHECK mask=^MAY_READ fsmagic=0xef53 fsname=ext4 pcr=11 "
	 "fsuuid=01234567-4567-89ab-cdef-0123456789ab euid=5 gid=6 fowner=7 fgroup=8 template=ima-sig permit_directio"},
};

static void takes_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		struct hufu_policy_where where = {9, 9};
		autopolicy *policy = NULL;
		struct hufu_err err = {""};
		char text[1024];

		if (hufu_policy_parse(valid[i].text, strlen(valid[i].text), NULL, &policy, &where, &err) < 0)
			fail_msg("%s: %s", valid[i].text, err.text);
		assert_int_equal(hufu_policy_count(policy), 1);
		assert_int_equal(hufu_policy_print(policy, 0, false, text, sizeof(text)), strlen(canonical));
		assert_string_equal(text, canonical);
	}
}

static void skips_blank_lines_and_comments(void **state)
{
	static const char text[] = "\n  \t\n# measure\n\t # measure \\xff\n#\n#\tDOS\r\n";
	autopolicy *policy = NULL;

	(void)state;
	assert_int_equal(hufu_policy_parse(text, strlen(text), NULL, &policy, NULL, NULL), 0);
	assert_int_equal(hufu_policy_count(policy), 0);
	assert_int_equal(hufu_policy_actions(policy, HUFU_FUNC_NONE), 0);
}

static void takes_no_text(void **state)
{
	autopolicy *policy = NULL;

	(void)state;
	assert_int_equal(hufu_policy_parse(NULL, 0, NULL, &policy, NULL, NULL), 0);
	assert_int_equal(hufu_policy_count(policy), 0);
}

static void takes_a_last_line_without_newline(void **state)
{
	static const char text[] = "measure\naudit";
	autopolicy *policy = NULL;

	(void)state;
	assert_int_equal(hufu_policy_parse(text, strlen(text), NULL, &policy, NULL, NULL), 0);
	assert_int_equal(hufu_policy_count(policy), 2);
}

/* ---- what no line may hold ---- */

struct place {
	unsigned line, column;
};

static void refuses(const char *text, size_t len, int code, struct place place, const char *message)
{
	struct hufu_policy *untouched = (struct hufu_policy *)&code, *policy = untouched;
	struct hufu_policy_where where = {9, 9};
	struct hufu_err err = {""};

	assert_int_equal(hufu_policy_parse(text, len, NULL, &policy, &where, &err), code);
	assert_string_equal(err.text, message);
	assert_int_equal(where.line, place.line);
	assert_int_equal(where.column, place.column);
	assert_ptr_equal(policy, untouched);
}

static void refuses_nul(void **state)
{
	static const char in_rule[] = "measure\naudit\0 uid=0\n";
	static const char in_comment[] = "# a\0b\n";
	static const char at_end[] = "measure\n";
	static const char after_error[] = "mesure\naudit\0";

	(void)state;
	refuses(in_rule, sizeof(in_rule) - 1, -EINVAL, (struct place){2, 6},
		"line 2, column 6: NUL byte: a policy is text");
	refuses(in_comment, sizeof(in_comment) - 1, -EINVAL, (struct place){1, 4},
		"line 1, column 4: NUL byte: a policy is text");
	refuses(at_end, sizeof(at_end), -EINVAL, (struct place){2, 1}, "line 2, column 1: NUL byte: a policy is text");
	refuses(after_error, sizeof(after_error) - 1, -EINVAL, (struct place){1, 1},
		"line 1, column 1: unknown word 'mesure'; did you mean 'measure'?");
}

static void refuses_dos_lines(void **state)
{
	static const char *const message = "DOS line ending (carriage return); lines end with a newline only";
	static const struct {
		const char *text;
		struct place place;
	} lines[] = {
		{"measure\r\naudit\r\n", {1, 8}},
		{"measure \r\n", {1, 9}},
		{"audit\n\r\n", {2, 1}},
		{"audit fsname=ext4\r", {1, 18}}, /* the kernel would take it as part of the name */
		{"audit fsuuid=01234567-4567-89ab-cdef-0123456789ab\r", {1, 50}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char text[200];

		(void)snprintf(text, sizeof(text), "line %u, column %u: %s", lines[i].place.line, lines[i].place.column,
			       message);
		refuses(lines[i].text, strlen(lines[i].text), -EINVAL, lines[i].place, text);
	}
	/* one that ends no line is a byte like another */
	refuses("audit\rmeasure", 13, -EINVAL, (struct place){1, 1},
		"line 1, column 1: unknown word 'audit\\x0dmeasure'");
}

/* `len` bytes: `head`, then `fill` */
static char *filled(const char *head, size_t len, char fill)
{
	char *text = malloc(len + 1);

	assert_non_null(text);
	memset(text, fill, len);
	memcpy(text, head, strlen(head));
	text[len] = '\0';
	return text;
}

static void limits_a_line(void **state)
{
	autofree char *longest = filled("audit fsname=", HUFU_POLICY_LINE_MAX, 'x');
	autofree char *longer = filled("\naudit fsname=", HUFU_POLICY_LINE_MAX + 2, 'x');
	autofree char *comment = filled("#", 10000, ' ');
	char printed[HUFU_POLICY_LINE_MAX + 1];
	autopolicy *policy = NULL;

	(void)state;
	assert_int_equal(hufu_policy_parse(longest, strlen(longest), NULL, &policy, NULL, NULL), 0);
	assert_int_equal(hufu_policy_print(policy, 0, false, printed, sizeof(printed)), HUFU_POLICY_LINE_MAX);
	assert_string_equal(printed, longest);
	refuses(longer, strlen(longer), -EINVAL, (struct place){2, 4096},
		"line 2, column 4096: a line of 4096 bytes; 4095 are the most");
	refuses(comment, strlen(comment), -EINVAL, (struct place){1, 4096},
		"line 1, column 4096: a line of 10000 bytes; 4095 are the most");
}

static void limits_the_text(void **state)
{
	autofree char *text = malloc(HUFU_POLICY_MAX + 1);
	autopolicy *policy = NULL;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < HUFU_POLICY_MAX + 1; i++)
		text[i] = "audit\n"[i % 6];
	memset(text + HUFU_POLICY_MAX - HUFU_POLICY_MAX % 6, '\n', HUFU_POLICY_MAX % 6);
	assert_int_equal(hufu_policy_parse(text, HUFU_POLICY_MAX, NULL, &policy, NULL, NULL), 0);
	assert_int_equal(hufu_policy_count(policy), HUFU_POLICY_MAX / 6);
	refuses(text, HUFU_POLICY_MAX + 1, -EFBIG, (struct place){0, 0},
		"a policy of 1048577 bytes; 1048576 are the most");
}

static void tells_the_line(void **state)
{
	static const char text[] = "# policy\n\nmeasure func=BPRM_CHECK\n\t appraise  uid=x1 \naudit nothing\n";

	(void)state;
	refuses(text, strlen(text), -EINVAL, (struct place){4, 13},
		"line 4, column 13: uid takes a number, not the name 'x1'; `id -u x1` prints it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_rules),	  cmocka_unit_test(skips_blank_lines_and_comments),
		cmocka_unit_test(takes_no_text),  cmocka_unit_test(takes_a_last_line_without_newline),
		cmocka_unit_test(refuses_nul),	  cmocka_unit_test(refuses_dos_lines),
		cmocka_unit_test(limits_a_line),  cmocka_unit_test(limits_the_text),
		cmocka_unit_test(tells_the_line),
	};

	return cmocka_run_group_tests_name("policy: parse", tests, NULL, NULL);
}
