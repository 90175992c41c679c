/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz-<target> DIRECTORY...: gives every file of a corpus to the target, and from each a fixed set of damaged copies: cut at
 * each length, and with single bits turned. The same on every run and machine.
 */
#include <dirent.h>
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX (1 << 20)
#define CUTS_MAX  1024
#define FLIPS	  1024

/* A copy of exactly that size, so that a read beyond it is seen. */
static void give(const uint8_t *data, size_t size, size_t flip)
{
	uint8_t *copy = malloc(size ? size : 1);

	FUZZ_CHECK(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	if (flip)
		copy[flip / 8 % size] ^= (uint8_t)(1u << (flip % 8));
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void give_damaged(const uint8_t *data, size_t size)
{
	size_t step = size / CUTS_MAX + 1;
	uint32_t state = 1;

	for (size_t cut = 0; cut < size; cut += step)
		give(data, cut, 0);
	for (unsigned i = 0; size && i < FLIPS; i++) {
		state = state * 1664525u + 1013904223u; /* Numerical Recipes' generator: any would do */
		give(data, size, 1 + (state >> 8) % (size * 8));
	}
}

static void replay(const char *folder, const char *name)
{
	static uint8_t data[INPUT_MAX];
	char path[4096];
	FILE *file;
	size_t size;

	FUZZ_CHECK((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) < sizeof(path));
	file = fopen(path, "rbe");
	FUZZ_CHECK(file != NULL);
	size = fread(data, 1, sizeof(data), file);
	(void)fclose(file);
	(void)fprintf(stderr, "%s\n", path); /* the last one named is the one that crashed */
	give(data, size, 0);
	give_damaged(data, size);
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The number of files in it. */
static int replay_all(const char *folder)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_input, alphasort);

	for (int i = 0; i < n; i++) {
		replay(folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return n;
}

int main(int argc, char **argv)
{
	give((const uint8_t *)"", 0, 0);
	for (int i = 1; i < argc; i++)
		if (replay_all(argv[i]) <= 0) {
			(void)fprintf(stderr, "%s: there should be files in it\n", argv[i]);
			return 2;
		}
	return argc > 1 ? 0 : 2;
}
