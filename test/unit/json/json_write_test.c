/* The writer gives well-formed text or fails. */
#include "json.h"
#include "json_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static int begin(void **state)
{
	static struct buf b;

	buf_init(&b, 1024);
	*state = &b;
	return 0;
}

static int end(void **state)
{
	buf_free(*state);
	return 0;
}

static void test_every_kind(void **state)
{
	struct buf *b = *state;
	struct json_writer w;
	struct json *root;
	struct err err;

	json_begin(&w, b);
	json_open_object(&w, NULL);
	json_put_string(&w, "s", "a\"\\\n\x01虎");
	json_put_integer(&w, "i", -7);
	json_put_bool(&w, "t", true);
	json_put_null(&w, "n");
	json_put_hex(&w, "h", BYTES_LITERAL("\x0f\xff"));
	json_put_base64(&w, "b", BYTES_LITERAL("fo"));
	json_open_array(&w, "a");
	json_put_raw(&w, NULL, BYTES_LITERAL("{\"r\":1}"));
	json_put_text(&w, NULL, BYTES_NONE);
	json_open_array(&w, NULL);
	json_close(&w);
	json_close(&w);
	json_close(&w);
	assert_int_equal(json_end(&w, &err), 0);
	assert_true(bytes_is_text(buf_get(b),
	                          "{\"s\":\"a\\\"\\\\\\n\\u0001虎\",\"i\":-7,\"t\":true,\"n\":null,\"h\":\"0fff\",\"b\":\"Zm8=\","
	                          "\"a\":[{\"r\":1},\"\",[]]}"));
	assert_int_equal(json_read(&root, buf_get(b), 1024, &err), 0);
	json_free(&root);
}

/* What needs an escape gets it wherever it stands, and is read back. */
static void test_escapes_at_every_place(void **state)
{
	static const uint8_t special[] = {'"', '\\', '\n', 0x01, 0x1f, 0x7f};

	for (size_t size = 1; size < 30; size++) {
		for (size_t at = 0; at < size * sizeof(special); at++) {
			uint8_t text[30];
			struct bytes whole = {text, size}, read;
			struct buf *b = *state;
			struct json_writer w;
			struct json *root;

			memset(text, '!', sizeof(text));
			text[at % size] = special[at / size];
			buf_clear(b);
			json_begin(&w, b);
			json_open_object(&w, NULL);
			json_put_text(&w, "t", whole);
			json_close(&w);
			assert_int_equal(json_end(&w, NULL), 0);
			assert_int_equal(json_read(&root, buf_get(b), 1024, NULL), 0);
			assert_int_equal(json_get_text(root, "t", &read, NULL), 0);
			assert_true(bytes_equal(read, whole));
			assert_true(json_form_get(root).canonical);
			json_free(&root);
		}
	}
}

static void test_open_text_fails(void **state)
{
	struct json_writer w;
	struct err err;

	json_begin(&w, *state);
	assert_int_equal(json_end(&w, &err), -1);
	json_begin(&w, *state);
	json_open_array(&w, NULL);
	assert_int_equal(json_end(&w, &err), -1);
	assert_int_equal(err.code, HF_SYSTEM);
}

static void name_in_array(struct json_writer *w)
{
	json_open_array(w, NULL);
	json_put_null(w, "name");
	json_close(w);
}

static void no_name_in_object(struct json_writer *w)
{
	json_open_object(w, NULL);
	json_put_null(w, NULL);
	json_close(w);
}

static void two_values(struct json_writer *w)
{
	json_put_null(w, NULL);
	json_put_null(w, NULL);
}

static void close_too_often(struct json_writer *w)
{
	json_put_null(w, NULL);
	json_close(w);
}

static void too_deep(struct json_writer *w)
{
	for (int i = 0; i <= JSON_DEPTH_MAX; i++)
		json_open_array(w, NULL);
	for (int i = 0; i <= JSON_DEPTH_MAX; i++)
		json_close(w);
}

static void bad_utf8(struct json_writer *w)
{
	json_put_string(w, NULL, "\xff");
}

static void large_integer(struct json_writer *w)
{
	json_put_integer(w, NULL, INT64_C(1) << 53);
}

static void empty_raw(struct json_writer *w)
{
	json_put_raw(w, NULL, BYTES_NONE);
}

static void too_long(struct json_writer *w)
{
	static const uint8_t zeros[1024];

	json_put_hex(w, NULL, BYTES_ARRAY(zeros));
}

static void test_misuse_fails(void **state)
{
	void (*const misuses[])(struct json_writer *) = {name_in_array, no_name_in_object, two_values, close_too_often, too_deep,
	                                                 bad_utf8,      large_integer,     empty_raw,  too_long};
	struct json_writer w;
	struct err err;

	for (size_t i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++) {
		buf_clear(*state);
		json_begin(&w, *state);
		misuses[i](&w);
		if (json_end(&w, &err) == 0)
			fail_msg("misuse %zu passed", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_every_kind, begin, end),
	    cmocka_unit_test_setup_teardown(test_escapes_at_every_place, begin, end),
	    cmocka_unit_test_setup_teardown(test_open_text_fails, begin, end),
	    cmocka_unit_test_setup_teardown(test_misuse_fails, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
