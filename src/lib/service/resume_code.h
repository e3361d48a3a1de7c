/* The code that is mailed to the handler, to come back with: the store keeps a hash under a key of the storage key. */
#ifndef HUFU_SERVICE_RESUME_CODE_H
#define HUFU_SERVICE_RESUME_CODE_H

#include "application.h"
#include "query.h"
#include "service.h"

/* A new code takes the place of the old one and goes into the outbox. */
int resume_code_send(const struct service *s, struct connection *c, const struct application *application, int64_t now,
                     struct err *err) MUST_CHECK;
/* The hash of the code that stands, empty when there is none or it has ended; another code has another. */
int resume_code_find(struct connection *c, const struct application *application, int64_t now, struct pool *pool, struct bytes *hash,
                     struct err *err) MUST_CHECK;
/* typed: small letters, spaces and hyphens are forgiven. */
int resume_code_fits(const struct service *s, const struct application *application, struct bytes hash, const char *typed, bool *fits,
                     struct err *err) MUST_CHECK;

#endif
