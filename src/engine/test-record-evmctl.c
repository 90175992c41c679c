/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second reader: evmctl (ima-evm-utils) parses the list, computes every template hash, prints each entry as the kernel
 * does, and comes to the PCR values that a TPM would hold.
 */
#include "test-list.h"

#include <spawn.h>
#include <sys/wait.h>

#define OUTPUT "output"

/* PCR 10 as the kernel extends it, in one bank. */
static void replay(unsigned bank, struct hufu_digest *ret_pcr)
{
	struct hufu_mlog_reader *reader = NULL;
	struct hufu_mlog_entry entry;

	*ret_pcr = (struct hufu_digest){.len = (uint8_t)hufu_hash_size(bank)};
	assert_int_equal(hufu_mlog_open(test_path(BINARY_LIST), &reader, NULL), 0);
	while (hufu_mlog_next(reader, &entry, NULL) > 0) {
		static const uint8_t violation[20];
		uint8_t both[2 * HUFU_DIGEST_MAX];
		struct hufu_digest digest;
		size_t len = ret_pcr->len;

		if (entry.pcr != 10)
			continue;
		assert_int_equal(hufu_digest_mem(bank, entry.data, entry.data_len, &digest, NULL), 0);
		if (memcmp(entry.template_hash, violation, 20) == 0)
			memset(digest.bytes, 0xff, len);
		memcpy(both, ret_pcr->bytes, len);
		memcpy(both + len, digest.bytes, len);
		assert_int_equal(hufu_digest_mem(bank, both, 2 * len, ret_pcr, NULL), 0);
	}
	hufu_mlog_close(reader);
}

/* The file of PCR values that evmctl takes in the place of a TPM. */
static void write_pcrs(const char *name, unsigned bank)
{
	struct hufu_digest pcr;
	autobuf text = {0};

	replay(bank, &pcr);
	for (unsigned i = 0; i < 24; i++) {
		buf_printf(&text, "PCR-%02u:", i);
		for (size_t k = 0; k < pcr.len; k++)
			buf_printf(&text, " %02x", i == 10 ? pcr.bytes[k] : 0);
		buf_u8(&text, '\n');
	}
	assert_int_equal(text.error, 0);
	test_write(name, text.data, text.len);
}

/* Its exit code; what it said is in OUTPUT. */
static int run(const char *const argv[])
{
	char *const environment[] = {(char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int r, status;

	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	assert_int_equal(
		posix_spawn_file_actions_addopen(&actions, 1, test_path(OUTPUT), O_WRONLY | O_CREAT | O_TRUNC, 0600),
		0);
	assert_int_equal(posix_spawn_file_actions_adddup2(&actions, 1, 2), 0);
	r = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	if (r != 0)
		return -r;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int run_evmctl(const char *list)
{
	autofree char *sha1 = NULL, *sha256 = NULL;

	assert_true(asprintf(&sha1, "sha1,%s", test_path("sha1")) > 0);
	assert_true(asprintf(&sha256, "sha256,%s", test_path("sha256")) > 0);
	return run((const char *const[]){"evmctl", "ima_measurement", "--ignore-violations", "-v", "--pcrs", sha1,
					 "--pcrs", sha256, test_path(list), NULL});
}

static void make_list(void)
{
	static const enum hufu_template all[] = {HUFU_TEMPLATE_IMA_NG, HUFU_TEMPLATE_IMA_SIG, HUFU_TEMPLATE_IMA_BUF};
	static const char *const names[] = {"/bin/a", "/name with blanks ", "/bytes\xff\x01\x7f", "/two\nlines"};
	autorecord *record = test_open();
	bool added;

	for (size_t i = 0; i < ARRAY_SIZE(names) * ARRAY_SIZE(all); i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "%s%zu", names[i / ARRAY_SIZE(all)], i);
		assert_int_equal(test_add_as(record, all[i % ARRAY_SIZE(all)], 10, name, &added), 0);
		assert_true(added);
	}
	assert_int_equal(record_violation(record, "/violated file", NULL), 0);
	assert_int_equal(record_count(record), 14);
}

static int drop_list(void **state)
{
	static const char *const names[] = {OUTPUT, "sha1", "sha256", "changed"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		(void)unlink(test_path(names[i]));
	return test_teardown(state);
}

static void test_accepts(void **state)
{
	autofree char *output = NULL, *ascii = NULL;

	(void)state;
	make_list();
	write_pcrs("sha1", HUFU_HASH_SHA1);
	write_pcrs("sha256", HUFU_HASH_SHA256);
	assert_int_equal(run_evmctl(BINARY_LIST), 0);
	assert_true(test_read(OUTPUT, &output) > 0);
	assert_non_null(strstr(output, "sha1 PCR-10: succeed at entry 14\n"));
	assert_non_null(strstr(output, "sha256 PCR-10: succeed at entry 14\n"));
	assert_non_null(strstr(output, "Matched per TPM bank calculated digest(s).\n"));
	assert_null(strstr(output, "Failed to verify template"));
	/* its lines are ours, names with newlines and all */
	assert_true(test_read(ASCII_LIST, &ascii) > 0);
	for (char *line = ascii; *line;) {
		char *end = strchr(line, '\n');

		assert_non_null(end);
		*end = '\0';
		if (!strstr(output, line))
			fail_msg("evmctl does not print: %s", line);
		line = end + 1;
	}
}

/* It would notice: the same list with one byte of a template hash, and of template data, changed. */
static void test_refuses(void **state)
{
	static const size_t places[] = {101 + 4, 101 + 28 + 6 + 4 + 4 + 6};

	(void)state;
	make_list();
	write_pcrs("sha1", HUFU_HASH_SHA1);
	write_pcrs("sha256", HUFU_HASH_SHA256);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		autofree char *list = NULL, *output = NULL;
		ssize_t len = test_read(BINARY_LIST, &list);

		assert_true(len > 0);
		list[places[i]] ^= 1;
		test_write("changed", list, (size_t)len);
		assert_int_equal(run_evmctl("changed"), 1);
		assert_true(test_read(OUTPUT, &output) > 0);
		assert_non_null(strstr(output, "Failed to verify template data digest."));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_accepts, test_setup, drop_list),
		cmocka_unit_test_setup_teardown(test_refuses, test_setup, drop_list),
	};
	int r;

	if (test_setup(NULL) < 0)
		return 1;
	r = run((const char *const[]){"evmctl", "--version", NULL});
	if (drop_list(NULL) < 0)
		return 1;
	if (r != 0) {
		puts("needs evmctl (ima-evm-utils)");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
