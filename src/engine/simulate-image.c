/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate-image.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "clean.h"
#include "file.h"

enum {
	HEAD_SIZE = 256, /* BINPRM_BUF_SIZE */
	PHDRS_MAX = 65536, /* bytes of program headers: ELF_MIN_ALIGN of the largest pages */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The first byte that is no blank; `end` if there is none. */
static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static const char *skip_name(const char *at, const char *end)
{
	while (at < end && !is_blank(*at) && *at)
		at++;
	return at;
}

/*
 * load_script(): the first line without a newline in the first 256 bytes is taken if at least the interpreter's name ends in
 * them. `head` is padded with NUL.
 */
static void read_script(const char head[HEAD_SIZE], struct image *image)
{
	const char *all = head + HEAD_SIZE;
	const char *newline = memchr(head, '\n', strnlen(head, HEAD_SIZE));
	const char *end = newline ? newline : all;
	const char *name = skip_blanks(head + 2, end), *name_end = skip_name(name, end);

	if (name_end == name || name_end == all)
		return;
	image->kind = IMAGE_SCRIPT;
	memcpy(image->interpreter, name, (size_t)(name_end - name));
	image->interpreter[name_end - name] = '\0';
}

/* The parts of a header that are of interest; offsets and widths differ between the classes, the byte order by e_ident. */
struct layout {
	bool wide, swapped;
};

struct phdr {
	uint32_t type, flags;
	uint64_t offset, file_size;
};

static uint16_t take_u16(struct bytes *in, struct layout layout)
{
	return layout.swapped ? bytes_be16(in) : bytes_le16(in);
}

static uint32_t take_u32(struct bytes *in, struct layout layout)
{
	return layout.swapped ? bytes_be32(in) : bytes_le32(in);
}

static uint64_t take_word(struct bytes *in, struct layout layout)
{
	uint64_t high;

	if (!layout.wide)
		return take_u32(in, layout);
	if (!layout.swapped)
		return bytes_le64(in);
	high = bytes_be32(in);
	return high << 32 | bytes_be32(in);
}

static struct phdr take_phdr(struct bytes in, struct layout layout)
{
	struct phdr phdr = {.type = take_u32(&in, layout)};

	if (layout.wide)
		phdr.flags = take_u32(&in, layout);
	phdr.offset = take_word(&in, layout);
	(void)take_word(&in, layout); /* addresses */
	(void)take_word(&in, layout);
	phdr.file_size = take_word(&in, layout);
	(void)take_word(&in, layout); /* size in memory */
	if (!layout.wide)
		phdr.flags = take_u32(&in, layout);
	return phdr;
}

/* A path of 1 to PATH_MAX - 1 bytes with its NUL, else execve(2) says ENOEXEC: load_elf_binary(). */
static int read_interpreter(int fd, const struct phdr *phdr, struct image *image)
{
	char path[PATH_MAX];
	ssize_t n;

	if (phdr->file_size < 2 || phdr->file_size > sizeof(path) || phdr->offset > INT64_MAX - sizeof(path))
		return 0;
	n = file_pread(fd, path, (size_t)phdr->file_size, phdr->offset);
	if (n < 0)
		return (int)n;
	if ((size_t)n < phdr->file_size || path[n - 1])
		return 0;
	memcpy(image->interpreter, path, strlen(path) + 1);
	return 0;
}

static int read_phdrs(int fd, uint64_t at, size_t n, struct layout layout, struct image *image)
{
	const size_t size = layout.wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	autofree uint8_t *data = NULL;
	struct bytes in;
	ssize_t len;

	if (n == 0 || n * size > PHDRS_MAX || at > INT64_MAX - PHDRS_MAX)
		return 0;
	data = malloc(n * size);
	if (!data)
		return -ENOMEM;
	len = file_pread(fd, data, n * size, at);
	if (len < 0)
		return (int)len;
	if ((size_t)len < n * size)
		return 0;
	image->kind = IMAGE_ELF;
	in = bytes_of(data, n * size);
	for (size_t i = 0; i < n; i++) {
		struct phdr phdr = take_phdr(bytes_sub(&in, size), layout);
		int r = 0;

		if (phdr.type == PT_INTERP && !image->interpreter[0])
			r = read_interpreter(fd, &phdr, image);
		else if (phdr.type == PT_LOAD && phdr.flags & PF_X && phdr.file_size)
			image->maps = true;
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_elf(int fd, const char head[HEAD_SIZE], struct image *image)
{
	struct layout layout = {
		.wide = head[EI_CLASS] == ELFCLASS64,
		.swapped = head[EI_DATA] == ELFDATA2MSB,
	};
	struct bytes in = bytes_of(head, HEAD_SIZE);
	uint64_t at;
	uint16_t type, entry_size, n;

	(void)bytes_take(&in, EI_NIDENT);
	type = take_u16(&in, layout);
	(void)bytes_take(&in, 6); /* machine, version */
	(void)take_word(&in, layout); /* entry point */
	at = take_word(&in, layout);
	(void)take_word(&in, layout); /* sections */
	(void)bytes_take(&in, 6); /* flags, size of this header */
	entry_size = take_u16(&in, layout);
	n = take_u16(&in, layout);
	if ((type != ET_EXEC && type != ET_DYN) ||
	    entry_size != (layout.wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
		return 0;
	return read_phdrs(fd, at, n, layout, image);
}

int simulate_image_read(int fd, struct image *ret_image)
{
	char head[HEAD_SIZE] = {0};
	ssize_t n = file_pread(fd, head, sizeof(head), 0);
	struct image *image = ret_image;

	if (n < 0)
		return (int)n;
	image->kind = IMAGE_NONE;
	image->elf = memcmp(head, ELFMAG, SELFMAG) == 0;
	image->maps = false;
	image->interpreter[0] = '\0';
	if (head[0] == '#' && head[1] == '!')
		read_script(head, image);
	else if (image->elf)
		return read_elf(fd, head, image);
	return 0;
}
