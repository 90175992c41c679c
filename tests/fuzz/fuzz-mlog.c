/* SPDX-License-Identifier: Apache-2.0 */
/* Measurement lists, binary and ascii: read to the end or to a message, each entry usable. */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "hufu.h"

static void check_entry(const struct hufu_mlog_entry *entry, size_t size)
{
	struct hufu_err err = {""};
	char *line = NULL;

	FUZZ_CHECK(entry->digest.len <= HUFU_DIGEST_MAX);
	FUZZ_CHECK(memchr(entry->template_name, '\0', sizeof(entry->template_name)) != NULL);
	/* No field is longer than what it came from: a length in the file is not believed. */
	FUZZ_CHECK(entry->name_len <= size && entry->extra_len <= size && entry->data_len <= 2 * size);
	FUZZ_CHECK(entry->name == NULL || strnlen(entry->name, entry->name_len + 1) <= entry->name_len);
	if (hufu_mlog_check(entry, &err) < 0)
		FUZZ_CHECK(err.text[0]);
	if (hufu_mlog_ascii(entry, &line) == 0) {
		FUZZ_CHECK(line && strlen(line) > 40);
		free(line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hufu_mlog_reader *reader = NULL;
	struct hufu_mlog_entry entry;
	struct hufu_err err = {""};
	char path[64];
	int fd = fuzz_file(data, size, path);
	uint64_t n = 0;
	int r;

	if (hufu_mlog_open(path, &reader, &err) == 0) {
		while ((r = hufu_mlog_next(reader, &entry, &err)) > 0) {
			FUZZ_CHECK(hufu_mlog_index(reader) == ++n && n <= size);
			check_entry(&entry, size);
		}
		FUZZ_CHECK(r == 0 || err.text[0]);
	} else {
		FUZZ_CHECK(reader == NULL && err.text[0]);
	}
	hufu_mlog_close(reader);
	(void)close(fd);
	return 0;
}
