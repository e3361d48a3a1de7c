/* What went wrong, as a page: what happened, what was kept, what to do, and the code. */
#ifndef HUFU_PORTAL_PROBLEM_PAGE_H
#define HUFU_PORTAL_PROBLEM_PAGE_H

#include "reply.h"
#include "request.h"

/* router_program.problem. A page that needs a login sends a visitor to its door; scripts get JSON. */
void problem_page(struct web_request *r, const struct err *why, struct reply *reply);

#endif
