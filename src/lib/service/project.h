/* Projects the signer's journal into the store: each event once, however often and from wherever it is told. */
#ifndef HUFU_SERVICE_PROJECT_H
#define HUFU_SERVICE_PROJECT_H

#include "deed_ask.h"
#include "feed.h"

/* Within a transaction. What the store has already is left as it is. order: the one that completed the deed, where it was read already;
 * else NULL. */
int project_event(struct connection *c, struct service *s, const struct feed_entry *entry, const struct order *order, struct pool *pool,
                  struct err *err) MUST_CHECK;

/* The event that the signer wrote for an order that it just answered; it lends from all three and from the pool. */
int project_entry_of(const struct order *order, struct bytes signature, const struct deed_answer *answer, struct pool *pool,
                     struct feed_entry *entry, struct err *err) MUST_CHECK;

#endif
