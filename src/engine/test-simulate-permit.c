/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate-permit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>

#include "bytes.h"
#include "test-certs.h"

static const struct simulate_user user = {.uid = 1001, .gid = 100};

/* A file of this mode as fstat(2) would show it; what is asked of the file itself is its ACL. */
static bool permits(uint32_t owner, uint32_t group, mode_t mode, unsigned wanted)
{
	const struct stat st = {.st_uid = owner, .st_gid = group, .st_mode = S_IFREG | mode};
	autoclose int fd = open(in_scratch("f"), O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return simulate_permit(&user, fd, &st, wanted);
}

static void modes(void **state)
{
	static const struct {
		uint32_t owner, group;
		mode_t mode;
		unsigned granted;
	} rows[] = {
		{1001, 0, 0500, 5},   {1001, 0, 0055, 0}, /* the owner's bits are final */
		{1001, 100, 0070, 0}, {0, 100, 0050, 5},  {0, 100, 0705, 0}, {0, 100, 0040, 4},
		{0, 0, 0005, 5},      {0, 0, 0770, 0},	  {0, 0, 0771, 1},   {0, 0, 0, 0},
	};

	(void)state;
	put_file("f", "", 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (unsigned wanted = PERMIT_EXEC; wanted <= PERMIT_READ; wanted += 3)
			if (permits(rows[i].owner, rows[i].group, rows[i].mode, wanted) !=
			    ((rows[i].granted & wanted) == wanted))
				fail_msg("row %zu, wanted %u", i, wanted);
}

static void further_groups(void **state)
{
	static const uint32_t groups[] = {7, 8};
	const struct simulate_user member = {.uid = 1001, .gid = 100, .groups = groups, .n_groups = 2};
	struct stat st = {.st_gid = 8, .st_mode = S_IFREG | 0050};
	autoclose int fd = -1;

	(void)state;
	put_file("f", "", 0);
	fd = open(in_scratch("f"), O_RDONLY | O_CLOEXEC);
	assert_true(simulate_permit(&member, fd, &st, PERMIT_READ));
	assert_false(simulate_permit(&user, fd, &st, PERMIT_READ));
	st.st_gid = 9;
	assert_false(simulate_permit(&member, fd, &st, PERMIT_READ));
}

static void root(void **state)
{
	static const struct simulate_user all = {0};
	struct stat st = {.st_uid = 1001, .st_mode = S_IFREG};

	(void)state;
	assert_true(simulate_permit(&all, -1, &st, PERMIT_READ));
	assert_false(simulate_permit(&all, -1, &st, PERMIT_EXEC));
	st.st_mode = S_IFREG | 0001;
	assert_true(simulate_permit(&all, -1, &st, PERMIT_EXEC));
	st.st_mode = S_IFDIR;
	assert_true(simulate_permit(&all, -1, &st, PERMIT_EXEC));
}

/* "never" must be never */
static void what_no_mode_grants(void **state)
{
	(void)state;
	for (mode_t mode = 0; mode < 01000; mode++) {
		for (unsigned i = 0; i < 4; i++) {
			const struct stat st = {
				.st_uid = i & 1 ? 1001 : 0, .st_gid = i & 2 ? 100 : 0, .st_mode = S_IFREG | mode};
			bool any = permits(st.st_uid, st.st_gid, mode, PERMIT_EXEC) ||
				   permits(st.st_uid, st.st_gid, mode, PERMIT_READ);

			assert_true(simulate_permit_any(&user, &st) || !any);
		}
	}
}

struct entry {
	uint16_t tag, perm;
	uint32_t id;
};

static bool set_acl(const struct entry *entries, size_t n)
{
	autobuf value = {0};

	buf_le32(&value, 2);
	for (size_t i = 0; i < n; i++) {
		buf_le32(&value, entries[i].tag | (uint32_t)entries[i].perm << 16);
		buf_le32(&value, entries[i].id);
	}
	return setxattr(in_scratch("f"), "system.posix_acl_access", value.data, value.len, 0) == 0;
}

#define NOBODY UINT32_MAX

static void acls(void **state)
{
	/* the owner is 0, the group of the file 0: entries decide */
	static const struct {
		struct entry entries[6];
		size_t n;
		unsigned granted;
	} rows[] = {
		{{{1, 7, NOBODY}, {2, 5, 1001}, {4, 0, NOBODY}, {16, 7, NOBODY}, {32, 0, NOBODY}}, 5, 5},
		{{{1, 7, NOBODY}, {2, 5, 1001}, {4, 7, NOBODY}, {16, 4, NOBODY}, {32, 7, NOBODY}}, 5, 4}, /* mask */
		{{{1, 7, NOBODY}, {2, 0, 1001}, {4, 7, NOBODY}, {16, 7, NOBODY}, {32, 7, NOBODY}}, 5, 0},
		{{{1, 7, NOBODY}, {2, 0, 1002}, {4, 7, NOBODY}, {16, 7, NOBODY}, {32, 5, NOBODY}}, 5, 5},
		{{{1, 7, NOBODY}, {4, 7, NOBODY}, {8, 4, 100}, {16, 7, NOBODY}, {32, 7, NOBODY}}, 5, 4},
		{{{1, 7, NOBODY}, {4, 7, NOBODY}, {8, 1, 100}, {8, 4, 101}, {16, 7, NOBODY}, {32, 7, NOBODY}}, 6, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		put_file("f", "", 0);
		if (!set_acl(rows[i].entries, rows[i].n)) {
			print_message("no ACLs on this file system\n");
			skip();
		}
		for (unsigned wanted = PERMIT_EXEC; wanted <= PERMIT_READ; wanted += 3)
			if (permits(0, 0, 0070, wanted) != ((rows[i].granted & wanted) == wanted))
				fail_msg("row %zu, wanted %u", i, wanted);
	}
}

static void ids_after_execve(void **state)
{
	static const struct {
		mode_t mode;
		uint32_t uid, gid;
	} rows[] = {
		{0755, 1001, 100}, {04755, 7, 100}, {02755, 1001, 8}, {02745, 1001, 100}, {06755, 7, 8},
	};
	autoclose int fd = -1;

	(void)state;
	put_file("f", "", 0);
	fd = open(in_scratch("f"), O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct stat st = {.st_uid = 7, .st_gid = 8, .st_mode = S_IFREG | rows[i].mode};
		uint32_t uid, gid;

		simulate_permit_become(&user, fd, &st, &uid, &gid);
		assert_int_equal(uid, rows[i].uid);
		assert_int_equal(gid, rows[i].gid);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes),	  cmocka_unit_test(root),
		cmocka_unit_test(further_groups), cmocka_unit_test(what_no_mode_grants),
		cmocka_unit_test(acls),		  cmocka_unit_test(ids_after_execve),
	};

	return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
