/* System clocks, and civil dates of the proleptic Gregorian calendar. */
#include "clock.h"

#include <time.h>

#define DAY_SECONDS 86400
#define DAYS_IN_400_YEARS 146097
#define DAYS_0000_03_01_TO_1970 719468

static struct timespec read_clock(clockid_t which)
{
	struct timespec t = {0};

	clock_gettime(which, &t);
	return t;
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME).tv_sec;
}

int64_t clock_monotonic_ms(void)
{
	struct timespec t = read_clock(CLOCK_MONOTONIC);

	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t clock_thread_cpu_ns(void)
{
	struct timespec t = read_clock(CLOCK_THREAD_CPUTIME_ID);

	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t clock_day(int64_t seconds, int32_t offset)
{
	return floor_divide(seconds + offset, DAY_SECONDS);
}

/* Years are counted from 1 March, so that the leap day is the last of its year. */
struct civil clock_civil(int64_t seconds, int32_t offset)
{
	int64_t day = clock_day(seconds, offset);
	int rest = (int)(seconds + offset - day * DAY_SECONDS);
	int64_t from_march = day + DAYS_0000_03_01_TO_1970;
	int64_t era = floor_divide(from_march, DAYS_IN_400_YEARS);
	int of_era = (int)(from_march - era * DAYS_IN_400_YEARS);
	int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * year + year / 4 - year / 100);
	int month = (5 * of_year + 2) / 153;

	return (struct civil){
	    .year = (int)(era * 400) + year + (month >= 10),
	    .month = month < 10 ? month + 3 : month - 9,
	    .day = of_year - (153 * month + 2) / 5 + 1,
	    .hour = rest / 3600,
	    .minute = rest / 60 % 60,
	    .second = rest % 60,
	};
}

int64_t clock_seconds(struct civil c, int32_t offset)
{
	int64_t year = c.month > 2 ? c.year : c.year - 1;
	int64_t era = floor_divide(year, 400);
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (c.month > 2 ? c.month - 3 : c.month + 9) + 2) / 5 + c.day - 1;
	int64_t day = era * DAYS_IN_400_YEARS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_0000_03_01_TO_1970;

	return day * DAY_SECONDS + c.hour * 3600 + c.minute * 60 + c.second - offset;
}
