/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tree-links.h"

static void test_known(void **state)
{
	struct tree_links links = {0};
	bool known = true;
	struct tree_link *a, *b;

	(void)state;
	a = tree_links_get(&links, 1, 2, &known);
	assert_non_null(a);
	assert_false(known);
	assert_false(a->settled);
	b = tree_links_get(&links, 2, 2, &known); /* another file system */
	assert_false(known);
	assert_ptr_not_equal(a, b);
	assert_ptr_equal(tree_links_get(&links, 1, 2, &known), a);
	assert_true(known);
	tree_links_done(&links);
	assert_int_equal(links.n, 0);
	tree_links_done(&links);
}

static void test_bounded(void **state)
{
	struct tree_links links = {0};
	bool known = false;

	(void)state;
	for (ino_t ino = 0; ino < TREE_LINKS_MAX; ino++)
		assert_non_null(tree_links_get(&links, 1, ino * 16, &known));
	assert_null(tree_links_get(&links, 1, 1, &known));
	assert_non_null(tree_links_get(&links, 1, 16, &known));
	assert_true(known);
	tree_links_done(&links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
