/* SPDX-License-Identifier: Apache-2.0 */
/* A list that was damaged is repaired where that loses nothing, else refused: seen through record_open(). */
#include "test-list.h"

enum { N_ENTRIES = 6 };

/* A list and where each of its entries ends. */
static struct sample {
	char *binary, *ascii;
	size_t binary_ends[N_ENTRIES + 1], ascii_ends[N_ENTRIES + 1];
} sample;

static size_t binary_len(void)
{
	return sample.binary_ends[N_ENTRIES];
}

static size_t ascii_len(void)
{
	return sample.ascii_ends[N_ENTRIES];
}

static void note_end(size_t i)
{
	struct stat st;

	assert_int_equal(stat(test_path(BINARY_LIST), &st), 0);
	sample.binary_ends[i] = (size_t)st.st_size;
	assert_int_equal(stat(test_path(ASCII_LIST), &st), 0);
	sample.ascii_ends[i] = (size_t)st.st_size;
}

static int make_sample(void **state)
{
	struct record *record;
	bool added;

	if (test_setup(state) < 0)
		return -1;
	record = test_open();
	note_end(1);
	assert_true(test_add(record, "/a"));
	note_end(2);
	assert_true(test_add(record, "/with\nnewline"));
	note_end(3);
	assert_int_equal(record_violation(record, "/v", NULL), 0);
	note_end(4);
	assert_int_equal(test_add_as(record, HUFU_TEMPLATE_IMA_SIG, 10, "/sig", &added), 0);
	note_end(5);
	assert_int_equal(test_add_as(record, HUFU_TEMPLATE_IMA_BUF, 11, "/buf", &added), 0);
	note_end(6);
	record_close(record);
	assert_int_equal(test_read(BINARY_LIST, &sample.binary), binary_len());
	assert_int_equal(test_read(ASCII_LIST, &sample.ascii), ascii_len());
	return 0;
}

static int drop_sample(void **state)
{
	free(sample.binary);
	free(sample.ascii);
	sample = (struct sample){0};
	return test_teardown(state);
}

static void put(size_t binary, size_t ascii)
{
	test_write(BINARY_LIST, sample.binary, binary);
	test_write(ASCII_LIST, sample.ascii, ascii);
}

/* Opens a list that has to be good after that with `n` entries, and stays so. */
static void opens(size_t n, const char *note)
{
	struct record *record = test_open();

	assert_string_equal(record_note(record), note);
	assert_int_equal(record_count(record), n ? n : 1);
	record_close(record);
	if (n) {
		test_is(BINARY_LIST, sample.binary, sample.binary_ends[n]);
		test_is(ASCII_LIST, sample.ascii, sample.ascii_ends[n]);
	}
	record = test_open();
	assert_string_equal(record_note(record), "");
	assert_int_equal(record_count(record), n ? n : 1);
	assert_int_equal(test_add(record, "/a"), n < 2);
	record_close(record);
}

static void refuses(const char *part, const char *binary, size_t b_len, const char *ascii, size_t a_len)
{
	struct record *record = NULL;
	struct hufu_err err = {""};

	assert_int_equal(record_open(test_dir, HUFU_HASH_SHA256, HUFU_TEMPLATE_IMA_NG, &record, &err), -EBADMSG);
	if (!strstr(err.text, part))
		fail_msg("'%s' is not in '%s'", part, err.text);
	assert_null(record);
	test_is(BINARY_LIST, binary, b_len);
	test_is(ASCII_LIST, ascii, a_len);
}

/* The daemon died within a write of the last record, whichever it was, at any byte: the line was not there yet. */
static void test_torn_record(void **state)
{
	(void)state;
	for (size_t n = 0; n < N_ENTRIES; n++) {
		for (size_t cut = sample.binary_ends[n] + 1; cut < sample.binary_ends[n + 1]; cut++) {
			char note[256];

			(void)snprintf(note, sizeof(note), BINARY_LIST ": bytes of a torn last record cut off (%zu)",
				       cut - sample.binary_ends[n]);
			put(cut, sample.ascii_ends[n]);
			opens(n, note);
		}
	}
}

/* The same bytes, but the line is there: the record was whole once, so it has been shortened. */
static void test_cut_record(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < binary_len(); cut++) {
		bool border = false;

		for (size_t n = 0; n < N_ENTRIES; n++)
			border |= cut == sample.binary_ends[n];
		if (border)
			continue;
		put(cut, ascii_len());
		refuses(ASCII_LIST " has more entries", sample.binary, cut, sample.ascii, ascii_len());
	}
}

/* Died within or before the write of the line, or somebody cut the ascii list. */
static void test_torn_line(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < ascii_len(); cut++) {
		char note[256];
		size_t n = 0;

		while (sample.ascii_ends[n + 1] <= cut)
			n++;
		(void)snprintf(note, sizeof(note), ASCII_LIST ": entries missing or different, written again (%zu)",
			       N_ENTRIES - n);
		put(binary_len(), cut);
		opens(N_ENTRIES, note);
	}
	put(binary_len(), 0);
	assert_int_equal(unlink(test_path(ASCII_LIST)), 0);
	opens(N_ENTRIES, ASCII_LIST ": entries missing or different, written again (6)");
}

/* An ascii list that says something else is written again from where it does. */
static void test_changed_line(void **state)
{
	autofree char *changed = malloc(ascii_len() + 8);

	(void)state;
	assert_non_null(changed);
	for (size_t at = 0; at < ascii_len(); at++) {
		char note[256];
		size_t n = 0;

		while (sample.ascii_ends[n + 1] <= at)
			n++;
		memcpy(changed, sample.ascii, ascii_len());
		changed[at] ^= 1;
		test_write(BINARY_LIST, sample.binary, binary_len());
		test_write(ASCII_LIST, changed, ascii_len());
		(void)snprintf(note, sizeof(note), ASCII_LIST ": entries missing or different, written again (%zu)",
			       N_ENTRIES - n);
		opens(N_ENTRIES, note);
	}
	memcpy(changed, sample.ascii, ascii_len());
	memcpy(changed + ascii_len(), "10 more\n", 8);
	test_write(ASCII_LIST, changed, ascii_len() + 8);
	opens(N_ENTRIES, ASCII_LIST ": bytes after the last entry cut off (8)");
}

/* Whole entries less in the binary list, which counts: the ascii list follows, and it is said. */
static void test_shorter(void **state)
{
	(void)state;
	for (size_t n = 1; n < N_ENTRIES; n++) {
		char note[256];

		put(sample.binary_ends[n], ascii_len());
		(void)snprintf(note, sizeof(note), ASCII_LIST ": bytes after the last entry cut off (%zu)",
			       ascii_len() - sample.ascii_ends[n]);
		opens(n, note);
	}
}

/* A bit changed anywhere in the binary list. All but the PCR number is under the template hash or leads astray. */
static void test_changed_record(void **state)
{
	autofree char *changed = malloc(binary_len());
	unsigned n_refused = 0;

	(void)state;
	assert_non_null(changed);
	for (size_t at = 0; at < binary_len(); at++) {
		size_t n = 0;

		while (sample.binary_ends[n + 1] <= at)
			n++;
		if (at - sample.binary_ends[n] < 4)
			continue;
		memcpy(changed, sample.binary, binary_len());
		changed[at] ^= (char)(1U << at % 8);
		test_write(BINARY_LIST, changed, binary_len());
		test_write(ASCII_LIST, sample.ascii, ascii_len());
		/* of a violation nothing is hashed: what is changed there is found by the ascii list only */
		if (n == 3 && at - sample.binary_ends[n] >= 28 + 6 + 4) {
			struct record *record = NULL;

			if (record_open(test_dir, HUFU_HASH_SHA256, HUFU_TEMPLATE_IMA_NG, &record, NULL) == 0)
				assert_non_null(
					strstr(record_note(record), ASCII_LIST ": entries missing or different"));
			record_close(record);
			continue;
		}
		refuses("entr", changed, binary_len(), sample.ascii, ascii_len());
		n_refused++;
	}
	assert_true(n_refused > 400);
}

static void test_message(void **state)
{
	(void)state;
	sample.binary[sample.binary_ends[2] - 2] ^= 1; /* the name of the second entry */
	put(binary_len(), ascii_len());
	refuses(BINARY_LIST ": entry 2: the template hash is ", sample.binary, binary_len(), sample.ascii, ascii_len());
}

/* A list of the right entries in the wrong form. */
static void test_ascii_as_binary(void **state)
{
	(void)state;
	test_write(BINARY_LIST, sample.ascii, ascii_len());
	refuses("is not a binary list", sample.ascii, ascii_len(), sample.ascii, ascii_len());
}

/* Died after the file was made and before boot_aggregate was in it. */
static void test_empty(void **state)
{
	(void)state;
	put(0, 0);
	opens(1, "");
	assert_int_equal(unlink(test_path(ASCII_LIST)), 0);
	test_write(BINARY_LIST, "", 0);
	opens(1, "");
}

static void test_other_types(void **state)
{
	struct record *record = NULL;
	struct hufu_err err = {""};

	(void)state;
	assert_int_equal(unlink(test_path(ASCII_LIST)), 0);
	assert_int_equal(symlink("/dev/null", test_path(ASCII_LIST)), 0);
	assert_int_equal(record_open(test_dir, HUFU_HASH_SHA256, HUFU_TEMPLATE_IMA_NG, &record, &err), -ELOOP);
	assert_int_equal(unlink(test_path(ASCII_LIST)), 0);
	assert_int_equal(mkfifo(test_path(ASCII_LIST), 0600), 0);
	assert_int_equal(record_open(test_dir, HUFU_HASH_SHA256, HUFU_TEMPLATE_IMA_NG, &record, &err), -EINVAL);
	assert_non_null(strstr(err.text, ASCII_LIST " is not a regular file"));
	assert_int_equal(unlink(test_path(BINARY_LIST)), 0);
	assert_int_equal(mkdir(test_path(BINARY_LIST), 0700), 0);
	assert_int_equal(record_open(test_dir, HUFU_HASH_SHA256, HUFU_TEMPLATE_IMA_NG, &record, &err), -EISDIR);
	assert_null(record);
}

#define sample_test(name) cmocka_unit_test_setup_teardown(name, make_sample, drop_sample)

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(test_torn_record),	sample_test(test_cut_record),	   sample_test(test_torn_line),
		sample_test(test_changed_line), sample_test(test_shorter),	   sample_test(test_changed_record),
		sample_test(test_message),	sample_test(test_ascii_as_binary), sample_test(test_empty),
		sample_test(test_other_types),
	};

	if (geteuid() != 0) {
		puts("needs root: to continue a list of mode 0440");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
