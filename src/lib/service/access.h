/* Which applications an actor may see as his own, and loading them. */
#ifndef HUFU_SERVICE_ACCESS_H
#define HUFU_SERVICE_ACCESS_H

#include "application.h"
#include "query.h"
#include "service.h"

/* HF_APPLICATION_UNKNOWN also when it is somebody else's: a number tells nothing. */
int access_own(struct connection *c, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
               struct err *err) MUST_CHECK;
int access_any(struct connection *c, const char *number, struct pool *pool, struct application *application, struct err *err) MUST_CHECK;
/* For a change by one who saw this version: HF_APPLICATION_VERSION. */
int access_version(const struct application *application, int64_t version, struct err *err) MUST_CHECK;

#endif
