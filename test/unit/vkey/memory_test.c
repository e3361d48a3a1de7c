/* The memory file: written and read back, every damage found, every wrong content refused. */
#include "digest.h"
#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void fill(struct memory *m)
{
	struct memory_container *c;

	memory_init(m);
	memcpy(m->serial, "HUFUV7", 7);
	memcpy(m->label, "测试", 7);
	m->pin_state = CARD_PIN_HOLDERS;
	m->tries_left = 7;
	assert_int_equal(buf_append_text(&m->sealed_master, "sealed", NULL), 0);
	c = memory_add(m, bytes_text("first"));
	memset(c->keys[MEMORY_SIGN].point, 4, SM2_POINT_SIZE);
	memset(c->keys[MEMORY_SIGN].sealed, 9, MEMORY_SEALED_SIZE);
	c->keys[MEMORY_SIGN].present = true;
	assert_int_equal(buf_append_text(&c->certificates[MEMORY_ENCRYPT], "certificate", NULL), 0);
	assert_non_null(memory_add(m, bytes_text("第二")));
}

static struct buf encode(const struct memory *m)
{
	struct buf b;

	buf_init(&b, MEMORY_FILE_MAX);
	assert_int_equal(memory_encode(m, &b, NULL), 0);
	return b;
}

static void comes_back_as_it_was(void **state)
{
	struct memory m, again;
	struct buf b, b2;

	fill(&m);
	b = encode(&m);
	assert_int_equal(memory_decode(&again, buf_get(&b), NULL), 0);
	assert_string_equal(again.serial, "HUFUV7");
	assert_int_equal(again.tries_left, 7);
	assert_int_equal(again.count, 2);
	assert_true(again.containers[0].keys[MEMORY_SIGN].present);
	assert_false(again.containers[0].keys[MEMORY_ENCRYPT].present);
	b2 = encode(&again);
	assert_true(bytes_equal(buf_get(&b), buf_get(&b2)));
	memory_free(&m);
	memory_free(&again);
	buf_free(&b);
	buf_free(&b2);
}

static void every_flipped_bit_and_cut_is_found(void **state)
{
	struct memory m, again;
	struct err err;
	struct buf b;

	fill(&m);
	b = encode(&m);
	for (size_t i = 0; i < b.size; i++) {
		b.data[i] ^= 0x10;
		assert_int_equal(memory_decode(&again, buf_get(&b), &err), -1);
		assert_int_equal(err.code, HF_KEY_FILE);
		b.data[i] ^= 0x10;
		assert_int_equal(memory_decode(&again, (struct bytes){b.data, i}, &err), -1);
	}
	memory_free(&m);
	buf_free(&b);
}

/* One byte changed, and the check value made anew. */
static void refuse_change(const struct buf *b, size_t at, uint8_t value)
{
	uint8_t copy[2048];
	struct memory again;
	struct err err;

	assert_true(b->size <= sizeof(copy) && at < b->size - SM3_SIZE);
	memcpy(copy, b->data, b->size);
	copy[at] = value;
	sm3((struct bytes){copy, b->size - SM3_SIZE}, copy + b->size - SM3_SIZE);
	assert_int_equal(memory_decode(&again, (struct bytes){copy, b->size}, &err), -1);
	assert_int_equal(err.code, HF_KEY_FILE);
}

static void wrong_content_is_refused(void **state)
{
	const size_t serial = 13, label = serial + 7, pin = label + 6, master = pin + 2, next = master + 8, first = next + 3;
	struct memory m;
	struct buf b;

	fill(&m);
	b = encode(&m);
	assert_int_equal(b.data[first + 2], 5); /* the size of the first name: the offsets are right */
	refuse_change(&b, 0, 'H');
	refuse_change(&b, serial, 'X');
	refuse_change(&b, serial + 5, 'a');
	refuse_change(&b, label, 0xFF);
	refuse_change(&b, pin, 3);
	refuse_change(&b, pin + 1, 11);
	refuse_change(&b, master + 1, 0);
	refuse_change(&b, next + 1, 2);
	refuse_change(&b, next + 2, 17);
	refuse_change(&b, next + 2, 1);
	refuse_change(&b, first + 1, 0);
	refuse_change(&b, first + 1, 2);
	refuse_change(&b, first + 3, '\n');
	refuse_change(&b, first + 9, 0x90);
	memory_free(&m);
	buf_free(&b);
}

static void numbers_are_never_used_again(void **state)
{
	struct memory m;

	fill(&m);
	memory_remove(&m, 2);
	assert_null(memory_find(&m, 2));
	assert_int_equal(memory_add(&m, bytes_text("third"))->number, 3);
	memory_remove(&m, 1);
	assert_int_equal(m.count, 1);
	assert_string_equal(m.containers[0].name, "third");
	for (size_t i = m.count; i < CARD_CONTAINERS_MAX; i++)
		assert_non_null(memory_add(&m, (struct bytes){(const uint8_t *)"abcdefghijklmnop" + i, 1}));
	assert_null(memory_add(&m, bytes_text("x")));
	memory_remove(&m, 3);
	m.next_number = UINT16_MAX;
	assert_int_equal(memory_add(&m, bytes_text("last"))->number, UINT16_MAX);
	memory_remove(&m, UINT16_MAX);
	assert_null(memory_add(&m, bytes_text("beyond")));
	memory_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back_as_it_was),
	    cmocka_unit_test(every_flipped_bit_and_cut_is_found),
	    cmocka_unit_test(wrong_content_is_refused),
	    cmocka_unit_test(numbers_are_never_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
