/* The responder's handlers and their table. */
#ifndef HUFU_RESPONDER_PAGES_H
#define HUFU_RESPONDER_PAGES_H

#include "responder.h"

int ocsp_post(struct web_request *request, struct reply *reply, struct err *err) MUST_CHECK;
int ocsp_get(struct web_request *request, struct reply *reply, struct err *err) MUST_CHECK; /* RFC 6960 A.1, RFC 5019 5 */
int crl_get(struct web_request *request, struct reply *reply, struct err *err) MUST_CHECK;
int ca_get(struct web_request *request, struct reply *reply, struct err *err) MUST_CHECK;
int metrics_get(struct web_request *request, struct reply *reply, struct err *err) MUST_CHECK; /* only from this machine */

extern const struct route responder_routes[];
extern const size_t responder_route_count;

/* Appends the whole OCSP answer to a request, or an unsigned one that says why not. *kept is a holder of the answer instead, when it was
 * kept or may be; out is then empty. */
int ocsp_answer(struct responder *r, struct bytes request, int64_t now, struct buf *out, struct answer **kept, struct err *err) MUST_CHECK;

#endif
