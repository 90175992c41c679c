/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a measurement list through a window that holds one entry: memory is bounded by the longest entry, not the list.
 *
 * Names with newlines: the kernel writes them raw. In a binary list they are as good as any. In an ascii list an entry ends
 * at a newline after which another entry begins (or nothing), so that such names are read back. A name made to look as
 * if an entry began within it cannot be told from one; the template hash of the entry it cuts short is then wrong.
 */
#include "mlog-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "clean.h"
#include "err.h"
#include "mlog-fields.h"
#include "mlog-line.h"
#include "mlog.h"

enum {
	FIRST_WINDOW = 1 << 16,
	HASH_LEN = 20,
	HEAD_LEN = 4 + HASH_LEN + 4, /* PCR, template hash, length of the template name */
	/* Before the name of template `ima`: SHA-1, length. With MD5 it is four bytes less, and four of the name follow. */
	BARE_HEAD_LEN = 20 + 4,
	BARE_NAME_MAX = 255,
};

struct hufu_mlog_reader {
	int fd;
	char *name;
	bool ascii;
	bool eof;
	bool torn;
	int failed; /* stays: what follows a malformed entry cannot be trusted to be entries */
	struct hufu_err failure;
	uint64_t index;
	uint64_t offset; /* in the list, of window[start] */
	uint8_t *window;
	size_t start, end, size;
	struct buf data; /* ascii: the template data; template `ima`: with the NUL it lacks */
};

DEFINE_AUTO(struct hufu_mlog_reader, hufu_mlog_close)

static struct bytes window(const struct hufu_mlog_reader *reader)
{
	return bytes_of(reader->window + reader->start, reader->end - reader->start);
}

static void consume(struct hufu_mlog_reader *reader, size_t len)
{
	reader->start += len;
	reader->offset += len;
}

/* Makes room for `len` bytes from `start` on. */
static int reserve(struct hufu_mlog_reader *reader, size_t len)
{
	size_t size = reader->size;
	uint8_t *grown;

	if (reader->start + len <= reader->size)
		return 0;
	if (reader->start)
		memmove(reader->window, reader->window + reader->start, reader->end - reader->start);
	reader->end -= reader->start;
	reader->start = 0;
	while (size < len)
		size *= 2;
	if (size == reader->size)
		return 0;
	grown = realloc(reader->window, size);
	if (!grown)
		return -ENOMEM;
	reader->window = grown;
	reader->size = size;
	return 0;
}

/* Reads until `len` bytes are in the window or the list ends. 1: they are; 0: it ended before. */
static int fill(struct hufu_mlog_reader *reader, size_t len, struct hufu_err *err)
{
	int r;

	if (reader->end - reader->start >= len)
		return 1;
	r = reserve(reader, len);
	if (r < 0)
		return err_sys(err, r, "an entry of %zu bytes", len);
	while (!reader->eof && reader->end - reader->start < len) {
		ssize_t n = read(reader->fd, reader->window + reader->end, reader->size - reader->end);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, -errno, "cannot read");
		reader->eof = n == 0;
		reader->end += (size_t)n;
	}
	return reader->end - reader->start >= len;
}

static int torn(struct hufu_mlog_reader *reader, struct hufu_err *err)
{
	reader->torn = true;
	return err_set(err, -EBADMSG, "the list ends within this entry, %zu bytes after its begin",
		       reader->end - reader->start);
}

static int parse_head(struct bytes *in, struct hufu_mlog_entry *entry, uint32_t *ret_name_len, struct hufu_err *err)
{
	entry->pcr = bytes_le32(in);
	memcpy(entry->template_hash, bytes_take(in, HASH_LEN), HASH_LEN);
	*ret_name_len = bytes_le32(in);
	if (*ret_name_len == 0 || *ret_name_len >= sizeof(entry->template_name)) {
		bool big = (entry->pcr & 0xffffff) == 0 && entry->pcr && (*ret_name_len & 0xffffff) == 0;

		return err_set(err, -EBADMSG, "a template name of %" PRIu32 " bytes%s", *ret_name_len,
			       big ? ": it looks like a list of a big-endian machine, which is not read"
				   : "; only lists with SHA-1 template hashes are read");
	}
	return 0;
}

static int parse_name(struct bytes *in, size_t len, struct hufu_mlog_entry *entry, struct hufu_err *err)
{
	const uint8_t *name = bytes_take(in, len);

	if (!mlog_fields_word(name, len))
		return err_set(err, -EBADMSG, "the template name is not text");
	memcpy(entry->template_name, name, len);
	entry->template_name[len] = '\0';
	return 0;
}

/* The data of template `ima` says its length only by the name's. 1: found; 0: the list ends before. */
static int bare_data_len(struct hufu_mlog_reader *reader, size_t head_len, size_t *ret_len, struct hufu_err *err)
{
	int r = fill(reader, head_len + BARE_HEAD_LEN, err);
	struct bytes in = window(reader), md5;
	uint32_t name_len;

	if (r < 0)
		return r;
	bytes_take(&in, head_len);
	/* SHA-1, or else MD5: four bytes of a path, as a number, are more than a name can have. */
	md5 = in;
	bytes_take(&in, 20);
	name_len = bytes_le32(&in);
	if (bytes_ok(&in) && name_len <= BARE_NAME_MAX) {
		*ret_len = BARE_HEAD_LEN + name_len;
		return 1;
	}
	bytes_take(&md5, 16);
	name_len = bytes_le32(&md5);
	if (bytes_ok(&md5) && name_len <= BARE_NAME_MAX) {
		*ret_len = BARE_HEAD_LEN - 4 + name_len;
		return 1;
	}
	return r == 0 ? 0 : err_set(err, -EBADMSG, "a name of more than %d bytes", BARE_NAME_MAX);
}

/* 1: `ret_data` is where the data is in the window; 0: the list ends before. */
static int find_data(struct hufu_mlog_reader *reader, const struct hufu_mlog_entry *entry, size_t head_len,
		     struct bytes *ret_data, struct hufu_err *err)
{
	bool bare = strcmp(entry->template_name, "ima") == 0;
	size_t len_len = bare ? 0 : 4, data_len = 0;
	struct bytes in;
	int r = bare ? bare_data_len(reader, head_len, &data_len, err) : fill(reader, head_len + 4, err);

	if (r <= 0)
		return r;
	if (!bare) {
		in = window(reader);
		bytes_take(&in, head_len);
		data_len = bytes_le32(&in);
		if (data_len > MLOG_DATA_MAX)
			return err_set(err, -EBADMSG, "template data of %zu bytes, more than %d", data_len,
				       MLOG_DATA_MAX);
	}
	r = fill(reader, head_len + len_len + data_len, err);
	if (r <= 0)
		return r;
	in = window(reader);
	bytes_take(&in, head_len + len_len);
	*ret_data = bytes_sub(&in, data_len);
	return 1;
}

static int next_binary(struct hufu_mlog_reader *reader, struct hufu_mlog_entry *entry, size_t *ret_len,
		       struct hufu_err *err)
{
	struct bytes in, data;
	uint32_t name_len;
	int r = fill(reader, HEAD_LEN, err);

	if (r < 0)
		return r;
	if (reader->start == reader->end)
		return 0;
	if (r == 0)
		return torn(reader, err);
	in = window(reader);
	r = parse_head(&in, entry, &name_len, err);
	if (r < 0)
		return r;
	r = fill(reader, HEAD_LEN + name_len, err);
	if (r <= 0)
		return r < 0 ? r : torn(reader, err);
	in = window(reader);
	bytes_take(&in, HEAD_LEN);
	r = parse_name(&in, name_len, entry, err);
	if (r < 0)
		return r;
	r = find_data(reader, entry, HEAD_LEN + name_len, &data, err);
	if (r <= 0)
		return r < 0 ? r : torn(reader, err);
	*ret_len = (size_t)(data.at - (reader->window + reader->start)) + data.left;
	entry->data = data.at;
	entry->data_len = data.left;
	if (strcmp(entry->template_name, "ima") == 0) {
		reader->data.len = 0;
		buf_add(&reader->data, data.at, data.left);
		buf_u8(&reader->data, 0);
		if (reader->data.error)
			return err_sys(err, reader->data.error, "template data");
		entry->data = reader->data.data;
	}
	r = mlog_split_data(entry, err);
	return r < 0 && r != -EPROTONOSUPPORT ? r : 1;
}

/* Finds the newline that ends the entry. 1: found, at `ret_len`; 0: the list ends before. */
static int find_line_end(struct hufu_mlog_reader *reader, size_t *ret_len, struct hufu_err *err)
{
	size_t seen = 0; /* no end before here */

	for (;;) {
		struct bytes in = window(reader);
		const uint8_t *newline = in.left > seen ? memchr(in.at + seen, '\n', in.left - seen) : NULL;
		size_t len = newline ? (size_t)(newline - in.at) : in.left;
		int r;

		if (len > MLOG_LINE_MAX)
			return err_set(err, -EBADMSG, "a line of more than %d bytes", MLOG_LINE_MAX);
		if (!newline) {
			if (reader->eof)
				return 0;
			seen = in.left;
			r = fill(reader, in.left + 1, err);
			if (r < 0)
				return r;
			continue;
		}
		r = fill(reader, len + 1 + MLOG_LINE_START, err);
		if (r < 0)
			return r;
		in = window(reader);
		bytes_take(&in, len + 1);
		if (mlog_line_starts((const char *)in.at, in.left)) {
			*ret_len = len;
			return 1;
		}
		seen = len + 1;
	}
}

static int next_ascii(struct hufu_mlog_reader *reader, struct hufu_mlog_entry *entry, size_t *ret_len,
		      struct hufu_err *err)
{
	size_t len = 0;
	int r = fill(reader, MLOG_LINE_START, err);

	if (r < 0)
		return r;
	if (reader->start == reader->end)
		return 0;
	if (!mlog_line_starts((const char *)window(reader).at, window(reader).left))
		return err_set(err, -EBADMSG, "it does not begin with a PCR number and a template hash");
	r = find_line_end(reader, &len, err);
	if (r < 0)
		return r;
	if (r == 0)
		return torn(reader, err);
	*ret_len = len + 1;
	r = mlog_line_parse((const char *)window(reader).at, len, &reader->data, entry, err);
	return r < 0 ? r : 1;
}

int hufu_mlog_next(struct hufu_mlog_reader *reader, struct hufu_mlog_entry *ret_entry, struct hufu_err *err)
{
	struct hufu_mlog_entry entry = {.name = ""};
	size_t len = 0;
	int r;

	if (reader->failed) {
		if (err)
			*err = reader->failure;
		return reader->failed;
	}
	r = (reader->ascii ? next_ascii : next_binary)(reader, &entry, &len, &reader->failure);
	if (r < 0) {
		reader->failed = r;
		(void)err_prefix(&reader->failure, r, "%s: entry %" PRIu64 " at byte %" PRIu64, reader->name,
				 reader->index + 1, reader->offset);
		if (err)
			*err = reader->failure;
		return r;
	}
	if (r == 0)
		return 0;
	consume(reader, len);
	reader->index++;
	*ret_entry = entry;
	return 1;
}

/* A PCR number as text and a blank; in a binary list the bytes after the first of a PCR number are zero. */
static bool looks_ascii(struct bytes in)
{
	return in.left && mlog_line_starts((const char *)in.at, in.left < 3 ? in.left : 3);
}

int mlog_reader_open_fd(int fd, const char *name, struct hufu_mlog_reader **ret_reader, struct hufu_err *err)
{
	autoclose int owned = fd;
	autodone(hufu_mlog_close) struct hufu_mlog_reader *reader = calloc(1, sizeof(*reader));
	int r;

	if (!reader)
		return err_sys(err, -ENOMEM, "%s", name);
	reader->fd = take_fd(&owned);
	reader->name = strdup(name);
	reader->window = malloc(FIRST_WINDOW);
	reader->size = FIRST_WINDOW;
	if (!reader->name || !reader->window)
		return err_sys(err, -ENOMEM, "%s", name);
	r = fill(reader, MLOG_LINE_START, err);
	if (r < 0)
		return err_prefix(err, r, "%s", name);
	reader->ascii = looks_ascii(window(reader));
	*ret_reader = take_ptr(reader);
	return 0;
}

int hufu_mlog_open(const char *path, struct hufu_mlog_reader **ret_reader, struct hufu_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_sys(err, -errno, "%s", path);
	return mlog_reader_open_fd(fd, path, ret_reader, err);
}

uint64_t hufu_mlog_index(const struct hufu_mlog_reader *reader)
{
	return reader->index;
}

uint64_t mlog_reader_offset(const struct hufu_mlog_reader *reader)
{
	return reader->offset;
}

bool mlog_reader_torn(const struct hufu_mlog_reader *reader)
{
	return reader->torn;
}

bool mlog_reader_is_ascii(const struct hufu_mlog_reader *reader)
{
	return reader->ascii;
}

void hufu_mlog_close(struct hufu_mlog_reader *reader)
{
	if (!reader)
		return;
	if (reader->fd >= 0)
		(void)close(reader->fd);
	buf_done(&reader->data);
	free(reader->window);
	free(reader->name);
	free(reader);
}
