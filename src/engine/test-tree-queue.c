/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "tree-queue.h"

static struct tree_queue queue;

static void put(uint64_t size, enum tree_item_stage stage)
{
	struct tree_item *item = tree_queue_next(&queue);

	assert_non_null(item);
	assert_null(item->value);
	assert_int_equal(item->state, HUFU_FILE_FAILED); /* until somebody says otherwise */
	item->size = size;
	tree_queue_put(&queue, item, stage);
}

static void test_order(void **state)
{
	struct tree_share share = {.n_max = 2, .n_takers = 1, .bytes_max = 100};
	struct tree_item *first[2], *second[2];

	(void)state;
	assert_int_equal(tree_queue_init(&queue, 4), 0);
	put(1, TREE_ITEM_WAITING);
	put(2, TREE_ITEM_DONE);
	put(3, TREE_ITEM_WAITING);
	put(4, TREE_ITEM_WAITING);
	assert_true(tree_queue_full(&queue));
	assert_int_equal(tree_queue_take(&queue, &share, false, first), 2);
	assert_int_equal(first[0]->size, 1);
	assert_int_equal(first[1]->size, 3);
	assert_int_equal(tree_queue_take(&queue, &share, false, second), 1);
	assert_int_equal(tree_queue_take(&queue, &share, false, second + 1), 0);
	tree_queue_finish(&queue, second, 1);
	assert_null(tree_queue_front(&queue, NULL)); /* 1 is not done */
	tree_queue_finish(&queue, first, 2);
	for (uint64_t i = 1; i <= 4; i++) {
		const struct tree_item *front = tree_queue_front(&queue, NULL);

		assert_int_equal(front->size, i);
		assert_false(tree_queue_over(&queue));
		tree_queue_pop(&queue);
	}
	assert_null(tree_queue_front(&queue, NULL));
	tree_queue_close(&queue);
	assert_true(tree_queue_over(&queue));
	tree_queue_done(&queue);
}

static size_t take_of(size_t n_max, size_t n_takers, uint64_t bytes_max)
{
	struct tree_item *items[16];
	const struct tree_share share = {.n_max = n_max, .n_takers = n_takers, .bytes_max = bytes_max};

	return tree_queue_take(&queue, &share, false, items);
}

static void test_share(void **state)
{
	(void)state;
	assert_int_equal(tree_queue_init(&queue, 32), 0);
	for (unsigned i = 0; i < 30; i++)
		put(i == 20 ? 1000 : 10, TREE_ITEM_WAITING);
	assert_int_equal(take_of(16, 3, 100), 10); /* 30 / 3, and 100 bytes */
	assert_int_equal(take_of(16, 10, 100), 2); /* 20 / 10 */
	assert_int_equal(take_of(16, 1, 55), 5);
	assert_int_equal(take_of(16, 1, 55), 3); /* the large one does not go with the others */
	assert_int_equal(take_of(16, 1, 55), 1); /* but by itself */
	assert_int_equal(take_of(16, 100, 55), 1); /* never nothing */
	assert_int_equal(take_of(16, 1, 1000), 8);
	assert_int_equal(take_of(16, 1, 1000), 0);
	tree_queue_done(&queue);
}

/* What needs no work may be gone before a taker looks: its place in the ring holds another item by then. */
static void test_ring_turns(void **state)
{
	struct tree_share share = {.n_max = 8, .n_takers = 1, .bytes_max = 100};
	struct tree_item *items[8];

	(void)state;
	assert_int_equal(tree_queue_init(&queue, 3), 0);
	for (unsigned i = 0; i < 100; i++) {
		put(i, TREE_ITEM_DONE);
		assert_int_equal(tree_queue_front(&queue, NULL)->size, i);
		tree_queue_pop(&queue);
	}
	put(7, TREE_ITEM_WAITING);
	put(8, TREE_ITEM_WAITING);
	assert_int_equal(tree_queue_take(&queue, &share, true, items), 2);
	assert_int_equal(items[0]->size, 7);
	assert_int_equal(items[1]->size, 8);
	tree_queue_done(&queue);
}

static void test_stop(void **state)
{
	struct tree_share share = {.n_max = 1, .n_takers = 1, .bytes_max = 100};
	struct timespec soon;
	struct tree_item *item;

	(void)state;
	assert_int_equal(tree_queue_init(&queue, 3), 0);
	put(1, TREE_ITEM_WAITING);
	put(2, TREE_ITEM_DONE);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &soon), 0);
	soon.tv_sec++;
	assert_null(tree_queue_front(&queue, &soon));
	tree_queue_stop(&queue);
	assert_null(tree_queue_next(&queue));
	assert_int_equal(tree_queue_take(&queue, &share, true, &item), 0);
	assert_true(tree_queue_over(&queue));
	tree_queue_abandon(&queue);
	assert_true(tree_queue_front(&queue, NULL)->dropped);
	tree_queue_pop(&queue);
	assert_false(tree_queue_front(&queue, NULL)->dropped);
	tree_queue_pop(&queue);
	assert_null(tree_queue_front(&queue, NULL));
	tree_queue_done(&queue);
}

#define N_ITEMS 200000

static void *walker(void *arg)
{
	for (unsigned i = 0; i < N_ITEMS; i++) {
		struct tree_item *item = tree_queue_next(&queue);

		item->size = i;
		tree_queue_put(&queue, item, i % 7 ? TREE_ITEM_WAITING : TREE_ITEM_DONE);
	}
	tree_queue_close(&queue);
	return arg;
}

static void *worker(void *arg)
{
	struct tree_share share = {.n_max = 16, .n_takers = 4, .bytes_max = UINT64_MAX};
	struct tree_item *items[16];
	size_t n;

	while ((n = tree_queue_take(&queue, &share, true, items))) {
		for (size_t i = 0; i < n; i++)
			items[i]->error = -(int)items[i]->size;
		tree_queue_finish(&queue, items, n);
	}
	return arg;
}

static void test_threads(void **state)
{
	pthread_t threads[5];
	struct timespec later;
	uint64_t n = 0;

	(void)state;
	assert_int_equal(tree_queue_init(&queue, 100), 0);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, i ? worker : walker, NULL), 0);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &later), 0);
	later.tv_sec += 100;
	while (!tree_queue_over(&queue)) {
		const struct tree_item *item = tree_queue_front(&queue, &later);

		if (!item)
			continue;
		assert_int_equal(item->size, n);
		assert_int_equal(item->error, n % 7 ? -(int)n : 0);
		tree_queue_pop(&queue);
		n++;
	}
	assert_int_equal(n, N_ITEMS);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	tree_queue_done(&queue);
}

static void test_value(void **state)
{
	struct tree_item item = {0};
	const uint8_t *value;

	(void)state;
	assert_int_equal(tree_item_set_value(&item, (const uint8_t *)"abc", 3), 0);
	item.has_sig = true;
	value = item.value;
	assert_int_equal(tree_item_set_value(&item, value, 2), 0); /* from itself */
	assert_false(item.has_sig);
	assert_int_equal(item.value_len, 2);
	assert_memory_equal(item.value, "ab", 2);
	assert_int_equal(tree_item_set_value(&item, NULL, 0), 0); /* empty is not none */
	assert_non_null(item.value);
	tree_item_drop_value(&item);
	assert_null(item.value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order), cmocka_unit_test(test_share),   cmocka_unit_test(test_ring_turns),
		cmocka_unit_test(test_stop),  cmocka_unit_test(test_threads), cmocka_unit_test(test_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
