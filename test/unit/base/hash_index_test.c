/* The index keeps every key it was given, through growth and replacement. */
#include "hash_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void key_of(uint8_t key[16], uint64_t n)
{
	memset(key, 0, 16);
	memcpy(key, &n, sizeof(n));
}

static void test_many_keys(void **state)
{
	struct hash_index *index = NULL;
	struct err err;
	uint8_t key[16];
	uint64_t value;

	(void)state;
	assert_int_equal(hash_index_new(&index, 16, 7, &err), 0);
	for (uint64_t i = 0; i < 20000; i++) {
		key_of(key, i);
		assert_false(hash_index_get(index, key, &value));
		assert_int_equal(hash_index_put(index, key, i + 1, &err), 0);
	}
	assert_int_equal(hash_index_count(index), 20000);
	for (uint64_t i = 0; i < 20000; i++) {
		key_of(key, i);
		assert_true(hash_index_get(index, key, &value));
		assert_int_equal(value, i + 1);
	}
	key_of(key, 20000);
	assert_false(hash_index_get(index, key, &value));
	hash_index_free(&index);
	assert_null(index);
}

static void test_replace_and_bounds(void **state)
{
	struct hash_index *index = NULL;
	struct err err;
	uint64_t value;

	(void)state;
	assert_int_equal(hash_index_new(&index, 3, 0, &err), 0);
	assert_int_equal(hash_index_put(index, "abc", 1, &err), 0);
	assert_int_equal(hash_index_put(index, "abc", HASH_INDEX_VALUE_MAX, &err), 0);
	assert_int_equal(hash_index_count(index), 1);
	assert_true(hash_index_get(index, "abc", &value));
	assert_int_equal(value, HASH_INDEX_VALUE_MAX);
	assert_int_equal(hash_index_put(index, "abd", 0, &err), -1);
	assert_int_equal(hash_index_put(index, "abd", HASH_INDEX_VALUE_MAX + 1, &err), -1);
	assert_int_equal(hash_index_new(&index, HASH_INDEX_KEY_MAX + 1, 0, &err), -1);
	hash_index_free(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_many_keys),
	    cmocka_unit_test(test_replace_and_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
