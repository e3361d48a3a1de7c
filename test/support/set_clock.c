/* A clock that stands still until a test moves it. */
#include "set_clock.h"

#include <stdatomic.h>

int64_t __wrap_clock_now(void);

static _Atomic int64_t now = 1790000000;

int64_t __wrap_clock_now(void)
{
	return now;
}

void clock_set(int64_t seconds)
{
	now = seconds;
}

void clock_add(int64_t seconds)
{
	now += seconds;
}
