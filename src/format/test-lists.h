/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_LISTS_H
#define TEST_LISTS_H

/* For tests: entries of every template the kernel makes, as it stores them and as it prints them, written down by hand. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bytes.h"
#include "clean.h"
#include "file.h"
#include "hex.h"
#include "mlog-reader.h"
#include "mlog.h"

#define ZEROS_20 "0000000000000000000000000000000000000000"
#define ZEROS_32 "0000000000000000000000000000000000000000000000000000000000000000"
#define SM3_ABC	 "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
#define SHA1_ABC "a9993e364706816aba3e25717850c26c9cd0d89d"
#define MD5_ABC	 "900150983cd24fb0d6963f7d28e17f72"
#define SIG_1	 "030211a47fc1150003300102"

/* Fields with their lengths. */
#define D_SM3                                                                                                          \
	"25000000"                                                                                                     \
	"736d333a00" SM3_ABC
#define D_SHA1                                                                                                         \
	"1a000000"                                                                                                     \
	"736861313a00" SHA1_ABC
#define D_OLD_ZEROS                                                                                                    \
	"1c000000"                                                                                                     \
	"7368613235363a00" ZEROS_20
#define D_UNKNOWN                                                                                                      \
	"1a000000"                                                                                                     \
	"6d6431373a00" SHA1_ABC
#define D_V2_IMA                                                                                                       \
	"29000000"                                                                                                     \
	"696d613a736d333a00" SM3_ABC
#define D_V2_VERITY                                                                                                    \
	"2f000000"                                                                                                     \
	"7665726974793a7368613235363a00" SM3_ABC
#define N_A                                                                                                            \
	"07000000"                                                                                                     \
	"2f62696e2f6100"
#define N_NEWLINE                                                                                                      \
	"09000000"                                                                                                     \
	"2f62696e2f610a6200"
#define N_EMPTY                                                                                                        \
	"01000000"                                                                                                     \
	"00"
#define SIG_FIELD "0c000000" SIG_1
#define NONE	  "00000000"
#define XATTRNAMES                                                                                                     \
	"1e000000"                                                                                                     \
	"73656375726974792e696d617c73656375726974792e73656c696e757800"
#define XATTRLENGTHS                                                                                                   \
	"08000000"                                                                                                     \
	"2200000005000000"
#define XATTRVALUES                                                                                                    \
	"03000000"                                                                                                     \
	"6c6162"
#define IDS                                                                                                            \
	"04000000"                                                                                                     \
	"e8030000"                                                                                                     \
	"04000000"                                                                                                     \
	"00000000"                                                                                                     \
	"02000000"                                                                                                     \
	"ed81"

struct test_list_entry {
	const char *name; /* template */
	const char *data; /* hex, as stored */
	const char *text; /* the fields in an ascii list */
	const char *path;
	const char *digest; /* hex; "": none that is known */
	const char *extra; /* hex; NULL: none */
	unsigned algo;
};

/* clang-format off */
static const struct test_list_entry test_list[] = {
	{"ima-ng", D_SM3 N_A, "sm3:" SM3_ABC " /bin/a", "/bin/a", SM3_ABC, NULL, HUFU_HASH_SM3},
	{"ima-ng", D_SHA1 N_EMPTY, "sha1:" SHA1_ABC " ", "", SHA1_ABC, NULL, HUFU_HASH_SHA1},
	{"ima-ng", D_OLD_ZEROS N_A, "sha256:" ZEROS_20 " /bin/a", "/bin/a", ZEROS_20, NULL, HUFU_HASH_SHA256},
	{"ima-ng", D_UNKNOWN N_A, "md17:" SHA1_ABC " /bin/a", "/bin/a", "", NULL, 0},
	{"ima-ng", D_SM3 N_NEWLINE, "sm3:" SM3_ABC " /bin/a\nb", "/bin/a\nb", SM3_ABC, NULL, HUFU_HASH_SM3},
	{"ima-sig", D_SM3 N_A NONE, "sm3:" SM3_ABC " /bin/a ", "/bin/a", SM3_ABC, "", HUFU_HASH_SM3},
	{"ima-sig", D_SM3 N_A SIG_FIELD, "sm3:" SM3_ABC " /bin/a " SIG_1, "/bin/a", SM3_ABC, SIG_1, HUFU_HASH_SM3},
	{"ima-sig", D_SM3 N_NEWLINE SIG_FIELD, "sm3:" SM3_ABC " /bin/a\nb " SIG_1, "/bin/a\nb", SM3_ABC, SIG_1,
	 HUFU_HASH_SM3},
	{"ima-buf", D_SM3 N_A "03000000" "610062", "sm3:" SM3_ABC " /bin/a 610062", "/bin/a", SM3_ABC, "610062",
	 HUFU_HASH_SM3},
	{"ima", SHA1_ABC "06000000" "2f62696e2f61", SHA1_ABC " /bin/a", "/bin/a", SHA1_ABC, NULL, HUFU_HASH_SHA1},
	{"ima", MD5_ABC "06000000" "2f62696e2f61", MD5_ABC " /bin/a", "/bin/a", MD5_ABC, NULL, HUFU_HASH_MD5},
	{"ima", SHA1_ABC "00000000", SHA1_ABC " ", "", SHA1_ABC, NULL, HUFU_HASH_SHA1},
	{"d|n", "14000000" SHA1_ABC N_A, SHA1_ABC " /bin/a", "/bin/a", SHA1_ABC, NULL, HUFU_HASH_SHA1},
	{"ima-ngv2", D_V2_IMA N_A, "ima:sm3:" SM3_ABC " /bin/a", "/bin/a", SM3_ABC, NULL, HUFU_HASH_SM3},
	{"ima-ngv2", D_V2_VERITY N_A, "verity:sha256:" SM3_ABC " /bin/a", "/bin/a", SM3_ABC, NULL, HUFU_HASH_SHA256},
	{"ima-sigv2", D_V2_IMA N_A SIG_FIELD, "ima:sm3:" SM3_ABC " /bin/a " SIG_1, "/bin/a", SM3_ABC, SIG_1,
	 HUFU_HASH_SM3},
	{"ima-modsig", D_SM3 N_A NONE NONE NONE, "sm3:" SM3_ABC " /bin/a   ", "/bin/a", SM3_ABC, "", HUFU_HASH_SM3},
	{"ima-modsig", D_SM3 N_A SIG_FIELD D_SHA1 "02000000" "3082",
	 "sm3:" SM3_ABC " /bin/a " SIG_1 " sha1:" SHA1_ABC " 3082", "/bin/a", SM3_ABC, SIG_1, HUFU_HASH_SM3},
	{"evm-sig", D_SM3 N_A NONE NONE NONE NONE NONE NONE NONE, "sm3:" SM3_ABC " /bin/a       ", "/bin/a", SM3_ABC,
	 "", HUFU_HASH_SM3},
	{"evm-sig", D_SM3 N_A SIG_FIELD XATTRNAMES XATTRLENGTHS XATTRVALUES IDS,
	 "sm3:" SM3_ABC " /bin/a " SIG_1 " security.ima|security.selinux 2200000005000000 6c6162 1000 0 33261", "/bin/a",
	 SM3_ABC, SIG_1, HUFU_HASH_SM3},
	{"n-ng|d-ng|iuid", N_A D_SM3 "04000000" "ffffffff", "/bin/a sm3:" SM3_ABC " 4294967295", "/bin/a", SM3_ABC, NULL,
	 HUFU_HASH_SM3},
	{"sig|buf|n-ng", SIG_FIELD "01000000" "ff" N_NEWLINE, SIG_1 " ff /bin/a\nb", "/bin/a\nb", "", SIG_1, 0},
	{"d-ng|modsig", D_SM3 "02000000" "3082", "sm3:" SM3_ABC " 3082", "", SM3_ABC, "3082", HUFU_HASH_SM3},
	{"n-ng", N_A, "/bin/a", "/bin/a", "", NULL, 0},
};
/* clang-format on */

static inline size_t test_hex(const char *hex, uint8_t *ret_data, size_t size)
{
	ssize_t n = hex_decode(hex, strlen(hex), ret_data, size);

	assert_true(n >= 0);
	return (size_t)n;
}

/* `entry` was made from test_list[i]. */
static inline void test_entry(const struct hufu_mlog_entry *entry, size_t i)
{
	uint8_t expected[512];
	size_t len = test_hex(test_list[i].data, expected, sizeof(expected));

	assert_string_equal(entry->template_name, test_list[i].name);
	assert_int_equal(entry->data_len, len);
	assert_memory_equal(entry->data, expected, len);
	assert_string_equal(entry->name, test_list[i].path);
	assert_int_equal(entry->name_len, strlen(test_list[i].path));
	len = test_hex(test_list[i].digest, expected, sizeof(expected));
	assert_int_equal(entry->digest.len, len);
	assert_memory_equal(entry->digest.bytes, expected, len);
	assert_int_equal(entry->digest.algo, test_list[i].algo);
	if (!test_list[i].extra) {
		assert_null(entry->extra);
		assert_int_equal(entry->extra_len, 0);
		return;
	}
	assert_non_null(entry->extra);
	len = test_hex(test_list[i].extra, expected, sizeof(expected));
	assert_int_equal(entry->extra_len, len);
	assert_memory_equal(entry->extra, expected, len);
}

enum test_form { BINARY, ASCII, FORM_COUNT };

static inline void test_put_entry(struct buf *out, enum test_form form, size_t i)
{
	uint8_t data[512], hash[20];
	size_t len = test_hex(test_list[i].data, data, sizeof(data));

	(void)test_hex(SHA1_ABC, hash, sizeof(hash));
	if (form == BINARY)
		mlog_put_record(out, 10, hash, test_list[i].name, data, len);
	else
		buf_printf(out, "10 " SHA1_ABC " %s %s\n", test_list[i].name, test_list[i].text);
}

/* A reader of these bytes. */
static inline int test_open_bytes(const void *data, size_t len, struct hufu_mlog_reader **ret_reader,
				  struct hufu_err *err)
{
	int fd = memfd_create("list", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, data, len), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return mlog_reader_open_fd(fd, "list", ret_reader, err);
}

#endif
