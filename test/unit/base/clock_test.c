/* Civil dates against the C library and by hand. */
#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

static void test_civil_agrees_with_gmtime(void **state)
{
	for (int64_t t = -5000000000; t < 8000000000; t += 7654321) {
		struct civil c = clock_civil(t, 0);
		time_t seconds = (time_t)t;
		struct tm tm;

		gmtime_r(&seconds, &tm);
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(c.hour, tm.tm_hour);
		assert_int_equal(c.minute, tm.tm_min);
		assert_int_equal(c.second, tm.tm_sec);
		assert_int_equal(clock_seconds(c, 0), t);
	}
}

static void test_days_change_at_midnight_in_shanghai(void **state)
{
	int64_t midnight = clock_seconds((struct civil){.year = 2024, .month = 2, .day = 29}, CLOCK_SHANGHAI);
	struct civil before = clock_civil(midnight - 1, CLOCK_SHANGHAI);

	assert_int_equal(clock_civil(midnight, 0).hour, 16);
	assert_int_equal(before.day, 28);
	assert_int_equal(before.hour, 23);
	assert_int_equal(clock_day(midnight, CLOCK_SHANGHAI) - clock_day(midnight - 1, CLOCK_SHANGHAI), 1);
	assert_int_equal(clock_day(midnight, 0), clock_day(midnight - 1, 0));
}

static void test_clocks_run(void **state)
{
	int64_t monotonic = clock_monotonic_ms();
	uint64_t cpu = clock_thread_cpu_ns();

	assert_true(clock_now() > 1700000000);
	for (volatile int i = 0; i < 1000000; i++) {
	}
	assert_true(clock_monotonic_ms() >= monotonic);
	assert_true(clock_thread_cpu_ns() > cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_civil_agrees_with_gmtime),
	    cmocka_unit_test(test_days_change_at_midnight_in_shanghai),
	    cmocka_unit_test(test_clocks_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
