/* A new application with its number and the key of its papers. */
#ifndef HUFU_SERVICE_APPLICATION_CREATE_H
#define HUFU_SERVICE_APPLICATION_CREATE_H

#include "application.h"
#include "query.h"
#include "service.h"

/* In state draft and empty; numbers count within a day of the service's zone. language: "zh" or "en". HF_LIMIT after 99999 in a day. */
int application_create(struct service *s, struct connection *c, enum application_kind kind, const char *language, int64_t now,
                       struct pool *pool, struct application *application, struct err *err) MUST_CHECK;

#endif
