/* The order that an application, or a certificate, calls for: the same facts make the draft for the agent and judge what comes back. */
#ifndef HUFU_SERVICE_ORDER_OF_H
#define HUFU_SERVICE_ORDER_OF_H

#include "application.h"
#include "certificate.h"
#include "order.h"
#include "query.h"

/* `accept`, by the application's kind, with its papers as they stand. HF_PAPER_MISSING, HF_ORDER_MEMBER for facts that fit no order. */
int order_of_accept(struct connection *c, const struct application *application, struct pool *pool, struct order *order,
                    struct err *err) MUST_CHECK;
/* `approve` of an acceptance whose facts are those of expected. Kind new still lacks notafter and profile. */
void order_of_approve(const struct order *expected, const struct order *accept, struct order *order);
/* `cancel`. */
int order_of_cancel(const struct application *application, struct order *order, struct err *err) MUST_CHECK;
/* `revoke` or `suspend` of a certificate and its pair, for the deed id given. */
int order_of_revoke(const struct certificate *certificate, enum order_deed deed, enum order_reason reason, const uint8_t id[16],
                    struct pool *pool, struct order *order, struct err *err) MUST_CHECK;

/* `renew`: the holder and the subject of the application are those of the pair, as they stand in its certificate. HF_KEY_ABSENT before a
 * new key is there. */
int order_of_renew(const struct application *application, int64_t notafter, struct pool *pool, struct order *order,
                   struct err *err) MUST_CHECK;
/* Both serials of a pair as an application bears them: sorted as in orders, one space between. NULL without memory. */
const char *order_of_pair(const struct certificate *certificate, struct pool *pool);

/* Whether the text of given is exactly that of expected once the agent's members (and for an approval notafter and profile) are taken
 * over from it. HF_ORDER_MISMATCH. */
int order_of_compare(const struct order *given, const struct order *expected, struct err *err) MUST_CHECK;

#endif
