/* The one door to time. Tests link another clock.c; there is no switch in a program. */
#ifndef HUFU_BASE_CLOCK_H
#define HUFU_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now(void);            /* seconds since 1970-01-01 UTC */
int64_t clock_monotonic_ms(void);   /* for time-outs and durations only */
uint64_t clock_thread_cpu_ns(void); /* CPU time of this thread, for the bench's accounts */

struct civil {
	int year, month, day, hour, minute, second; /* month 1..12, day 1..31 */
};
/* UTC + offset; the service's zone is Asia/Shanghai = +28800, without summer time since 1991. */
#define CLOCK_SHANGHAI 28800
struct civil clock_civil(int64_t seconds, int32_t offset);
int64_t clock_seconds(struct civil c, int32_t offset);
/* Days since 1970-01-01 of the civil date; differences of it are what "N days" means. */
int64_t clock_day(int64_t seconds, int32_t offset);

#endif
