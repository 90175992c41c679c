/* SPDX-License-Identifier: Apache-2.0 */
/* Names and sizes of the hash algorithms: include/uapi/linux/hash_info.h, crypto/hash_info.c. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "clean.h"
#include "hufu.h"

static const struct {
	const char *name;
	uint8_t size;
} algos[HUFU_HASH_COUNT] = {
	{"md4", 16},	     {"md5", 16},	  {"sha1", 20},	    {"rmd160", 20},   {"sha256", 32},	{"sha384", 48},
	{"sha512", 64},	     {"sha224", 28},	  {"rmd128", 16},   {"rmd256", 32},   {"rmd320", 40},	{"wp256", 32},
	{"wp384", 48},	     {"wp512", 64},	  {"tgr128", 16},   {"tgr160", 20},   {"tgr192", 24},	{"sm3", 32},
	{"streebog256", 32}, {"streebog512", 64}, {"sha3-256", 32}, {"sha3-384", 48}, {"sha3-512", 64},
};

const char *hufu_hash_name(unsigned algo)
{
	return algo < HUFU_HASH_COUNT ? algos[algo].name : NULL;
}

size_t hufu_hash_size(unsigned algo)
{
	return algo < HUFU_HASH_COUNT ? algos[algo].size : 0;
}

int hufu_hash_by_name(const char *name, size_t name_len)
{
	for (unsigned i = 0; i < HUFU_HASH_COUNT; i++)
		if (strlen(algos[i].name) == name_len && memcmp(algos[i].name, name, name_len) == 0)
			return (int)i;
	return -ENOENT;
}

int hufu_hash_by_alias(const char *name)
{
	static const struct {
		const char *alias;
		int algo;
	} aliases[] = {
		{"sm3-256", HUFU_HASH_SM3},    {"sm3256", HUFU_HASH_SM3},     {"sha-1", HUFU_HASH_SHA1},
		{"sha-224", HUFU_HASH_SHA224}, {"sha-256", HUFU_HASH_SHA256}, {"sha-384", HUFU_HASH_SHA384},
		{"sha-512", HUFU_HASH_SHA512},
	};

	for (unsigned i = 0; i < HUFU_HASH_COUNT; i++)
		if (strcasecmp(algos[i].name, name) == 0)
			return (int)i;
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (strcasecmp(aliases[i].alias, name) == 0)
			return aliases[i].algo;
	return -ENOENT;
}
