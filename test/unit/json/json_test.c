/* The reader refuses what two readers could understand differently; the canonical text is one. */
#include "json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 4096

static void refuse(struct bytes text)
{
	struct json *root;
	struct err err;

	if (json_read(&root, text, MAX, &err) == 0)
		fail_msg("accepted: %.*s", (int)text.size, (const char *)text.data);
	assert_null(root);
	assert_int_equal(err.code, HF_JSON);
}

static void test_refusals(void **state)
{
	static const char *const bad[] = {"",
	                                  " ",
	                                  "1",
	                                  "\"a\"",
	                                  "true",
	                                  "{",
	                                  "{}x",
	                                  "{} {}",
	                                  "{\"a\":1,\"a\":2}",
	                                  "{\"a\":1,\"\\u0061\":2}",
	                                  "[1.0]",
	                                  "[1e3]",
	                                  "[9007199254740992]",
	                                  "[-9007199254740992]",
	                                  "[99999999999999999999]",
	                                  "[01]",
	                                  "[\"\\u0000\"]",
	                                  "[\"\xff\"]",
	                                  "[\"\xc0\xaf\"]",
	                                  "[\"\\ud800\"]",
	                                  "[\"\xed\xa0\x80\"]",
	                                  "[\"a\tb\"]",
	                                  "[NaN]",
	                                  "['a']",
	                                  "[1,]",
	                                  "{\"a\":1,}",
	                                  "\xef\xbb\xbf{}",
	                                  "[/**/]",
	                                  "{a:1}"};
	char deep[80];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refuse(bytes_text(bad[i]));
	refuse((struct bytes){(const uint8_t *)"[]\0", 3});
	refuse((struct bytes){(const uint8_t *)"[\"a\0b\"]", 7});
	refuse(BYTES_LITERAL("[1\0,null]"));
	refuse(BYTES_LITERAL("[1,null\0]"));
	memset(deep, '[', 33);
	memset(deep + 33, ']', 33);
	refuse((struct bytes){(const uint8_t *)deep, 66});
}

static void test_limits(void **state)
{
	struct json *root;
	struct err err;
	char deep[64];

	assert_int_equal(json_read(&root, BYTES_LITERAL("[1,2]"), 4, &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	memset(deep, '[', 32);
	memset(deep + 32, ']', 32);
	assert_int_equal(json_read(&root, (struct bytes){(const uint8_t *)deep, 64}, MAX, &err), 0);
	json_free(&root);
	assert_int_equal(json_read(&root, BYTES_LITERAL("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"]"), MAX, &err), 0);
	json_free(&root);
	json_free(&root);
}

static int gather_name(void *ctx, const char *name, const struct json *value, struct err *err)
{
	strcat(ctx, name);
	return strcmp(name, "stop") == 0 ? err_set(err, HF_JSON, "stopped") : 0;
}

static void test_members(void **state)
{
	struct json *root;
	const struct json *inner;
	struct bytes text;
	struct buf b;
	struct err err;
	int64_t number;
	char names[32] = "";

	assert_int_equal(
	    json_read(&root,
	              BYTES_LITERAL("{\"z\":\"\\u864e\",\"n\":-9007199254740991,\"o\":{\"stop\":1,\"after\":2},\"l\":[true,false,"
	                            "null],\"b\":\"Zm9v\"}"),
	              MAX, &err),
	    0);
	assert_int_equal(json_get_text(root, "z", &text, &err), 0);
	assert_true(bytes_is_text(text, "虎"));
	assert_int_equal(json_get_integer(root, "n", &number, &err), 0);
	assert_true(number == -9007199254740991);
	assert_int_equal(json_get_integer(root, "z", &number, &err), -1);
	assert_int_equal(err.code, HF_JSON);
	assert_string_equal(err.text, "member z: no integer");
	assert_int_equal(json_get_text(root, "absent", &text, &err), -1);
	assert_int_equal(json_get_object(root, "l", &inner, &err), -1);
	assert_int_equal(json_get_array(root, "o", &inner, &err), -1);
	assert_int_equal(json_get_array(root, "l", &inner, &err), 0);
	assert_int_equal(json_count(inner), 3);
	assert_int_equal(json_kind_of(json_item(inner, 0)), JSON_KIND_TRUE);
	assert_int_equal(json_kind_of(json_item(inner, 1)), JSON_KIND_FALSE);
	assert_int_equal(json_kind_of(json_item(inner, 2)), JSON_KIND_NULL);
	assert_null(json_item(inner, 3));
	assert_int_equal(json_each(root, gather_name, names, &err), 0);
	assert_string_equal(names, "znolb");
	assert_int_equal(json_get_object(root, "o", &inner, &err), 0);
	assert_int_equal(json_each(inner, gather_name, names, &err), -1);
	assert_string_equal(names, "znolbstop");
	buf_init(&b, 16);
	assert_int_equal(json_get_base64(root, "b", &b, &err), 0);
	assert_true(bytes_is_text(buf_get(&b), "foo"));
	assert_int_equal(json_get_base64(root, "z", &b, &err), -1);
	assert_memory_equal(err.text, "member z: ", 10);
	buf_free(&b);
	json_free(&root);
}

static void assert_canonical(const char *in, const char *expected)
{
	struct json *root;
	struct buf b;
	struct err err;

	buf_init(&b, MAX);
	assert_int_equal(json_read(&root, bytes_text(in), MAX, &err), 0);
	assert_int_equal(json_write_canonical(&b, root, &err), 0);
	if (!bytes_is_text(buf_get(&b), expected))
		fail_msg("%s became %.*s", in, (int)b.size, (const char *)b.data);
	buf_free(&b);
	json_free(&root);
}

static void test_canonical(void **state)
{
	assert_canonical(" { \"b\" : [ 1 , -0 , { } ] , \"a\" : null } ", "{\"a\":null,\"b\":[1,0,{}]}");
	assert_canonical("{\"aa\":1,\"a\":2,\"B\":true,\"\":false}", "{\"\":false,\"B\":true,\"a\":2,\"aa\":1}");
	/* By bytes, not by UTF-16 units: U+FF61 comes before U+10000. */
	assert_canonical("{\"\\ud800\\udc00\":1,\"\\uff61\":2,\"z\":3}", "{\"z\":3,\"\xef\xbd\xa1\":2,\"\xf0\x90\x80\x80\":1}");
	assert_canonical("[\"\\/\\u0041\\u864e\\\"\\\\\\n\\u001F\x7f\"]", "[\"/A虎\\\"\\\\\\n\\u001f\x7f\"]");
	assert_canonical("[9007199254740991,-9007199254740991]", "[9007199254740991,-9007199254740991]");
}

static void test_form(void **state)
{
	static const struct {
		const char *text;
		struct json_form form;
	} cases[] = {
	    {"{\"a\":[1,\"虎\"],\"b\":{}}", {.canonical = true}},
	    {"{\"b\":1,\"a\":2}", {.canonical = false}},
	    {"[1, 2]", {.canonical = false}},
	    {"[1]\n", {.canonical = false}},
	    {"[-0]", {.canonical = false}},
	    {"[-1]", {.canonical = true}},
	    {"[\"\\\"\\\\\\n\\u0001\\u001f\"]", {.canonical = true, .escapes = true}},
	    {"[\"\\u001F\"]", {.canonical = false, .escapes = true}},
	    {"[\"\\u000a\"]", {.canonical = false, .escapes = true}},
	    {"[\"\\/\"]", {.canonical = false, .escapes = true}},
	    {"[\"\\u0041\"]", {.canonical = false, .escapes = true}},
	    {"[\"\\ud83d\\ude00\"]", {.canonical = false, .escapes = true}},
	    {"[true,null]", {.canonical = true, .words = true}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json *root;
		struct json_form form;

		assert_int_equal(json_read(&root, bytes_text(cases[i].text), MAX, NULL), 0);
		form = json_form_get(root);
		if (form.canonical != cases[i].form.canonical || form.escapes != cases[i].form.escapes || form.words != cases[i].form.words)
			fail_msg("%s", cases[i].text);
		json_free(&root);
	}
}

/* Members in any order are found, and each is there once. */
static void test_many_members(void **state)
{
	struct json *root;
	struct buf b;
	int64_t number;
	char name[16];

	buf_init(&b, 65536);
	assert_int_equal(buf_append_u8(&b, '{', NULL), 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(buf_append_format(&b, NULL, "%s\"n%d\":%d", i > 0 ? "," : "", i * 7 % 1000, i * 7 % 1000), 0);
	assert_int_equal(buf_append_u8(&b, '}', NULL), 0);
	assert_int_equal(json_read(&root, buf_get(&b), b.size, NULL), 0);
	assert_int_equal(json_count(root), 1000);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(json_get_integer(root, name, &number, NULL), 0);
		assert_int_equal(number, i);
	}
	assert_null(json_member(root, "n1000"));
	json_free(&root);
	b.data[b.size - 1] = ',';
	assert_int_equal(buf_append_text(&b, "\"n500\":1}", NULL), 0);
	assert_int_equal(json_read(&root, buf_get(&b), b.size, NULL), -1);
	buf_free(&b);
}

static void test_canonical_stops_at_the_maximum(void **state)
{
	struct json *root;
	struct buf b;
	struct err err;

	assert_int_equal(json_read(&root, BYTES_LITERAL("{\"a\":[1,2,3]}"), MAX, &err), 0);
	for (size_t max = 0; max < 13; max++) {
		buf_init(&b, max);
		assert_int_equal(json_write_canonical(&b, root, &err), -1);
		assert_int_equal(err.code, HF_LIMIT);
		buf_free(&b);
	}
	json_free(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refusals),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_members),
	    cmocka_unit_test(test_canonical),
	    cmocka_unit_test(test_form),
	    cmocka_unit_test(test_many_members),
	    cmocka_unit_test(test_canonical_stops_at_the_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
