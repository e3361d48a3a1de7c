/* Rates: how often an address, or an application, may do a thing within an hour. Of an IPv6 address the /64 counts, which is one client's
 * to choose from. */
#ifndef HUFU_SERVICE_LIMIT_H
#define HUFU_SERVICE_LIMIT_H

#include "service.h"

struct connection;

/* Counts one use of `what` by `who` in the hour now running, in a transaction of its own, so that a use that fails counts too. HF_RATE when
 * it is more than `most`. */
int limit_use(struct service *s, const char *what, const char *who, int64_t most, struct err *err) MUST_CHECK;
/* The same within a transaction; a use that fails is taken back with it. */
int limit_use_in(struct connection *c, const char *what, const char *who, int64_t most, struct err *err) MUST_CHECK;
/* Takes back what was counted. */
int limit_clear_in(struct connection *c, const char *what, const char *who, struct err *err) MUST_CHECK;
/* The part of an address that counts. */
#define LIMIT_WHO_ROOM 128
void limit_address(const char *address, char part[LIMIT_WHO_ROOM]);
/* Forgets the hours before the last; hourly. */
int limit_sweep(struct service *s, struct err *err) MUST_CHECK;

#endif
