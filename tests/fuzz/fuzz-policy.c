/* SPDX-License-Identifier: Apache-2.0 */
/* Policy text: what is taken is printed, and what is printed is taken and printed the same. */
#include <string.h>

#include "fuzz.h"
#include "hufu.h"

#define LINE_SIZE (4 * HUFU_POLICY_LINE_MAX)

static void check_again(const char *line, size_t len)
{
	struct hufu_policy *policy = NULL;
	struct hufu_err err = {""};
	char again[LINE_SIZE];
	ssize_t n;

	if (len > HUFU_POLICY_LINE_MAX) /* canonical words may be longer than those that were written */
		return;
	if (hufu_policy_parse(line, len, NULL, &policy, NULL, &err) < 0) {
		(void)fprintf(stderr, "printed, but not taken: %s: %s\n", line, err.text);
		FUZZ_CHECK(!"a printed rule is taken");
	}
	FUZZ_CHECK(hufu_policy_count(policy) == 1);
	n = hufu_policy_print(policy, 0, false, again, sizeof(again));
	FUZZ_CHECK(n >= 0 && (size_t)n == len && memcmp(line, again, len) == 0);
	hufu_policy_free(policy);
}

static void check_match(const struct hufu_policy *policy)
{
	struct hufu_subject subject = {.pid = 1, .tid = 1, .auid = UINT32_MAX, .ses = UINT32_MAX};
	struct hufu_object object = {.fs_magic = 0xef53, .fs_name = "ext4"};

	for (unsigned func = 0; func < HUFU_FUNC_COUNT; func++) {
		struct hufu_decision decision;

		hufu_policy_match(policy, (enum hufu_func)func, HUFU_MAY_EXEC, &subject, &object, &decision);
		/* What is decided was possible. */
		FUZZ_CHECK((decision.actions & ~hufu_policy_actions(policy, (enum hufu_func)func)) == 0);
		FUZZ_CHECK(decision.appraise_rule <= hufu_policy_count(policy));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hufu_policy *policy = NULL;
	struct hufu_policy_where where = {0};
	struct hufu_err err = {""};

	if (hufu_policy_parse((const char *)data, size, NULL, &policy, &where, &err) < 0) {
		FUZZ_CHECK(policy == NULL && err.text[0]);
		return 0;
	}
	for (unsigned i = 0; i < hufu_policy_count(policy); i++) {
		char line[LINE_SIZE];
		ssize_t n = hufu_policy_print(policy, i, false, line, sizeof(line));

		FUZZ_CHECK(n > 0 && (size_t)n == strlen(line));
		check_again(line, (size_t)n);
	}
	check_match(policy);
	hufu_policy_free(policy);
	return 0;
}
