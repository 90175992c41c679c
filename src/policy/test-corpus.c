/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of tests/vectors/policy: what a real kernel said of each, and how it printed it, was recorded (scripts/policy-corpus). hufu
 * says the same, but for the differences that are named there.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "clean.h"
#include "hufu.h"

#define DIR_NAME TEST_DATA "/vectors/policy/"

/* Lines of a file. */
struct lines {
	char *text;
	char **at;
	size_t n;
};

static struct lines read_lines(const char *path)
{
	struct lines lines = {0};
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	assert_non_null(file);
	while ((n = getline(&line, &size, file)) > 0) {
		lines.at = reallocarray(lines.at, lines.n + 1, sizeof(char *));
		assert_non_null(lines.at);
		line[n - 1] = '\0';
		lines.at[lines.n++] = strdup(line);
	}
	free(line);
	(void)fclose(file);
	return lines;
}

static void free_lines(struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->at[i]);
	free(lines->at);
}

#define autolines __attribute__((cleanup(free_lines))) struct lines

static void put_escaped(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte >= 0x20 && byte < 0x7f && byte != '\\')
			buf_u8(out, byte);
		else
			buf_printf(out, "\\x%02x", byte);
	}
}

static size_t unescape(const char *line, char *ret_text)
{
	size_t n = 0;

	while (*line) {
		char digits[3] = "";

		if (line[0] != '\\' || line[1] != 'x') {
			ret_text[n++] = *line++;
			continue;
		}
		memcpy(digits, line + 2, 2);
		ret_text[n++] = (char)strtoul(digits, NULL, 16);
		line += 4;
	}
	return n;
}

/* Rules that the recorder did not let come into force: the kernel took them, and did not show them. */
static bool is_not_shown(const char *rule)
{
	return strstr(rule, "appraise") && strstr(rule, "POLICY_CHECK");
}

/* What hufu says, as the recording has it. Allocated. */
static char *verdict(const char *rule, enum hufu_lsm lsm, const struct hufu_policy *base)
{
	const struct hufu_policy_opts opts = {.kernel = 601, .lsm = lsm, .base = base};
	struct hufu_policy *policy = NULL;
	char text[2 * HUFU_POLICY_LINE_MAX], printed[2 * HUFU_POLICY_LINE_MAX];
	size_t len = unescape(rule, text);
	struct buf out = {0};
	ssize_t n = 0;
	int r;

	text[len++] = '\n';
	r = hufu_policy_parse_as(text, len, &opts, &policy, NULL, NULL);
	if (r < 0)
		return strdup(strerrorname_np(-r));
	if (hufu_policy_count(policy) > hufu_policy_count(base))
		n = hufu_policy_print(policy, hufu_policy_count(base), true, printed, sizeof(printed));
	assert_true(n == 0 || (n > 0 && printed[n - 1] == ' '));
	n -= n > 0; /* a recorded line ends in no blank */
	buf_str(&out, n ? "ok " : "ok");
	put_escaped(&out, printed, (size_t)n);
	hufu_policy_free(policy);
	return buf_take_str(&out);
}

/* `name: rule`; the index of the line, or the number of lines. */
static size_t find_difference(const struct lines *differences, const char *rule)
{
	size_t i;

	for (i = 0; i < differences->n; i++) {
		const char *colon = strstr(differences->at[i], ": ");

		if (differences->at[i][0] != '#' && colon && strcmp(colon + 2, rule) == 0)
			break;
	}
	return i;
}

static unsigned compare(const char *name, enum hufu_lsm lsm, const struct lines *differences, bool *used)
{
	autolines rules = read_lines(DIR_NAME "rules"), recorded = read_lines(name);
	const char first[] = "dont_appraise\ndont_measure\ndont_hash\n";
	struct hufu_policy *base = NULL;
	unsigned n_wrong = 0;

	assert_int_equal(hufu_policy_parse(first, strlen(first), NULL, &base, NULL, NULL), 0);
	assert_int_equal(rules.n, recorded.n);
	assert_true(rules.n >= 500);
	for (size_t i = 0; i < rules.n; i++) {
		autofree char *said = verdict(rules.at[i], lsm, base);
		const char *wanted = recorded.at[i];
		size_t difference;

		assert_non_null(said);
		if (strcmp(said, wanted) == 0 ||
		    (is_not_shown(rules.at[i]) && strcmp(wanted, "ok") == 0 && strncmp(said, "ok", 2) == 0))
			continue;
		difference = find_difference(differences, rules.at[i]);
		if (difference < differences->n) {
			used[difference] = true;
			continue;
		}
		n_wrong++;
		print_error("%s\n  kernel: %s\n  hufu:   %s\n", rules.at[i], wanted, said);
	}
	hufu_policy_free(base);
	return n_wrong;
}

/* A name that has no `# name: reason` is no explanation. */
static unsigned count_unexplained(const struct lines *differences)
{
	unsigned n = 0;

	for (size_t i = 0; i < differences->n; i++) {
		const char *line = differences->at[i];
		size_t len = strcspn(line, ":"), k;

		if (line[0] == '#' || !line[0])
			continue;
		for (k = 0; k < differences->n; k++)
			if (strncmp(differences->at[k], "# ", 2) == 0 &&
			    strncmp(differences->at[k] + 2, line, len + 1) == 0)
				break;
		if (k < differences->n)
			continue;
		n++;
		print_error("no reason for: %s\n", line);
	}
	return n;
}

static void agrees_with_the_kernel(void **state)
{
	autolines differences = read_lines(DIR_NAME "differences");
	autofree bool *used = calloc(differences.n + 1, sizeof(*used));
	unsigned n_wrong = 0;

	(void)state;
	assert_non_null(used);
	n_wrong += compare(DIR_NAME "kernel-6.1", HUFU_LSM_NONE, &differences, used);
	n_wrong += compare(DIR_NAME "kernel-6.1-smack", HUFU_LSM_SMACK, &differences, used);
	n_wrong += count_unexplained(&differences);
	for (size_t i = 0; i < differences.n; i++) {
		if (used[i] || differences.at[i][0] == '#' || !differences.at[i][0])
			continue;
		n_wrong++;
		print_error("a difference is named that is none: %s\n", differences.at[i]);
	}
	assert_int_equal(n_wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_kernel),
	};

	return cmocka_run_group_tests_name("policy: corpus", tests, NULL, NULL);
}
