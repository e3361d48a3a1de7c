/* Rates: how often an address, or an application, may do a thing within an hour. */
#ifndef HUFU_SERVICE_LIMIT_H
#define HUFU_SERVICE_LIMIT_H

#include "service.h"

struct connection;

/* Counts one use of `what` by `who` in the hour now running, in a transaction of its own, so that a use that fails counts too. HF_RATE when
 * it is more than `most`. */
int limit_use(struct service *s, const char *what, const char *who, int64_t most, struct err *err) MUST_CHECK;
/* The same within a transaction; a use that fails is taken back with it. */
int limit_use_in(struct connection *c, const char *what, const char *who, int64_t most, struct err *err) MUST_CHECK;
/* Whether `most` uses were counted already, without counting. */
int limit_reached(struct service *s, const char *what, const char *who, int64_t most, bool *reached, struct err *err) MUST_CHECK;
/* Forgets the hours before the last; hourly. */
int limit_sweep(struct service *s, struct err *err) MUST_CHECK;

#endif
