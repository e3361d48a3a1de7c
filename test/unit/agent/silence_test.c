/* Silence after refusals, and the token of the agent's own page. The clock is the test's. */
#include "clock.h"
#include "silence.h"
#include "ticket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int64_t now;

int64_t __wrap_clock_monotonic_ms(void);
int64_t __wrap_clock_monotonic_ms(void)
{
	return now;
}

static void two_refusals_silence_for_ten_minutes(void **state)
{
	struct silence s;
	struct err err;

	now = 1000;
	silence_init(&s);
	assert_int_equal(silence_check(&s, 3, &err), 0);
	silence_refused(&s, 3);
	assert_int_equal(silence_check(&s, 3, &err), 0);
	silence_refused(&s, 3);
	assert_int_equal(silence_check(&s, 3, &err), -1);
	assert_int_equal(err.code, HF_ORIGIN_SILENCED);
	assert_int_equal(silence_check(&s, 2, &err), 0);
	now += SILENCE_MS - 1;
	assert_int_equal(silence_check(&s, 3, &err), -1);
	now += 1;
	assert_int_equal(silence_check(&s, 3, &err), 0);
}

static void agreeing_and_time_forget_refusals(void **state)
{
	struct silence s;
	struct err err;

	now = 1000;
	silence_init(&s);
	silence_refused(&s, 0);
	silence_agreed(&s, 0);
	silence_refused(&s, 0);
	assert_int_equal(silence_check(&s, 0, &err), 0);
	now += SILENCE_MS;
	silence_refused(&s, 0);
	assert_int_equal(silence_check(&s, 0, &err), 0);
}

static void a_token_opens_once(void **state)
{
	char first[TICKET_SIZE + 1], next[TICKET_SIZE + 1], last[TICKET_SIZE + 1];
	struct ticket t;
	struct err err;

	ticket_init(&t, first);
	assert_int_equal(strlen(first), TICKET_SIZE);
	assert_int_equal(ticket_use(&t, NULL, next, &err), -1);
	assert_int_equal(ticket_use(&t, "", next, &err), -1);
	assert_int_equal(ticket_use(&t, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", next, &err), -1);
	assert_int_equal(ticket_use(&t, first, next, &err), 0);
	assert_string_not_equal(first, next);
	assert_int_equal(ticket_use(&t, first, last, &err), -1);
	assert_int_equal(err.code, HF_ORIGIN);
	assert_int_equal(ticket_use(&t, next, last, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_refusals_silence_for_ten_minutes),
	    cmocka_unit_test(agreeing_and_time_forget_refusals),
	    cmocka_unit_test(a_token_opens_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
