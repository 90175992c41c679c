/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM2 over a digest, one thread: ours against the libcrypto that is linked. Five runs, one after the other in turn, each in
 * CPU time; the table has the medians, and the median of the ratios of each run.
 */
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sm2-key.h"
#include "sm2.h"

enum { RUNS = 5, CASES = 64 /* different digests in turn, so that no branch is learnt by heart */ };

static const double slice = 0.2; /* seconds */

struct bench {
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *signer, *verifier;
	struct sm2_key *key;
	struct sm2_secret secret;
	struct sm2_affine point;
	struct sm2_comb comb;
	struct {
		struct sm2_scalar nonce;
		struct sm2_sig sig;
		uint8_t digest[32], der[SM2_DER_MAX];
		size_t der_len;
	} cases[CASES], *at;
};

static void die(const char *what)
{
	(void)fprintf(stderr, "bench-sm2: %s\n", what);
	exit(1);
}

static void ssl_sign(struct bench *b)
{
	uint8_t der[SM2_DER_MAX];
	size_t len = sizeof(der);

	if (EVP_PKEY_sign(b->signer, der, &len, b->at->digest, 32) != 1)
		die("libcrypto does not sign");
}

static void ssl_verify(struct bench *b)
{
	if (EVP_PKEY_verify(b->verifier, b->at->der, b->at->der_len, b->at->digest, 32) != 1)
		die("libcrypto does not verify");
}

static void ssl_sign_and_verify(struct bench *b)
{
	ssl_sign(b);
	ssl_verify(b);
}

/* As hufu signs: a nonce is drawn, and the signature is verified before it leaves. */
static void our_sign_checked(struct bench *b)
{
	uint8_t der[SM2_DER_MAX];
	size_t len;

	if (sm2_key_sign(b->key, b->pkey, b->at->digest, der, &len) != 0)
		die("no signature");
}

/* As hufu signs trees. */
static void our_sign_many(struct bench *b)
{
	const uint8_t *digests[SM2_KEY_MANY];
	struct sm2_key_sig sigs[SM2_KEY_MANY];
	size_t at = (size_t)(b->at - b->cases);

	if (at % SM2_KEY_MANY)
		return; /* done with the first of them */
	for (unsigned i = 0; i < SM2_KEY_MANY; i++)
		digests[i] = b->cases[at + i].digest;
	if (sm2_key_sign_many(b->key, b->pkey, digests, SM2_KEY_MANY, sigs) != 0)
		die("no signatures");
}

static void our_sign(struct bench *b)
{
	struct sm2_sig sig;

	if (!sm2_sign(&sig, &b->secret, b->at->digest, &b->at->nonce))
		die("no signature");
}

static void our_verify(struct bench *b)
{
	if (sm2_key_verify(b->key, b->pkey, b->at->digest, bytes_of(b->at->der, b->at->der_len)) != 0)
		die("a good signature does not verify");
}

static void our_verify_fresh(struct bench *b)
{
	if (!sm2_verify(&b->point, NULL, b->at->digest, &b->at->sig))
		die("a good signature does not verify");
}

static void our_table(struct bench *b)
{
	sm2_comb_fill(&b->comb, &b->point);
}

static double now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double per_second(struct bench *b, void (*work)(struct bench *))
{
	double start = now(), end;
	unsigned n = 0;

	do {
		for (unsigned i = 0; i < CASES; i++) {
			b->at = &b->cases[i];
			work(b);
		}
		n += CASES;
		end = now();
	} while (end - start < slice);
	return n / (end - start);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double values[RUNS])
{
	qsort(values, RUNS, sizeof(values[0]), by_size);
	return values[RUNS / 2];
}

static void compare(struct bench *b, const char *name, void (*ours)(struct bench *), void (*theirs)(struct bench *))
{
	double our[RUNS], their[RUNS], ratio[RUNS], middle;

	for (unsigned i = 0; i < RUNS; i++) {
		our[i] = per_second(b, ours);
		their[i] = per_second(b, theirs);
		ratio[i] = our[i] / their[i];
	}
	middle = median(ratio);
	(void)printf("%-34s %10.0f %10.0f %7.1f   (%.1f to %.1f)\n", name, median(our), median(their), middle, ratio[0],
		     ratio[RUNS - 1]);
}

/* Any key; the numbers that sm2.h wants are taken from it as sm2-key.c takes them. */
static void prepare(struct bench *b)
{
	uint8_t bytes[65], wide[64];
	BIGNUM *d = NULL;
	size_t len;

	b->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	b->key = b->pkey ? sm2_key_new(b->pkey, true) : NULL;
	if (!b->key || EVP_PKEY_get_octet_string_param(b->pkey, "pub", bytes, sizeof(bytes), &len) != 1 || len != 65 ||
	    !sm2_point_from_bytes(&b->point, bytes + 1) || EVP_PKEY_get_bn_param(b->pkey, "priv", &d) != 1 ||
	    BN_bn2binpad(d, bytes, 32) != 32 || !sm2_secret_init(&b->secret, bytes))
		die("no key");
	BN_clear_free(d);
	b->signer = EVP_PKEY_CTX_new_from_pkey(NULL, b->pkey, NULL);
	b->verifier = EVP_PKEY_CTX_new_from_pkey(NULL, b->pkey, NULL);
	if (!b->signer || !b->verifier || EVP_PKEY_sign_init(b->signer) != 1 || EVP_PKEY_verify_init(b->verifier) != 1)
		die("libcrypto does not take the key");
	for (b->at = b->cases; b->at < b->cases + CASES; b->at++) {
		if (RAND_bytes(wide, sizeof(wide)) != 1 || RAND_bytes(b->at->digest, sizeof(b->at->digest)) != 1)
			die("no random numbers");
		sm2_nonce(&b->at->nonce, wide);
		if (sm2_key_sign(b->key, b->pkey, b->at->digest, b->at->der, &b->at->der_len) != 0 ||
		    !sm2_der_decode(&b->at->sig, bytes_of(b->at->der, b->at->der_len)))
			die("no signature");
	}
}

int main(void)
{
	static struct bench bench;
	double table[RUNS];

	prepare(&bench);
	(void)printf("%-34s %10s %10s %7s\n", "per second, one thread", "hufu", "libcrypto", "ratio");
	compare(&bench, "sign, nonce and check included", our_sign_checked, ssl_sign);
	compare(&bench, "  the same, libcrypto checks too", our_sign_checked, ssl_sign_and_verify);
	compare(&bench, "sign sixteen at once, the same", our_sign_many, ssl_sign);
	compare(&bench, "sign, the computation alone", our_sign, ssl_sign);
	compare(&bench, "verify, key seen before", our_verify, ssl_verify);
	compare(&bench, "verify, fresh key", our_verify_fresh, ssl_verify);
	for (unsigned i = 0; i < RUNS; i++)
		table[i] = per_second(&bench, our_table);
	(void)printf("%-34s %10.0f\n", "tables of a key", median(table));
	(void)printf("against %s\n", OpenSSL_version(OPENSSL_VERSION));
	sm2_key_free(bench.key);
	sm2_secret_done(&bench.secret);
	EVP_PKEY_CTX_free(bench.signer);
	EVP_PKEY_CTX_free(bench.verifier);
	EVP_PKEY_free(bench.pkey);
	return 0;
}
