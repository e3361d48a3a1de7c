/* Projects the signer's journal into the store: each event once, however often and from wherever it is told. */
#ifndef HUFU_SERVICE_PROJECT_H
#define HUFU_SERVICE_PROJECT_H

#include "deed_ask.h"
#include "feed.h"

/* Within a transaction. address: of the person whose request brought it, or "feed". What the store has already is left as it is. */
int project_event(struct connection *c, const struct service *s, const struct feed_entry *entry, const char *address, struct pool *pool,
                  struct err *err) MUST_CHECK;

/* The event that the signer wrote for an order that it just answered. */
void project_entry_of(const struct order *order, struct bytes signature, const struct deed_answer *answer, struct feed_entry *entry);
/* Projects that event in a transaction of its own: the deed is done, and stays done if this fails; the feed then brings it. */
int project_answer(struct service *s, const struct order *order, struct bytes signature, const struct deed_answer *answer,
                   const struct actor *actor, struct pool *pool, struct err *err) MUST_CHECK;

#endif
