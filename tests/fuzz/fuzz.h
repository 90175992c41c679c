/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * A target takes any bytes and must neither crash nor break what its header promises. The same files are linked with
 * fuzz-main.c, which replays a corpus in every test run, and by scripts/fuzz with libFuzzer, which looks for new input.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise ends the run as a crash would, so that both mains notice and libFuzzer keeps the input. */
#define FUZZ_CHECK(condition)                                                                                          \
	do {                                                                                                           \
		if (!(condition)) {                                                                                    \
			(void)fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

/* A path that reads as these bytes, for functions that take one; `ret_fd` is closed by the caller afterwards. */
int fuzz_file(const uint8_t *data, size_t size, char ret_path[64]);

#endif
