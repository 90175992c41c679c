/* SPDX-License-Identifier: Apache-2.0 */
#ifdef HAVE_GCRYPT
#include <gcrypt.h>
#endif
#ifdef HAVE_NETTLE
#include <nettle/nettle-meta.h>
#endif
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "row.h"
#include "sm3-lanes.h"
#include "sm3.h"

/* How fast SM3 is here: ours, one stream and in lanes, and that of other libraries. CPU time of one thread. */

enum { N_MESSAGES = 64 };

struct way {
	const char *name;
	void (*all)(size_t len);
};

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

#ifdef HAVE_GCRYPT
static void all_gcrypt(size_t len)
{
	for (size_t i = 0; i < N_MESSAGES; i++)
		gcry_md_hash_buffer(GCRY_MD_SM3, digest, messages + i * len, len);
}
#endif

#ifdef HAVE_NETTLE
static void all_nettle(size_t len)
{
	static _Alignas(16) uint8_t ctx[1024];

	if (nettle_sm3.context_size > sizeof(ctx))
		exit(1);
	for (size_t i = 0; i < N_MESSAGES; i++) {
		nettle_sm3.init(ctx);
		nettle_sm3.update(ctx, len, messages + i * len);
		nettle_sm3.digest(ctx, sizeof(digest), digest);
	}
}
#endif

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

/* MB/s, MB being 10^6 */
static double rate(void (*all)(size_t len), size_t len)
{
	double start = row_seconds(), now;
	size_t n = 0;

	do {
		all(len);
		n++;
		now = row_seconds();
	} while (now - start < 0.1);
	return (double)(n * N_MESSAGES * len) / (now - start) / 1e6;
}

static void compare(const struct way *ours, const struct way *theirs, size_t len, bool json)
{
	struct row row = {.unit = "MB/s", .peer = theirs->name};
	char what[64];

	(void)snprintf(what, sizeof(what), "SM3 of %zu bytes, %s", len, ours->name);
	row.what = what;
	for (unsigned i = 0; i < RUNS; i++) {
		row.ours[i] = rate(ours->all, len);
		row.theirs[i] = rate(theirs->all, len);
	}
	row_print(&row, json);
}

int main(int argc, char **argv)
{
	static const size_t lens[] = {4096, 65536, 1048576};
	static const struct way ours[] = {
		{"eight lanes", all_lanes}, {"one stream", all_one_stream}, {"plain C", all_plain}};
	static const struct way theirs[] = {
		{"libcrypto", all_openssl},
#ifdef HAVE_GCRYPT
		{"libgcrypt", all_gcrypt},
#endif
#ifdef HAVE_NETTLE
		{"nettle", all_nettle},
#endif
	};
	autofree uint8_t *data = malloc(N_MESSAGES * lens[2] + SM3_BLOCK);
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;

	if (!data)
		return 1;
	for (size_t i = 0; i < N_MESSAGES * lens[2] + SM3_BLOCK; i++)
		data[i] = (uint8_t)((uint32_t)i * 2654435761U >> 24);
	messages = data;
	for (size_t l = 0; l < ARRAY_SIZE(lens); l++)
		for (size_t t = 0; t < ARRAY_SIZE(theirs); t++)
			for (size_t i = 0; i < (t ? 2 : ARRAY_SIZE(ours)); i++)
				compare(&ours[i], &theirs[t], lens[l], json);
	return 0;
}
