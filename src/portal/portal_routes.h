/* The route table of the portal. */
#ifndef HUFU_PORTAL_PORTAL_ROUTES_H
#define HUFU_PORTAL_PORTAL_ROUTES_H

#include "router.h"

extern const struct route portal_routes[];
extern const size_t portal_route_count;

#endif
