/* SPDX-License-Identifier: Apache-2.0 */
#include "listpair.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "err.h"
#include "file.h"
#include "mlog-reader.h"
#include "mlog.h"

DEFINE_AUTO(struct hufu_mlog_reader, hufu_mlog_close)

/* What reading the binary list beside the ascii list came to. */
struct survey {
	uint64_t n_entries;
	uint64_t binary_len; /* of the entries that are whole */
	bool torn;
	bool same; /* so far the ascii list says the same */
	uint64_t n_same, ascii_same, binary_same; /* entries, and bytes of either file, up to where it does */
};

/* A second descriptor for reading: appending goes to the end whatever the offset they share. */
static int open_reader(const struct listfile *file, uint64_t offset, struct hufu_mlog_reader **ret_reader,
		       struct hufu_err *err)
{
	int fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return err_sys(err, -errno, "%s", file->name);
	if (lseek(fd, (off_t)offset, SEEK_SET) < 0) {
		int code = -errno;

		(void)close(fd);
		return err_sys(err, code, "%s", file->name);
	}
	return mlog_reader_open_fd(fd, file->name, ret_reader, err);
}

/* The entry as a line with its newline. */
static int make_line(const struct hufu_mlog_entry *entry, char **ret_line, size_t *ret_len)
{
	char *line;
	int r = hufu_mlog_ascii(entry, &line);

	if (r < 0)
		return r;
	*ret_len = strlen(line) + 1;
	line[*ret_len - 1] = '\n'; /* in the place of the NUL: the length is known */
	*ret_line = line;
	return 0;
}

static int compare_line(struct survey *survey, const struct listfile *ascii, const struct hufu_mlog_entry *entry,
			uint64_t binary_offset, struct hufu_err *err)
{
	autofree char *line = NULL, *there = NULL;
	size_t len;
	ssize_t n;
	int r;

	if (!survey->same)
		return 0;
	r = make_line(entry, &line, &len);
	if (r < 0)
		return err_sys(err, r, "entry %" PRIu64 " as text", survey->n_entries);
	there = malloc(len);
	if (!there)
		return err_sys(err, -ENOMEM, "entry %" PRIu64 " as text", survey->n_entries);
	n = file_pread(ascii->fd, there, len, survey->ascii_same);
	if (n < 0)
		return err_sys(err, (int)n, "%s", ascii->name);
	if ((size_t)n != len || memcmp(line, there, len) != 0) {
		survey->same = false;
		return 0;
	}
	survey->n_same++;
	survey->ascii_same += len;
	survey->binary_same = binary_offset;
	return 0;
}

static int take_survey(const struct listpair *pair, const struct listpair_visitor *visitor, struct survey *ret_survey,
		       struct hufu_err *err)
{
	autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
	struct survey survey = {.same = true};
	struct hufu_mlog_entry entry;
	int r = open_reader(&pair->binary, 0, &reader, err);

	if (r < 0)
		return r;
	if (mlog_reader_is_ascii(reader))
		return err_set(err, -EBADMSG, "%s is not a binary list", pair->binary.name);
	while ((r = hufu_mlog_next(reader, &entry, err)) > 0) {
		survey.n_entries++;
		r = hufu_mlog_check(&entry, err);
		if (r == 0)
			r = visitor->on_entry(visitor->ctx, &entry, err);
		if (r == 0)
			r = compare_line(&survey, &pair->ascii, &entry, mlog_reader_offset(reader), err);
		if (r < 0)
			return err_prefix(err, r == -EPROTONOSUPPORT ? -EBADMSG : r, "%s: entry %" PRIu64,
					  pair->binary.name, survey.n_entries);
	}
	if (r < 0 && !mlog_reader_torn(reader))
		return r;
	survey.torn = r < 0;
	survey.binary_len = mlog_reader_offset(reader);
	/*
	 * A length that was made larger in the middle of the list looks like a torn record at its end. But a line is written
	 * after its record: where one is there, the record was whole.
	 */
	if (survey.torn && pair->ascii.len > survey.ascii_same)
		return err_prefix(err, -EBADMSG, "%s has more entries", pair->ascii.name);
	*ret_survey = survey;
	return 0;
}

static void add_note(struct hufu_err *note, const char *name, const char *text, uint64_t number)
{
	size_t used = strlen(note->text);

	(void)snprintf(note->text + used, sizeof(note->text) - used, "%s%s: %s (%" PRIu64 ")", used ? "; " : "", name,
		       text, number);
}

/* Writes the lines from where the lists part. */
static int rewrite_ascii(struct listpair *pair, const struct survey *survey, struct hufu_err *err)
{
	autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = NULL;
	struct hufu_mlog_entry entry;
	int r = listfile_cut(&pair->ascii, survey->ascii_same, err);

	if (r < 0)
		return r;
	r = open_reader(&pair->binary, survey->binary_same, &reader, err);
	if (r < 0)
		return r;
	while ((r = hufu_mlog_next(reader, &entry, err)) > 0) {
		autofree char *line = NULL;
		size_t len;

		r = make_line(&entry, &line, &len);
		if (r < 0)
			return err_sys(err, r, "%s", pair->ascii.name);
		r = listfile_append(&pair->ascii, line, len, err);
		if (r < 0)
			return r;
	}
	return r;
}

int listpair_load(struct listpair *pair, const struct listpair_visitor *visitor, struct hufu_err *ret_note,
		  struct hufu_err *err)
{
	struct hufu_err note = {""};
	struct survey survey = {0};
	int r = take_survey(pair, visitor, &survey, err);

	if (r < 0)
		return r;
	if (survey.torn) {
		add_note(&note, pair->binary.name, "bytes of a torn last record cut off",
			 pair->binary.len - survey.binary_len);
		r = listfile_cut(&pair->binary, survey.binary_len, err);
		if (r < 0)
			return r;
	}
	if (survey.n_same < survey.n_entries)
		add_note(&note, pair->ascii.name, "entries missing or different, written again",
			 survey.n_entries - survey.n_same);
	else if (pair->ascii.len > survey.ascii_same)
		add_note(&note, pair->ascii.name, "bytes after the last entry cut off",
			 pair->ascii.len - survey.ascii_same);
	if (pair->ascii.len != survey.ascii_same || survey.n_same < survey.n_entries) {
		r = rewrite_ascii(pair, &survey, err);
		if (r < 0)
			return r;
	}
	*ret_note = note;
	return 0;
}

int listpair_append(struct listpair *pair, const struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	uint64_t before = pair->binary.len;
	autofree char *line = NULL;
	size_t line_len;
	int r = make_line(entry, &line, &line_len);

	if (r < 0)
		return err_sys(err, r, "entry as text");
	pair->record.len = 0;
	mlog_put_record(&pair->record, entry->pcr, entry->template_hash, entry->template_name, entry->data,
			entry->data_len);
	if (pair->record.error) {
		r = pair->record.error;
		buf_done(&pair->record);
		return err_sys(err, r, "entry");
	}
	/* A list that cannot be appended to must not make the other one longer. */
	if (pair->ascii.damaged)
		return listfile_append(&pair->ascii, line, line_len, err);
	r = listfile_append(&pair->binary, pair->record.data, pair->record.len, err);
	if (r < 0)
		return r;
	r = listfile_append(&pair->ascii, line, line_len, err);
	if (r < 0 && listfile_cut(&pair->binary, before, NULL) < 0)
		return err_prefix(err, r, "%s could not be cut back, nothing is added to it any more",
				  pair->binary.name);
	return r;
}

void listpair_close(struct listpair *pair)
{
	listfile_close(&pair->binary);
	listfile_close(&pair->ascii);
	buf_done(&pair->record);
}
