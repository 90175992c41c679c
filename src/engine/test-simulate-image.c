/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate-image.h"

#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "clean.h"

static struct image read_image(const void *data, size_t len)
{
	autoclose int fd = memfd_create("image", MFD_CLOEXEC);
	struct image image;

	memset(&image, 0xff, sizeof(image));
	assert_int_equal(write(fd, data, len), len);
	assert_int_equal(simulate_image_read(fd, &image), 0);
	return image;
}

#define BLANKS_250                                                                                                     \
	"                                                                                                    "         \
	"                                                                                                    "         \
	"                                                  "
#define XS_250                                                                                                         \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"         \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"         \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* As load_script() takes them; NULL: ENOEXEC. */
static void scripts(void **state)
{
	static const struct {
		const char *text, *interpreter;
	} rows[] = {
		{"#!/bin/sh\necho\n", "/bin/sh"},
		{"#! \t/bin/sh \t-e x\n", "/bin/sh"},
		{"#!/bin/sh", "/bin/sh"}, /* the end of the file ends it */
		{"#!/bin/sh\r\n", "/bin/sh\r"},
		{"#!sh\n", "sh"},
		{"#!\n/bin/sh\n", NULL},
		{"#!", NULL},
		{"#!  \t \n", NULL},
		{"# !/bin/sh\n", NULL},
		{" #!/bin/sh\n", NULL},
		{"", NULL},
		{"#", NULL},
		{"#!" BLANKS_250 "/x\n", "/x"},
		{"#!" BLANKS_250 "     /x\n", NULL}, /* cut in the name */
		{"#!/xyz" XS_250 "\n", NULL},
		{"#!/" XS_250 " \n", "/" XS_250},
		{"#!/bin/sh " XS_250 "\n", "/bin/sh"}, /* cut in the argument */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct image image = read_image(rows[i].text, strlen(rows[i].text));

		if (image.kind != (rows[i].interpreter ? IMAGE_SCRIPT : IMAGE_NONE) || image.maps ||
		    strcmp(image.interpreter, rows[i].interpreter ? rows[i].interpreter : "") != 0)
			fail_msg("%.40s: kind %d, interpreter %s", rows[i].text, image.kind, image.interpreter);
	}
}

struct program {
	Elf64_Ehdr head;
	Elf64_Phdr phdrs[3];
	char interpreter[16];
};

static struct program program(void)
{
	return (struct program){
		.head = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64,
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
				     ELFDATA2MSB
#else
				     ELFDATA2LSB
#endif
			 },
			 .e_type = ET_DYN,
			 .e_phoff = offsetof(struct program, phdrs),
			 .e_phentsize = sizeof(Elf64_Phdr),
			 .e_phnum = 3},
		.phdrs = {{.p_type = PT_INTERP, .p_offset = offsetof(struct program, interpreter), .p_filesz = 10},
			  {.p_type = PT_LOAD, .p_flags = PF_R, .p_filesz = 8},
			  {.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_filesz = 8}},
		.interpreter = "/lib/ld.x",
	};
}

static void programs(void **state)
{
	struct program p = program();
	struct image image = read_image(&p, sizeof(p));

	(void)state;
	assert_int_equal(image.kind, IMAGE_ELF);
	assert_true(image.maps);
	assert_string_equal(image.interpreter, "/lib/ld.x");
	p.phdrs[2].p_flags = PF_R;
	image = read_image(&p, sizeof(p));
	assert_int_equal(image.kind, IMAGE_ELF);
	assert_false(image.maps);
	p = program();
	p.phdrs[0].p_type = PT_NULL;
	image = read_image(&p, sizeof(p));
	assert_true(image.maps);
	assert_string_equal(image.interpreter, "");
}

static void programs_of_32_bits_and_the_other_order(void **state)
{
	/* big-endian: header of 52 bytes, one program header of 32 */
	uint8_t p[84] = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2MSB};
	struct image image;

	(void)state;
	p[17] = ET_EXEC;
	p[31] = 52; /* e_phoff */
	p[43] = 32; /* e_phentsize */
	p[45] = 1; /* e_phnum */
	p[55] = PT_LOAD;
	p[71] = 1; /* p_filesz */
	p[79] = PF_X;
	image = read_image(p, sizeof(p));
	assert_int_equal(image.kind, IMAGE_ELF);
	assert_true(image.maps);
}

static void malformed_programs(void **state)
{
	struct program p = program();
	struct image image;

	(void)state;
	for (size_t len = 0; len < sizeof(p); len++) {
		image = read_image(&p, len);
		if (len < sizeof(p.head) + sizeof(p.phdrs))
			assert_int_equal(image.kind, IMAGE_NONE);
		assert_string_equal(image.interpreter,
				    len < offsetof(struct program, interpreter) + 10 ? "" : "/lib/ld.x");
	}
	p.head.e_type = ET_REL;
	assert_int_equal(read_image(&p, sizeof(p)).kind, IMAGE_NONE);
	p = program();
	p.head.e_phentsize = 1;
	assert_int_equal(read_image(&p, sizeof(p)).kind, IMAGE_NONE);
	p = program();
	p.head.e_phnum = 0xffff;
	assert_int_equal(read_image(&p, sizeof(p)).kind, IMAGE_NONE);
	p = program();
	p.head.e_phoff = UINT64_MAX - 8;
	assert_int_equal(read_image(&p, sizeof(p)).kind, IMAGE_NONE);
	p = program();
	p.phdrs[0].p_offset = INT64_MAX - 2;
	assert_string_equal(read_image(&p, sizeof(p)).interpreter, "");
	p.phdrs[0].p_filesz = UINT64_MAX;
	assert_string_equal(read_image(&p, sizeof(p)).interpreter, "");
	p = program();
	p.phdrs[0].p_filesz = 5; /* no NUL at its end */
	assert_string_equal(read_image(&p, sizeof(p)).interpreter, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts),
		cmocka_unit_test(programs),
		cmocka_unit_test(programs_of_32_bits_and_the_other_order),
		cmocka_unit_test(malformed_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
