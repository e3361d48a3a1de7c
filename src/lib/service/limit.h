/* Rates: how often an address, or an application, may do a thing within an hour. */
#ifndef HUFU_SERVICE_LIMIT_H
#define HUFU_SERVICE_LIMIT_H

#include "service.h"

struct transaction;

/* Counts one use of `what` by `who` in the hour now running. HF_RATE when it is more than `most`; the use is counted all the same. */
int limit_count(struct transaction *t, const char *what, const char *who, int64_t most, struct err *err) MUST_CHECK;

#endif
