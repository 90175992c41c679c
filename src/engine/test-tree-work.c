/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are something else by the time a worker comes to them. */
#include "test-trees.h"
#include "tree-work.h"

static struct tree_run run;
static struct tree_dir *root;
static struct tree_worker *worker;
static struct hufu_tree_job job;

static int begin(void **state)
{
	if (make_tree(state) < 0)
		return -1;
	job = sign_job(place, 1);
	if (tree_run_init(&run, &job, true, &count) < 0 || tree_worker_new(&run, &worker) < 0)
		return -1;
	return tree_dir_root(&run.dirs, open(tree, O_PATH | O_CLOEXEC), in_tree(""), &root);
}

static int end(void **state)
{
	tree_worker_free(worker);
	tree_dir_unref(root);
	tree_run_done(&run);
	return drop_tree(state);
}

/* Lets the worker do one file; the item is the caller's, tree_queue_pop() frees it. */
static const struct tree_item *do_one(const char *name, struct tree_link *link)
{
	struct tree_item *item = tree_queue_next(&run.queue);

	assert_non_null(item);
	item->dir = tree_dir_ref(root);
	item->name = strdup(name);
	item->link = link;
	tree_queue_put(&run.queue, item, TREE_ITEM_WAITING);
	tree_worker_do(worker, &item, 1);
	tree_queue_finish(&run.queue, &item, 1);
	return tree_queue_front(&run.queue, NULL);
}

static void assert_fails(const char *name, struct tree_link *link, int error, const char *text)
{
	const struct tree_item *item = do_one(name, link);

	assert_int_equal(item->state, HUFU_FILE_FAILED);
	assert_int_equal(item->error, error);
	assert_string_equal(item->text, text);
	assert_false(item->has_digest);
	tree_queue_pop(&run.queue);
}

static void test_swapped(void **state)
{
	struct tree_link link = {.ino = 1};

	(void)state;
	assert_fails("gone", NULL, -ENOENT, "vanished while the tree was walked");
	put_text("target", "abc");
	assert_int_equal(symlink("target", in_tree("link")), 0);
	assert_fails("link", NULL, -ELOOP, "became a symbolic link while the tree was walked");
	assert_int_equal(mkfifo(in_tree("pipe"), 0600), 0);
	assert_fails("pipe", NULL, -ESTALE, "became a named pipe while the tree was walked");
	put_dir("dir");
	assert_fails("dir", NULL, -ESTALE, "became a directory while the tree was walked");
	assert_fails("target", &link, -ESTALE, "was replaced while the tree was walked");
}

/* Neither reads nor writes anything any more once the run was ended. */
static void test_stopped(void **state)
{
	const struct tree_item *item;
	uint8_t value[HUFU_XATTR_MAX];

	(void)state;
	put_text("a", "abc");
	atomic_store(&run.stop, true);
	item = do_one("a", NULL);
	assert_true(item->dropped);
	assert_int_equal(get_value("a", value), -1);
	assert_int_equal(run.bytes, 0);
	tree_queue_pop(&run.queue);
}

/* A whole handful, each with its own outcome. */
static void test_batch(void **state)
{
	struct tree_item *items[TREE_BATCH];
	char name[16];

	(void)state;
	for (unsigned i = 0; i < TREE_BATCH; i++) {
		(void)snprintf(name, sizeof(name), "%u", i);
		if (i % 3)
			put_text(name, name);
		items[i] = tree_queue_next(&run.queue);
		items[i]->dir = tree_dir_ref(root);
		items[i]->name = strdup(name);
		tree_queue_put(&run.queue, items[i], TREE_ITEM_WAITING);
	}
	tree_worker_do(worker, items, TREE_BATCH);
	for (unsigned i = 0; i < TREE_BATCH; i++) {
		struct hufu_digest digest;
		struct hufu_sig sig;

		assert_int_equal(items[i]->state, i % 3 ? HUFU_FILE_SIGNED : HUFU_FILE_FAILED);
		if (i % 3 == 0)
			continue;
		assert_int_equal(hufu_sig_decode(items[i]->value, items[i]->value_len, &sig, NULL), 0);
		assert_int_equal(hufu_digest_mem(HUFU_HASH_SM3, items[i]->name, strlen(items[i]->name), &digest, NULL),
				 0);
		assert_int_equal(hufu_cert_verify(sm2_cert, &digest, sig.bytes, sig.len, NULL), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_swapped, begin, end),
		cmocka_unit_test_setup_teardown(test_stopped, begin, end),
		cmocka_unit_test_setup_teardown(test_batch, begin, end),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
