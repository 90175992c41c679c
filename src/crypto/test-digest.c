/* SPDX-License-Identifier: Apache-2.0 */
#include "test-fixture.h"

#include "digest.h"

static void assert_digest(const struct hufu_digest *digest, unsigned algo, const char *hex)
{
	char text[2 * HUFU_DIGEST_MAX + 1];

	assert_int_equal(digest->algo, algo);
	assert_int_equal(digest->len, hufu_hash_size(algo));
	hex_encode(digest->bytes, digest->len, text);
	assert_string_equal(text, hex);
}

/* tests/vectors/sm3-gmt0004.txt */
static void sm3_is_that_of_the_standard(void **state)
{
	autofree char *text = slurp(TEST_DATA "/vectors/sm3-gmt0004.txt", NULL);
	unsigned n = 0;

	(void)state;
	for (char *save = NULL, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct hufu_digest digest;
		uint8_t message[128];
		char *wanted = strchr(line, ' ');
		ssize_t len;

		if (line[0] == '#')
			continue;
		assert_non_null(wanted);
		len = hex_decode(line, (size_t)(wanted - line), message, sizeof(message));
		assert_true(len > 0);
		assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, message, (size_t)len, &digest, NULL), 0);
		assert_digest(&digest, HUFU_HASH_SM3, wanted + 1);
		n++;
	}
	assert_int_equal(n, 2);
}

/* Every algorithm against the openssl program, with the empty message among the messages. */
static void agrees_with_openssl(void **state)
{
	static const struct {
		unsigned algo;
		const char *line;
	} algos[] = {
		{HUFU_HASH_MD5, "dgst -md5 -r data"},		{HUFU_HASH_SHA1, "dgst -sha1 -r data"},
		{HUFU_HASH_RMD160, "dgst -ripemd160 -r data"},	{HUFU_HASH_SHA224, "dgst -sha224 -r data"},
		{HUFU_HASH_SHA256, "dgst -sha256 -r data"},	{HUFU_HASH_SHA384, "dgst -sha384 -r data"},
		{HUFU_HASH_SHA512, "dgst -sha512 -r data"},	{HUFU_HASH_SM3, "dgst -sm3 -r data"},
		{HUFU_HASH_SHA3_256, "dgst -sha3-256 -r data"}, {HUFU_HASH_SHA3_384, "dgst -sha3-384 -r data"},
		{HUFU_HASH_SHA3_512, "dgst -sha3-512 -r data"},
	};
	static const char *const messages[] = {
		"",
		"abc",
		"more than one block of 64 bytes: 0123456789 0123456789 0123456789 0123456789 0123456789",
	};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(messages); m++) {
		put_text("data", messages[m]);
		for (size_t i = 0; i < ARRAY_SIZE(algos); i++) {
			struct hufu_digest digest = digest_of(algos[i].algo, messages[m]);
			autofree char *said = NULL;

			openssl(algos[i].line);
			said = slurp("out", NULL);
			said[strcspn(said, " ")] = '\0';
			assert_digest(&digest, algos[i].algo, said);
			assert_int_equal(digest_available(algos[i].algo), 1);
		}
	}
}

static void pieces_are_the_whole(void **state)
{
	static uint8_t data[1000];
	struct hufu_digest whole, pieces;
	struct digest *digest = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 31);
	assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, data, sizeof(data), &whole, NULL), 0);
	assert_int_equal(digest_new(HUFU_HASH_SM3, &digest, NULL), 0);
	/* One object, used again and again */
	for (size_t piece = 1; piece <= 130; piece++) {
		for (size_t at = 0; at < sizeof(data); at += piece)
			assert_int_equal(
				digest_add(digest, data + at, sizeof(data) - at < piece ? sizeof(data) - at : piece),
				0);
		assert_int_equal(digest_end(digest, &pieces), 0);
		assert_memory_equal(&pieces, &whole, sizeof(whole));
	}
	digest_free(digest);
	digest_free(NULL);
}

static void refuses_what_is_not_there(void **state)
{
	struct hufu_digest digest = {.algo = 77};
	struct hufu_err err = {""};
	struct digest *object = NULL;

	(void)state;
	expect(hufu_digest_mem(9, "", 0, &digest, &err), -ENOPKG, &err,
	       "the hash algorithm rmd256 is not available on this machine");
	expect(hufu_digest_mem(HUFU_HASH_COUNT, "", 0, &digest, &err), -ENOPKG, &err,
	       "there is no hash algorithm with the number 23");
	expect(hufu_digest_fd(~0u, 0, 0, &digest, &err), -ENOPKG, &err,
	       "there is no hash algorithm with the number 4294967295");
	assert_int_equal(digest_new(9, &object, NULL), -ENOPKG);
	assert_null(object);
	assert_int_equal(digest.algo, 77);
	assert_int_equal(digest_available(9), 0);
	assert_int_equal(digest_available(HUFU_HASH_COUNT), 0);
	assert_int_equal(digest_available(~0u), 0);
	assert_null(digest_ssl_name(HUFU_HASH_COUNT));
}

enum { BUFFER = 256 * 1024 };

/* Sizes about the read buffer; the descriptor's offset stays where it is; what lies behind `size` is not read. */
static void reads_files(void **state)
{
	static const size_t sizes[] = {0, 1, 4095, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER + 7};
	autofree uint8_t *data = malloc(4 * BUFFER);
	autoclose int fd = -1;

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < 4 * BUFFER; i++)
		data[i] = (uint8_t)(i * i >> 3);
	put("data", data, 4 * BUFFER);
	fd = open("data", O_RDONLY | O_CLOEXEC);
	assert_int_equal(lseek(fd, 1234, SEEK_SET), 1234);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct hufu_digest of_file, of_memory;

		assert_int_equal(hufu_digest_fd(HUFU_HASH_SM3, fd, sizes[i], &of_file, NULL), 0);
		assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, data, sizes[i], &of_memory, NULL), 0);
		assert_memory_equal(&of_file, &of_memory, sizeof(of_file));
		assert_int_equal(lseek(fd, 0, SEEK_CUR), 1234);
	}
}

static void says_what_is_wrong_with_a_file(void **state)
{
	struct hufu_digest digest = {.algo = 77};
	struct hufu_err err = {""};
	autoclose int fd = -1, dir_fd = -1;

	(void)state;
	put_text("data", "ten bytes.");
	fd = open("data", O_RDONLY | O_CLOEXEC);
	dir_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	expect(hufu_digest_fd(HUFU_HASH_SM3, fd, 11, &digest, &err), -EIO, &err,
	       "the file shrank while it was read: 10 bytes instead of 11");
	expect(hufu_digest_fd(HUFU_HASH_SM3, fd, UINT64_MAX, &digest, &err), -EIO, &err,
	       "the file shrank while it was read: 10 bytes instead of 18446744073709551615");
	expect(hufu_digest_fd(HUFU_HASH_SM3, dir_fd, 1, &digest, &err), -EISDIR, &err, "cannot read: Is a directory");
	expect(hufu_digest_fd(HUFU_HASH_SM3, -1, 1, &digest, &err), -EBADF, &err, "cannot read: Bad file descriptor");
	assert_int_equal(digest.algo, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sm3_is_that_of_the_standard),
		cmocka_unit_test(agrees_with_openssl),
		cmocka_unit_test(pieces_are_the_whole),
		cmocka_unit_test(refuses_what_is_not_there),
		cmocka_unit_test(reads_files),
		cmocka_unit_test(says_what_is_wrong_with_a_file),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
