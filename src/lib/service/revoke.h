/* Revoking and suspending: by the holder, by an operator (suspension only), or by two persons. */
#ifndef HUFU_SERVICE_REVOKE_H
#define HUFU_SERVICE_REVOKE_H

#include "application.h"
#include "deed.h"

enum revoke_deed { REVOKE_FOR_GOOD, REVOKE_SUSPEND };

/* Both certificates of a pair are named, whichever serial is given. reason: as in order.md 3; NULL for a suspension.
 * A holder may name his own enterprise's certificates; an operator may only suspend. HF_SERIAL_UNKNOWN, HF_STATUS_CHANGE. */
int revoke_draft(struct service *s, const struct actor *actor, enum revoke_deed deed, const char *serial, const char *reason,
                 struct buf *draft, struct err *err) MUST_CHECK;
int revoke_take(struct service *s, const struct actor *actor, const struct signed_order *order, struct pool *pool, struct deed *deed,
                struct err *err) MUST_CHECK;

/* Enters an application of kind revoke or resume for a pair, submitted at once; it then goes through accept and approve
 * (review.h). It has no papers: what was brought stays at the desk. */
int revoke_enter(struct service *s, const struct actor *actor, enum application_kind kind, const char *serial, const char *reason,
                 struct pool *pool, struct application *entered, struct err *err) MUST_CHECK;

#endif
