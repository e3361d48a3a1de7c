/* How long the key may take: a deadline that runs while the vendor's library works and rests while a person reads a window. */
#ifndef HUFU_KEYDOOR_PATIENCE_H
#define HUFU_KEYDOOR_PATIENCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Set by the thread that works, looked at by the one that serves. */
struct patience {
	_Atomic int64_t until; /* clock_monotonic_ms; 0: nothing runs */
	int64_t ms;
};

void patience_start(struct patience *p, int64_t ms);
void patience_rest(struct patience *p);
void patience_resume(struct patience *p); /* with the whole time of patience_start again */
bool patience_is_over(const struct patience *p);

#endif
