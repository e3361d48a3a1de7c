/* One HTTP request as handlers see it. What is lent lives until the reply has been sent. RFC 9110, RFC 9112. */
#ifndef HUFU_WEB_REQUEST_H
#define HUFU_WEB_REQUEST_H

#include "catalogue.h"
#include "pool.h"

enum web_method { WEB_GET, WEB_HEAD, WEB_POST, WEB_PUT, WEB_PATCH, WEB_DELETE, WEB_OPTIONS, WEB_METHODS };
const char *web_method_name(enum web_method method);

struct web_request;
struct route;

enum web_method request_method(const struct web_request *r);
const char *request_path(const struct web_request *r); /* as it came, still percent-encoded, without the query; for logs */
/* The part ":name" or "*name" of the route's path: ":" decoded, "*" as it came. NULL when the route has none of that name. */
const char *request_part(const struct web_request *r, const char *name);
/* First value of a query parameter, decoded UTF-8 without control characters; NULL when absent. */
const char *request_query(const struct web_request *r, const char *name);
const char *request_query_text(const struct web_request *r);               /* all of it, as it came; "" when there is none */
const char *request_header(const struct web_request *r, const char *name); /* name in any case; NULL when absent */
const char *request_cookie(const struct web_request *r, const char *name); /* NULL when absent or given twice */
struct bytes request_body(const struct web_request *r);                    /* whole; empty on routes that stream it */
const struct route *request_route(const struct web_request *r);
struct pool *request_pool(struct web_request *r); /* 32 MiB at most; freed with the request */
uint64_t request_id(const struct web_request *r); /* for logs; counts from 1 in each process */

/* The filled struct of the route's form table, and what was wrong (form.h). NULL when the route has no form. */
const void *request_form(const struct web_request *r);
struct form_faults;
const struct form_faults *request_faults(const struct web_request *r);

/* Text form of the client's address, without port: "127.0.0.1", "::1", "unix". Behind a front of ours, what that front says. */
const char *request_address(const struct web_request *r);
int request_socket(const struct web_request *r); /* lent: for asking the kernel about the peer */

/* Chosen by query "lang", cookie "lang", Accept-Language, else Chinese (language.h). */
enum language request_language(const struct web_request *r);
bool request_wants_json(const struct web_request *r); /* Accept names application/json and not text/html */

/* The program's own context (router_new), and what its gate found for this request, e.g. the session. */
void *request_program(const struct web_request *r);
void request_set_session(struct web_request *r, void *session);
void *request_session(const struct web_request *r);

#endif
