/* Frames are taken whole or not at all; faults keep their code. */
#include "frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const uint8_t sample[] = {0, 0, 0, 15, 0x12, 0x34, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 'a', 'b', 'c'};

static void test_bytes_of_a_frame(void **state)
{
	struct frame f = {0x1234, FRAME_FLAG_ANSWER, 0x0102030405060708, BYTES_LITERAL("abc")};
	struct buf b;
	struct err err;
	size_t used;

	buf_init(&b, 64);
	assert_int_equal(frame_append(&b, &f, &err), 0);
	assert_true(bytes_equal(buf_get(&b), BYTES_ARRAY(sample)));
	assert_int_equal(frame_append(&b, &f, &err), 0);
	memset(&f, 0, sizeof(f));
	assert_int_equal(frame_take(buf_get(&b), &f, &used, &err), 1);
	assert_int_equal(used, sizeof(sample));
	assert_int_equal(f.type, 0x1234);
	assert_true(f.id == 0x0102030405060708);
	assert_true(bytes_is_text(f.body, "abc"));
	buf_free(&b);
}

static void test_part_of_a_frame_waits(void **state)
{
	struct frame f;
	struct err err;
	size_t used;

	for (size_t n = 0; n < sizeof(sample); n++)
		assert_int_equal(frame_take((struct bytes){sample, n}, &f, &used, &err), 0);
}

static void refuse(size_t at, uint8_t value)
{
	uint8_t raw[sizeof(sample)];
	struct frame f;
	struct err err;
	size_t used;

	memcpy(raw, sample, sizeof(raw));
	raw[at] = value;
	assert_int_equal(frame_take(BYTES_ARRAY(raw), &f, &used, &err), -1);
	assert_int_equal(err.code, HF_MESSAGE_FORMAT);
}

static void test_broken_frames(void **state)
{
	static const uint8_t zero_id[FRAME_HEADER_SIZE] = {0, 0, 0, 12, 0, 1};
	static const uint8_t zero_type[FRAME_HEADER_SIZE] = {0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
	struct frame f;
	struct err err;
	size_t used;

	refuse(0, 1);  /* larger than the maximum */
	refuse(3, 11); /* smaller than its header */
	refuse(6, 1);  /* unknown flag */
	refuse(7, 2);  /* fault that is no answer */
	assert_int_equal(frame_take(BYTES_ARRAY(zero_id), &f, &used, &err), -1);
	assert_int_equal(frame_take(BYTES_ARRAY(zero_type), &f, &used, &err), -1);
}

static void test_append_is_all_or_nothing(void **state)
{
	static uint8_t large[FRAME_BODY_MAX + 1];
	struct frame f = {1, 0, 1, BYTES_ARRAY(large)};
	struct buf b;
	struct err err;

	buf_init(&b, 20);
	assert_int_equal(frame_append(&b, &f, &err), -1);
	assert_int_equal(err.code, HF_MESSAGE_SIZE);
	f.body.size = 5;
	assert_int_equal(frame_append(&b, &f, &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	assert_int_equal(b.size, 0);
	buf_free(&b);
}

static void test_fault_goes_and_comes(void **state)
{
	struct err err, fault;
	struct frame f;
	struct buf b;
	size_t used;

	err_set(&fault, HF_ORDER_SAME_PERSON, "both are 7");
	buf_init(&b, 1024);
	assert_int_equal(frame_append_fault(&b, 9, 3, &fault, &err), 0);
	assert_int_equal(frame_take(buf_get(&b), &f, &used, &err), 1);
	assert_int_equal(f.flags, FRAME_FLAG_ANSWER | FRAME_FLAG_FAULT);
	assert_int_equal(frame_fault(f.body, &err), -1);
	assert_int_equal(err.code, HF_ORDER_SAME_PERSON);
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_string_equal(err.text, "both are 7");
	buf_free(&b);
}

static void test_bad_faults(void **state)
{
	struct err err;

	assert_int_equal(frame_fault(BYTES_NONE, &err), -1);
	assert_int_equal(err.code, HF_MESSAGE_FORMAT);
	assert_int_equal(frame_fault(BYTES_LITERAL("\0\0\0\0\0\0\0\0"), &err), -1);
	assert_int_equal(err.code, HF_MESSAGE_FORMAT);
	assert_int_equal(frame_fault(BYTES_LITERAL("\0\0\0\1\0\0\0\0"), &err), -1);
	assert_int_equal(err.code, HF_MESSAGE_FORMAT);
	assert_int_equal(frame_fault(BYTES_LITERAL("\0\0\x23\x29\0\0\0\1"), &err), -1);
	assert_int_equal(err.code, HF_MESSAGE_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes_of_a_frame),     cmocka_unit_test(test_part_of_a_frame_waits),
	    cmocka_unit_test(test_broken_frames),        cmocka_unit_test(test_append_is_all_or_nothing),
	    cmocka_unit_test(test_fault_goes_and_comes), cmocka_unit_test(test_bad_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
