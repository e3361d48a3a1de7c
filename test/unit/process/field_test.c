/* Bodies come back as they went; what does not fit the table is refused on both sides. */
#include "field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

struct sample {
	uint32_t number;
	int64_t time;
	struct bytes key;
	struct bytes name;
	struct bytes_list papers;
};

static const struct field sample_fields[] = {
    FIELD(sample, number, FIELD_U32, 0), FIELD(sample, time, FIELD_I64, 0),   FIELD(sample, key, FIELD_BYTES, 4),
    FIELD(sample, name, FIELD_TEXT, 12), FIELD_OF_LIST(sample, papers, 3, 2),
};
static const struct body sample_body = BODY(sample, sample_fields);

static const uint8_t encoded[] = {0, 0,   1,    2,   255, 255, 255, 255, 255, 255, 255, 254, 0,   0, 0, 2, 7, 8,   0,   0,  0,
                                  3, 'a', '\n', 'b', 0,   0,   0,   2,   0,   0,   0,   1,   'x', 0, 0, 0, 3, 'y', 'y', 'y'};

static struct bytes papers[] = {BYTES_LITERAL("x"), BYTES_LITERAL("yyy"), BYTES_LITERAL("z")};

static struct sample sample(void)
{
	return (struct sample){0x102, -2, BYTES_LITERAL("\7\10"), BYTES_LITERAL("a\nb"), {papers, 2}};
}

static int set_up(void **state)
{
	*state = pool_new(4096);
	return *state == NULL;
}

static int tear_down(void **state)
{
	pool_free((struct pool **)state);
	return 0;
}

static void test_goes_and_comes(void **state)
{
	struct sample from = sample(), to;
	struct buf b;
	struct err err;

	buf_init(&b, 128);
	assert_int_equal(body_encode(&sample_body, &from, &b, &err), 0);
	assert_true(bytes_equal(buf_get(&b), BYTES_ARRAY(encoded)));
	assert_int_equal(body_decode(&sample_body, buf_get(&b), *state, &to, &err), 0);
	assert_int_equal(to.number, 0x102);
	assert_true(to.time == -2);
	assert_true(bytes_equal(to.key, from.key));
	assert_true(bytes_equal(to.name, from.name));
	assert_int_equal(to.papers.count, 2);
	assert_true(bytes_is_text(to.papers.items[1], "yyy"));
	buf_free(&b);
}

static void test_every_cut_is_refused(void **state)
{
	struct sample to;
	struct err err;

	for (size_t n = 0; n < sizeof(encoded); n++) {
		assert_int_equal(body_decode(&sample_body, (struct bytes){encoded, n}, *state, &to, &err), -1);
		assert_int_equal(err.code, HF_MESSAGE_FORMAT);
		assert_null(to.key.data);
		assert_int_equal(to.papers.count, 0);
	}
}

static void refuse(struct pool *pool, size_t at, uint8_t value, enum err_code code)
{
	uint8_t raw[sizeof(encoded)];
	struct sample to;
	struct err err;

	memcpy(raw, encoded, sizeof(raw));
	raw[at] = value;
	assert_int_equal(body_decode(&sample_body, BYTES_ARRAY(raw), pool, &to, &err), -1);
	assert_int_equal(err.code, code);
}

static void test_limits_of_the_reader(void **state)
{
	uint8_t longer[sizeof(encoded) + 1] = {0};
	struct sample to;
	struct err err;

	refuse(*state, 15, 5, HF_MESSAGE_SIZE);      /* key */
	refuse(*state, 12, 255, HF_MESSAGE_FORMAT);  /* key larger than the body */
	refuse(*state, 23, '\r', HF_MESSAGE_FORMAT); /* control character */
	refuse(*state, 23, 0xff, HF_MESSAGE_FORMAT); /* no UTF-8 */
	refuse(*state, 28, 3, HF_MESSAGE_SIZE);      /* papers */
	refuse(*state, 25, 0x80, HF_MESSAGE_FORMAT); /* more papers than bytes */
	memcpy(longer, encoded, sizeof(encoded));
	assert_int_equal(body_decode(&sample_body, BYTES_ARRAY(longer), *state, &to, &err), -1);
	assert_int_equal(err.code, HF_MESSAGE_FORMAT);
}

static void test_limits_of_the_writer(void **state)
{
	struct sample bad[4] = {sample(), sample(), sample(), sample()};
	const enum err_code codes[4] = {HF_MESSAGE_SIZE, HF_MESSAGE_FORMAT, HF_MESSAGE_SIZE, HF_MESSAGE_FORMAT};
	struct buf b;
	struct err err;

	bad[0].key = BYTES_LITERAL("12345");
	bad[1].name = BYTES_LITERAL("\xc3");
	bad[2].papers.count = 3;
	bad[3].name = BYTES_LITERAL("a\xe2\x80\xae");
	buf_init(&b, 128);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(body_encode(&sample_body, &bad[i], &b, &err), -1);
		assert_int_equal(err.code, codes[i]);
		assert_int_equal(b.size, 0);
	}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_goes_and_comes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_every_cut_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_limits_of_the_reader, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_limits_of_the_writer, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
