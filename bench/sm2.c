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

#include "row.h"
#include "sm2-key.h"
#include "sm2.h"

enum { CASES = 64 /* different digests in turn, so that no branch is learnt by heart */ };

static const double slice = 0.2; /* seconds */

struct bench {
	bool json;
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

static double per_second(struct bench *b, void (*work)(struct bench *))
{
	double start = row_seconds(), end;
	unsigned n = 0;

	do {
		for (unsigned i = 0; i < CASES; i++) {
			b->at = &b->cases[i];
			work(b);
		}
		n += CASES;
		end = row_seconds();
	} while (end - start < slice);
	return n / (end - start);
}

static void compare(struct bench *b, const char *what, void (*ours)(struct bench *), void (*theirs)(struct bench *))
{
	struct row row = {.what = what, .unit = "1/s", .peer = "libcrypto"};

	for (unsigned i = 0; i < RUNS; i++) {
		row.ours[i] = per_second(b, ours);
		row.theirs[i] = per_second(b, theirs);
	}
	row_print(&row, b->json);
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

int main(int argc, char **argv)
{
	static struct bench bench;

	bench.json = argc > 1 && strcmp(argv[1], "--json") == 0;
	prepare(&bench);
	compare(&bench, "SM2 sign, one, checked", our_sign_checked, ssl_sign);
	compare(&bench, "SM2 sign, sixteen at once, checked", our_sign_many, ssl_sign);
	compare(&bench, "SM2 sign, one, both check", our_sign_checked, ssl_sign_and_verify);
	compare(&bench, "SM2 sign, one, no nonce, no check", our_sign, ssl_sign);
	compare(&bench, "SM2 verify, key seen before", our_verify, ssl_verify);
	compare(&bench, "SM2 verify, fresh key", our_verify_fresh, ssl_verify);
	compare(&bench, "SM2 table of a key, against a verification", our_table, ssl_verify);
	sm2_key_free(bench.key);
	sm2_secret_done(&bench.secret);
	EVP_PKEY_CTX_free(bench.signer);
	EVP_PKEY_CTX_free(bench.verifier);
	EVP_PKEY_free(bench.pkey);
	return 0;
}
