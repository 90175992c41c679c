/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clean.h"
#include "sm3-lanes.h"
#include "sm3.h"

/* How fast SM3 is here: ours and libcrypto's, one stream and in lanes. CPU time of one thread, median of RUNS runs. */

enum { RUNS = 5, N_MESSAGES = 64 };

static const uint8_t *messages;
static uint8_t digest[SM3_LEN];

static void all_openssl(size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	for (size_t i = 0; i < N_MESSAGES; i++) {
		if (EVP_DigestInit_ex(ctx, EVP_sm3(), NULL) != 1 ||
		    EVP_DigestUpdate(ctx, messages + i * len, len) != 1 || EVP_DigestFinal_ex(ctx, digest, NULL) != 1) {
			fputs("libcrypto has no SM3\n", stderr);
			exit(1);
		}
	}
	EVP_MD_CTX_free(ctx);
}

static void all_one_stream(size_t len)
{
	for (size_t i = 0; i < N_MESSAGES; i++)
		sm3_whole(messages + i * len, len, digest);
}

static void all_plain(size_t len)
{
	for (size_t i = 0; i < N_MESSAGES; i++) {
		uint32_t state[SM3_WORDS];

		memcpy(state, sm3_start, sizeof(state));
		sm3_block_plain(state, messages + i * len, len / SM3_BLOCK + 1);
	}
}

static void all_lanes(size_t len)
{
	static struct sm3_job jobs[N_MESSAGES];
	static struct sm3_piece pieces[N_MESSAGES];
	struct sm3_queue queue = sm3_queue_of(jobs, N_MESSAGES);

	for (size_t i = 0; i < N_MESSAGES; i++) {
		pieces[i] = (struct sm3_piece){messages + i * len, len};
		jobs[i] = (struct sm3_job){.more = sm3_more_piece, .arg = &pieces[i]};
	}
	sm3_lanes_run(&queue);
}

static double seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* MB/s, MB being 10^6: the best of several tries of a fifth of a second's work is left to the runs. */
static double rate(void (*all)(size_t len), size_t len)
{
	double start = seconds(), now;
	size_t n = 0;

	do {
		all(len);
		n++;
		now = seconds();
	} while (now - start < 0.1);
	return (double)(n * N_MESSAGES * len) / (now - start) / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	static const size_t lens[] = {4096, 65536, 1048576};
	static const struct {
		const char *name;
		void (*all)(size_t len);
	} ways[] = {{"openssl", all_openssl}, {"plain", all_plain}, {"hufu", all_one_stream}, {"lanes", all_lanes}};
	autofree uint8_t *data = malloc(N_MESSAGES * lens[2] + SM3_BLOCK);

	if (!data)
		return 1;
	for (size_t i = 0; i < N_MESSAGES * lens[2] + SM3_BLOCK; i++)
		data[i] = (uint8_t)((uint32_t)i * 2654435761U >> 24);
	messages = data;
	printf("%s\n", sm3_block_has_fast() ? "AVX2 and BMI2" : "plain");
	for (size_t l = 0; l < ARRAY_SIZE(lens); l++) {
		double rates[ARRAY_SIZE(ways)][RUNS];

		for (size_t run = 0; run < RUNS; run++)
			for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
				rates[i][run] = rate(ways[i].all, lens[l]);
		for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
			qsort(rates[i], RUNS, sizeof(double), by_value);
			printf("%8zu bytes  %-8s %7.0f MB/s (%.0f to %.0f)  %.2f times openssl\n", lens[l],
			       ways[i].name, rates[i][RUNS / 2], rates[i][0], rates[i][RUNS - 1],
			       rates[i][RUNS / 2] / rates[0][RUNS / 2]);
		}
	}
	return 0;
}
