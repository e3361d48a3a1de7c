/* The newest records at hand are what the journal would show, and since says from where on they are whole. */
#include "status_tail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const uint8_t serials[4 * ORDER_SERIAL_SIZE] = {0x11, [16] = 0x22, [32] = 0x33, [48] = 0x44};

static int begin(void **state)
{
	static struct status_tail tail;

	*state = &tail;
	return status_tail_open(&tail, 5, NULL);
}

static int end(void **state)
{
	status_tail_close(*state);
	return 0;
}

static void add(struct status_tail *tail, int64_t number, struct journal_event event)
{
	status_tail_add(tail, &(struct journal_record){.number = number, .time = 1000 + number}, &event);
}

static const struct journal_event issued = {.type = EVENT_ISSUED, .serials = {serials, 2}};
static const struct journal_event ending = {.type = EVENT_ISSUED, .serials = {serials, 2}, .ends = {serials + 32, 2}};

static void test_shows_what_the_door_shows(void **state)
{
	struct status_tail *tail = *state;

	add(tail, 5, (struct journal_event){.type = EVENT_ACCEPTED});
	add(tail, 6, issued);
	add(tail, 7, (struct journal_event){.type = EVENT_CRL});
	add(tail, 8, ending);
	assert_int_equal(tail->since, 5);
	assert_int_equal(tail->count, 3);
	assert_true(bytes_is_text(status_tail_body(tail, 0), "{\"event\":\"issued\",\"serials\":[\"11000000000000000000000000000000\","
	                                                     "\"22000000000000000000000000000000\"]}"));
	assert_true(bytes_is_text(status_tail_body(tail, 2),
	                          "{\"event\":\"status\",\"reason\":\"superseded\",\"serials\":[\"33000000000000000000000000000000\","
	                          "\"44000000000000000000000000000000\"],\"status\":\"revoked\"}"));
	assert_int_equal(tail->shown[1].number, 8);
	assert_int_equal(tail->shown[2].number, 8);
	assert_int_equal(tail->shown[2].time, 1008);
}

static void test_finds_the_first_from_a_number_on(void **state)
{
	struct status_tail *tail = *state;

	assert_int_equal(status_tail_find(tail, 5), 0);
	for (int64_t number = 5; number < 45; number += 2)
		add(tail, number, ending);
	for (int64_t from = 5; from < 50; from++) {
		size_t at = status_tail_find(tail, from);

		assert_true(at == 0 || tail->shown[at - 1].number < from);
		assert_true(at == tail->count || tail->shown[at].number >= from);
	}
}

/* However many come, the newest are there, each whole from since on. */
static void test_forgets_the_oldest(void **state)
{
	struct status_tail *tail = *state;
	int64_t newest = 5;

	for (; newest < 5000; newest++)
		add(tail, newest, newest % 3 == 0 ? ending : issued);
	newest--;
	assert_true(tail->since > 5 && tail->since < newest - 500);
	for (int64_t number = tail->since; number <= newest; number++) {
		size_t at = status_tail_find(tail, number);

		for (int i = 0; i < (number % 3 == 0 ? 2 : 1); i++, at++) {
			assert_true(at < tail->count);
			assert_int_equal(tail->shown[at].number, number);
			assert_memory_equal(status_tail_body(tail, at).data, i == 0 ? "{\"event\":\"issued\"" : "{\"event\":\"status\"",
			                    17);
		}
	}
}

/* A record that cannot be shown leaves no gap: the tail begins anew behind it. */
static void test_begins_anew_after_a_fault(void **state)
{
	struct status_tail *tail = *state;

	add(tail, 5, issued);
	add(tail, 6, (struct journal_event){.type = EVENT_OCSP, .certificate = BYTES_LITERAL("no certificate")});
	assert_int_equal(tail->since, 7);
	assert_int_equal(tail->count, 0);
	add(tail, 7, issued);
	assert_int_equal(tail->since, 7);
	assert_int_equal(status_tail_find(tail, 7), 0);
	assert_int_equal(tail->count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_shows_what_the_door_shows, begin, end),
	    cmocka_unit_test_setup_teardown(test_finds_the_first_from_a_number_on, begin, end),
	    cmocka_unit_test_setup_teardown(test_forgets_the_oldest, begin, end),
	    cmocka_unit_test_setup_teardown(test_begins_anew_after_a_fault, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
