/* Work in a process of its own, whose end this one sees whatever it is. */
#ifndef HUFU_HUFU_GUARD_H
#define HUFU_HUFU_GUARD_H

#include "err.h"

/* Runs fn(ctx) in a child and returns when it and all that it started have ended: 0; or -1 with fn's err, or HF_PROCESS when a signal ended
 * it. Signals that end a program go to the child: here they are blocked from now on, so that what is to be cleaned up is. */
int guard_run(int (*fn)(void *ctx, struct err *err), void *ctx, struct err *err) MUST_CHECK;

#endif
