/* Tables that cannot be served are refused; nearer patterns win. */
#include "exchange.h"
#include "language.h"
#include "router_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int handler(struct web_request *r, struct reply *reply, struct err *err)
{
	return 0;
}

static void together(struct route_turn *turns, size_t n)
{
}

static int gate(struct web_request *r, const struct route *row, struct err *err)
{
	return 0;
}

static int refused(const struct route *rows, size_t n, const struct router_program *program)
{
	struct router *router = NULL;
	struct err err;
	int result = router_new(&router, rows, n, program, &err);

	router_free(&router);
	return result == -1 && err.code == HF_SETTING;
}

static void tables_are_judged(void **state)
{
	static const struct router_program none = {.ctx = NULL}, gated = {.gate = gate};
	static const struct route_upload upload = {NULL, NULL, NULL};
	static const struct form_table form = {NULL, 0, 0};
	const struct route twice[] = {{.method = WEB_GET, .path = "/a", .handler = handler},
	                              {.method = WEB_GET, .path = "/a", .handler = handler}};
	const struct route two[] = {{.method = WEB_GET, .path = "/a", .handler = handler},
	                            {.method = WEB_POST, .path = "/a", .handler = handler}};
	const struct route role = {.method = WEB_GET, .path = "/a", .handler = handler, .roles = 1};
	const struct route token = {.method = WEB_POST, .path = "/a", .handler = handler, .flags = ROUTE_CSRF};
	const struct route both = {.method = WEB_POST, .path = "/a", .handler = handler, .upload = &upload, .form = &form};
	const struct route no_handler = {.method = WEB_GET, .path = "/a"};
	const struct route relative = {.method = WEB_GET, .path = "a", .handler = handler};
	const struct route hole = {.method = WEB_GET, .path = "/a//b", .handler = handler};
	const struct route rest_first = {.method = WEB_GET, .path = "/*rest/a", .handler = handler};
	const struct route group = {.method = WEB_POST, .path = "/a", .together = together, .flags = ROUTE_WAITS};
	const struct route group_on_loop = {.method = WEB_POST, .path = "/a", .together = together};
	const struct route group_and_handler = {
	    .method = WEB_POST, .path = "/a", .handler = handler, .together = together, .flags = ROUTE_WAITS};

	assert_false(refused(&group, 1, &none));
	assert_true(refused(&group_on_loop, 1, &none));
	assert_true(refused(&group_and_handler, 1, &none));
	assert_true(refused(twice, 2, &none));
	assert_false(refused(two, 2, &none));
	assert_true(refused(&role, 1, &none));
	assert_false(refused(&role, 1, &gated));
	assert_true(refused(&token, 1, &gated));
	assert_true(refused(&both, 1, &none));
	assert_true(refused(&no_handler, 1, &none));
	assert_true(refused(&relative, 1, &none));
	assert_true(refused(&hole, 1, &none));
	assert_true(refused(&rest_first, 1, &none));
}

static const char *matched(const struct router *router, struct pool *pool, const char *path, enum web_method method)
{
	struct web_request r = {.method = method, .path = path, .pool = pool};
	struct err err;

	if (router_match(router, &r, &err) != 0)
		return err.code == HF_NOT_FOUND ? "none" : err.code == HF_HTTP_METHOD ? "method" : "error";
	return r.route->path;
}

static void nearer_patterns_win(void **state)
{
	static const struct router_program program = {.ctx = NULL};
	static const struct route rows[] = {
	    {.method = WEB_GET, .path = "/queue/:number", .handler = handler},
	    {.method = WEB_GET, .path = "/queue/new", .handler = handler},
	    {.method = WEB_GET, .path = "/*all", .handler = handler},
	    {.method = WEB_GET, .path = "/", .handler = handler},
	    {.method = WEB_POST, .path = "/queue/new", .handler = handler},
	};
	struct pool *pool = pool_new(1 << 16);
	struct router *router = NULL;
	struct err err;

	assert_int_equal(router_new(&router, rows, 5, &program, &err), 0);
	assert_string_equal(matched(router, pool, "/queue/new", WEB_GET), "/queue/new");
	assert_string_equal(matched(router, pool, "/queue/old", WEB_GET), "/queue/:number");
	assert_string_equal(matched(router, pool, "/queue/old", WEB_HEAD), "/queue/:number");
	assert_string_equal(matched(router, pool, "/queue/old/x", WEB_GET), "/*all");
	assert_string_equal(matched(router, pool, "/queue/", WEB_GET), "/*all");
	assert_string_equal(matched(router, pool, "/", WEB_GET), "/");
	assert_string_equal(matched(router, pool, "/x", WEB_POST), "method");
	assert_string_equal(matched(router, pool, "", WEB_GET), "none");
	router_free(&router);
	pool_free(&pool);
}

static void languages(void **state)
{
	assert_int_equal(language_choose(NULL, NULL, NULL), LANGUAGE_ZH);
	assert_int_equal(language_choose("en", "zh", "zh"), LANGUAGE_EN);
	assert_int_equal(language_choose("fr", "en", "zh"), LANGUAGE_EN);
	assert_int_equal(language_choose(NULL, NULL, "en-GB,en;q=0.9"), LANGUAGE_EN);
	assert_int_equal(language_choose(NULL, NULL, "en;q=0.5, zh-CN;q=0.8"), LANGUAGE_ZH);
	assert_int_equal(language_choose(NULL, NULL, "fr, en;q=0.1"), LANGUAGE_EN);
	assert_int_equal(language_choose(NULL, NULL, "de,*;q=0.5"), LANGUAGE_ZH);
	assert_int_equal(language_choose(NULL, NULL, ",,;q=,en;q=x"), LANGUAGE_ZH);
	assert_int_equal(language_choose(NULL, NULL, "english"), LANGUAGE_ZH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(tables_are_judged), cmocka_unit_test(nearer_patterns_win),
	                                   cmocka_unit_test(languages)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
