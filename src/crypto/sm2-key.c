/* SPDX-License-Identifier: Apache-2.0 */
#include "sm2-key.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

#include "sm2-many.h"

/*
 * A key's table takes as long to make as this many verifications are slower without it: one signature is verified
 * without, a tree of them with.
 */
enum { TABLE_AFTER = 10 };
/* That even one nonce will not do has a probability of 2^-254. */
enum { NONCES_MAX = 4 };

enum state { UNTESTED, UNDER_TEST, GOOD, BAD };

struct sm2_key {
	struct sm2_affine point;
	bool has_secret;
	struct sm2_secret secret;
	EVP_MD *nonce_hash;
	_Atomic(enum state) state;
	atomic_uint n_verified;
	_Atomic(struct sm2_comb *) comb; /* NULL until it is worth it, then it stays */
};

DEFINE_AUTO(struct sm2_key, sm2_key_free)

static bool number_of(EVP_PKEY *pkey, const char *name, uint8_t ret_bytes[32])
{
	autodone(BN_clear_free) BIGNUM *number = NULL;

	return EVP_PKEY_get_bn_param(pkey, name, &number) == 1 && BN_bn2binpad(number, ret_bytes, 32) == 32;
}

static bool take_point(struct sm2_key *key, EVP_PKEY *pkey)
{
	uint8_t bytes[64];

	return number_of(pkey, OSSL_PKEY_PARAM_EC_PUB_X, bytes) &&
	       number_of(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, bytes + 32) && sm2_point_from_bytes(&key->point, bytes);
}

static bool take_secret(struct sm2_key *key, EVP_PKEY *pkey)
{
	uint8_t d[32];

	key->has_secret = number_of(pkey, OSSL_PKEY_PARAM_PRIV_KEY, d) && sm2_secret_init(&key->secret, d) &&
			  sm2_secret_matches(&key->secret, &key->point);
	OPENSSL_cleanse(d, sizeof(d));
	if (!key->has_secret)
		return false;
	key->nonce_hash = EVP_MD_fetch(NULL, "SHA512", NULL);
	return key->nonce_hash != NULL;
}

struct sm2_key *sm2_key_new(EVP_PKEY *pkey, bool with_secret)
{
	autodone(sm2_key_free) struct sm2_key *key = calloc(1, sizeof(*key));

	if (key && take_point(key, pkey) && (!with_secret || take_secret(key, pkey)))
		return take_ptr(key);
	ERR_clear_error();
	return NULL;
}

void sm2_key_free(struct sm2_key *key)
{
	if (!key)
		return;
	sm2_secret_done(&key->secret);
	EVP_MD_free(key->nonce_hash);
	free(atomic_load(&key->comb));
	free(key);
}

static int random_bytes(uint8_t *ret, size_t len)
{
	while (len > 0) {
		ssize_t n = getrandom(ret, len, 0);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			ret += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/*
 * SHA-512 of 32 random bytes, a number that is another one for each nonce made of these bytes, the key and the digest:
 * unforeseeable as long as either the random numbers are, or the key is and no digest comes twice. Nothing is kept from one
 * call to the next, so that nothing is there twice after fork() or in a copy of a virtual machine.
 */
static int make_nonce(const struct sm2_key *key, const uint8_t random[32], uint8_t number, const uint8_t digest[32],
		      struct sm2_scalar *ret_nonce)
{
	uint8_t in[97], out[EVP_MAX_MD_SIZE];
	int r = 0;

	memcpy(in, random, 32);
	sm2_scalar_to_bytes(in + 32, &key->secret.d);
	memcpy(in + 64, digest, 32);
	in[96] = number;
	if (EVP_Digest(in, sizeof(in), out, NULL, key->nonce_hash, NULL) != 1)
		r = -EIO;
	if (r == 0)
		sm2_nonce(ret_nonce, out);
	OPENSSL_cleanse(in, sizeof(in));
	OPENSSL_cleanse(out, sizeof(out));
	return r;
}

static int draw_nonce(const struct sm2_key *key, const uint8_t digest[32], struct sm2_scalar *ret_nonce)
{
	uint8_t random[32];
	int r = random_bytes(random, sizeof(random));

	if (r == 0)
		r = make_nonce(key, random, 0, digest, ret_nonce);
	OPENSSL_cleanse(random, sizeof(random));
	return r;
}

/* One call of the kernel for all of them. */
static int draw_nonces(const struct sm2_key *key, struct sm2_one *ones, unsigned n)
{
	struct {
		uint8_t seed[32];
		uint64_t multipliers[SM2_MANY];
	} random;
	int r = random_bytes((uint8_t *)&random, sizeof(random));

	for (unsigned i = 0; r == 0 && i < n; i++) {
		r = make_nonce(key, random.seed, (uint8_t)(i + 1), ones[i].digest, &ones[i].nonce);
		ones[i].multiplier = random.multipliers[i];
	}
	OPENSSL_cleanse(&random, sizeof(random));
	return r;
}

/* The table, once enough was verified for it to be worth making. The thread that counts to TABLE_AFTER makes it. */
static const struct sm2_comb *comb_of(struct sm2_key *key)
{
	struct sm2_comb *comb = atomic_load_explicit(&key->comb, memory_order_acquire);

	if (comb || atomic_fetch_add_explicit(&key->n_verified, 1, memory_order_relaxed) + 1 != TABLE_AFTER)
		return comb;
	comb = malloc(sizeof(*comb));
	if (!comb)
		return NULL;
	sm2_comb_fill(comb, &key->point);
	atomic_store_explicit(&key->comb, comb, memory_order_release);
	return comb;
}

/* A signature is worth a lot to an attacker if a fault changed it, so it leaves only if it verifies. */
static int sign_checked(struct sm2_key *key, const uint8_t digest[32], struct sm2_sig *ret_sig)
{
	struct sm2_scalar nonce;

	for (unsigned i = 0; i < NONCES_MAX; i++) {
		struct sm2_sig sig;
		int r = draw_nonce(key, digest, &nonce);
		uint64_t done = r == 0 ? sm2_sign(&sig, &key->secret, digest, &nonce) : 0;

		OPENSSL_cleanse(&nonce, sizeof(nonce));
		if (r < 0)
			return r;
		if (!done)
			continue;
		if (!sm2_verify(&key->point, comb_of(key), digest, &sig))
			return -EIO;
		*ret_sig = sig;
		return 0;
	}
	return -EIO;
}

/*
 * A digest and a signature under a public key, made without the private one: for any s and t, the x of s G + t P says which
 * e they are a signature of. It says nothing, but it shows whether two implementations agree.
 */
static bool sign_blindly(struct sm2_key *key, uint8_t ret_digest[32], struct sm2_sig *ret_sig)
{
	uint8_t bytes[64];
	struct sm2_jacobian sum = {0};
	struct sm2_scalar t, x;
	uint64_t x_number[4];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(0x5a + 0x35 * i);
	(void)sm2_scalar_from_bytes(&ret_sig->s, bytes);
	(void)sm2_scalar_from_bytes(&t, bytes + 32);
	sm2_comb_add_multiple(&sum, &sm2_comb_g, &ret_sig->s);
	sm2_point_add_multiple(&sum, &key->point, &t);
	sm2_point_x(x_number, &sum);
	(void)sm2_scalar_from_words(&x, x_number);
	sm2_scalar_sub(&ret_sig->r, &t, &ret_sig->s);
	sm2_scalar_sub(&x, &ret_sig->r, &x);
	sm2_scalar_to_bytes(ret_digest, &x);
	return !sm2_point_infinite(&sum);
}

static bool other_agrees(EVP_PKEY *pkey, const uint8_t digest[32], const struct sm2_sig *sig)
{
	autodone(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	uint8_t der[SM2_DER_MAX];
	size_t len = sm2_der_encode(der, sig);
	bool good = ctx && EVP_PKEY_verify_init(ctx) == 1 && EVP_PKEY_verify(ctx, der, len, digest, 32) == 1;

	ERR_clear_error();
	return good;
}

static bool passes_test(struct sm2_key *key, EVP_PKEY *pkey)
{
	uint8_t digest[32] = {0x5a};
	struct sm2_sig sig;

	if (key->has_secret ? sign_checked(key, digest, &sig) < 0 : !sign_blindly(key, digest, &sig))
		return false;
	if (!other_agrees(pkey, digest, &sig) || !sm2_verify(&key->point, NULL, digest, &sig))
		return false;
	digest[31] ^= 1;
	return !sm2_verify(&key->point, NULL, digest, &sig);
}

/* Whoever comes first tests; those who come meanwhile let libcrypto work. */
static bool usable(struct sm2_key *key, EVP_PKEY *pkey)
{
	enum state state = atomic_load_explicit(&key->state, memory_order_acquire);

	if (state != UNTESTED || !atomic_compare_exchange_strong(&key->state, &state, UNDER_TEST))
		return state == GOOD;
	state = passes_test(key, pkey) ? GOOD : BAD;
	atomic_store_explicit(&key->state, state, memory_order_release);
	return state == GOOD;
}

int sm2_key_sign(struct sm2_key *key, EVP_PKEY *pkey, const uint8_t digest[32], uint8_t ret_der[SM2_DER_MAX],
		 size_t *ret_der_len)
{
	struct sm2_sig sig;
	int r;

	if (!key->has_secret || !usable(key, pkey))
		return SM2_KEY_OTHER;
	r = sign_checked(key, digest, &sig);
	if (r < 0)
		return -EIO;
	*ret_der_len = sm2_der_encode(ret_der, &sig);
	return 0;
}

int sm2_key_sign_many(struct sm2_key *key, EVP_PKEY *pkey, const uint8_t *const *digests, unsigned n,
		      struct sm2_key_sig *ret_sigs)
{
	struct sm2_one ones[SM2_MANY];
	int r;

	if (!key->has_secret || n > SM2_MANY || !usable(key, pkey))
		return SM2_KEY_OTHER;
	for (unsigned i = 0; i < n; i++)
		memcpy(ones[i].digest, digests[i], sizeof(ones[i].digest));
	r = draw_nonces(key, ones, n);
	if (r == 0 && !(sm2_sign_many(ones, n, &key->secret) && sm2_check_many(ones, n, &key->point, comb_of(key))))
		r = SM2_KEY_OTHER;
	for (unsigned i = 0; r == 0 && i < n; i++)
		ret_sigs[i].len = sm2_der_encode(ret_sigs[i].der, &ones[i].sig);
	OPENSSL_cleanse(ones, sizeof(ones));
	return r < 0 ? -EIO : r;
}

int sm2_key_verify(struct sm2_key *key, EVP_PKEY *pkey, const uint8_t digest[32], struct bytes der)
{
	struct sm2_sig sig;

	if (!usable(key, pkey))
		return SM2_KEY_OTHER;
	if (!sm2_der_decode(&sig, der) || !sm2_verify(&key->point, comb_of(key), digest, &sig))
		return -EKEYREJECTED;
	return 0;
}
