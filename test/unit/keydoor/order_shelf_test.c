/* The shelf gives an order out once, to the key and container it was completed for. */
#include "order_shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int put(struct order_shelf *shelf, uint8_t first)
{
	const uint8_t hash[32] = {first};
	struct err err;

	return order_shelf_put(shelf, hash, BYTES_ARRAY(hash), "KEY", "box", &err);
}

static int take(struct order_shelf *shelf, uint8_t first, const char *key, const char *container)
{
	const uint8_t hash[32] = {first};
	struct buf text;
	struct err err;
	int rc;

	buf_init(&text, 64);
	rc = order_shelf_take(shelf, hash, key, container, &text, &err);
	if (rc == 0)
		assert_true(bytes_equal(buf_get(&text), BYTES_ARRAY(hash)));
	else
		assert_int_equal(err.code, HF_ORDER_MISMATCH);
	buf_free(&text);
	return rc;
}

static void an_order_is_given_once(void **state)
{
	struct order_shelf *shelf;

	assert_int_equal(order_shelf_new(&shelf, NULL), 0);
	assert_int_equal(take(shelf, 1, "KEY", "box"), -1);
	assert_int_equal(put(shelf, 1), 0);
	assert_int_equal(take(shelf, 1, "KEY", "box"), 0);
	assert_int_equal(take(shelf, 1, "KEY", "box"), -1);
	order_shelf_free(&shelf);
}

static void another_key_or_container_gets_nothing(void **state)
{
	struct order_shelf *shelf;

	assert_int_equal(order_shelf_new(&shelf, NULL), 0);
	assert_int_equal(put(shelf, 1), 0);
	assert_int_equal(take(shelf, 1, "OTHER", "box"), -1);
	assert_int_equal(take(shelf, 1, "KEY", "box"), -1); /* it is gone: asked for wrongly once */
	assert_int_equal(put(shelf, 2), 0);
	assert_int_equal(take(shelf, 2, "KEY", "other"), -1);
	order_shelf_free(&shelf);
}

static void the_oldest_gives_way(void **state)
{
	struct order_shelf *shelf;

	assert_int_equal(order_shelf_new(&shelf, NULL), 0);
	for (uint8_t i = 0; i <= ORDER_SHELF_SIZE; i++)
		assert_int_equal(put(shelf, i), 0);
	assert_int_equal(take(shelf, 0, "KEY", "box"), -1);
	for (uint8_t i = 1; i <= ORDER_SHELF_SIZE; i++)
		assert_int_equal(take(shelf, i, "KEY", "box"), 0);
	order_shelf_free(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_order_is_given_once),
	    cmocka_unit_test(another_key_or_container_gets_nothing),
	    cmocka_unit_test(the_oldest_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
