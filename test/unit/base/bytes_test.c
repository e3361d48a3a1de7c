/* Buffers keep their maximum, readers never read past the end, pools and secrets give clean memory. */
#include "bytes.h"
#include "pool.h"
#include "secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/prctl.h>

static void test_compare(void **state)
{
	assert_true(bytes_equal(BYTES_NONE, bytes_text("")));
	assert_false(bytes_equal(BYTES_LITERAL("ab"), BYTES_LITERAL("abc")));
	assert_true(bytes_equal_secret(BYTES_LITERAL("ab"), BYTES_LITERAL("ab")));
	assert_false(bytes_equal_secret(BYTES_LITERAL("ab"), BYTES_LITERAL("ac")));
	assert_true(bytes_compare(BYTES_LITERAL("ab"), BYTES_LITERAL("abc")) < 0);
	assert_true(bytes_compare(BYTES_LITERAL("b"), BYTES_LITERAL("abc")) > 0);
	assert_true(bytes_compare(BYTES_LITERAL("\xff"), BYTES_LITERAL("a")) > 0);
	assert_int_equal(bytes_compare(BYTES_NONE, BYTES_NONE), 0);
	assert_true(bytes_is_text(BYTES_LITERAL("ab"), "ab"));
}

static void test_buffer_stops_at_its_maximum(void **state)
{
	struct buf b;
	struct err err;

	buf_init(&b, 5);
	assert_int_equal(buf_append_text(&b, "abcd", &err), 0);
	assert_int_equal(buf_append_text(&b, "ef", &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	assert_int_equal(b.size, 4);
	assert_int_equal(buf_append_u8(&b, 'e', &err), 0);
	assert_int_equal(buf_append(&b, BYTES_NONE, &err), 0);
	assert_true(bytes_is_text(buf_get(&b), "abcde"));
	buf_consume(&b, 2);
	assert_true(bytes_is_text(buf_get(&b), "cde"));
	buf_wipe(&b);
	assert_int_equal(buf_get(&b).size, 0);
	assert_int_equal(b.max, 5);
}

static void test_buffer_grows(void **state)
{
	struct buf b;
	struct err err;

	buf_init(&b, 100000);
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(buf_append_u32(&b, i, &err), 0);
	assert_int_equal(b.size, 40000);
	assert_memory_equal(b.data + 4 * 258, "\0\0\1\2", 4);
	buf_clear(&b);
	assert_int_equal(buf_append_format(&b, &err, "%03d|%s", 7, "x"), 0);
	assert_int_equal(buf_append_u64(&b, 0x0102030405060708, &err), 0);
	assert_memory_equal(b.data, "007|x\1\2\3\4\5\6\7\10", 13);
	buf_free(&b);
}

static void test_reader_fails_without_moving(void **state)
{
	const uint8_t raw[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
	struct reader r = {BYTES_ARRAY(raw)};
	struct bytes rest;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	assert_int_equal(reader_u8(&r, &u8), 0);
	assert_int_equal(reader_u16(&r, &u16), 0);
	assert_int_equal(reader_u32(&r, &u32), 0);
	assert_int_equal(reader_u64(&r, &u64), 0);
	assert_int_equal(u8, 1);
	assert_int_equal(u16, 0x0203);
	assert_int_equal(u32, 0x04050607);
	assert_int_equal(u64, 0x08090a0b0c0d0e0f);
	assert_int_equal(reader_u16(&r, &u16), -1);
	assert_int_equal(reader_take(&r, 2, &rest), -1);
	assert_int_equal(reader_take(&r, 1, &rest), 0);
	assert_int_equal(rest.data[0], 16);
	assert_int_equal(reader_take(&r, 0, &rest), 0);
	assert_int_equal(reader_u8(&r, &u8), -1);
}

static void test_pool_zeroes_aligns_and_ends(void **state)
{
	struct pool *pool = pool_new(20000);
	struct bytes kept;
	struct err err;
	char *p;

	p = pool_alloc(pool, 100);
	assert_non_null(p);
	memset(p, 0xee, 100);
	assert_int_equal((uintptr_t)pool_alloc(pool, 3) % 16, 0);
	assert_string_equal(pool_format(pool, "%d-%s", 5, "a"), "5-a");
	assert_string_equal(pool_text(pool, BYTES_LITERAL("name")), "name");
	assert_int_equal(pool_bytes(pool, BYTES_LITERAL("xyz"), &kept, &err), 0);
	assert_true(bytes_is_text(kept, "xyz"));
	assert_non_null(pool_alloc(pool, 10000));
	assert_null(pool_alloc(pool, 10000));
	assert_null(pool_alloc(pool, SIZE_MAX));
	pool_reset(pool);
	p = pool_alloc(pool, 19000);
	assert_non_null(p);
	for (size_t i = 0; i < 19000; i++)
		assert_int_equal(p[i], 0);
	assert_int_equal(pool_bytes(pool, (struct bytes){(const uint8_t *)p, 2000}, &kept, &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	pool_free(&pool);
	assert_null(pool);
	pool_free(&pool);
}

static void test_secret_is_bounded_and_emptied(void **state)
{
	struct secret s;
	struct err err;

	assert_int_equal(secret_new(&s, 0, &err), -1);
	assert_int_equal(secret_new(&s, SECRET_MAX + 1, &err), -1);
	assert_int_equal(secret_copy(&s, BYTES_LITERAL("open sesame"), &err), 0);
	assert_true(bytes_is_text(secret_get(&s), "open sesame"));
	secret_free(&s);
	assert_null(s.data);
	assert_int_equal(secret_get(&s).size, 0);
	secret_free(&s);
}

/* Small secrets share pages: each has a place of its own, clean also when another was there before. */
static void test_small_secrets_keep_apart(void **state)
{
	struct secret many[600];
	struct err err;

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < 600; i++) {
			assert_int_equal(secret_new(&many[i], 1 + i % 600, &err), 0);
			for (size_t at = 0; at < many[i].size; at++)
				assert_int_equal(many[i].data[at], 0);
			memset(many[i].data, (int)(i % 255) + 1, many[i].size);
		}
		for (size_t i = 0; i < 600; i++) {
			for (size_t at = 0; at < many[i].size; at++)
				assert_int_equal(many[i].data[at], i % 255 + 1);
			secret_free(&many[i]);
		}
	}
}

static void test_hardened_process_is_not_dumpable(void **state)
{
	struct err err;

	assert_int_equal(secret_harden_process(&err), 0);
	assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_compare),
	    cmocka_unit_test(test_buffer_stops_at_its_maximum),
	    cmocka_unit_test(test_buffer_grows),
	    cmocka_unit_test(test_reader_fails_without_moving),
	    cmocka_unit_test(test_pool_zeroes_aligns_and_ends),
	    cmocka_unit_test(test_secret_is_bounded_and_emptied),
	    cmocka_unit_test(test_small_secrets_keep_apart),
	    cmocka_unit_test(test_hardened_process_is_not_dumpable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
