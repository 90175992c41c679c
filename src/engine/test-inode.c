/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "inode.h"

static struct hufu_digest digest_of(uint8_t byte)
{
	return (struct hufu_digest){.algo = HUFU_HASH_SM3, .len = 32, .bytes = {byte}};
}

static void remembers_until_the_content_is_another(void **state)
{
	struct inode_key key = {.dev = 1, .ino = 2, .born_sec = 3};
	struct hufu_digest a = digest_of(1), b = digest_of(2);
	struct inodes *inodes = NULL;

	(void)state;
	assert_int_equal(inode_table_new(64, &inodes), 0);
	assert_false(inode_did(inodes, &key, &a, INODE_MEASURED + 10));
	inode_note(inodes, &key, &a, INODE_MEASURED + 10);
	assert_true(inode_did(inodes, &key, &a, INODE_MEASURED + 10));
	assert_false(inode_did(inodes, &key, &a, INODE_MEASURED + 11));
	assert_false(inode_did(inodes, &key, &a, INODE_AUDITED));
	inode_note(inodes, &key, &a, INODE_AUDITED);
	inode_note(inodes, &key, &a, INODE_MEASURED + 63);
	assert_true(inode_did(inodes, &key, &a, INODE_AUDITED));
	assert_true(inode_did(inodes, &key, &a, INODE_MEASURED + 63));
	/* another content: nothing has been done about it, nor, from then on, about the one before */
	assert_false(inode_did(inodes, &key, &b, INODE_MEASURED + 10));
	inode_note(inodes, &key, &b, INODE_MEASURED + 10);
	assert_true(inode_did(inodes, &key, &b, INODE_MEASURED + 10));
	assert_false(inode_did(inodes, &key, &b, INODE_AUDITED));
	assert_false(inode_did(inodes, &key, &a, INODE_MEASURED + 10));
	inode_table_free(inodes);
}

static void tells_inodes_apart(void **state)
{
	struct inode_key keys[] = {
		{.dev = 1, .ino = 2}, {.dev = 2, .ino = 2}, {.dev = 1, .ino = 3}, {.dev = 1, .ino = 2, .born_nsec = 9}};
	struct hufu_digest a = digest_of(1);
	struct inodes *inodes = NULL;

	(void)state;
	assert_int_equal(inode_table_new(64, &inodes), 0);
	inode_note(inodes, &keys[0], &a, INODE_AUDITED);
	for (size_t i = 1; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_false(inode_did(inodes, &keys[i], &a, INODE_AUDITED));
	inode_table_free(inodes);
}

/* However many there are, memory is what it was; the last ones are remembered. */
static void forgets_the_oldest(void **state)
{
	struct hufu_digest a = digest_of(1);
	struct inodes *inodes = NULL;
	unsigned n_kept = 0;

	(void)state;
	assert_int_equal(inode_table_new(4, &inodes), 0);
	for (ino_t ino = 1; ino <= 1000; ino++)
		inode_note(inodes, &(struct inode_key){.ino = ino}, &a, INODE_AUDITED);
	for (ino_t ino = 1; ino <= 1000; ino++)
		n_kept += inode_did(inodes, &(struct inode_key){.ino = ino}, &a, INODE_AUDITED);
	assert_int_equal(n_kept, 4);
	assert_true(inode_did(inodes, &(struct inode_key){.ino = 1000}, &a, INODE_AUDITED));
	inode_table_free(inodes);
}

/* What is due stays due, whatever the content becomes, until it is done. */
static void keeps_what_is_due(void **state)
{
	struct inode_key key = {.dev = 1, .ino = 2};
	struct hufu_digest a = digest_of(1);
	struct inodes *inodes = NULL;

	(void)state;
	assert_int_equal(inode_table_new(64, &inodes), 0);
	assert_int_equal(inode_due(inodes, &key), INODE_DUE_NOTHING);
	inode_set_due(inodes, &key, INODE_DUE_RIGHT);
	inode_set_due(inodes, &key, INODE_DUE_HASH);
	inode_note(inodes, &key, &a, INODE_AUDITED);
	assert_int_equal(inode_due(inodes, &key), INODE_DUE_RIGHT);
	inode_set_due(inodes, &key, INODE_DUE_NOTHING);
	assert_int_equal(inode_due(inodes, &key), INODE_DUE_NOTHING);
	inode_table_free(inodes);
}

static void remembers_the_last_readers(void **state)
{
	struct inode_key key = {.dev = 1, .ino = 2};
	pid_t pids[INODE_READERS];
	struct inodes *inodes = NULL;

	(void)state;
	assert_int_equal(inode_table_new(64, &inodes), 0);
	assert_int_equal(inode_readers(inodes, &key, pids), 0);
	inode_note_reader(inodes, &key, 7);
	inode_note_reader(inodes, &key, 7);
	assert_int_equal(inode_readers(inodes, &key, pids), 1);
	for (pid_t pid = 1; pid <= 20; pid++)
		inode_note_reader(inodes, &key, pid);
	inode_note_reader(inodes, &key, 17); /* again: it counts once, as the last */
	assert_int_equal(inode_readers(inodes, &key, pids), INODE_READERS);
	assert_int_equal(pids[0], 17);
	assert_int_equal(pids[1], 20);
	assert_int_equal(pids[3], 18);
	assert_int_equal(pids[4], 16);
	assert_int_equal(pids[5], 15);
	inode_table_free(inodes);
}

static void knows_a_file(void **state)
{
	char path[] = "/tmp/hufu-inode.XXXXXX";
	int fd = mkstemp(path);
	struct inode_key key, again;
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	key = inode_key_of(fd, &st);
	again = inode_key_of(fd, &st);
	assert_int_equal(key.ino, st.st_ino);
	assert_memory_equal(&key.born_sec, &again.born_sec, sizeof(key.born_sec));
	(void)close(fd);
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remembers_until_the_content_is_another),
		cmocka_unit_test(tells_inodes_apart),
		cmocka_unit_test(forgets_the_oldest),
		cmocka_unit_test(keeps_what_is_due),
		cmocka_unit_test(remembers_the_last_readers),
		cmocka_unit_test(knows_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
