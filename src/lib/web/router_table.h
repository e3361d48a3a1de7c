/* The router as the exchange asks it. */
#ifndef HUFU_WEB_ROUTER_TABLE_H
#define HUFU_WEB_ROUTER_TABLE_H

#include "router.h"

/* Finds the row for method and path, and fills route and parts. HF_NOT_FOUND; HF_HTTP_METHOD when the path has other methods. */
int router_match(const struct router *router, struct web_request *r, struct err *err) MUST_CHECK;
/* The methods of the request's path, "GET, HEAD, POST", from its pool; NULL when there are none. */
const char *router_allow(const struct router *router, const struct web_request *r);
const struct router_program *router_program(const struct router *router);

#endif
