/* The agent's allow-list: its form, and what is an origin. */
#include "origin_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define CA "00112233445566778899aabbccddeeff00112233"
#define LIST(origins) "{\"ca\":\"" CA "\",\"origins\":[" origins "],\"until\":1800000000,\"v\":1,\"version\":7}"
#define ROW(classes, origin) "{\"classes\":[" classes "],\"origin\":\"" origin "\"}"

static int parse(const char *text, struct origin_list *list, struct pool *pool, struct err *err)
{
	return origin_list_parse(list, bytes_text(text), pool, err);
}

static void reads_and_writes_the_same(void **state)
{
	const char *text =
	    LIST(ROW("\"enrol\",\"login\",\"order\"", "http://127.0.0.1:8080") "," ROW("\"login\"", "https://ca.example.cn"));
	struct pool *pool = pool_new(1 << 20);
	struct origin_list list;
	struct origin_row *rows;
	struct buf out;
	struct err err;

	buf_init(&out, 4096);
	assert_int_equal(parse(text, &list, pool, &err), 0);
	assert_int_equal(list.version, 7);
	assert_int_equal(list.until, 1800000000);
	assert_int_equal(list.origins.count, 2);
	rows = list.origins.items;
	assert_int_equal(rows[0].classes, ORIGIN_ENROL | ORIGIN_LOGIN | ORIGIN_ORDER);
	assert_int_equal(rows[1].classes, ORIGIN_LOGIN);
	assert_true(bytes_is_text(rows[1].origin, "https://ca.example.cn"));
	assert_int_equal(origin_list_write(&list, &out, &err), 0);
	assert_true(bytes_is_text(buf_get(&out), text));
	buf_free(&out);
	pool_free(&pool);
}

static void refuses_what_is_no_list(void **state)
{
	static const char *const bad[] = {
	    "",
	    "[]",
	    "{}",
	    LIST(ROW("", "https://a.cn")),
	    LIST(ROW("\"login\",\"enrol\"", "https://a.cn")),
	    LIST(ROW("\"login\",\"login\"", "https://a.cn")),
	    LIST(ROW("\"everything\"", "https://a.cn")),
	    LIST(ROW("\"login\"", "https://a.cn/")),
	    LIST(ROW("\"login\"", "https://b.cn") "," ROW("\"login\"", "https://a.cn")),
	    LIST(ROW("\"login\"", "https://a.cn") "," ROW("\"login\"", "https://a.cn")),
	    LIST("{\"classes\":[\"login\"],\"extra\":1,\"origin\":\"https://a.cn\"}"),
	    "{\"ca\":\"" CA "\",\"origins\":[],\"until\":1,\"v\":2,\"version\":1}",
	    "{\"ca\":\"" CA "\",\"origins\":[],\"until\":1,\"v\":1}",
	    "{ \"ca\":\"" CA "\",\"origins\":[],\"until\":1,\"v\":1,\"version\":1}",
	};
	struct pool *pool = pool_new(1 << 20);
	struct origin_list list;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(bad[i], &list, pool, &err) == 0)
			fail_msg("taken: %s", bad[i]);
	pool_free(&pool);
}

static void knows_an_origin(void **state)
{
	static const char *const good[] = {
	    "https://ca.example.cn", "https://ca.example.cn:8443", "http://127.0.0.1:8080",
	    "http://localhost",      "http://[::1]:8080",          "https://10.0.0.1",
	};
	static const char *const bad[] = {
	    "",
	    "null",
	    "*",
	    "https://",
	    "https://CA.example.cn",
	    "https://ca.example.cn/",
	    "https://ca.example.cn:443",
	    "https://ca.example.cn:",
	    "https://ca.example.cn:080",
	    "https://ca.example.cn:65536",
	    "https://ca.example.cn:8a",
	    "https://a..cn",
	    "https://.cn",
	    "https://cn.",
	    "https://a@b.cn",
	    "https://*.cn",
	    "http://ca.example.cn",
	    "http://127.0.0.1:80",
	    "http://127.0.0.2:8080",
	    "http://[::1",
	    "ftp://localhost",
	    "https://a.cn ",
	    " https://a.cn",
	    "https://\xe8\xaf\x81.cn",
	    "http://127.0.0.1.evil.cn",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!origin_is_valid(bytes_text(good[i])))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (origin_is_valid(bytes_text(bad[i])))
			fail_msg("taken: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_and_writes_the_same),
	    cmocka_unit_test(refuses_what_is_no_list),
	    cmocka_unit_test(knows_an_origin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
