/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_IMAGE_H
#define SIMULATE_IMAGE_H

#include <limits.h>
#include <stdbool.h>

#include "hufu.h"

/* What execve(2) makes of a file: fs/binfmt_script.c, fs/binfmt_elf.c. */

enum image_kind {
	IMAGE_NONE = 0, /* nothing the kernel executes by itself */
	IMAGE_SCRIPT,
	IMAGE_ELF,
};

struct image {
	enum image_kind kind;
	bool elf; /* it begins as an ELF file does, whatever follows */
	bool maps; /* ELF: has a segment to execute */
	char interpreter[PATH_MAX]; /* of a script, or PT_INTERP; "": none */
};

/* A malformed file is IMAGE_NONE, and no error; a file that cannot be read is one. */
HUFU_MUST_USE int simulate_image_read(int fd, struct image *ret_image);

#endif
