/* APDUs: the seven forms built and read, and all other lengths refused. */
#include "apdu.h"
#include "card_profile.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static uint8_t filler[CARD_DATA_MAX + 1];

struct form {
	size_t data;
	uint32_t le;
	const char *head; /* up to the data */
	const char *tail; /* after it */
};

static const struct form forms[] = {
    {0, 0, "00CA0101", ""},           {0, 1, "00CA010101", ""},
    {0, 256, "00CA010100", ""},       {0, 257, "00CA0101000101", ""},
    {0, 65536, "00CA0101000000", ""}, {5, 0, "00CA010105", ""},
    {255, 256, "00CA0101FF", "00"},   {5, 65536, "00CA0101000005", "0000"},
    {256, 0, "00CA0101000100", ""},   {4352, 256, "00CA0101001100", "0100"},
};

static void builds_and_reads_each_form(void **state)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const struct form *f = &forms[i];
		const struct apdu in = {0x00, 0xCA, 0x01, 0x01, {filler, f->data}, f->le};
		const size_t head = strlen(f->head) / 2, tail = strlen(f->tail) / 2;
		struct apdu out;
		struct buf b;

		buf_init(&b, CARD_FRAME_MAX);
		assert_int_equal(apdu_build(&in, &b, NULL), 0);
		assert_int_equal(b.size, head + f->data + tail);
		assert_vector((struct bytes){b.data, head}, f->head);
		assert_vector((struct bytes){b.data + b.size - tail, tail}, f->tail);
		assert_int_equal(apdu_parse(buf_get(&b), &out, NULL), 0);
		assert_int_equal(out.ins, 0xCA);
		assert_int_equal(out.data.size, f->data);
		assert_int_equal(out.le, f->le);
		buf_free(&b);
	}
}

static void refuses_other_lengths(void **state)
{
	static const char *const bad[] = {
	    "",
	    "00",
	    "00CA01",
	    "00CA0101020A",
	    "00CA0101020A0B0000",
	    "00CA01010000",
	    "00CA010100000500",
	    "00CA0101000001AA00",
	    "00CA0101000002AABBCCDDEE",
	    "00CA010100FFFFAA",
	    "00CA01010000000000",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf b = vector(bad[i]);
		struct apdu out;
		struct err err;

		assert_int_equal(apdu_parse(buf_get(&b), &out, &err), -1);
		assert_int_equal(err.code, HF_KEY_ANSWER);
		buf_free(&b);
	}
}

static void refuses_to_build_what_is_too_large(void **state)
{
	const struct apdu data = {0, 0, 0, 0, {filler, sizeof(filler)}, 0};
	const struct apdu le = {0, 0, 0, 0, BYTES_NONE, APDU_LE_MAX + 1};
	struct buf b;
	struct err err;

	buf_init(&b, 2 * CARD_FRAME_MAX);
	assert_int_equal(apdu_build(&data, &b, &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	assert_int_equal(apdu_build(&le, &b, &err), -1);
	buf_free(&b);
}

static void splits_answers(void **state)
{
	const uint8_t answer[] = {0xAA, 0x90, 0x00};
	struct bytes data;
	uint16_t word;

	assert_int_equal(apdu_split_answer(BYTES_ARRAY(answer), &data, &word, NULL), 0);
	assert_int_equal(word, 0x9000);
	assert_int_equal(data.size, 1);
	assert_int_equal(apdu_split_answer((struct bytes){answer, 1}, &data, &word, NULL), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(builds_and_reads_each_form),
	    cmocka_unit_test(refuses_other_lengths),
	    cmocka_unit_test(refuses_to_build_what_is_too_large),
	    cmocka_unit_test(splits_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
