/* The handler's resident identity number: sealed under the storage key, opened only to be checked. */
#ifndef HUFU_SERVICE_HANDLER_ID_H
#define HUFU_SERVICE_HANDLER_ID_H

#include "query.h"
#include "service.h"

int handler_id_put(const struct service *s, struct connection *c, const char *application, const char *id, struct err *err) MUST_CHECK;
#define HANDLER_ID_ROOM 80 /* 18 characters of whatever was typed, and NUL */
/* The number as typed, "" when there is none; the caller wipes it. */
int handler_id_open(const struct service *s, struct connection *c, const char *application, struct pool *pool, char id[HANDLER_ID_ROOM],
                    struct err *err) MUST_CHECK;

#endif
