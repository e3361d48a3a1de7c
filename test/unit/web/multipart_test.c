/* multipart/form-data torn at every place reads the same; malformed bodies are refused. */
#include "multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Writes what it is told as text: "(name|file|type:data)". */
struct record {
	struct buf text;
	const char *fail_at; /* a name at which begin fails */
};

static int begin(void *ctx, const struct multipart_part *part, struct err *err)
{
	struct record *r = ctx;

	if (r->fail_at != NULL && strcmp(part->name, r->fail_at) == 0)
		return err_set(err, HF_FIELD_CHOICE, "no");
	return buf_append_format(&r->text, err, "(%s|%s|%s:", part->name, part->file != NULL ? part->file : "-", part->type);
}

static int data(void *ctx, struct bytes piece, struct err *err)
{
	return buf_append(&((struct record *)ctx)->text, piece, err);
}

static int end(void *ctx, struct err *err)
{
	return buf_append_text(&((struct record *)ctx)->text, ")", err);
}

static int read_in(struct record *r, const char *boundary, struct bytes body, size_t step, struct err *err)
{
	const struct multipart_sink sink = {r, begin, data, end};
	struct multipart *m = NULL;
	int result = -1;

	if (multipart_new(&m, boundary, &sink, err) != 0)
		return -1;
	for (; body.size > 0; body = (struct bytes){body.data + step, body.size - step}) {
		if (step > body.size)
			step = body.size;
		if (multipart_feed(m, (struct bytes){body.data, step}, err) != 0)
			goto out;
	}
	result = multipart_end(m, err);
out:
	multipart_free(&m);
	return result;
}

static void expect_at_every_step(struct bytes body, struct bytes wanted)
{
	for (size_t step = 1; step <= body.size; step++) {
		struct record r = {.fail_at = NULL};
		struct err err;

		buf_init(&r.text, 1 << 20);
		assert_int_equal(read_in(&r, "XyZ", body, step, &err), 0);
		if (!bytes_equal(buf_get(&r.text), wanted))
			fail_msg("step %zu: %.*s", step, (int)r.text.size, (const char *)r.text.data);
		buf_free(&r.text);
	}
}

static void pieces_of_every_size_read_the_same(void **state)
{
	expect_at_every_step(BYTES_LITERAL("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhello\r\n"
	                                   "--XyZ\r\nContent-Type: image/png\r\ncontent-disposition: form-data; name=\"b\"; "
	                                   "filename=\"\xe5\xbc\xa0.png\"\r\n\r\n\x89PNG\r\n--Xy\r\n--XyY\0\r\n\r\n-\r\n"
	                                   "--XyZ\r\nContent-Disposition: form-data; name=c\r\n\r\n\r\n--XyZ--\r\nepilogue"),
	                     BYTES_LITERAL("(a|-|:hello)(b|\xe5\xbc\xa0.png|image/png:\x89PNG\r\n--Xy\r\n--XyY\0\r\n\r\n-)(c|-|:)"));
}

static void a_delimiter_may_repeat_its_beginning(void **state)
{
	expect_at_every_step(BYTES_LITERAL("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n\r\n-\r\n--\r\n\r\n--XyZ--"),
	                     BYTES_LITERAL("(a|-|:\r\n\r\n-\r\n--\r\n)"));
}

static void expect_refused(const char *boundary, struct bytes body)
{
	for (size_t step = 1; step <= body.size + 1; step += body.size > 8 ? body.size / 8 : 1) {
		struct record r = {.fail_at = NULL};
		struct err err;

		buf_init(&r.text, 1 << 20);
		if (read_in(&r, boundary, body, step, &err) != -1)
			fail_msg("taken: %.*s", (int)body.size, (const char *)body.data);
		assert_int_equal(err.code, HF_HTTP_FORM);
		buf_free(&r.text);
	}
}

#define HEAD "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"

static void malformed_bodies_are_refused(void **state)
{
	expect_refused("XyZ", BYTES_LITERAL("--XyZ"));
	expect_refused("XyZ", BYTES_LITERAL("--Xyz\r\n"));
	expect_refused("XyZ", BYTES_LITERAL("preamble\r\n--XyZ--"));
	expect_refused("XyZ", BYTES_LITERAL(HEAD "never ended"));
	expect_refused("XyZ", BYTES_LITERAL(HEAD "x\r\n--XyZ"));
	expect_refused("XyZ", BYTES_LITERAL(HEAD "x\r\n--XyZ \r\n"));
	expect_refused("XyZ", BYTES_LITERAL("--XyZ\r\n\r\nno head\r\n--XyZ--"));
	expect_refused("XyZ", BYTES_LITERAL("--XyZ\r\nContent-Type: text/plain\r\n\r\nx\r\n--XyZ--"));
	expect_refused("XyZ", BYTES_LITERAL("--XyZ\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--XyZ--"));
	expect_refused("XyZ", BYTES_LITERAL("--XyZ\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\nx\r\n--XyZ--"));
	expect_refused("XyZ", BYTES_LITERAL("--XyZ\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\nx\r\n--XyZ--"));
	expect_refused("XyZ", BYTES_LITERAL("--XyZ\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--XyZ--"));
	expect_refused("XyZ", BYTES_LITERAL("--XyZ\r\nContent-Disposition: form-data; name=\"a\xff\"\r\n\r\nx\r\n--XyZ--"));
	expect_refused("XyZ", BYTES_LITERAL("--XyZ\r\nContent-Disposition: form-data; name=\"a\0\"\r\n\r\nx\r\n--XyZ--"));
	expect_refused("XyZ",
	               BYTES_LITERAL("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=b\r\n"
	                             "\r\nx\r\n--XyZ--"));
}

static void bounds_hold(void **state)
{
	char *text = malloc(70000);
	size_t n;

	n = (size_t)snprintf(text, 70000, "--XyZ\r\nX: %03000d", 1);
	expect_refused("XyZ", (struct bytes){(uint8_t *)text, n});
	n = (size_t)snprintf(text, 70000, "--XyZ\r\nContent-Disposition: form-data; name=\"%0300d\"\r\n\r\nx\r\n--XyZ--", 1);
	expect_refused("XyZ", (struct bytes){(uint8_t *)text, n});
	n = 0;
	for (int i = 0; i < MULTIPART_PARTS_MAX + 1; i++)
		n += (size_t)snprintf(text + n, 70000 - n, "%s" HEAD "x", i == 0 ? "" : "\r\n");
	n += (size_t)snprintf(text + n, 70000 - n, "\r\n--XyZ--");
	expect_refused("XyZ", (struct bytes){(uint8_t *)text, n});
	expect_refused("", BYTES_LITERAL("----"));
	expect_refused("a b", BYTES_LITERAL("--a b--"));
	expect_refused("a\r\n", BYTES_LITERAL("--a--"));
	free(text);
}

static void a_sinks_failure_stops_the_reading(void **state)
{
	struct record r = {.fail_at = "a"};
	struct err err;

	buf_init(&r.text, 100);
	assert_int_equal(read_in(&r, "XyZ", BYTES_LITERAL(HEAD "x\r\n--XyZ--"), 7, &err), -1);
	assert_int_equal(err.code, HF_FIELD_CHOICE);
	buf_free(&r.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces_of_every_size_read_the_same), cmocka_unit_test(a_delimiter_may_repeat_its_beginning),
	    cmocka_unit_test(malformed_bodies_are_refused),       cmocka_unit_test(bounds_hold),
	    cmocka_unit_test(a_sinks_failure_stops_the_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
