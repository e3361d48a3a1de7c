/* A clock that tests set: takes the place of clock_now at link time. */
#ifndef HUFU_TEST_SET_CLOCK_H
#define HUFU_TEST_SET_CLOCK_H

#include <stdint.h>

void clock_set(int64_t seconds);
void clock_add(int64_t seconds);

#endif
