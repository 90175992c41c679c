/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

/* For the tests beside it: a directory of their own, made before and removed after each test. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[PATH_MAX / 4];

__attribute__((unused)) static int scratch_make(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	(void)snprintf(scratch, sizeof(scratch), "%s/hufud-test.XXXXXX", base ? base : "/tmp");
	return mkdtemp(scratch) ? 0 : -1;
}

static int scratch_remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st, (void)type, (void)walk;
	return remove(path);
}

__attribute__((unused)) static int scratch_remove(void **state)
{
	(void)state;
	return nftw(scratch, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* scratch/NAME, in one of a few buffers that take turns. */
__attribute__((unused)) static const char *scratch_path(const char *name)
{
	static char paths[8][2 * PATH_MAX];
	static unsigned turn;
	char *path = paths[turn++ % 8];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
	return path;
}

__attribute__((unused)) static void scratch_write(const char *name, const void *data, size_t len)
{
	FILE *file = fopen(scratch_path(name), "we");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

#endif
