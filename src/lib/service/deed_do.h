/* A deed from the signed order to the store: asked of the signer, its receipt kept, its event projected. */
#ifndef HUFU_SERVICE_DEED_DO_H
#define HUFU_SERVICE_DEED_DO_H

#include "deed_ask.h"

/* Has the orders of the chain done, all with one question to the signer and one commit. Once the signer has answered a deed is done, also
 * if keeping it fails: the feed then brings it. */
void deed_do_all(struct service *s, struct deed_order *chain);
/* The same for one. */
int deed_do(struct service *s, struct deed_order *order, struct deed *deed, struct err *err) MUST_CHECK;
struct deed deed_of(const struct deed_order *order); /* of one that was done */

/* Whether the actor gave this very order before and it was done (the answer may have been lost): *deed is what was answered, or would have
 * been. */
int deed_find(struct connection *c, const struct actor *actor, const struct signed_order *given, struct pool *pool, bool *found,
              struct deed *deed, struct err *err) MUST_CHECK;

/* The feed may be quicker than the answer: what this service knows of an order under way that the journal does not. */
struct deed_origin {
	const char *address; /* "feed" when it is not under way here */
	const char *note;    /* "" */
};
int deed_origin_of(struct service *s, const uint8_t order[32], struct pool *pool, struct deed_origin *origin, struct err *err) MUST_CHECK;

#endif
